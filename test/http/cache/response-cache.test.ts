import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createResponseCache } from '../../../src/http/cache/response-cache.ts'
import type { CacheSettings, EvictionPolicy } from '../../../src/http/setup.ts'

const tier = (
  name: 'L1' | 'L2' | 'L3',
  maxEntries: number,
  ttlMs: number,
  policy: EvictionPolicy = 'LRU',
) => ({
  name,
  maxEntries,
  ttlMs,
  policy,
})
const BODY = Buffer.from('0123456789')

function cacheOf(settings: Partial<CacheSettings> = {}) {
  const cache = createResponseCache({ tiers: [tier('L1', 2, 100), tier('L2', 3, 1000)], ...settings })
  return {
    ...cache,
    store(key: string, nowMs: number, headers = {}, body = BODY) {
      cache.store({ key, url: `http://api/${key}` }, headers, body, nowMs)
    },
    /** Keys by tier. */
    where: (nowMs = 0) => {
      const keys = cache.pages().map(({ key }) => key)
      return cache.counts(nowMs).tiers.map(({ entries }) => keys.splice(0, entries).join(''))
    },
  }
}

describe('tiers', () => {
  it('push down what has no room, and let go of it at the bottom', () => {
    const cache = cacheOf()
    for (const key of 'abcde') cache.store(key, 0)
    expect(cache.where()).toEqual(['ed', 'cba'])
    cache.store('f', 0)
    expect(cache.where()).toEqual(['fe', 'dcb'])
    expect(cache.counts(0)).toMatchObject({ stored: 6, demoted: 4, entries: 5 })
    expect(cache.counts(0).tiers.map(({ evicted }) => evicted)).toEqual([4, 1])
  })

  it('pull up what is found further down, while it is young enough for it', () => {
    const cache = cacheOf()
    for (const key of 'abc') cache.store(key, 0)
    expect(cache.where()).toEqual(['cb', 'a'])
    expect(cache.find('a', 99)).toMatchObject({ kind: 'hit', ageMs: 99 })
    expect(cache.where()).toEqual(['ac', 'b'])
    // b is too old for L1 now
    expect(cache.find('b', 100)).toMatchObject({ kind: 'hit', ageMs: 100 })
    expect(cache.where()).toEqual(['ac', 'b'])
    expect(cache.counts(100)).toMatchObject({ promoted: 1, demoted: 2 })
  })

  it('let what is past their time down, where it counts as a hit of the tier below', () => {
    const cache = cacheOf()
    cache.store('a', 0)
    expect(cache.find('a', 500)).toMatchObject({ kind: 'hit', ageMs: 500 })
    expect(cache.where()).toEqual(['', 'a'])
    expect(cache.find('a', 1000)).toEqual({ kind: 'miss' })
    expect(cache.where()).toEqual(['', ''])
    const { tiers, hits, misses, expired } = cache.counts(1000)
    expect([hits, misses, expired]).toEqual([1, 1, 1])
    expect(tiers.map(({ lookups, hits: found, hitRatio }) => [lookups, found, hitRatio])).toEqual([
      [2, 0, 0],
      [2, 1, 0.5],
    ])
  })

  it('are emptied by a clean-up of what nobody asked for', () => {
    const cache = cacheOf()
    cache.store('a', 0)
    cache.cleanUp(500)
    expect(cache.where()).toEqual(['', 'a'])
    cache.store('b', 950, { etag: '"b"' })
    cache.cleanUp(1000)
    expect(cache.where()).toEqual(['b', ''])
    expect(cache.counts(1000)).toMatchObject({ demoted: 1, expired: 1 })
    // b is past its time in both, and the API can be asked about it
    cache.cleanUp(5000)
    expect(cache.find('b', 5000)).toMatchObject({ kind: 'stale', validators: { etag: '"b"' } })
  })
})

describe('bounds', () => {
  it('hold the bytes of all tiers together, and the coldest goes first', () => {
    // Key and body: 11 B each
    const cache = cacheOf({ maxBytes: 44 })
    for (const key of 'abcd') cache.store(key, 0)
    expect(cache.where()).toEqual(['dc', 'ba'])
    cache.store('e', 0)
    expect(cache.where()).toEqual(['ed', 'cb'])
    expect(cache.counts(0)).toMatchObject({ bytes: 44, mostBytes: 44 })
  })

  it('refuse what is larger than all of it, and forget what was there before', () => {
    const cache = cacheOf({ maxBytes: 44 })
    cache.store('a', 0)
    cache.store('a', 1, {}, Buffer.alloc(44))
    expect(cache.counts(1)).toMatchObject({ entries: 0, bytes: 0, refused: 1 })
  })

  it('evict in batches from the threshold on', () => {
    const cache = cacheOf({ tiers: [tier('L1', 10, 1000)], evictionThreshold: 0.8, evictionBatch: 3 })
    for (const key of 'abcdefgh') cache.store(key, 0)
    expect(cache.where()).toEqual(['hgfedcba'])
    cache.store('i', 0)
    expect(cache.where()).toEqual(['ihgfed'])
  })

  it('count headers as they stand on the wire', () => {
    const cache = cacheOf()
    cache.store('a', 0, { etag: '"1"' })
    expect(cache.counts(0).bytes).toBe(1 + 10 + 'etag: "1"\r\n'.length)
  })

  const setting = fc.record({
    tiers: fc
      .array(
        fc.record({
          maxEntries: fc.integer({ min: 1, max: 6 }),
          ttlMs: fc.integer({ min: 1, max: 300 }),
          policy: fc.constantFrom<EvictionPolicy>('LRU', 'LFU', 'FIFO'),
        }),
        { minLength: 1, maxLength: 3 },
      )
      .map((tiers) => tiers.map((one, n) => ({ ...one, name: (['L1', 'L2', 'L3'] as const)[n] ?? 'L3' }))),
    maxBytes: fc.integer({ min: 20, max: 300 }),
    evictionThreshold: fc.double({ min: 0.3, max: 1, noNaN: true }),
    evictionBatch: fc.integer({ min: 1, max: 4 }),
  })
  const action = fc.record({
    what: fc.constantFrom('find', 'find', 'store', 'store', 'clean', 'tune'),
    key: fc.constantFrom(...'abcdefghij'),
    bytes: fc.integer({ min: 0, max: 60 }),
    hasTag: fc.boolean(),
    passesMs: fc.integer({ min: 0, max: 60 }),
  })

  it('are never passed, no lookup is lost, and nothing is served past the TTL of its tier', () => {
    fc.assert(
      fc.property(setting, fc.array(action, { maxLength: 120 }), (settings, actions) => {
        const cache = createResponseCache(settings)
        const storedMs = new Map<string, number>()
        const shortestMs = Math.min(...settings.tiers.map(({ ttlMs }) => ttlMs))
        let nowMs = 0
        let found = 0
        for (const { what, key, bytes, hasTag, passesMs } of actions) {
          nowMs += passesMs
          if (what === 'store') {
            cache.store({ key, url: key }, hasTag ? { etag: 'x' } : {}, Buffer.alloc(bytes), nowMs)
            storedMs.set(key, nowMs)
          } else if (what === 'clean') cache.cleanUp(nowMs)
          else if (what === 'tune') cache.tune(nowMs)
          else {
            found++
            const before = cache.counts(nowMs).tiers
            const one = cache.find(key, nowMs)
            const by = cache.counts(nowMs).tiers.findIndex(({ hits }, n) => hits > (before[n]?.hits ?? 0))
            expect(by >= 0).toBe(one.kind === 'hit')
            if (one.kind === 'hit') {
              expect(one.ageMs).toBe(nowMs - (storedMs.get(key) ?? Number.NaN))
              expect(one.ageMs).toBeLessThan(settings.tiers[by]?.ttlMs ?? 0)
            }
            if (one.kind === 'stale') expect(nowMs - one.page.fetchedMs).toBeGreaterThanOrEqual(shortestMs)
          }
          const counts = cache.counts(nowMs)
          expect(counts.hits + counts.misses).toBe(found)
          expect(counts.lookups).toBe(found)
          expect(counts.tiers[0]?.lookups).toBe(found)
          expect(counts.tiers.reduce((all, { hits }) => all + hits, 0)).toBe(counts.hits)
          expect(counts.bytes).toBeLessThanOrEqual(settings.maxBytes)
          for (const { entries, maxEntries } of counts.tiers) expect(entries).toBeLessThanOrEqual(maxEntries)
          const pages = cache.pages()
          expect(new Set(pages.map((page) => page.key)).size).toBe(pages.length)
          expect(pages.reduce((all, page) => all + page.bytes, 0)).toBe(counts.bytes)
        }
      }),
    )
  })
})

describe('what was served', () => {
  it('shows its age, so that a TTL above the poll interval shows as staleness', () => {
    const cache = cacheOf({ tiers: [tier('L1', 10, 300_000)] })
    // Asked each 10 s, fetched each 300 s
    for (let nowMs = 0; nowMs < 3_000_000; nowMs += 10_000) {
      if (cache.find('a', nowMs).kind !== 'hit') cache.store('a', nowMs)
    }
    expect(cache.counts(0)).toMatchObject({ lookups: 300, hits: 290, misses: 10 })
    const ages = cache.ages()
    expect(ages).toMatchObject({ count: 290, minMs: 10_000, maxMs: 290_000, meanMs: 150_000 })
    expect(Math.round((ages?.p50Ms ?? 0) / 1000)).toBe(150)
    expect(Math.round((ages?.p99Ms ?? 0) / 1000)).toBe(290)
  })

  it('is undefined where nothing was: not measured is not zero', () => {
    const cache = cacheOf()
    expect(cache.ages()).toBeUndefined()
    expect(cache.counts(0)).toMatchObject({ hitRatio: undefined, windowHitRatio: undefined })
  })

  it('counts anew after a reset, and what is kept stays', () => {
    const cache = cacheOf()
    cache.store('a', 0)
    cache.find('a', 1)
    cache.reset()
    expect(cache.counts(1)).toMatchObject({ lookups: 0, stored: 0, entries: 1, mostBytes: 11 })
    expect(cache.find('a', 2).kind).toBe('hit')
  })

  it('has its ratio over a window that moves on', () => {
    const cache = cacheOf({ tiers: [tier('L1', 2, 1e9)], statisticsWindowMs: 60_000 })
    cache.find('a', 0)
    cache.store('a', 0)
    cache.find('a', 30_000)
    expect(cache.counts(30_000).windowHitRatio).toBe(0.5)
    expect(cache.counts(60_500).windowHitRatio).toBe(1)
    expect(cache.counts(120_000).windowHitRatio).toBeUndefined()
  })
})

describe('an answer', () => {
  it('is not kept where the API forbids it', () => {
    const cache = cacheOf()
    cache.store('a', 0, { 'cache-control': 'private, No-Store' })
    expect(cache.counts(0)).toMatchObject({ entries: 0, stored: 0, refused: 1 })
  })

  it('that the API confirms holds from then on, with the newer headers but those of its body', () => {
    const cache = cacheOf()
    cache.store('a', 0, { etag: '"1"', 'content-type': 'application/json' })
    const found = cache.find('a', 2000)
    if (found.kind !== 'stale') throw new Error(found.kind)
    cache.confirm(found.page, { etag: '"1"', 'content-type': 'text/html', date: 'now' }, 2000)
    const again = cache.find('a', 2050)
    expect(again).toMatchObject({
      kind: 'hit',
      ageMs: 50,
      page: { headers: { etag: '"1"', 'content-type': 'application/json', date: 'now' } },
    })
    expect(cache.counts(2050)).toMatchObject({ stale: 1, confirmed: 1, misses: 1, hits: 1 })
  })

  it('keeps no larger buffer alive than its own', () => {
    const cache = cacheOf()
    cache.store('a', 0, {}, Buffer.alloc(10_000).subarray(5, 15))
    expect(cache.pages()[0]?.body.buffer.byteLength).toBe(10)
  })
})

describe('sizes', () => {
  it('grow where pages had to go and were missed, and shrink where they lie empty', () => {
    const cache = cacheOf({ tiers: [tier('L1', 8, 1e9)] })
    for (let round = 0; round < 3; round++) {
      for (const key of 'abcdefghij') if (cache.find(key, 0).kind !== 'hit') cache.store(key, 0)
    }
    cache.tune(0)
    expect(cache.counts(0).tiers[0]?.maxEntries).toBe(10)
    for (let n = 0; n < 20; n++) cache.tune(0)
    // Nothing was asked: nothing is known
    expect(cache.counts(0).tiers[0]?.maxEntries).toBe(10)
  })
})
