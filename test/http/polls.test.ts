import { describe, expect, it } from 'vitest'
import type { Operation } from '../../src/core/operation.ts'
import { dealLanes } from '../../src/http/plan.ts'
import { createPolls, type Poll } from '../../src/http/polls.ts'

const targets = ['a', 'b', 'c', 'd'].map((name) => ({ name, url: `http://api/${name}` }))
const lanesOf = (tasks: number) => dealLanes({ targets, tasks })
const operation = (first: number): Operation => ({
  first,
  records: 1,
  dueMs: 0,
  offeredMs: 0,
  sentMs: 0,
  bytes: 0,
})

function pollsOf(lanes: ReturnType<typeof lanesOf>, paced: boolean) {
  const ends = new Map<Poll, () => void>()
  const begun: string[] = []
  const polls = createPolls(lanes, {
    paced,
    waiting: 100,
    onPolled: () => {},
    run(poll) {
      begun.push(`${poll.lane.target.name}${poll.lane.task}`)
      return new Promise<void>((resolve) => ends.set(poll, resolve))
    },
  })
  let taken = 0
  return {
    ...polls,
    begun,
    take: (n: number) => Array.from({ length: n }, () => polls.take(operation(taken++))),
    /** Ends what is under way. */
    async end() {
      const open = [...ends.values()]
      ends.clear()
      for (const one of open) one()
      await new Promise((resolve) => setImmediate(resolve))
    },
  }
}

describe('lanes that change', () => {
  it('take more polls at a time from then on, and tell that there is room', async () => {
    const only = [{ name: 'a', url: 'http://api/a' }]
    const { take, setLanes, onRoom, begun, lanes } = pollsOf(dealLanes({ targets: only, tasks: 1 }), false)
    let rung = 0
    onRoom(() => rung++)
    expect(take(2)).toEqual([true, false])
    setLanes(dealLanes({ targets: only, tasks: 3 }))
    expect(rung).toBe(1)
    expect(lanes()).toHaveLength(3)
    // The lane that is busy is one of the three
    expect(take(3)).toEqual([true, true, false])
    expect(begun).toEqual(['a0', 'a1', 'a2'])
  })

  it('let what is under way end, and what was taken away is not used again', async () => {
    const only = [{ name: 'a', url: 'http://api/a' }]
    const { take, setLanes, end, open, begun } = pollsOf(dealLanes({ targets: only, tasks: 3 }), false)
    take(3)
    setLanes(dealLanes({ targets: only, tasks: 1 }))
    expect(take(1)).toEqual([false])
    await end()
    expect(open()).toBe(0)
    expect(take(2)).toEqual([true, false])
    expect(begun.slice(3)).toEqual(['a0'])
  })

  it('have one free lane for a target at most, whichever task it belongs to', async () => {
    const { take, setLanes, end, begun } = pollsOf(lanesOf(1), false)
    // One task: a runs, b waits
    take(2)
    setLanes(lanesOf(4))
    setLanes(lanesOf(2))
    expect(take(3)).toEqual([true, true, false])
    // c had to wait for its task, d is another's
    expect(begun).toEqual(['a0', 'd1'])
    await end()
    await end()
    await end()
    expect(begun).toEqual(['a0', 'd1', 'b0', 'c0'])
    expect(take(5)).toEqual([true, true, true, true, false])
  })

  it('share out polls by number where they are paced, and a task that is gone ends what waits for it', async () => {
    const { take, setLanes, end, begun, open } = pollsOf(lanesOf(4), true)
    take(8)
    setLanes(lanesOf(1))
    take(4)
    for (let n = 0; n < 12; n++) await end()
    expect(open()).toBe(0)
    expect(begun.filter((one) => one.endsWith('0')).toSorted()).toEqual(['a0', 'a0', 'a0', 'b0', 'c0', 'd0'])
    expect(begun.filter((one) => one.endsWith('3'))).toEqual(['d3', 'd3'])
  })
})
