/** What is done beside the polls from time to time: clean-up, checks, warming. It runs while there are polls. */
import type { Clock, Wait } from '../core/clock.ts'

export interface Chore {
  /** When it is to be done next; undefined: never again. */
  nextMs(afterMs: number): number | undefined
  /**
   * What may fail, a chore counts itself; what it throws is a defect.
   * @param signal aborted when upkeep stops
   */
  run(signal: AbortSignal): void | Promise<void>
}

/** Counted from when upkeep began. */
export function every(intervalMs: number, run: Chore['run']): Chore {
  return { nextMs: (afterMs) => afterMs + intervalMs, run }
}

export function createUpkeep(clock: Clock, chores: readonly Chore[], onDefect: (error: unknown) => void) {
  let running: AbortController | undefined
  const waits = new Set<Wait>()

  const keep = async (chore: Chore, startMs: number, signal: AbortSignal) => {
    let dueMs = chore.nextMs(startMs)
    while (dueMs !== undefined) {
      const wait = clock.wait(dueMs, false)
      waits.add(wait)
      await wait.done
      waits.delete(wait)
      if (signal.aborted) return
      // Timers may fire a little early
      if (clock.nowMs() < dueMs) continue
      await chore.run(signal)
      // What took longer than its interval leaves out what it missed
      let next = chore.nextMs(dueMs)
      while (next !== undefined && next < clock.nowMs()) next = chore.nextMs(next)
      dueMs = next
    }
  }

  return {
    /** @returns whether it began; it does not where it runs already, or where there is nothing to do */
    start(): boolean {
      if (running !== undefined || chores.length === 0) return false
      running = new AbortController()
      const { signal } = running
      const startMs = clock.nowMs()
      for (const chore of chores) keep(chore, startMs, signal).catch(onDefect)
      return true
    },
    /** No chore begins after it, and no timer is left behind. */
    stop(): void {
      running?.abort()
      running = undefined
      for (const wait of waits) wait.wake()
    },
  }
}
