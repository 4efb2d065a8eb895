/** Who reads what in a group of kafkajs, where members have not all asked for the same topics. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { byOwnTopics } from '../../src/drivers/kafkajs/assigner.ts'

const COUNTS: Readonly<Record<string, number>> = { a: 4, b: 2, c: 1 }
const partitionsOf = (topic: string) => Array.from({ length: COUNTS[topic] ?? 0 }, (_, n) => n)
const assign = (members: Readonly<Record<string, readonly string[]>>) =>
  Object.fromEntries(
    byOwnTopics(
      Object.entries(members).map(([memberId, topics]) => ({ memberId, topics })),
      partitionsOf,
    ),
  )

describe('members of a group', () => {
  it('take partitions in turn where all read the same', () => {
    expect(assign({ y: ['a'], x: ['a'], z: ['a'] })).toEqual({
      x: { a: [0, 3] },
      y: { a: [1] },
      z: { a: [2] },
    })
  })

  it('get only what they have asked for, whoever leads', () => {
    expect(assign({ x: ['a'], y: ['b'] })).toEqual({ x: { a: [0, 1, 2, 3] }, y: { b: [0, 1] } })
  })

  it('with fewer partitions come first', () => {
    expect(assign({ x: ['a'], y: ['b', 'c'], z: ['c'] }).z).toEqual({ c: [0] })
  })

  it('share every partition that someone reads, each once, and nothing else', () => {
    const topics = fc.uniqueArray(fc.constantFrom('a', 'b', 'c'))
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom('x', 'y', 'z', 'w'), topics), (members) => {
        const assignment = assign(members)
        const given = Object.entries(assignment).flatMap(([member, own]) =>
          Object.entries(own).flatMap(([topic, partitions]) => {
            expect(members[member]).toContain(topic)
            return partitions.map((partition) => `${topic}/${partition}`)
          }),
        )
        const wanted = [...new Set(Object.values(members).flat())]
        const all = wanted.flatMap((topic) => partitionsOf(topic).map((partition) => `${topic}/${partition}`))
        expect(given.toSorted()).toEqual(all.toSorted())
      }),
    )
  })
})
