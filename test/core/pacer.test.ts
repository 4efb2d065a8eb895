import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createPacer, dueBefore, type PacedLoad } from '../../src/core/pacer.ts'

const rate = fc.double({ min: 0.5, max: 1e6, noNaN: true })
const spanMs = fc.double({ min: 1, max: 600_000, noNaN: true })
const loads: fc.Arbitrary<PacedLoad> = fc.oneof(
  fc.record({ shape: fc.constant('constant' as const), ratePerSec: rate }),
  fc.record({ shape: fc.constant('ramp' as const), fromPerSec: rate, toPerSec: rate, overMs: spanMs }),
  fc.record({
    shape: fc.constant('steps' as const),
    ratesPerSec: fc.array(rate, { minLength: 1, maxLength: 6 }),
    holdMs: spanMs,
  }),
)

/** Operations due by `atMs`, by adding up the rate over small steps; and how far such a sum can be off. */
function integral(load: PacedLoad, atMs: number): { sum: number; off: number } {
  const pacer = createPacer(load)
  const parts = 20_000
  const stepSec = atMs / parts / 1000
  let sum = 0
  const highest = Math.max(
    ...(load.shape === 'constant'
      ? [load.ratePerSec]
      : load.shape === 'ramp'
        ? [load.fromPerSec, load.toPerSec]
        : load.ratesPerSec),
  )
  for (let i = 0; i < parts; i++) {
    const rate = pacer.ratePerSec(((i + 0.5) * atMs) / parts)
    sum += rate * stepSec
  }
  return { sum, off: 1.01 + 6 * highest * stepSec }
}

describe('a pacer', () => {
  it('lets the rows of a transaction become due together, at the rate of all of them', () => {
    const single = createPacer({ shape: 'constant', ratePerSec: 1000 })
    const grouped = createPacer({ shape: 'constant', ratePerSec: 1000, recordsAtOnce: 4 })
    expect([0, 1, 3, 4, 7, 8].map((n) => grouped.dueMs(n))).toEqual([0, 0, 0, 4, 4, 8])
    expect(grouped.ratePerSec(5)).toBe(1000)
    expect(dueBefore(grouped, 4)).toBe(4)
    expect(dueBefore(grouped, 4.5)).toBe(8)
    expect(dueBefore(single, 400)).toBe(dueBefore(grouped, 400))
  })

  it.each([
    ['a constant rate', { shape: 'constant', ratePerSec: 5000 }, 7, 1.4],
    [
      'a ramp from rest: n = t² / 2 at 1/s per s',
      { shape: 'ramp', fromPerSec: 0, toPerSec: 10, overMs: 10_000 },
      8,
      4000,
    ],
    [
      'a ramp that has ended goes on at its last rate',
      { shape: 'ramp', fromPerSec: 0, toPerSec: 10, overMs: 10_000 },
      60,
      11_000,
    ],
    ['the second step', { shape: 'steps', ratesPerSec: [10, 100], holdMs: 1000 }, 20, 1100],
    [
      'the last step is held for ever',
      { shape: 'steps', ratesPerSec: [10, 100], holdMs: 1000 },
      1010,
      11_000,
    ],
  ] as [string, PacedLoad, number, number][])('knows when operation n is due: %s', (_, load, n, dueMs) => {
    expect(createPacer(load).dueMs(n)).toBeCloseTo(dueMs, 9)
  })

  it('never gets there after a ramp down to nothing', () => {
    const pacer = createPacer({ shape: 'ramp', fromPerSec: 10, toPerSec: 0, overMs: 10_000 })
    expect(pacer.dueMs(50)).toBeCloseTo(10_000, 3)
    expect(pacer.dueMs(51)).toBe(Number.POSITIVE_INFINITY)
  })

  it('is never earlier for a later operation', () => {
    fc.assert(
      fc.property(loads, fc.nat({ max: 5_000_000 }), fc.nat({ max: 1000 }), (load, n, more) => {
        const pacer = createPacer(load)
        expect(pacer.dueMs(n + more)).toBeGreaterThanOrEqual(pacer.dueMs(n))
      }),
    )
  })

  it('has as many operations due as the rate adds up to', () => {
    fc.assert(
      fc.property(loads, spanMs, (load, atMs) => {
        const { sum, off } = integral(load, atMs)
        expect(Math.abs(dueBefore(createPacer(load), atMs) - sum)).toBeLessThanOrEqual(off)
      }),
      { numRuns: 60 },
    )
  })

  it('counts what is due before a moment, the moment itself left out', () => {
    const pacer = createPacer({ shape: 'constant', ratePerSec: 1000 })
    expect(dueBefore(pacer, 0)).toBe(0)
    expect(dueBefore(pacer, 10)).toBe(10)
    expect(dueBefore(pacer, 10.5)).toBe(11)
  })
})
