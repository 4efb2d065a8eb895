import { describe, expect, it } from 'vitest'
import { createTracker } from '../../../src/bench/e2e/tracker.ts'
import type { Operation } from '../../../src/core/operation.ts'

const operation = (first: number, dueMs: number): Operation => ({
  first,
  records: 1,
  dueMs,
  offeredMs: dueMs,
  sentMs: dueMs,
  bytes: 10,
})

function make() {
  let now = 0
  const received: Operation[] = []
  const failed: [Operation, string, string][] = []
  const tracker = createTracker(77, () => now, {
    onReceived: (one) => received.push(one),
    onFailed: (one, error, outcome) => failed.push([one, error, outcome]),
  })
  return {
    tracker,
    received,
    failed,
    at(ms: number) {
      now = ms
    },
  }
}

describe('following records end to end', () => {
  it('does not take what was given up and comes late for a second copy', () => {
    const { tracker, received, failed } = make()
    const [unknown, missing] = [operation(0, 100), operation(1, 100)]
    const stamps = [tracker.stamp(unknown), tracker.stamp(missing)]
    tracker.answered(unknown, '_TIMED_OUT', 'unknown')
    tracker.answered(missing)
    tracker.giveUp()
    expect(failed.map(([, code]) => code)).toEqual(['_TIMED_OUT', '_NOT_RECEIVED'])
    for (const stamp of stamps) tracker.receivedStamp(stamp, 0, 900)
    expect(tracker.tally()).toMatchObject({ received: 0, missing: 1, unknown: 1, late: 2, duplicated: 0 })
    for (const stamp of stamps) tracker.receivedStamp(stamp, 0, 901)
    expect(tracker.tally()).toMatchObject({ late: 2, duplicated: 2 })
    expect(received).toEqual([])
  })

  it('tells a receipt once, and takes the acknowledgement’s and the receipt’s time apart', () => {
    const { tracker, received, at } = make()
    const one = operation(0, 100)
    const stamp = tracker.stamp(one)
    expect(tracker.stamp(one)).toEqual(stamp)
    at(105)
    tracker.answered(one)
    expect(tracker.waiting()).toBe(1)
    tracker.receivedStamp(stamp, 0, 112)
    expect(received).toEqual([one])
    expect(tracker.waiting()).toBe(0)
    const { acked, acknowledged, receive, ...counts } = tracker.tally()
    expect(counts).toMatchObject({ received: 1, duplicated: 0, outOfOrder: 0, failed: 0, unknown: 0 })
    expect(acked).toBe(1)
    expect(acknowledged?.maxMs).toBe(5)
    expect(receive?.maxMs).toBe(7)
  })

  it('waits for the acknowledgement of what was received before it', () => {
    const { tracker, received, at } = make()
    const one = operation(0, 100)
    tracker.receivedStamp(tracker.stamp(one), 0, 101)
    expect(received).toHaveLength(1)
    expect(tracker.waiting()).toBe(1)
    at(103)
    tracker.answered(one)
    expect(tracker.waiting()).toBe(0)
    expect(tracker.tally().receive?.maxMs).toBe(0)
  })

  it('counts what comes again, what comes out of order, and what is not its own', () => {
    const { tracker } = make()
    const [first, second] = [operation(0, 0), operation(1, 1)].map((one) => {
      const stamp = tracker.stamp(one)
      tracker.answered(one)
      return stamp
    })
    tracker.receivedStamp(second, 3, 10)
    tracker.receivedStamp(first, 3, 11)
    tracker.receivedStamp(first, 3, 12)
    tracker.receivedStamp(Buffer.from('other'), 3, 13)
    tracker.receivedStamp(undefined, 3, 13)
    expect(tracker.tally()).toMatchObject({ received: 2, duplicated: 1, outOfOrder: 1, foreign: 2 })
  })

  it('tells a failure, and a record that is received although the client gave it up', () => {
    const { tracker, received, failed } = make()
    const [lost, late] = [operation(0, 0), operation(1, 1)]
    tracker.stamp(lost)
    const stamp = tracker.stamp(late)
    tracker.answered(lost, 'MSG_SIZE_TOO_LARGE', 'failed')
    tracker.receivedStamp(stamp, 0, 5)
    tracker.answered(late, '_MSG_TIMED_OUT', 'unknown')
    expect(failed).toEqual([[lost, 'MSG_SIZE_TOO_LARGE', 'failed']])
    expect(received).toEqual([late])
    expect(tracker.tally()).toMatchObject({ failed: 1, unknown: 1, received: 1, acked: 0 })
  })

  it('gives up what never comes out', () => {
    const { tracker, failed } = make()
    const one = operation(0, 0)
    tracker.stamp(one)
    tracker.answered(one)
    tracker.stamp(operation(1, 0))
    tracker.giveUp()
    expect(tracker.tally()).toMatchObject({ missing: 1, failed: 0, unknown: 0 })
    expect(failed).toEqual([[one, '_NOT_RECEIVED', 'unknown']])
    expect(tracker.waiting()).toBe(0)
  })

  it('tells what was taken back with its transaction from what is missing', () => {
    const { tracker, received, failed } = make()
    const [hidden, seen, committed] = [operation(0, 0), operation(1, 0), operation(2, 0)]
    for (const one of [hidden, committed]) {
      tracker.stamp(one)
      tracker.answered(one)
    }
    const stamp = tracker.stamp(seen)
    tracker.answered(seen)
    // A reader of uncommitted records has it before
    tracker.receivedStamp(stamp, 0, 1)
    for (const one of [hidden, seen]) tracker.aborted(one)
    tracker.giveUp()
    expect(received).toEqual([seen])
    expect(failed).toEqual([
      [hidden, '_ABORTED', 'failed'],
      [committed, '_NOT_RECEIVED', 'unknown'],
    ])
    expect(tracker.tally()).toMatchObject({ acked: 3, aborted: 1, missing: 1, received: 1 })
  })

  it('knows records by their place, whichever comes first', () => {
    const { tracker, received, at } = make()
    const [one, two] = [operation(0, 0), operation(1, 0)]
    tracker.sent(one)
    tracker.sent(two)
    at(4)
    tracker.answered(one, undefined, undefined, undefined, { partition: 2, offset: 10 })
    tracker.receivedPlaces(2, 10, 11, 6)
    expect(received).toEqual([one])
    at(8)
    tracker.answered(two, undefined, undefined, undefined, { partition: 2, offset: 11 })
    expect(received).toEqual([one, two])
    expect(tracker.waiting()).toBe(0)
    expect(tracker.tally()).toMatchObject({ acked: 2, received: 2, duplicated: 0 })
  })

  it('leaves late records of the warm-up out', () => {
    const { tracker } = make()
    const old = tracker.stamp(operation(0, 0))
    tracker.reset()
    tracker.receivedStamp(old, 0, 5)
    expect(tracker.tally()).toMatchObject({ received: 0, duplicated: 0 })
  })
})
