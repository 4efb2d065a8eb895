/**
 * Rules about a metric over time: it has to be bad for a while before they say so. Pure; time comes with the samples, so
 * ten minutes are played in a test at once.
 */
import type { MetricName } from './metrics.ts'

export interface AlertRule {
  readonly id: string
  readonly metric: MetricName
  /** What is bad: strictly above or below the number. */
  readonly when: { readonly above: number } | { readonly below: number }
  /** How long it has to be bad. */
  readonly forMs: number
  /** `every` sample of that time is bad, or their `mean` is: right for what comes in bursts. */
  readonly judge: 'every' | 'mean'
  readonly source: string
}

/**
 * `fired`: bad for as long as the rule says, at least once; `pending`: bad at the end, not for long enough; `too short`:
 * the run was shorter than the rule's time; `not measured`: no sample had the metric.
 */
export type AlertState = 'fired' | 'pending' | 'quiet' | 'too short' | 'not measured'

export interface Alert {
  readonly id: string
  readonly metric: MetricName
  readonly when: AlertRule['when']
  readonly forMs: number
  readonly judge: AlertRule['judge']
  readonly source: string
  readonly state: AlertState
  /** How often it began to fire; when it first did, and for how long it did in all. */
  readonly times: number
  readonly firstAtMs?: number
  readonly firingMs: number
  /** Until the end, where it is bad and has not fired yet. */
  readonly pendingMs?: number
  /** The worst that was judged: a sample, or a mean over the rule's time. */
  readonly worst?: number
}

export interface AlertWatch {
  /** @param value of the time from `fromMs` to `toMs`; undefined where it was not measured: nothing is known then */
  sample(fromMs: number, toMs: number, value: number | undefined): void
  finish(durationMs: number): Alert
}

export function watchAlert(rule: AlertRule): AlertWatch {
  const { when, forMs } = rule
  const isBad = (value: number) => ('above' in when ? value > when.above : value < when.below)
  const isWorse = (a: number, b: number) => ('above' in when ? a > b : a < b)
  const judged = rule.judge === 'mean' ? meanOver(forMs) : since(isBad)
  let measured = false
  let firing = false
  let times = 0
  let firstAtMs: number | undefined
  let firingMs = 0
  let worst: number | undefined

  return {
    sample(fromMs, toMs, value) {
      const { value: seen, isLong, pendingMs } = judged.take(fromMs, toMs, value)
      if (value !== undefined) measured = true
      if (seen === undefined) {
        if (pendingMs === 0) firing = false
        return
      }
      if (worst === undefined || isWorse(seen, worst)) worst = seen
      const fires = isBad(seen) && isLong
      if (fires && !firing) {
        times++
        firstAtMs ??= toMs
      }
      if (fires) firingMs += firing ? toMs - fromMs : 0
      firing = fires
    },
    finish(durationMs) {
      const pendingMs = firing ? 0 : judged.pendingMs()
      const state: AlertState =
        times > 0
          ? 'fired'
          : !measured
            ? 'not measured'
            : durationMs < forMs
              ? 'too short'
              : pendingMs > 0
                ? 'pending'
                : 'quiet'
      const { id, metric, judge, source } = rule
      return {
        ...{ id, metric, when, forMs, judge, source, state, times, firingMs },
        ...(firstAtMs === undefined ? {} : { firstAtMs }),
        ...(pendingMs > 0 ? { pendingMs } : {}),
        ...(worst === undefined ? {} : { worst }),
      }
    },
  }

  /** Bad without a break since when. */
  function since(bad: (value: number) => boolean) {
    let sinceMs: number | undefined
    let nowMs = 0
    return {
      take(fromMs: number, toMs: number, value: number | undefined) {
        nowMs = toMs
        if (value === undefined || !bad(value)) sinceMs = undefined
        else sinceMs ??= fromMs
        const pendingMs = sinceMs === undefined ? 0 : toMs - sinceMs
        return { value, isLong: sinceMs !== undefined && pendingMs >= forMs, pendingMs }
      },
      pendingMs: () => (sinceMs === undefined ? 0 : nowMs - sinceMs),
    }
  }
}

/** The mean over a sliding window, by time; nothing until the window is full. A gap empties it. */
function meanOver(windowMs: number) {
  let parts: { fromMs: number; toMs: number; value: number }[] = []
  return {
    take(fromMs: number, toMs: number, value: number | undefined) {
      if (value === undefined) {
        parts = []
        return { value: undefined, isLong: false, pendingMs: 0 }
      }
      parts.push({ fromMs, toMs, value })
      const startMs = toMs - windowMs
      parts = parts.filter((part) => part.toMs > startMs)
      const isFull = (parts[0]?.fromMs ?? toMs) <= startMs
      const weighted = parts.reduce(
        (sum, part) => sum + part.value * (part.toMs - Math.max(startMs, part.fromMs)),
        0,
      )
      return isFull
        ? { value: weighted / windowMs, isLong: true, pendingMs: windowMs }
        : { value: undefined, isLong: false, pendingMs: 0 }
    },
    pendingMs: () => 0,
  }
}
