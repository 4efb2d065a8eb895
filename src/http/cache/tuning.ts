/** How large a tier should be, by what it did since the last time. Pure. */

export interface TierUse {
  /** As the configuration has it; tuning stays between a quarter and four times of it. */
  readonly configured: number
  readonly maxEntries: number
  readonly entries: number
  readonly lookups: number
  readonly hits: number
  readonly evicted: number
}

/** Below it a tier grows, if room is what it lacks. The guide's `cache.hit.ratio.threshold`. */
const TARGET_RATIO = 0.8
const STEP = 1.25
const RANGE = 4
/** Fewer lookups say nothing about a ratio. */
const FEWEST_LOOKUPS = 10

/**
 * Grows where it misses and had to let go of pages: a tier that misses what it never had gains nothing by room.
 * Shrinks where half of it lies empty.
 */
export function tunedEntries({ configured, maxEntries, entries, lookups, hits, evicted }: TierUse): number {
  if (lookups < FEWEST_LOOKUPS) return maxEntries
  if (hits / lookups < TARGET_RATIO && evicted > 0) {
    return Math.min(configured * RANGE, Math.ceil(maxEntries * STEP))
  }
  if (evicted === 0 && entries < maxEntries / 2) {
    return Math.max(1, Math.ceil(configured / RANGE), entries, Math.floor(maxEntries / STEP))
  }
  return maxEntries
}
