import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { guideOf, sizingOf, stepOf } from './cases.ts'

describe('lag', () => {
  it('of 1,000 records is 10 ms at 100,000/s: the guide’s target is stricter than its P50 of 100 ms', () => {
    const sizing = sizingOf('lag', { rate: '100k/s', lag: '1000' })
    expect(sizing.answer).toMatchObject({ value: 0.01, unit: 's', text: '10 ms behind at 100,000/s' })
    expect(guideOf(sizing, 'target')).toBe(0.01)
    expect(guideOf(sizing, 'critical')).toBe(0.1)
  })

  it('of 100 ms at 100,000/s is 10,000 records', () => {
    expect(sizingOf('lag', { rate: '100k/s', behind: '100ms' }).answer).toMatchObject({
      value: 10_000,
      unit: 'records',
    })
  })

  it('goes to time and back', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e6 }), fc.integer({ min: 1, max: 1e9 }), (rate, records) => {
        const seconds = records / rate
        const there = sizingOf('lag', { rate: `${rate}`, lag: `${records}` }).answer.value
        expect(Math.abs(there - seconds)).toBeLessThanOrEqual(seconds * 1e-5)
        fc.pre(seconds > 0.002 && seconds < 1e8)
        const back = sizingOf('lag', { rate: `${rate}`, behind: `${there.toFixed(6)}s` }).answer.value
        expect(Math.abs(back - records)).toBeLessThanOrEqual(records * 1e-3 + 1)
      }),
    )
  })

  it('drains by what the group processes beyond the rate', () => {
    expect(stepOf(sizingOf('lag', { rate: '100k/s', lag: '1M', consumeRate: '120k' }), 'drainTime')).toBe(50)
    expect(() => sizingOf('lag', { rate: '100k/s', lag: '1M', consumeRate: '100k' })).toThrow(
      '--consume-rate: must be above the rate 100,000/s',
    )
  })

  it('is told in records or as time, not both', () => {
    expect(() => sizingOf('lag', { rate: '1' })).toThrow('--lag or --behind is needed')
    expect(() => sizingOf('lag', { rate: '1', lag: '1', behind: '1s' })).toThrow('say the same thing twice')
  })
})
