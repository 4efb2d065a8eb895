import { describe, expect, it } from 'vitest'
import { judgeStored } from '../../src/baseline/stored.ts'
import { randomOf } from '../../src/records/random.ts'

describe('a stored baseline', () => {
  it('of fewer than five sittings finds a change suspect, never a regression', () => {
    const four = [0, 0.001, -0.001, 0]
    expect(judgeStored(four, 0.5, 0.03)).toMatchObject({
      verdict: 'suspect',
      sittings: 4,
      expected: undefined,
    })
    expect(judgeStored(four, 0.02, 0.03).verdict).toBe('pass')
    expect(judgeStored(four, -0.5, 0.03).verdict).toBe('improvement')
  })

  it('of five has a prediction interval: mean -+ t(0.99, 4) s sqrt(1 + 1/5)', () => {
    const { expected, detectable } = judgeStored([-0.02, -0.01, 0, 0.01, 0.02], 0, 0.03)
    // 3.7469 * 0.015811 * 1.095445
    expect(expected?.[1]).toBeCloseTo(0.0649, 4)
    expect(expected?.[0]).toBeCloseTo(-0.0649, 4)
    expect(detectable).toBeCloseTo(Math.expm1(0.0649), 4)
  })

  it('tells the chance that an unchanged system lies as far out: 1 % where its interval ends', () => {
    const five = [-0.02, -0.01, 0, 0.01, 0.02]
    const edge = judgeStored(five, 0, 0.03).expected?.[1] ?? 0
    expect(judgeStored(five, edge, 0.03).p).toBeCloseTo(0.01, 6)
    expect(judgeStored(five, -edge, 0.03).p).toBeCloseTo(0.01, 6)
    expect(judgeStored(five, 0, 0.03).p).toBeCloseTo(0.5, 9)
    expect(judgeStored([0, 0, 0, 0, 0], 0.1, 0.03).p).toBe(0)
    expect(judgeStored([0, 0, 0, 0], 0.1, 0.03).p).toBeUndefined()
  })

  it('calls what lies above the interval a regression, and within it nothing', () => {
    const five = [-0.02, -0.01, 0, 0.01, 0.02]
    expect(judgeStored(five, 0.064, 0.03).verdict).toBe('pass')
    expect(judgeStored(five, 0.066, 0.03)).toMatchObject({ verdict: 'regression', estimate: 0.066 })
    expect(judgeStored(five, -0.066, 0.03).verdict).toBe('improvement')
  })

  it('is not moved by a change that nobody cares about, however quiet the machine', () => {
    const quiet = [0, 0.0001, -0.0001, 0.0002, -0.0002]
    expect(judgeStored(quiet, 0.02, 0.03).verdict).toBe('pass')
    expect(judgeStored(quiet, 0.03, 0.03).verdict).toBe('regression')
  })

  it('raises about one false alarm in a hundred where sittings scatter normally', () => {
    const random = randomOf(3, 0)
    let alarms = 0
    for (let times = 0; times < 5000; times++) {
      const sittings = Array.from({ length: 8 }, () => 0.05 * random.normal())
      if (judgeStored(sittings, 0.05 * random.normal(), 0).verdict === 'regression') alarms++
    }
    expect(alarms / 5000).toBeGreaterThan(0.006)
    expect(alarms / 5000).toBeLessThan(0.014)
  })
})
