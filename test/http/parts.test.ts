import { describe, expect, it } from 'vitest'
import { createParts } from '../../src/http/parts.ts'
import type { HttpSetup } from '../../src/http/setup.ts'
import { createTestClock } from '../core/test-clock.ts'
import { listOf } from './fake-api.ts'
import { PLAN, play } from './play.ts'

type Parted = Parameters<typeof createParts>[0]

const BARE: Parted = {
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
    expect(Object.keys(parts.io)).toEqual(['convert'])
    expect([parts.responses, parts.schemas, parts.endpoints]).toEqual([undefined, undefined, undefined])
  })

  it('are schemas alone where no answers are kept', () => {
    const cache = { tiers: [], schema: { maxEntries: 10, ttlMs: 1000 } }
    const parts = createParts({ ...BARE, cache }, createTestClock())
    expect([parts.responses, parts.io.cache]).toEqual([undefined, undefined])
    expect(parts.schemas).toBeDefined()
  })

  it('work together, and are counted', async () => {
    const parts = createParts({ ...BARE, ...FULL }, createTestClock())
    const { asked, counts, poller } = await play({
      pollsPerSec: 4,
      durationMs: 1000,
      api: { answer: listOf(15) },
      ...(parts.endpoints && { endpoints: parts.endpoints }),
      parts: () => parts.io,
    })
    expect(asked.map(({ origin }) => origin)).toEqual(['http://one.test', 'http://two.test'])
    expect(counts).toMatchObject({ records: 60, recordsCached: 45 })
    expect(parts.responses?.counts(1000)).toMatchObject({ lookups: 8, hits: 6 })
    expect(parts.schemas?.counts()).toMatchObject({ lookups: 60, hits: 59 })
    expect(parts.conversion.counts().envelopeBytes).toBeGreaterThan(parts.conversion.counts().payloadBytes)
    expect(poller.scaled().map(({ to }) => to)).toEqual([1, 1, 1])
    parts.reset()
    expect(parts.responses?.counts(1000)).toMatchObject({ lookups: 0, entries: 2 })
    expect(parts.schemas?.counts().lookups).toBe(0)
    expect(parts.conversion.counts().records).toBe(0)
    expect(parts.endpoints?.counts().map(({ requests }) => requests)).toEqual([0, 0])
  })
})
