/** Answers of an API, kept by what was asked: who was served how old a page, and what the API may be asked to confirm. */
import { Histogram } from '../../core/histogram.ts'
import { sum } from '../../core/sum.ts'
import type { CacheSettings } from '../setup.ts'
import { createHitWindow } from './hit-window.ts'
import { createTiers, type Kept, type TierCounts } from './tiers.ts'
import { type Validators, validatorsOf } from './validators.ts'

/** What an answer is kept by: its request. */
export interface Asked {
  readonly key: string
  readonly url: string
}

/** Its bytes are those of key, body and headers, as they would stand on the wire. */
export interface CachedPage extends Asked, Kept {
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
  readonly validators: Validators | undefined
}

export type Lookup =
  | { readonly kind: 'hit'; readonly page: CachedPage; readonly ageMs: number }
  /** Too old to be served, but the API may be asked whether it still holds. */
  | { readonly kind: 'stale'; readonly page: CachedPage; readonly validators: Validators }
  | { readonly kind: 'miss' }

export interface CacheCounts {
  readonly lookups: number
  readonly hits: number
  /** All that was not served: hits + misses = lookups. */
  readonly misses: number
  /** Of the misses, those that the API could be asked to confirm. */
  readonly stale: number
  readonly hitRatio: number | undefined
  /** Of the last `statisticsWindowMs`; undefined: no window is kept, or nothing was asked for in it. */
  readonly windowHitRatio: number | undefined
  readonly stored: number
  /** Confirmed by the API with 304. */
  readonly confirmed: number
  /** Larger than all the room there is, or the API forbade it. */
  readonly refused: number
  readonly expired: number
  readonly promoted: number
  readonly demoted: number
  readonly entries: number
  readonly bytes: number
  readonly mostBytes: number
  readonly tiers: readonly TierCounts[]
}

export type ResponseCache = ReturnType<typeof createResponseCache>

const newCounts = () => ({ lookups: 0, hits: 0, stale: 0, stored: 0, confirmed: 0, refused: 0 })

export function createResponseCache(settings: CacheSettings) {
  const tiers = createTiers<CachedPage>(settings)
  const { statisticsWindowMs } = settings
  const window = statisticsWindowMs === undefined ? undefined : createHitWindow(statisticsWindowMs)
  const ages = new Histogram()
  const counts = newCounts()

  const keep = (asked: Asked, headers: CachedPage['headers'], body: Buffer, nowMs: number): boolean => {
    const validators = validatorsOf(headers)
    return tiers.put(
      {
        key: asked.key,
        url: asked.url,
        headers,
        body: unshared(body),
        validators,
        isRenewable: validators !== undefined,
        bytes: bytesOf(asked.key, headers, body),
        fetchedMs: nowMs,
      },
      nowMs,
    )
  }

  return {
    find(key: string, nowMs: number): Lookup {
      const found = tiers.find(key, nowMs)
      counts.lookups++
      window?.record(found?.isFresh === true, nowMs)
      if (found === undefined) return { kind: 'miss' }
      const { value: page, ageMs, isFresh } = found
      if (isFresh) {
        counts.hits++
        ages.record(ageMs)
        return { kind: 'hit', page, ageMs }
      }
      if (page.validators === undefined) return { kind: 'miss' }
      counts.stale++
      return { kind: 'stale', page, validators: page.validators }
    },

    /** What the API could be asked to confirm, however old; counts neither as lookup nor as use. */
    peek(key: string): Lookup {
      const page = tiers.peek(key)
      if (page?.validators === undefined) return { kind: 'miss' }
      return { kind: 'stale', page, validators: page.validators }
    },

    /** Unless it is too large, or the API forbids it (`Cache-Control: no-store`, RFC 9111 5.2.2.5). */
    store(asked: Asked, headers: CachedPage['headers'], body: Buffer, nowMs: number): void {
      const isForbidden = /\bno-store\b/i.test(headers['cache-control'] ?? '')
      if (!isForbidden && keep(asked, headers, body, nowMs)) counts.stored++
      else {
        tiers.remove(asked.key)
        counts.refused++
      }
    },

    /** The API said 304: the page holds from now on, with the newer headers (RFC 9111 4.3.4) but those of its body. */
    confirm(page: CachedPage, headers: CachedPage['headers'], nowMs: number): void {
      const { 'content-length': _, 'content-encoding': __, 'content-type': ___, ...newer } = headers
      counts.confirmed++
      keep(page, { ...page.headers, ...newer }, page.body, nowMs)
    },

    cleanUp: tiers.cleanUp,
    tune: tiers.tune,

    /** Of each tier from what goes last to what goes first. */
    pages: tiers.values,

    /** Of what was served, since it was fetched or confirmed. undefined: nothing was served. */
    ages: () => ages.summary(),

    counts(nowMs: number): CacheCounts {
      const byTier = tiers.counts()
      return {
        ...counts,
        ...tiers.moves(),
        misses: counts.lookups - counts.hits,
        hitRatio: counts.lookups === 0 ? undefined : counts.hits / counts.lookups,
        windowHitRatio: window?.hitRatio(nowMs),
        entries: sum(byTier.map(({ entries }) => entries)),
        bytes: tiers.bytes(),
        mostBytes: tiers.mostBytes(),
        tiers: byTier,
      }
    },

    /** Counts and ages begin again; what is kept stays. */
    reset(): void {
      Object.assign(counts, newCounts())
      tiers.reset()
      ages.reset()
    },
  }
}

function bytesOf(key: string, headers: CachedPage['headers'], body: Buffer): number {
  let bytes = Buffer.byteLength(key) + body.length
  for (const [name, value] of Object.entries(headers)) {
    // `name: value` and the end of its line, as in HTTP/1.1
    bytes += Buffer.byteLength(name) + Buffer.byteLength(value) + 4
  }
  return bytes
}

/** A part of a larger buffer would keep all of that in memory, uncounted. */
function unshared(body: Buffer): Buffer {
  if (body.buffer.byteLength === body.length) return body
  const own = Buffer.allocUnsafeSlow(body.length)
  body.copy(own)
  return own
}
