/** Keeps all tasks of one credential within its rate, and away for as long as the server asked. */
import { createTokenBucket, type Rate } from './token-bucket.ts'

export interface Limiter {
  /** When the next request may leave; callers get their turns in the order of asking. */
  reserve(nowMs: number): number
  /** 429 or 503 with Retry-After: nobody asks before. */
  holdUntil(atMs: number): void
}

/** @param rate undefined: as fast as wanted, until the server says otherwise */
export function createLimiter(rate: Rate | undefined, startMs: number): Limiter {
  if (rate !== undefined) return createTokenBucket(rate, startMs)
  let heldUntilMs = Number.NEGATIVE_INFINITY
  return {
    reserve: (nowMs) => Math.max(nowMs, heldUntilMs),
    holdUntil(atMs) {
      heldUntilMs = Math.max(heldUntilMs, atMs)
    },
  }
}
