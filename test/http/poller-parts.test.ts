/** What a poller does beside polling, on a test clock: cache, warming, balancing, scaling, records in error. */
import { describe, expect, it } from 'vitest'
import { createEndpoints } from '../../src/http/balancing.ts'
import { createResponseCache } from '../../src/http/cache/response-cache.ts'
import type { ApiRequest } from '../../src/http/client.ts'
import { RequestError } from '../../src/http/request-error.ts'
import type { CacheSettings, TransformSettings } from '../../src/http/setup.ts'
import type { Batch } from '../../src/http/sink.ts'
import { createConversion } from '../../src/http/transform/conversion.ts'
import { listOf } from './fake-api.ts'
import { CURSOR, PLAN, play } from './play.ts'

const TIERS: CacheSettings = { tiers: [{ name: 'L1', maxEntries: 100, ttlMs: 1000, policy: 'LRU' }] }

function cached(settings: Partial<CacheSettings> = {}) {
  const full = { ...TIERS, ...settings }
  const responses = createResponseCache(full)
  return { responses, parts: () => ({ cache: { settings: full, responses } }) }
}

/** A list with a tag, and 304 for who knows it; the tag changes at `changesMs`. */
const tagged =
  (total: number, tagOf: (n: number) => string = () => '"1"') =>
  (request: ApiRequest, n: number) => {
    const etag = tagOf(n)
    return request.headers['if-none-match'] === etag
      ? { status: 304, headers: { etag }, body: Buffer.alloc(0) }
      : { ...listOf(total)(request), headers: { etag } }
  }

describe('a cache', () => {
  it('answers within its TTL, at once, and its records are known to be old', async () => {
    const { responses, parts } = cached()
    // Each 250 ms for 2 s, two pages
    const { asked, counts, records } = await play({
      pollsPerSec: 4,
      durationMs: 2000,
      api: { answer: listOf(15) },
      parts,
    })
    // There at 10 and 20 ms, so that they are 990 and 980 ms old at 1 s, and fetched again at 1.25 s
    expect(asked).toHaveLength(4)
    expect(counts).toMatchObject({ pages: 16, cachedPages: 12, records: 120, recordsCached: 90 })
    expect(records.acked).toBe(120)
    expect(responses.counts(2000)).toMatchObject({ lookups: 16, hits: 12, hitRatio: 0.75 })
    expect(responses.ages()).toMatchObject({ count: 12, minMs: 230, maxMs: 990 })
    expect(records.service?.minMs).toBe(0)
  })

  it('takes no token of the rate for what it has', async () => {
    const { times, asked } = await play({
      pollsPerSec: 10,
      rate: { perSec: 1, burst: 2 },
      api: { answer: listOf(15) },
      parts: cached().parts,
    })
    expect(asked).toHaveLength(2)
    expect(times.limiterMs).toBe(0)
  })

  it('asks the API to confirm what is too old, and 304 brings no records and leads on', async () => {
    const { responses, parts } = cached()
    const { asked, counts, records, done } = await play({
      pollsPerSec: 0.5,
      durationMs: 4000,
      api: { answer: tagged(15) },
      parts,
    })
    expect(asked.map(({ headers }) => headers['if-none-match'])).toEqual([undefined, undefined, '"1"', '"1"'])
    expect(counts).toMatchObject({
      pages: 4,
      notModified: 2,
      records: 15,
      emptyPages: 0,
      statuses: { 200: 2, 304: 2 },
      ends: { 'no-next': 2 },
    })
    expect([records.acked, done.length]).toEqual([15, 2])
    expect(responses.counts(4000)).toMatchObject({ stale: 2, confirmed: 2, stored: 2 })
  })

  it('takes what has changed in place of what it had', async () => {
    const { responses, parts } = cached()
    const { counts } = await play({
      pollsPerSec: 0.5,
      durationMs: 4000,
      api: { answer: tagged(5, (n) => `"${n}"`) },
      parts,
    })
    expect(counts).toMatchObject({ notModified: 0, records: 10 })
    expect(responses.pages()[0]?.validators).toEqual({ etag: '"1"' })
  })

  it('keeps no answer that failed', async () => {
    const { responses, parts } = cached()
    await play({
      pollsPerSec: 1,
      plan: { retry: { ...PLAN.retry, max: 0 } },
      api: { answer: () => ({ status: 500, body: Buffer.from('[1]') }) },
      parts,
    })
    expect(responses.counts(0)).toMatchObject({ lookups: 1, stored: 0, entries: 0 })
  })

  it('is cleaned up while nobody asks', async () => {
    const { responses, parts } = cached({ cleanupIntervalMs: 1500 })
    await play({ pollsPerSec: 0.4, durationMs: 2400, api: { answer: listOf(5) }, parts })
    expect(responses.counts(2400)).toMatchObject({ entries: 0, expired: 1 })
  })

  it('of POST tells requests apart by their body, and never makes them conditional', async () => {
    const { responses, parts } = cached()
    const { asked } = await play({
      plan: { method: 'POST', body: '{"q":1}' },
      pollsPerSec: 0.5,
      durationMs: 4000,
      api: { answer: tagged(5) },
      parts,
    })
    expect(asked).toHaveLength(2)
    expect(asked[1]?.headers).toEqual({})
    expect(responses.pages()[0]?.key).toBe('POST http://api.test/records?limit=10 {"q":1}')
  })
})

describe('warming', () => {
  it('fetches by its schedule what its patterns name, so that polls find it', async () => {
    const warming = { schedule: '*/5 * * * * *', patterns: ['users/*'], strategies: [] }
    const { responses, parts } = cached({
      tiers: [{ name: 'L1', maxEntries: 100, ttlMs: 5000, policy: 'LRU' }],
      warming,
    })
    // Two polls each 2.4 s; of users/7 those at 4.8 and 7.2 s and so on would find nothing younger than 5 s
    const targets = ['users/7', 'orders'].map((name) => ({ name, url: `http://api.test/${name}` }))
    const { asked, counts, poller, requests } = await play({
      plan: { targets, tasks: 2 },
      pollsPerSec: 1 / 1.2,
      durationMs: 24_000,
      api: { answer: listOf(15) },
      parts,
    })
    const users = asked.filter(({ path }) => path.startsWith('/users')).map(({ atMs }) => Math.round(atMs))
    // Once by the first poll, then by warming: two pages each
    expect(users).toEqual([0, 10, 5000, 5010, 10_000, 10_010, 15_000, 15_010, 20_000, 20_010])
    expect(poller.warmed()).toEqual({ runs: 4, pages: 8, failed: 0 })
    expect(requests.acked).toBe(asked.length)
    expect(counts.recordsCached).toBeGreaterThan(0)
    expect(responses.counts(0).tiers[0]?.hits).toBe(counts.cachedPages)
  })

  it('counts what it could not have, and polls go on', async () => {
    const warming = { schedule: '* * * * * *', patterns: ['records'], strategies: [] }
    const { poller, polls } = await play({
      plan: { retry: { ...PLAN.retry, max: 0 } },
      pollsPerSec: 1,
      durationMs: 2500,
      api: {
        answer: (request, n) => (n === 0 ? listOf(5)(request) : { status: 500 }),
      },
      parts: cached({ tiers: [{ name: 'L1', maxEntries: 9, ttlMs: 9000, policy: 'LRU' }], warming }).parts,
    })
    expect(poller.warmed()).toEqual({ runs: 2, pages: 0, failed: 2 })
    expect(polls.failed).toBe(0)
  })

  it('renews by PREDICTIVE what would be too old when it is asked for', async () => {
    const warming = { patterns: [], strategies: ['PREDICTIVE' as const] }
    // Asked for each 400 ms, good for 1 s, looked after each 500 ms
    const { responses, parts } = cached({ warming })
    const { asked } = await play({ pollsPerSec: 2.5, durationMs: 4000, api: { answer: listOf(5) }, parts })
    expect(responses.counts(4000)).toMatchObject({ lookups: 10, misses: 1 })
    expect(asked.slice(1).every(({ atMs }) => atMs % 500 === 0)).toBe(true)
  })
})

describe('endpoints', () => {
  it('share out requests, and one that fails is left out until its check passes', async () => {
    const endpoints = createEndpoints(
      {
        strategy: 'ROUND_ROBIN',
        endpoints: ['http://one.test', 'http://two.test'],
        healthCheck: { path: '/health', intervalMs: 1000 },
      },
      PLAN.targets,
    )
    const { asked, counts, polls } = await play({
      pollsPerSec: 10,
      durationMs: 2500,
      endpoints,
      api: {
        answer(request, n) {
          if (request.origin === 'http://two.test' && n <= 15) {
            throw new RequestError('REFUSED', 'refused')
          }
          return listOf(5)(request)
        },
      },
    })
    expect(polls.acked).toBe(25)
    // The second request fails and is tried at the other; its check at 1 s fails, that at 2 s passes
    expect(counts.retries).toBe(1)
    const turns = asked
      .filter(({ path }) => path !== '/health')
      .map(({ origin, atMs }) => [origin === 'http://two.test' ? 2 : 1, atMs] as const)
    expect(turns.filter(([who, atMs]) => who === 2 && atMs < 2000)).toEqual([[2, 100]])
    expect(turns.filter(([, atMs]) => atMs > 2010).map(([who]) => who)).toEqual([2, 1, 2, 1])
    expect(endpoints.counts()).toMatchObject([
      { isUp: true, checks: 2, outages: 0 },
      { isUp: true, checks: 2, outages: 1, failures: 1 },
    ])
  })
})

describe('scaling', () => {
  it('adds tasks while they bring more than the threshold, and takes them away when less', async () => {
    let total = 10
    const { poller, outcome } = await play({
      maxInFlight: 4,
      // Not while the tenth evaluation is due
      durationMs: 1050,
      api: {
        // 10 records each 10 ms: 1,000/s a task
        answer: (request, n) => {
          if (n > 150) total = 0
          return listOf(total)(request)
        },
      },
      parts: () => ({
        scaling: { minTasks: 1, maxTasks: 4, upAbovePerSec: 800, downBelowPerSec: 100, intervalMs: 100 },
      }),
    })
    expect(outcome.aborted).toBe(false)
    const steps = poller.scaled()
    expect(steps.map(({ to }) => to)).toEqual([2, 2, 3, 3, 4, 4, 4, 3, 3, 2])
    // A new task's first answer comes 10 ms into its interval
    expect(steps.slice(0, 4).map(({ recordsPerSec }) => Math.round(recordsPerSec / 100))).toEqual([
      9, 19, 20, 29,
    ])
    expect(poller.lanes).toHaveLength(2)
  })
})

describe('scaling where offsets are kept', () => {
  it('lets each target go on where it was, whichever task has it', async () => {
    const targets = ['a', 'b', 'c'].map((name) => ({ name, url: `http://api.test/${name}` }))
    const { asked, poller } = await play({
      plan: { targets, paging: { ...CURSOR, maxPages: 1, goesOn: true } },
      pollsPerSec: 12,
      durationMs: 1000,
      api: { answer: listOf(1000) },
      parts: () => ({
        scaling: { minTasks: 1, maxTasks: 3, upAbovePerSec: 1, downBelowPerSec: 0, intervalMs: 200 },
      }),
    })
    expect(poller.scaled().map(({ to }) => to)).toEqual([2, 2, 3, 3, 3])
    expect(new Set(asked.map(({ path }) => path)).size).toBe(12)
  })
})

describe('records in error', () => {
  const transform: TransformSettings = {
    enabled: true,
    mappings: [{ source: 'id', target: 'id', type: 'INTEGER' }],
    validation: true,
    enrichment: false,
    maxRecordBytes: 1000,
    onError: 'skip',
  }
  const converters = { key: 'string', value: 'json' } as const
  /** Every third has no number. */
  const bad = { body: Buffer.from(JSON.stringify([1, 2, 'x', 4, 5, 'x'].map((id) => ({ id })))) }
  const converting = (change: Partial<TransformSettings>) => () => ({
    convert: createConversion({ transform: { ...transform, ...change }, converters }, () => 0).convert,
  })

  it('are counted, and the others go their way', async () => {
    const { counts, records, polls } = await play({
      pollsPerSec: 1,
      api: { answer: () => bad },
      parts: converting({}),
    })
    expect(counts).toMatchObject({ records: 6, rejected: { FIELD_TYPE: 2 }, deadLetters: 0 })
    expect([records.sent, records.acked, polls.acked]).toEqual([4, 4, 1])
  })

  it('go to the dead letters with the reason, and are no records of the run', async () => {
    const letters: Batch[] = []
    const { counts, records, polls } = await play({
      pollsPerSec: 1,
      api: { answer: () => bad },
      parts: converting({ deadLetterTopic: 'dead' }),
      deadLetters: (batch) => letters.push(batch),
    })
    expect(counts).toMatchObject({ rejected: { FIELD_TYPE: 2 }, deadLetters: 2 })
    expect([records.sent, records.acked, polls.acked]).toEqual([4, 4, 1])
    expect(letters.map(({ values, keys }) => [values.map(String), keys?.map(String)])).toEqual([
      [
        ['{"id":"x"}', '{"id":"x"}'],
        ['FIELD_TYPE: id is no INTEGER', 'FIELD_TYPE: id is no INTEGER'],
      ],
    ])
  })

  it('end their poll where they are to, with what was before them', async () => {
    const { counts, records, polls } = await play({
      pollsPerSec: 2,
      api: { answer: () => bad },
      parts: converting({ onError: 'fail' }),
    })
    expect([records.sent, records.acked]).toEqual([4, 4])
    expect([polls.acked, polls.failed, polls.errors]).toEqual([0, 2, { FIELD_TYPE: 2 }])
    expect(counts.ends.failed).toBe(2)
  })
})
