/** A part of a load, for one of several processes that carry it together: every `of`-th operation of the one schedule. */
import type { Pacer } from './pacer.ts'

export interface Share {
  /** 0 … of - 1 */
  readonly index: number
  readonly of: number
}

export const WHOLE: Share = { index: 0, of: 1 }

/** Operation n of this part is operation n * of + index of the whole, and due when that is. */
export function sharePacer(pacer: Pacer, { index, of }: Share): Pacer {
  if (of === 1) return pacer
  return {
    dueMs: (n) => pacer.dueMs(n * of + index),
    ratePerSec: (atMs) => pacer.ratePerSec(atMs) / of,
  }
}

/** How many of so many operations are this part's. */
export function shareCount(count: number, { index, of }: Share): number {
  return Math.max(0, Math.ceil((count - index) / of))
}
