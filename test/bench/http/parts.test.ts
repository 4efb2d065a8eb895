import { describe, expect, it } from 'vitest'
import { createParts } from '../../../src/bench/http/parts.ts'
import { baseSetup } from '../../../src/http/config/base.ts'
import type { HttpSetup } from '../../../src/http/setup.ts'
import { createTestClock } from '../../core/test-clock.ts'
import { listOf } from '../../http/fake-api.ts'
import { PLAN, play } from '../../http/play.ts'

const BARE: HttpSetup = {
  ...baseSetup('bare', PLAN.targets),
  plan: PLAN,
  transform: {
    enabled: false,
    mappings: [],
    validation: false,
    enrichment: false,
    maxRecordBytes: 1_048_576,
    onError: 'skip',
  },
  converters: { key: 'string', value: 'json' },
}
const FULL: Pick<HttpSetup, 'cache' | 'converters' | 'balancing' | 'scaling'> = {
  cache: {
    tiers: [{ name: 'L1', maxEntries: 10, ttlMs: 1000, policy: 'LRU' }],
    schema: { maxEntries: 10, ttlMs: 10_000 },
  },
  converters: { key: 'string', value: 'json-with-schema' },
  balancing: { strategy: 'ROUND_ROBIN', endpoints: ['http://one.test', 'http://two.test'] },
  scaling: { minTasks: 1, maxTasks: 2, upAbovePerSec: 1e9, downBelowPerSec: 0, intervalMs: 300 },
}

describe('the parts of a poller', () => {
  it('are none where the configuration says nothing of them', () => {
    const parts = createParts(BARE, createTestClock())
    expect([parts.cache, parts.endpoints]).toEqual([undefined, undefined])
  })

  it('are schemas alone where no answers are kept', async () => {
    const cache = { tiers: [], schema: { maxEntries: 10, ttlMs: 1000 } }
    const parts = createParts({ ...BARE, cache, converters: FULL.converters }, createTestClock())
    expect(parts.cache).toBeUndefined()
    const { poller } = await play({ pollsPerSec: 1, api: { answer: listOf(5) }, parts: () => parts })
    const { schemas, cache: counts } = parts.seen(poller, 0)
    expect([schemas?.lookups, counts]).toEqual([5, undefined])
  })

  it('work together, and are counted', async () => {
    const setup = { ...BARE, ...FULL }
    const parts = createParts(setup, createTestClock())
    const { asked, counts, poller } = await play({
      pollsPerSec: 4,
      durationMs: 1000,
      api: { answer: listOf(15) },
      ...(parts.endpoints && { endpoints: parts.endpoints }),
      parts: () => ({ ...parts, ...(setup.scaling && { scaling: setup.scaling }) }),
    })
    expect(asked.map(({ origin }) => origin)).toEqual(['http://one.test', 'http://two.test'])
    expect(counts).toMatchObject({ records: 60, recordsCached: 45 })
    const { cache, schemas, conversion, scaling } = parts.seen(poller, 0)
    expect(cache).toMatchObject({ lookups: 8, hits: 6 })
    expect(schemas).toMatchObject({ lookups: 60, hits: 59 })
    expect(conversion.envelopeBytes).toBeGreaterThan(conversion.payloadBytes)
    expect(scaling?.map(({ to }) => to)).toEqual([1, 1, 1])
    parts.reset()
    const again = parts.seen(poller, 0)
    expect(again.cache).toMatchObject({ lookups: 0, entries: 2 })
    expect(again.schemas?.lookups).toBe(0)
    expect(again.conversion.records).toBe(0)
    expect(again.endpoints?.map(({ requests }) => requests)).toEqual([0, 0])
  })
})
