import type { Clock } from '../../src/core/clock.ts'

export interface TestClock extends Clock {
  /** Runs `task` when the clock gets to `atMs`. */
  schedule(atMs: number, task: () => void): void
  /** Moves time by itself, as if this thread had worked or been blocked for so long. */
  spend(ms: number): void
  /** Plays events in order until `promise` is settled. */
  play<T>(promise: Promise<T>): Promise<T>
}

/** Time that jumps from event to event: a five-minute run in milliseconds, with exact numbers. */
export function createTestClock(timerLatenessMs = 0): TestClock {
  let nowMs = 0
  let order = 0
  const events: { atMs: number; order: number; task: () => void }[] = []

  const schedule = (atMs: number, task: () => void) => {
    const event = { atMs: Math.max(atMs, nowMs), order: order++, task }
    let low = 0
    let high = events.length
    while (low < high) {
      const middle = (low + high) >> 1
      const other = events[middle]
      if (other !== undefined && other.atMs <= event.atMs) low = middle + 1
      else high = middle
    }
    events.splice(low, 0, event)
  }

  return {
    nowMs: () => nowMs,
    epochMs: () => Date.UTC(2026, 0, 1) + Math.floor(nowMs),
    wait(atMs) {
      let wake = () => {}
      const done = new Promise<void>((resolve) => {
        wake = resolve
        schedule(atMs + timerLatenessMs, resolve)
      })
      return { done, wake: () => wake() }
    },
    breathe: () => new Promise((resolve) => schedule(nowMs, resolve)),
    schedule,
    spend(ms) {
      nowMs += ms
    },
    async play(promise) {
      let settled = false
      const end = () => {
        settled = true
      }
      promise.then(end, end)
      for (;;) {
        // Everything that is ready runs before time moves on, however many promises it takes.
        await new Promise((resolve) => setImmediate(resolve))
        if (settled) return promise
        const event = events.shift()
        if (event === undefined) throw new Error('the run waits for something that never comes')
        nowMs = Math.max(nowMs, event.atMs)
        event.task()
      }
    },
  }
}
