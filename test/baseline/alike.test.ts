import { describe, expect, it } from 'vitest'
import { configDifferences, environmentDifferences } from '../../src/baseline/alike.ts'
import type { ClientResult } from '../../src/core/result.ts'
import { cdcResult } from '../fixtures/cdc-result.ts'
import { steadyHttp } from '../fixtures/http-result.ts'
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

  it('are alike whatever port their own stub API had, and not with two APIs', () => {
    const polling = (port: number, stub: boolean) => {
      const copy = structuredClone(steadyHttp)
      const origin = `http://127.0.0.1:${port}`
      copy.environment.api = { ...copy.environment.api, stub, origins: [origin] }
      for (const { targets } of copy.plan.instances) for (const one of targets) one.url = `${origin}/records`
      return copy
    }
    const differences = (stub: boolean) => {
      const [one, other] = [polling(1111, stub), polling(2222, stub)]
      return [...configDifferences(one, other), ...environmentDifferences(one, other)]
    }
    expect(differences(true)).toEqual([])
    expect(differences(false).map(({ name }) => name)).toEqual(['plan.instances', 'environment.api.origins'])
  })

  it('are alike whatever their own connector and table were called, and not with two of somebody', () => {
    const capturing = (id: string, own: boolean) => {
      const copy = structuredClone(cdcResult())
      Object.assign(copy.plan, { own, table: `public.tune_cdc_${id}`, connector: `tune-cdc-${id}` })
      return copy
    }
    expect(configDifferences(capturing('a', true), capturing('b', true))).toEqual([])
    expect(configDifferences(capturing('a', false), capturing('b', false))).toHaveLength(2)
  })

  it('are at two places with another number of cores', () => {
    const now = changed(({ environment }) => {
      environment.cores += 1
    })
    expect(environmentDifferences(base, now).map(({ name }) => name)).toEqual(['environment.cores'])
  })
})
