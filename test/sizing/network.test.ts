import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { size } from '../../src/sizing/calculator.ts'
import { CALCULATORS } from '../../src/sizing/index.ts'
import { unpacedResult } from '../fixtures/result.ts'
import { guideOf, hasStep, sizingOf, stepOf, warningsOf } from './cases.ts'

const network = (texts: Record<string, string>) => sizingOf('network', texts)

describe('the lines of brokers', () => {
  it('take W × r / B and give W × (G + r - 1) / B', () => {
    const sizing = network({ ingress: '300MiB/s', groups: '2', brokers: '3' })
    expect(stepOf(sizing, 'inEach')).toBe(300)
    expect(stepOf(sizing, 'outEach')).toBe(400)
    expect(sizing.answer.value).toBeCloseTo((400 * 1024 ** 2) / 1.25e9, 5)
  })

  it('of three at 60 % are at 90 % when one is lost', () => {
    const sizing = network({ ingress: '600MiB/s', groups: '1', line: '1000MiB/s' })
    expect(sizing.answer.value).toBe(0.6)
    expect(stepOf(sizing, 'loadAfterLoss')).toBe(0.9)
    expect(warningsOf(sizing)).toEqual(['line-full-after-loss'])
  })

  it('are judged by the guide at 70 and 85 %', () => {
    const sizing = network({ ingress: '800MiB/s', groups: '1', line: '1000MiB/s' })
    expect([guideOf(sizing, 'target'), guideOf(sizing, 'critical')]).toEqual([0.7, 0.85])
    expect(warningsOf(sizing)).toContain('line-full')
    expect(stepOf(sizing, 'brokersNeeded')).toBe(4)
  })

  it('have room with as many brokers as it says', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 50_000 }), fc.integer({ min: 0, max: 20 }), (mib, groups) => {
        const texts = { ingress: `${mib}MiB/s`, groups: `${groups}` }
        const brokers = stepOf(network(texts), 'brokersNeeded')
        expect(network({ ...texts, brokers: `${brokers}` }).answer.value).toBeLessThanOrEqual(
          0.7 * (1 + 1e-4),
        )
      }),
    )
  })

  it('between zones carry two thirds of what clients send and read, and all copies', () => {
    const sizing = network({ ingress: '90MiB/s', groups: '2', zones: '3' })
    expect(stepOf(sizing, 'crossZone')).toBe(90 * (3 * (2 / 3) + 2))
    expect(stepOf(sizing, 'crossZoneNear')).toBe(90 * (2 / 3 + 2))
    expect(hasStep(network({ ingress: '90MiB/s', zones: '1' }), 'crossZone')).toBe(false)
  })

  it('are spread over no more zones than there are brokers', () => {
    const three = network({ ingress: '90MiB/s', brokers: '3', zones: '3' })
    const many = network({ ingress: '90MiB/s', brokers: '3', zones: '7' })
    expect(stepOf(many, 'spread')).toBe(3)
    expect(stepOf(many, 'crossZone')).toBe(stepOf(three, 'crossZone'))
    expect(hasStep(three, 'spread')).toBe(false)
  })

  it('follow what a bench measured', () => {
    const result = unpacedResult()
    const at = (recordsPerSec: number) =>
      size(CALCULATORS.network, {
        texts: { groups: '2' },
        saved: [{ path: 'run.json', result: { ...result, metrics: { ...result.metrics, recordsPerSec } } }],
      })
    expect(at(50_000).inputs.rate).toMatchObject({ value: 50_000, from: 'measured' })
    expect(at(50_000).inputs.recordSize?.from).toBe('measured')
    const bytes = result.metrics.bytesPerSec ?? 0
    expect(stepOf(at(50_000), 'peak')).toBeCloseTo(bytes / 1024 ** 2, 3)
  })
})
