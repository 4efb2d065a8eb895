import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { guideOf, sizingOf, stepOf, warningsOf } from './cases.ts'

const cfu = (texts: Record<string, string>) => sizingOf('cfu', texts)

describe('CFU', () => {
  it('are summed over statements, at least one each, and rounded to what the service accepts', () => {
    const sizing = cfu({ statements: '60k,40k,500', ratePerCfu: '8k' })
    expect([1, 2, 3].map((n) => stepOf(sizing, `statement${n}`))).toEqual([10, 7, 1])
    expect(sizing.answer.value).toBe(18)
    expect(stepOf(sizing, 'maxCfu')).toBe(20)
  })

  it.each([
    ['1', 5],
    ['5', 5],
    ['6', 10],
    ['11', 20],
    ['50', 50],
  ])('of %s thousand at 1,000/s each are MAX_CFU %d', (thousands, limit) => {
    const sizing = cfu({ rate: `${thousands}k`, ratePerCfu: '1k', utilization: '100%' })
    expect(sizing.answer.value).toBe(Number(thousands))
    expect(stepOf(sizing, 'maxCfu')).toBe(limit)
    expect(sizing.commands[0]?.lines[0]).toContain(`--max-cfu ${limit}`)
  })

  it('beyond 50 are several pools, and a statement fits into one only', () => {
    const sizing = cfu({ statements: '40k,40k', ratePerCfu: '1k', utilization: '100%' })
    expect(stepOf(sizing, 'pools')).toBe(2)
    expect(warningsOf(sizing)).toEqual(['several-pools'])
    expect(warningsOf(cfu({ rate: '60k', ratePerCfu: '1k' }))).toContain('statement-too-large')
  })

  it('without a measured rate rest on a guess, which is called one', () => {
    const sizing = cfu({ rate: '100k/s', utilization: '100%' })
    expect(stepOf(sizing, 'ratePerCfu')).toBe(12_500)
    expect(sizing.answer.value).toBe(8)
    expect(warningsOf(sizing)).toEqual(['guessed-rate'])
  })

  it('of 100,000/s are 3 or 75, by the SQL: no rate for a CFU can be assumed', () => {
    const at = (ratePerCfu: string) => cfu({ rate: '100k/s', utilization: '100%', ratePerCfu }).answer.value
    expect([at('44320'), at('1340')]).toEqual([3, 75])
  })

  it('cost by the hour', () => {
    expect(stepOf(cfu({ rate: '10k', ratePerCfu: '1k', utilization: '100%' }), 'hourly')).toBe(2.1)
  })

  it('are never fewer for more load, and carry what they were computed for', () => {
    const rate = fc.integer({ min: 1, max: 1e6 })
    fc.assert(
      fc.property(rate, rate, (one, other) => {
        const at = (value: number) => cfu({ rate: `${value}`, ratePerCfu: '7k' }).answer.value
        const more = Math.max(one, other)
        expect(at(more)).toBeGreaterThanOrEqual(at(Math.min(one, other)))
        expect(more / at(more)).toBeLessThanOrEqual(7000 * 0.8 * (1 + 1e-5))
      }),
    )
  })
})

describe('the guide’s tiers', () => {
  it.each([
    ['50k', 2, 4, 'light'],
    ['50,001', 4, 8, 'medium'],
    ['200k', 4, 8, 'medium'],
    ['200,001', 8, 16, 'heavy'],
  ])('%s events/s: %d to %d CFU (%s), which the service does not accept', (rate, least, most, tier) => {
    const sizing = cfu({ rate, ratePerCfu: '12.5k' })
    expect([guideOf(sizing, 'least of the tier'), guideOf(sizing, 'most of the tier')]).toEqual([least, most])
    expect(sizing.answer.text).toContain(`(the guide: a ${tier} workload)`)
    expect(sizing.guide[0]?.why).toContain(`not ${least} or ${most}`)
  })
})

describe('the verdict', () => {
  const verdict = (texts: Record<string, string>) => {
    const sizing = cfu({ rate: '100k', ratePerCfu: '12.5k', ...texts })
    return [sizing.answer.text.split('; ')[1], warningsOf(sizing)]
  }

  it('is the guide’s: throughput below target, CPU above 80 %, checkpoints above 30 s, backpressure', () => {
    expect(verdict({})).toEqual([undefined, []])
    expect(verdict({ cpu: '80%', checkpoint: '30s', backpressure: '10%', observedRate: '100k' })).toEqual([
      'no reason to scale up',
      [],
    ])
    expect(verdict({ cpu: '81%' })).toEqual(['scale up: CPU at 81 %', ['scale-up']])
    expect(verdict({ checkpoint: '31s' })).toEqual(['scale up: checkpoints take 31 s', ['scale-up']])
    expect(verdict({ backpressure: '11%' })).toEqual([
      'scale up: backpressure 11 % of the time',
      ['scale-up'],
    ])
    expect(verdict({ observedRate: '99k' })).toEqual(['scale up: 99,000/s of 100,000/s', ['scale-up']])
  })

  it('takes what was seen to be nothing', () => {
    expect(verdict({ cpu: '0%', backpressure: '0%' })).toEqual(['no reason to scale up', []])
  })

  it('is another where the pool has room: a limit that is not reached limits nothing', () => {
    expect(verdict({ cpu: '90%', cfuUsed: '4', cfuLimit: '10' })).toEqual([
      'a higher MAX_CFU would not help',
      ['pool-has-room'],
    ])
    expect(verdict({ cfuUsed: '10', cfuLimit: '10' })).toEqual([
      'scale up: 100 % of the pool is used',
      ['scale-up'],
    ])
  })
})
