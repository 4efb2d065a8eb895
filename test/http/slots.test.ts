import { describe, expect, it } from 'vitest'
import { createSlots } from '../../src/http/slots.ts'

/** Names of who has got in, in order. */
function taker(slots: ReturnType<typeof createSlots>) {
  const got: string[] = []
  return {
    got,
    take(route: string, name: string) {
      slots.take(route, () => got.push(name))
    },
    settle: () => new Promise((resolve) => setImmediate(resolve)),
  }
}

describe('room for requests', () => {
  it('is by route and in all, in the order of asking', async () => {
    const slots = createSlots(3, 2)
    const { got, take, settle } = taker(slots)
    take('a', 'a1')
    take('a', 'a2')
    take('a', 'a3')
    take('b', 'b1')
    take('b', 'b2')
    expect(got).toEqual(['a1', 'a2', 'b1'])
    slots.giveBack('b')
    await settle()
    // a3 asked first, and its route is full
    expect(got).toEqual(['a1', 'a2', 'b1', 'b2'])
    slots.giveBack('a')
    await settle()
    expect(got).toEqual(['a1', 'a2', 'b1', 'b2', 'a3'])
    expect([slots.inUse, slots.mostInUse, slots.waited]).toEqual([3, 3, 2])
  })
})
