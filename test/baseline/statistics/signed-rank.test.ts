import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { shiftOf } from '../../../src/baseline/statistics/shift.ts'
import { outsideInterval, signedRank } from '../../../src/baseline/statistics/signed-rank.ts'

/** The same by trying every sign: 2^n cases. */
function byTrying(differences: readonly number[]): number {
  const sizes = differences.map(Math.abs)
  const rank = (size: number) =>
    sizes.filter((other) => other < size).length + (sizes.filter((other) => other === size).length + 1) / 2
  const ranks = sizes.map((size) => (size === 0 ? 0 : rank(size)))
  const sumOf = (isPositive: (at: number) => boolean) =>
    ranks.reduce((sum, one, at) => (isPositive(at) ? sum + one : sum), 0)
  const observed = sumOf((at) => (differences[at] ?? 0) > 0)
  const cases = 2 ** sizes.length
  let asMuch = 0
  for (let signs = 0; signs < cases; signs++) {
    if (sumOf((at) => ((signs >> at) & 1) === 1) >= observed) asMuch++
  }
  return asMuch / cases
}

/** Differences whose positive ranks sum up to so much: the largest that still fit, from above. */
function ranksOf(n: number, sum: number): number[] {
  let left = sum
  return Array.from({ length: n }, (_, at) => n - at).map((rank) => {
    if (rank > left) return -rank
    left -= rank
    return rank
  })
}

describe('signed ranks', () => {
  it('of n differences that all have one sign have a chance of 2^-n', () => {
    expect(signedRank([3, 1, 2, 5, 4, 9, 7, 6, 8, 10])).toEqual({ pMore: 2 ** -10, pLess: 1 })
    expect(signedRank([-3, -1, -2])).toEqual({ pMore: 1, pLess: 2 ** -3 })
  })

  it('have the chance that the tables give', () => {
    // n = 10, T+ = 47: 0.0244 (T- = 8, one-sided 0.024)
    const differences = [10, 9, 8, 7, 6, 5, -4, -3, 2, -1]
    expect(signedRank(differences).pMore).toBeCloseTo(0.0244, 4)
  })

  it('agree with trying every sign, ties and zeros included', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: -4, max: 4 }), { minLength: 1, maxLength: 9 }),
        (differences) => {
          const { pMore, pLess } = signedRank(differences)
          expect(pMore).toBeCloseTo(byTrying(differences), 12)
          expect(pLess).toBeCloseTo(byTrying(differences.map((one) => -one)), 12)
        },
      ),
    )
  })

  it('say nothing of differences that are all zero', () => {
    expect(signedRank([0, 0, 0])).toEqual({ pMore: 1, pLess: 1 })
  })

  /** Wilcoxon and Wilcox, Some Rapid Approximate Statistical Procedures (1964): the largest rank sum that is significant. */
  it.each([
    {
      alpha: 0.1,
      from: 5,
      critical: [0, 2, 3, 5, 8, 10, 13, 17, 21, 25, 30, 35, 41, 47, 53, 60, 67, 75, 83, 91, 100],
    },
    {
      alpha: 0.05,
      from: 6,
      critical: [0, 2, 3, 5, 8, 10, 13, 17, 21, 25, 29, 34, 40, 46, 52, 58, 65, 73, 81, 89],
    },
    {
      alpha: 0.02,
      from: 7,
      critical: [0, 1, 3, 5, 7, 9, 12, 15, 19, 23, 27, 32, 37, 43, 49, 55, 62, 69, 76],
    },
    { alpha: 0.01, from: 8, critical: [0, 1, 3, 5, 7, 9, 12, 15, 19, 23, 27, 32, 37, 42, 48, 54, 61, 68] },
  ])('have the critical values of the tables at $alpha, two-sided', ({ alpha, from, critical }) => {
    expect(critical.map((_, at) => outsideInterval(from + at, alpha) - 1)).toEqual(critical)
    // With one pair less there is none
    expect(outsideInterval(from - 1, alpha)).toBe(0)
  })

  it.each([
    [5, 15, 0.031],
    [8, 31, 0.039],
    [10, 45, 0.042],
    [12, 61, 0.046],
    [15, 90, 0.047],
  ])('of %i pairs that sum up to %i or more have the chance of the tables', (n, sum, chance) => {
    expect(signedRank(ranksOf(n, sum)).pMore).toBeCloseTo(chance, 3)
  })
})

describe('a shift', () => {
  it('is the median of the Walsh averages', () => {
    const { estimate, interval } = shiftOf([1, 2, 4])
    expect(estimate).toBe(2.25)
    expect(interval(0.05)).toBeUndefined()
  })

  it('has an interval that moves and grows with the differences', () => {
    const differences = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]
    const shift = shiftOf(differences)
    expect(shift.estimate).toBe(5.5)
    expect(shift.interval(0.05)).toEqual([3, 8])
    const moved = shiftOf(differences.map((one) => 2 * one + 1))
    expect(moved.estimate).toBe(12)
    expect(moved.interval(0.05)).toEqual([7, 17])
  })

  it('stays within what was measured', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -9, max: 9, noNaN: true }), { minLength: 6, maxLength: 30 }),
        (all) => {
          const { estimate, interval } = shiftOf(all)
          const [low, high] = interval(0.05) ?? [Number.NaN, Number.NaN]
          expect(low).toBeGreaterThanOrEqual(Math.min(...all))
          expect(high).toBeLessThanOrEqual(Math.max(...all))
          expect(low).toBeLessThanOrEqual(estimate)
          expect(high).toBeGreaterThanOrEqual(estimate)
        },
      ),
    )
  })
})
