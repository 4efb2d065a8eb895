import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createCrowd, OUT } from '../../src/http/crowd.ts'

describe('a crowd', () => {
  it('has whoever came and did not go, whatever the order', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.boolean(), fc.nat(9))), (steps) => {
        const people = Array.from({ length: 10 }, (_, name) => ({ name, place: OUT }))
        const crowd = createCrowd<(typeof people)[number]>()
        const model = new Set<number>()
        for (const [comes, name] of steps) {
          const one = people[name]
          if (one === undefined) continue
          if (!comes) {
            crowd.delete(one)
            model.delete(name)
          } else if (!model.has(name)) {
            crowd.add(one)
            model.add(name)
          }
          expect(crowd.size).toBe(model.size)
          expect(new Set(crowd.members().map((member) => member.name))).toEqual(model)
        }
      }),
    )
  })

  it('may lose members while they are gone through', () => {
    const people = [0, 1, 2].map((name) => ({ name, place: OUT }))
    const crowd = createCrowd<(typeof people)[number]>()
    for (const one of people) crowd.add(one)
    const seen: number[] = []
    for (const one of crowd.members()) {
      seen.push(one.name)
      crowd.delete(one)
      crowd.delete(one)
    }
    expect([seen, crowd.size]).toEqual([[0, 1, 2], 0])
  })
})
