/** Waiting for a moment or an event, and keeping account of the time in which nothing could be offered. */
import type { Clock, Wait } from './clock.ts'

/**
 * Waits that any of several events may end early. Where they nearly always do, a timer for each wait would cost as much
 * as what is waited for: the one that is running is kept, and one that rings too early is a look for nothing.
 */
export function createGate(clock: Clock) {
  let timer: { atMs: number; precise: boolean; wait: Wait } | undefined
  let open: (() => void) | undefined
  let rung = false

  const ring = () => {
    rung = true
    open?.()
  }
  const stop = () => {
    const { wait } = timer ?? {}
    timer = undefined
    wait?.wake()
  }
  const start = (atMs: number, precise: boolean) => {
    const started = { atMs, precise, wait: clock.wait(atMs, precise) }
    timer = started
    void started.wait.done.then(() => {
      if (timer !== started) return
      timer = undefined
      ring()
    })
  }

  return {
    /** Ends the wait under way, or the next one. */
    ring,
    /** Comes back at `atMs` at the latest, and perhaps for nothing. */
    async until(atMs: number, precise: boolean) {
      if (!rung) {
        if (timer !== undefined && (timer.atMs > atMs || timer.precise !== precise)) stop()
        if (timer === undefined) start(atMs, precise)
        await new Promise<void>((resolve) => {
          open = resolve
        })
        open = undefined
      }
      rung = false
    },
    /** No timer is left behind. */
    stop,
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
