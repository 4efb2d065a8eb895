import type { Interval } from './result.ts'

export interface Silence {
  /** From the start of the measured time. */
  readonly atMs: number
  readonly durationMs: number
}

/**
 * The longest time in which nothing was answered although something was open: a broker that stopped, a connection that
 * was lost. Whole intervals only, so the truth is up to two intervals longer. undefined where there is none.
 */
export function longestSilence(series: readonly Interval[]): Silence | undefined {
  let open = 0
  let now: Silence | undefined
  let longest: Silence | undefined
  for (const { atMs, durationMs, records, sent, errors } of series) {
    if (open > 0 && records + errors === 0) {
      now = { atMs: now?.atMs ?? atMs, durationMs: (now?.durationMs ?? 0) + durationMs }
      if (now.durationMs > (longest?.durationMs ?? 0)) longest = now
    } else now = undefined
    open += sent - records - errors
  }
  return longest
}
