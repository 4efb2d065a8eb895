import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeHistogram, Histogram, mergeEncoded, mergeSummaries } from '../../src/core/histogram.ts'

const times = fc.array(fc.double({ min: 0, max: 100_000, noNaN: true }), { minLength: 1, maxLength: 300 })

function of(values: readonly number[]): Histogram {
  const histogram = new Histogram()
  for (const value of values) histogram.record(value)
  return histogram
}

describe('a histogram', () => {
  it('keeps maximum, minimum and sum exactly, and percentiles within 0.1 %', () => {
    fc.assert(
      fc.property(times, fc.integer({ min: 1, max: 100 }), (values, percent) => {
        const summary = of(values)
        const sorted = values.toSorted((a, b) => a - b)
        const exact = sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)] ?? 0
        expect(summary.maxMs).toBe(sorted.at(-1))
        expect(Math.abs(summary.percentileMs(percent) - exact)).toBeLessThanOrEqual(exact * 0.001 + 0.001)
        expect(summary.sumMs).toBeCloseTo(
          values.reduce((a, b) => a + b, 0),
          6,
        )
      }),
    )
  })

  it('adds bucket by bucket: the parts together are the whole', () => {
    fc.assert(
      fc.property(times, times, (left, right) => {
        const whole = of([...left, ...right])
        const sum = of(left)
        sum.add(of(right))
        expect(sum.encode()).toBe(whole.encode())
        expect(mergeEncoded([of(left).encode(), of(right).encode()])).toBe(whole.encode())
        expect(sum.maxMs).toBe(whole.maxMs)
      }),
      { numRuns: 50 },
    )
  })

  it('tells the same percentiles after encoding and decoding', () => {
    fc.assert(
      fc.property(times, (values) => {
        const histogram = of(values)
        const decoded = decodeHistogram(histogram.encode(), histogram.maxMs)
        expect(decoded.count).toBe(histogram.count)
        for (const percent of [50, 90, 99, 99.9]) {
          expect(decoded.percentileMs(percent)).toBe(histogram.percentileMs(percent))
        }
      }),
      { numRuns: 50 },
    )
  })

  it('has no percentile above the maximum or below the minimum, also of several together', () => {
    fc.assert(
      fc.property(times, times, (left, right) => {
        const [a, b] = [of(left).summary(), of(right).summary()]
        for (const summary of [a, b, mergeSummaries([a, b])]) {
          if (summary === undefined) continue
          const { minMs, p50Ms, p90Ms, p95Ms, p99Ms, p999Ms, maxMs } = summary
          const ordered = [p50Ms, p90Ms, p95Ms, p99Ms, p999Ms, maxMs]
          expect(ordered).toEqual(ordered.toSorted((x, y) => x - y))
          // What is filed is whole microseconds
          expect(p50Ms).toBeGreaterThanOrEqual(minMs - 0.0005)
        }
      }),
      { numRuns: 50 },
    )
  })

  it('clamps what is negative, no number or above an hour, and counts it', () => {
    const summary = of([-3, Number.NaN, 2 * 3_600_000, 5]).summary()
    expect(summary).toMatchObject({ count: 4, clamped: 3, minMs: 0, maxMs: 7_200_000 })
    expect(summary?.p50Ms).toBe(0)
  })

  it('files many equal values with one call', () => {
    const many = new Histogram()
    many.record(2.5, 1000)
    expect(many.summary()).toMatchObject({ count: 1000, sumMs: 2500, meanMs: 2.5, p99Ms: 2.5 })
  })

  it('has no summary when nothing was measured', () => {
    expect(new Histogram().summary()).toBeUndefined()
  })
})
