import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createCounter } from '../../src/monitor/counter.ts'
import type { Point } from '../../src/monitor/fields.ts'
import { createTally } from '../../src/monitor/tally.ts'

const written = (of: string, value: number): Point => ({ field: 'recordsWritten', of, value })

describe('a counter of somebody else’s', () => {
  it('that began again has grown by what it says since', () => {
    const counter = createCounter(1000)
    expect([1500, 20, 70].map((value) => counter.take(value))).toEqual([500, 20, 50])
    expect(counter).toMatchObject({ resets: 1, backwards: 0 })
  })

  it('that is a little lower than before has not grown, and has not begun again', () => {
    const counter = createCounter(1000)
    expect([995, 1005].map((value) => counter.take(value))).toEqual([0, 10])
    expect(counter).toMatchObject({ resets: 0, backwards: 1 })
  })

  it('never shrinks, and without going back has grown by the difference', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(1_000_000), { minLength: 1 }), (values) => {
        const counter = createCounter(values[0] ?? 0)
        const growth = values.slice(1).map((value) => counter.take(value))
        expect(growth.every((grown) => grown >= 0)).toBe(true)
        const sorted = values.toSorted((a, b) => a - b)
        const rising = createCounter(sorted[0] ?? 0)
        const sum = sorted.slice(1).reduce((total, value) => total + rising.take(value), 0)
        expect(sum).toBe((sorted.at(-1) ?? 0) - (sorted[0] ?? 0))
        expect(rising.resets + rising.backwards).toBe(0)
      }),
    )
  })
})

describe('what a source told', () => {
  it('counts each task by itself: one that is started again takes nothing from the others', () => {
    const tally = createTally()
    tally.take(0, { points: [written('0', 5000), written('1', 100)] })
    // The sum falls from 5,100 to 320, and 220 records were written
    expect(tally.take(1000, { points: [written('0', 20), written('1', 300)] })).toEqual({
      spanMs: 1000,
      grown: { recordsWritten: 220 },
      gauges: {},
    })
    expect(tally).toMatchObject({
      resets: 1,
      readings: 2,
      total: { spanMs: 1000, grown: { recordsWritten: 220 } },
    })
  })

  it('counts from 0 what was not there before: a topic that is made, a task that is added', () => {
    const tally = createTally()
    expect(tally.take(0, { points: [] })).toBeUndefined()
    expect(tally.take(1000, { points: [written('t-0', 40)] })?.grown).toEqual({ recordsWritten: 40 })
  })

  it('puts gauges of several together, each in its way', () => {
    const tally = createTally()
    const points: Point[] = [
      { field: 'activeRecords', of: '0', value: 10 },
      { field: 'activeRecords', of: '1', value: 30 },
      { field: 'pollBatchMs', of: '0', value: 10 },
      { field: 'pollBatchMs', of: '1', value: 30 },
      { field: 'offsetCommitFailureRatio', of: '0', value: 0 },
      { field: 'offsetCommitFailureRatio', of: '1', value: 0.5 },
    ]
    tally.take(0, { points })
    expect(tally.take(1000, { points })?.gauges).toEqual({
      activeRecords: 40,
      pollBatchMs: 20,
      offsetCommitFailureRatio: 0.5,
    })
  })
})
