import { describe, expect, it } from 'vitest'
import { TuneError } from '../../../src/errors.ts'
import type { CachedPage } from '../../../src/http/cache/response-cache.ts'
import { parseSchedule } from '../../../src/http/cache/schedule.ts'
import { createSchemaCache } from '../../../src/http/cache/schema-cache.ts'
import { tunedEntries } from '../../../src/http/cache/tuning.ts'
import { createUseRhythm } from '../../../src/http/cache/use-rhythm.ts'
import { conditionalHeaders, validatorsOf } from '../../../src/http/cache/validators.ts'
import { fitsPattern, pagesToRenew } from '../../../src/http/cache/warming.ts'

describe('a pattern of warming', () => {
  it.each([
    ['https://api.test/v1/users/7', 'users/*', true],
    ['https://api.test/users/7?active=true', '/users/*', true],
    ['https://api.test/users/7/orders', 'users/*', false],
    ['https://api.test/users', 'users/*', false],
    ['https://api.test/superusers/7', 'users/*', false],
    ['https://api.test/users/7/orders', 'users/*/orders', true],
    ['https://api.test/products/featured', 'products/featured', true],
    ['https://api.test/products/featuredx', 'products/featured', false],
    ['https://api.test/a+b/c', 'a+b/*', true],
  ])('%s by %s: %s', (url, pattern, fits) => {
    expect(fitsPattern(url, pattern)).toBe(fits)
  })
})

describe('a schedule of warming', () => {
  const at = (text: string) => new Date(text).getTime()
  it.each([
    ['0 */5 * * * *', '2026-01-01T00:03:20', '2026-01-01T00:05:00'],
    ['*/5 * * * *', '2026-01-01T00:05:00', '2026-01-01T00:10:00'],
    ['*/10 * * * * *', '2026-01-01T00:00:01.5', '2026-01-01T00:00:10'],
    ['30 2 1 * *', '2026-01-15T00:00:00', '2026-02-01T02:30:00'],
  ])('%s after %s is %s', (expression, after, next) => {
    expect(parseSchedule(expression)(at(after))).toBe(at(next))
  })

  it.each(['every five minutes', '* * * *', '61 * * * *', '* * * * * * 2027'])('is none: %s', (text) => {
    expect(() => parseSchedule(text)).toThrow(TuneError)
  })
})

describe('pages to renew', () => {
  const page = (key: string, fetchedMs: number): CachedPage => ({
    key,
    url: key,
    headers: {},
    body: Buffer.alloc(0),
    validators: undefined,
    isRenewable: false,
    bytes: 1,
    fetchedMs,
  })
  const pages = [page('young', 950), page('half', 500), page('old', 100)]
  const keys = (renewing: Partial<Parameters<typeof pagesToRenew>[0]>) =>
    pagesToRenew({
      strategies: [],
      pages,
      ttlMs: 1000,
      nowMs: 1000,
      nextWarmingMs: 1500,
      rhythmOf: () => undefined,
      ...renewing,
    }).map(({ key }) => key)

  it('are those past half of their time, by LRU', () => {
    expect(keys({ strategies: ['LRU'] })).toEqual(['half', 'old'])
  })

  it('are those that would be too old at their next use before the next warming, by PREDICTIVE', () => {
    const asked = (nextMs: number, intervalMs = 1000) =>
      keys({ strategies: ['PREDICTIVE'], rhythmOf: () => ({ nextMs, intervalMs }) })
    expect(asked(1200)).toEqual(['old'])
    // At 1,490 ms too
    expect(asked(1200, 290)).toEqual(['old'])
    expect(asked(1005, 495)).toEqual([])
    expect(asked(1000, 499)).toEqual(['old'])
    // Only after the next warming, which comes in time
    expect(asked(1600)).toEqual([])
    // Overdue is expected now: old is 900 ms old, and still good
    expect(asked(700)).toEqual([])
    expect(keys({ strategies: ['PREDICTIVE'] })).toEqual([])
  })

  it('are none without a strategy', () => {
    expect(keys({})).toEqual([])
  })

  it('follow a rhythm that is learned, and forgotten where there are too many', () => {
    const rhythm = createUseRhythm(2)
    for (const nowMs of [0, 100, 200]) rhythm.used('a', nowMs)
    expect(rhythm.of('a')).toEqual({ nextMs: 300, intervalMs: 100 })
    rhythm.used('a', 400)
    expect(rhythm.of('a')).toEqual({ nextMs: 530, intervalMs: 130 })
    rhythm.used('b', 0)
    expect(rhythm.of('b')).toBeUndefined()
    rhythm.used('c', 0)
    expect(rhythm.of('a')).toBeUndefined()
  })
})

describe('the size of a tier', () => {
  const use = { configured: 100, maxEntries: 100, entries: 100, lookups: 1000, hits: 500, evicted: 50 }
  it.each([
    ['grows by a quarter', {}, 125],
    ['to four times what is configured', { maxEntries: 390 }, 400],
    ['not where nothing had to go', { evicted: 0 }, 100],
    ['not where it hits', { hits: 800 }, 100],
    ['not by a few lookups', { lookups: 9, hits: 0 }, 100],
    ['shrinks where half of it is empty', { evicted: 0, entries: 20 }, 80],
    ['not below what is in it', { evicted: 0, entries: 49, maxEntries: 99 }, 79],
    ['to a quarter', { evicted: 0, entries: 1, maxEntries: 26 }, 25],
  ])('%s', (_, change, entries) => {
    expect(tunedEntries({ ...use, ...change })).toBe(entries)
  })
})

describe('a condition', () => {
  it('is the tag where there is one, and else the date', () => {
    const both = { etag: 'W/"1"', 'last-modified': 'Thu, 01 Jan 2026 00:00:00 GMT' }
    expect(conditionalHeaders(validatorsOf(both) ?? {})).toEqual({ 'if-none-match': 'W/"1"' })
    const { etag: _, ...dated } = both
    expect(conditionalHeaders(validatorsOf(dated) ?? {})).toEqual({
      'if-modified-since': both['last-modified'],
    })
    expect(validatorsOf({})).toBeUndefined()
  })
})

describe('schemas', () => {
  it('are made once in their time, and as many as there is room for', () => {
    let nowMs = 0
    let made = 0
    const cache = createSchemaCache({ maxEntries: 2, ttlMs: 100 }, () => nowMs)
    const get = (shape: string) =>
      cache.get(shape, () => {
        made++
        return { schema: { type: 'string', optional: true }, prefix: '', envelopeBytes: 0 }
      })
    for (const shape of 'aabab') get(shape)
    expect(made).toBe(2)
    nowMs = 100
    get('a')
    expect(made).toBe(3)
    get('c')
    get('b')
    expect(made).toBe(5)
    expect(cache.counts()).toEqual({ lookups: 8, hits: 3, hitRatio: 3 / 8, entries: 2 })
    cache.reset()
    expect(cache.counts()).toEqual({ lookups: 0, hits: 0, hitRatio: undefined, entries: 2 })
  })
})
