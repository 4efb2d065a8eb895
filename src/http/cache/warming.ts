/**
 * Which pages are fetched before they are asked for. Pure.
 * - Patterns name targets: each that fits is read page by page, as a poll would, and its records go nowhere.
 * - LRU renews what would be evicted last, that is what was used last, as far as it is past half of its time.
 * - PREDICTIVE renews what will be too old when it is asked for before the next warming, if it goes on to be asked for
 *   in the rhythm in which it was so far.
 */
import type { CacheSettings } from '../setup.ts'
import type { CachedPage } from './response-cache.ts'
import type { Rhythm } from './use-rhythm.ts'

export type WarmingSettings = NonNullable<CacheSettings['warming']>

/** Pages that one warming renews by LRU, at most: the hot ones, and not all that is kept. */
const LRU_PAGES = 100

/**
 * Whether the path of a URL ends in a pattern: `users/*` fits `https://api.test/v1/users/7`, and neither
 * `/v1/users` nor `/v1/users/7/orders`.
 */
export function fitsPattern(url: string, pattern: string): boolean {
  const parts = pattern.replace(/^\/+/, '').split('*')
  const source = parts.map((part) => part.replace(/[\\^$.|?+()[\]{}]/g, '\\$&')).join('[^/]*')
  return new RegExp(`/${source}$`).test(new URL(url).pathname)
}

export interface Renewing {
  readonly strategies: WarmingSettings['strategies']
  readonly pages: readonly CachedPage[]
  /** Of the longest-lived tier. */
  readonly ttlMs: number
  readonly nowMs: number
  /** undefined: there is none. */
  readonly nextWarmingMs: number | undefined
  readonly rhythmOf: (key: string) => Rhythm | undefined
}

export function pagesToRenew(renewing: Renewing): readonly CachedPage[] {
  const { strategies, pages, ttlMs, nowMs, nextWarmingMs = Number.POSITIVE_INFINITY, rhythmOf } = renewing
  const chosen = new Set<CachedPage>()
  if (strategies.includes('LRU')) {
    for (const page of pages.slice(0, LRU_PAGES)) {
      if (nowMs - page.fetchedMs >= ttlMs / 2) chosen.add(page)
    }
  }
  if (strategies.includes('PREDICTIVE')) {
    for (const page of pages) {
      const rhythm = rhythmOf(page.key)
      if (rhythm === undefined) continue
      const useMs = lastUseMs(rhythm, nowMs, nextWarmingMs)
      if (useMs < nextWarmingMs && useMs - page.fetchedMs >= ttlMs) chosen.add(page)
    }
  }
  return [...chosen]
}

/** The last that is expected before a time, or the next where none is. One that did not come in time is expected now. */
function lastUseMs({ nextMs, intervalMs }: Rhythm, nowMs: number, beforeMs: number): number {
  const firstMs = Math.max(nowMs, nextMs)
  if (!Number.isFinite(beforeMs) || intervalMs <= 0 || firstMs >= beforeMs) return firstMs
  return firstMs + (Math.ceil((beforeMs - firstMs) / intervalMs) - 1) * intervalMs
}
