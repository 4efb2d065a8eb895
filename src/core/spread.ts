/** How far fresh runs of one plan lie apart: of each figure the middle, the ends, and what they scatter. Pure. */
import { METRICS, type MetricName } from './metrics.ts'
import type { Result } from './result.ts'
import { metricValue } from './verdict.ts'

export interface Spread {
  readonly median: number
  readonly min: number
  readonly max: number
  /** Sample standard deviation over the mean; undefined where the mean is 0 or one run has the figure. */
  readonly variation: number | undefined
  /** How many runs have the figure. */
  readonly count: number
}

/** Of every figure that at least one run has. */
export function spreadOf(runs: readonly Result[]): Partial<Record<MetricName, Spread>> {
  const names = Object.keys(METRICS) as MetricName[]
  return Object.fromEntries(
    names.flatMap((name) => {
      const values = runs.flatMap((run) => metricValue(run, name) ?? [])
      return values.length === 0 ? [] : [[name, spread(values)]]
    }),
  )
}

export function spread(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b)
  const count = sorted.length
  const mean = sorted.reduce((sum, value) => sum + value, 0) / count
  const squares = sorted.reduce((sum, value) => sum + (value - mean) ** 2, 0)
  return {
    median: ((sorted[Math.floor((count - 1) / 2)] ?? 0) + (sorted[Math.floor(count / 2)] ?? 0)) / 2,
    min: sorted[0] ?? 0,
    max: sorted.at(-1) ?? 0,
    variation: count < 2 || mean === 0 ? undefined : Math.sqrt(squares / (count - 1)) / mean,
    count,
  }
}
