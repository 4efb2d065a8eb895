import { describe, expect, it } from 'vitest'
import { createSlots } from '../../src/http/slots.ts'

/** Names of who has got in, in order. */
function taker(slots: ReturnType<typeof createSlots>) {
  const got: string[] = []
  const back = new Map<string, () => void>()
  return {
    got,
    take(route: string, name: string) {
      void slots.take(route).then((give) => {
        got.push(name)
        back.set(name, give)
      })
    },
    giveBack: (name: string) => back.get(name)?.(),
    settle: () => new Promise((resolve) => setImmediate(resolve)),
  }
}

describe('room for requests', () => {
  it('is by route and in all, in the order of asking', async () => {
    const slots = createSlots(3, 2)
    const { got, take, giveBack, settle } = taker(slots)
    take('a', 'a1')
    take('a', 'a2')
    take('a', 'a3')
    take('b', 'b1')
    take('b', 'b2')
    await settle()
    expect(got).toEqual(['a1', 'a2', 'b1'])
    giveBack('b1')
    await settle()
    // a3 asked first, and its route is full
    expect(got).toEqual(['a1', 'a2', 'b1', 'b2'])
    giveBack('a1')
    giveBack('a1')
    await settle()
    expect(got).toEqual(['a1', 'a2', 'b1', 'b2', 'a3'])
    expect([slots.inUse, slots.mostInUse, slots.waited]).toEqual([3, 3, 2])
  })
})
