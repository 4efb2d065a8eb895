import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { delaySampler, describeDelay, parseDelay } from '../../../src/bench/consumer/delay.ts'
import { randomOf } from '../../../src/records/random.ts'

const mean = (text: string) => {
  const sample = delaySampler(parseDelay(text, '--process-ms'), randomOf(1, 1))
  const values = Array.from({ length: 20_000 }, sample)
  return values.reduce((a, b) => a + b) / values.length
}

describe('times of the application', () => {
  it.each([
    ['5', 'fixed:5'],
    ['0.25', 'fixed:0.25'],
    ['uniform:1:5', 'uniform:1:5'],
    ['normal:5:1', 'normal:5:1'],
    ['lognormal:5:0.5', 'lognormal:5:0.5'],
    ['exp:5', 'exp:5'],
  ])('%s is %s', (text, described) => {
    expect(describeDelay(parseDelay(text, '--process-ms'))).toBe(described)
  })

  it.each([
    '',
    'x',
    '-1',
    '5:6',
    'uniform:5:1',
    'uniform:1',
    'lognormal:1:9',
    'exp:1:2',
    'gamma:1:2',
    '1e99',
  ])('refuses %s, and names the flag', (text) => {
    expect(() => parseDelay(text, '--process-ms')).toThrow(/^--process-ms: /)
  })

  it('have the mean that was asked for', () => {
    expect(mean('3')).toBe(3)
    expect(mean('uniform:1:5')).toBeCloseTo(3, 1)
    expect(mean('normal:5:1')).toBeCloseTo(5, 1)
    expect(mean('exp:5') / 5).toBeCloseTo(1, 1)
  })

  it('are never negative', () => {
    fc.assert(
      fc.property(fc.integer(), fc.double({ min: 0, max: 100, noNaN: true }), (seed, spread) => {
        const sample = delaySampler({ kind: 'normal', meanMs: 1, sdMs: spread }, randomOf(Math.abs(seed), 1))
        return Array.from({ length: 50 }, sample).every((ms) => ms >= 0)
      }),
    )
  })
})
