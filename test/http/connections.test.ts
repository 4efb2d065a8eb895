import { describe, expect, it } from 'vitest'
import { createConnections } from '../../src/http/connections.ts'

const numbered = (streams: number) => {
  let made = 0
  return createConnections(() => ++made, streams)
}

describe('connections', () => {
  it('are used again, the last one first, and made when all are in use', () => {
    const connections = numbered(1)
    const [a, b, c] = [connections.take(), connections.take(), connections.take()]
    expect([a, b, c].map(({ connection }) => connection)).toEqual([1, 2, 3])
    connections.giveBack(a, 1)
    connections.giveBack(c, 2)
    expect([a, b, c].map(({ quietSinceMs }) => quietSinceMs)).toEqual([1, Number.POSITIVE_INFINITY, 2])
    expect(connections.take()).toBe(c)
    expect(connections.take()).toBe(a)
    expect(connections.take().connection).toBe(4)
    expect(connections.all()).toEqual([1, 2, 3, 4])
  })

  it('carry several requests at a time, before another is made', () => {
    const connections = numbered(2)
    const taken = Array.from({ length: 4 }, () => connections.take())
    expect(taken.map(({ connection }) => connection)).toEqual([1, 1, 2, 2])
    for (const one of taken.slice(0, 3)) connections.giveBack(one, 3)
    const again = Array.from({ length: 3 }, () => connections.take().connection)
    expect(again).toEqual([2, 1, 1])
    expect(connections.take().connection).toBe(3)
  })
})
