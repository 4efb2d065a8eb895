/** Waiting for a moment or an event, and keeping account of the time in which nothing could be offered. */
import type { Clock } from './clock.ts'

/** Waits that any of several events may end early. */
export function createGate(clock: Clock) {
  let wake: (() => void) | undefined
  let rung = false
  return {
    /** Ends the wait under way, or the next one. */
    ring() {
      rung = true
      wake?.()
    },
    async until(atMs: number, precise: boolean) {
      if (rung) {
        rung = false
        return
      }
      const wait = clock.wait(atMs, precise)
      wake = wait.wake
      await wait.done
      wake = undefined
      rung = false
    },
  }
}

/**
 * Keeps the time in which the client was full apart from the generator's own lateness: what became due while nothing
 * could be offered counts as offered when it was due, even if it is handed over much later.
 */
export function createFullTime() {
  let fromMs = Number.POSITIVE_INFINITY
  let untilMs = Number.NEGATIVE_INFINITY
  let sinceMs: number | undefined
  let sumMs = 0
  return {
    begin(dueMs: number, nowMs: number) {
      // Full again before the backlog of the last time is gone: one long full time.
      if (sinceMs === undefined && dueMs > untilMs) fromMs = nowMs
      sinceMs ??= nowMs
    },
    end(nowMs: number) {
      if (sinceMs === undefined) return
      sumMs += nowMs - sinceMs
      sinceMs = undefined
      untilMs = nowMs
    },
    offeredMs: (dueMs: number, nowMs: number) => (dueMs <= untilMs ? Math.max(dueMs, fromMs) : nowMs),
    totalMs: () => sumMs,
  }
}
