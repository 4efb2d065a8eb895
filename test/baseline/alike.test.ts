import { describe, expect, it } from 'vitest'
import { configDifferences, environmentDifferences } from '../../src/baseline/alike.ts'
import type { ClientResult } from '../../src/core/result.ts'
import { pacedResult } from '../fixtures/result.ts'

const base: ClientResult = pacedResult()

const changed = (change: (result: ClientResult) => void): ClientResult => {
  const copy = structuredClone(base)
  change(copy)
  return copy
}

describe('two runs', () => {
  it('are alike whatever topic, group and warm-up they had', () => {
    const now = changed(({ plan, effectiveConfig }) => {
      plan.topic = 'another'
      if ('warmup' in plan) plan.warmup = { ...plan.warmup, tookMs: 17, records: 3 }
      effectiveConfig.values['client.id'] = 'another'
    })
    expect(configDifferences(base, now)).toEqual([])
  })

  it('are not alike with another record, rate or setting, and each is named with both its values', () => {
    const now = changed(({ plan, effectiveConfig }) => {
      if ('load' in plan) plan.load = { shape: 'constant', ratePerSec: 77 }
      effectiveConfig.values['linger.ms'] = '30'
      delete effectiveConfig.values['batch.size']
    })
    const found = configDifferences(base, now)
    expect(found).toContainEqual(expect.objectContaining({ name: 'plan.load.ratePerSec', now: '77' }))
    expect(found).toContainEqual(expect.objectContaining({ name: 'effectiveConfig.linger.ms', now: '30' }))
  })

  it('are at one place on the same machine with the same versions, wherever their own broker listened', () => {
    const now = changed(({ environment }) => {
      environment.tune = '99.0.0'
      environment.broker.throwAway = true
      environment.broker.bootstrapServers = 'localhost:1'
    })
    const own = changed(({ environment }) => {
      environment.broker.throwAway = true
    })
    expect(environmentDifferences(own, now)).toEqual([])
  })

  it('are at two places with another number of cores', () => {
    const now = changed(({ environment }) => {
      environment.cores += 1
    })
    expect(environmentDifferences(base, now).map(({ name }) => name)).toEqual(['environment.cores'])
  })
})
