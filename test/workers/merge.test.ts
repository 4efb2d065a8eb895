/** What several processes measured, put together: checked with exact numbers. */
import { describe, expect, it } from 'vitest'
import { decodeHistogram, Histogram, mergeEncoded, mergeSummaries } from '../../src/core/histogram.ts'
import { mergeOutcomes, mergeSeries } from '../../src/core/merge.ts'
import { checkResult } from '../../src/core/recompute.ts'
import type { Interval } from '../../src/core/result.ts'
import { workersResult } from '../fixtures/result.ts'

const summary = (...values: number[]) => {
  const histogram = new Histogram()
  for (const value of values) histogram.record(value)
  return histogram.summary()
}

describe('histograms of several workers', () => {
  it('are the sum of their buckets, with the exact maximum and the clamped count beside', () => {
    const parts = [summary(1, 2, 3), summary(10, 4_000_000), undefined, summary(0.5)]
    const merged = mergeSummaries(parts)
    const one = summary(1, 2, 3, 10, 4_000_000, 0.5)
    expect(merged).toEqual(one)
    expect(merged).toMatchObject({ count: 6, maxMs: 4_000_000, minMs: 0.5, clamped: 1, sumMs: 4_000_016.5 })
  })

  it('are never averaged: the p99 of a slow tenth is the slow one’s', () => {
    const fast = Array.from({ length: 900 }, () => 1)
    const slow = Array.from({ length: 100 }, () => 100)
    expect(mergeSummaries([summary(...fast), summary(...slow)])?.p99Ms).toBeCloseTo(100, 0)
    expect(mergeSummaries([summary(...fast), summary(...slow)])?.p90Ms).toBeCloseTo(1, 2)
  })

  it('are absent where nobody measured', () => {
    expect(mergeSummaries([undefined, undefined])).toBeUndefined()
  })
})

const second = (atMs: number, records: number, change: Partial<Interval> = {}): Interval => ({
  atMs,
  durationMs: 1000,
  phase: 'measure',
  records,
  bytes: records * 10,
  sent: records,
  recordsPerSec: records,
  bytesPerSec: records * 10,
  errors: 1,
  ...change,
})

describe('the warm-ups of several workers', () => {
  it('add up by how long before measured time they were', () => {
    expect(workersResult().warmupSeries).toEqual([
      { atMs: -3000, durationMs: 1000, records: 1000, recordsPerSec: 1000, errors: 0 },
      { atMs: -2000, durationMs: 1000, records: 2001, recordsPerSec: 2001, errors: 1 },
      { atMs: -1000, durationMs: 1000, records: 2001, recordsPerSec: 2001, errors: 1 },
    ])
  })
})

describe('the seconds of several workers', () => {
  it('add up by their number', () => {
    const merged = mergeSeries([
      [second(0, 100), second(1000, 50)],
      [second(0, 200), second(1000, 70)],
    ])
    expect(merged).toMatchObject([
      { atMs: 0, records: 300, bytes: 3000, recordsPerSec: 300, errors: 2 },
      { atMs: 1000, records: 120, recordsPerSec: 120 },
    ])
  })

  it('last as long as the longest of them, and one that has ended adds nothing', () => {
    const merged = mergeSeries([
      [second(0, 100), second(1000, 30, { durationMs: 300, phase: 'drain' })],
      [second(0, 100), second(1000, 40, { durationMs: 500 }), second(1500, 5, { phase: 'drain' })],
    ])
    expect(
      merged.map(({ atMs, durationMs, phase, records, recordsPerSec }) => [
        atMs,
        durationMs,
        phase,
        records,
        recordsPerSec,
      ]),
    ).toEqual([
      [0, 1000, 'measure', 200, 200],
      [1000, 500, 'measure', 70, 140],
      [1500, 1000, 'drain', 5, 5],
    ])
  })

  it('measure until the last one ends, whatever the zero of their clocks', () => {
    const outcome = { achievedRatio: 1, unsent: 2, blockedMs: 100, aborted: false }
    expect(
      mergeOutcomes([
        { ...outcome, startMs: 7000, endMs: 8000 },
        { ...outcome, startMs: 0, endMs: 1500, achievedRatio: 0.9, blockedMs: 0, aborted: true },
      ]),
    ).toEqual({ startMs: 0, endMs: 1500, achievedRatio: 0.95, unsent: 4, blockedMs: 50, aborted: true })
  })
})

describe('the result of a run with workers', () => {
  it('follows from its parts, and says when one does not fit', () => {
    const result = workersResult()
    const [first, ...others] = result.workers ?? []
    expect(checkResult(result)).toEqual([])
    expect(mergeEncoded((result.workers ?? []).flatMap(({ latency }) => latency?.hdr ?? []))).toBe(
      result.latency?.hdr,
    )
    expect(decodeHistogram(result.latency?.hdr ?? '').count).toBe(20_000)
    expect(first?.latency?.count).toBe(10_000)
    const wrong = {
      ...result,
      workers: [{ ...first, latency: others[0]?.latency }, ...others],
    } as typeof result
    expect(checkResult(wrong).map(({ figure }) => figure)).toContain('latency.hdr')
  })

  it('adds up CPU and memory, and takes the worst event loop', () => {
    const { health, metrics } = workersResult()
    expect(health.tool).toMatchObject({ cpuRatio: 0.82, eventLoopMaxMs: 7.2, rssBytes: 282_000_000 })
    expect(health.client).toMatchObject({
      queueMs: 1.5,
      rttMs: 2,
      queuedRecords: 200,
      sums: { batches: 4000 },
    })
    expect(metrics).toMatchObject({ recordsPerSec: 1999.1, retries: 1, batchRecords: 9.8 })
  })
})
