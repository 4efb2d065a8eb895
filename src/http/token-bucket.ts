/** A token bucket: so many a second, and so many at once after a pause. Pure; time is handed in. */

export interface Rate {
  readonly perSec: number
  /** Tokens that a full bucket holds, at least 1. */
  readonly burst: number
}

export interface TokenBucket {
  /** Takes a token where one is there. @returns 0, or the ms until there will be one */
  take(nowMs: number): number
  /**
   * Takes the next token, which may come into being later: callers get theirs in the order in which they asked.
   * @returns when it may be used
   */
  reserve(nowMs: number): number
  /** Nothing before that time: what a server asked for with Retry-After. */
  holdUntil(atMs: number): void
}

export function createTokenBucket({ perSec, burst }: Rate, startMs: number): TokenBucket {
  const size = Math.max(1, burst)
  const tokenMs = 1000 / perSec
  /** When the bucket would have been empty, had it filled since then without a bound: fewer is later. */
  let emptyMs = startMs - size * tokenMs
  let heldUntilMs = Number.NEGATIVE_INFINITY

  const readyMs = (nowMs: number) => {
    emptyMs = Math.max(emptyMs, nowMs - size * tokenMs)
    return Math.max(emptyMs + tokenMs, heldUntilMs)
  }

  return {
    take(nowMs) {
      const ready = readyMs(nowMs)
      // A float's last digit is no reason to wait
      if (ready > nowMs + 1e-6) return ready - nowMs
      emptyMs += tokenMs
      return 0
    },
    reserve(nowMs) {
      const atMs = Math.max(nowMs, readyMs(nowMs))
      emptyMs = Math.max(emptyMs + tokenMs, heldUntilMs - (size - 1) * tokenMs)
      return atMs
    },
    holdUntil(atMs) {
      heldUntilMs = Math.max(heldUntilMs, atMs)
    },
  }
}
