// Not the global one, which is looked up at each use
import { performance } from 'node:perf_hooks'

/** Time as the core sees it, so that a whole run can be played on a test clock in milliseconds. */
export interface Clock {
  /** Milliseconds with fractions, monotonic; the zero is arbitrary. */
  nowMs(): number
  /** Milliseconds since 1970, for dates in results only. */
  epochMs(): number
  /**
   * Comes back at `atMs` or a little later (never much earlier), or as soon as `wake` of the same wait is called.
   * `precise` spins over the event loop for the last two milliseconds: late by microseconds, at the price of a core.
   */
  wait(atMs: number, precise: boolean): Wait
  /** Lets callbacks of the client run, then comes back. */
  breathe(): Promise<void>
}

export interface Wait {
  done: Promise<void>
  wake(): void
}

/** Timers are whole milliseconds and may fire a little early; from here on a precise wait spins instead. */
const SPIN_MS = 2

/** The machine's monotonic clock and Node's timers. */
export const realClock: Clock = {
  nowMs: () => performance.now(),
  epochMs: () => Date.now(),
  wait(atMs, precise) {
    let wake = () => {}
    const done = new Promise<void>((resolve) => {
      let timer: NodeJS.Timeout | undefined
      let woken = false
      wake = () => {
        woken = true
        if (timer !== undefined) clearTimeout(timer)
        resolve()
      }
      const spin = () => {
        if (woken) return
        if (performance.now() >= atMs) resolve()
        else setImmediate(spin)
      }
      const leftMs = atMs - performance.now()
      if (precise) {
        if (leftMs <= SPIN_MS) setImmediate(spin)
        else timer = setTimeout(spin, leftMs - SPIN_MS)
      } else timer = setTimeout(resolve, Math.max(0, leftMs))
    })
    return { done, wake: () => wake() }
  },
  breathe: () => new Promise((resolve) => setImmediate(resolve)),
}
