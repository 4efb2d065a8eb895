/** Whether a percentile stands on enough samples to be shown, and to be judged. */
import type { MetricName } from '../core/metrics.ts'
import { type Figures, metricValue } from '../core/verdict.ts'

/** Fewer above a percentile, and it moves by several percent from one run to the next by chance alone. */
const TO_JUDGE = 1000

const PERCENTILES: Readonly<Record<string, number>> = {
  p50Ms: 0.5,
  p90Ms: 0.9,
  p95Ms: 0.95,
  p99Ms: 0.99,
  p999Ms: 0.999,
}

/** @returns why a metric cannot be judged by its shift; undefined where it can */
export function whyNotJudged(name: MetricName, runs: readonly Figures[]): string | undefined {
  const [block = '', field = ''] = name.split('.')
  if (field === 'maxMs') return 'a maximum is one sample: set a threshold for it'
  const share = PERCENTILES[field]
  if (share === undefined) return undefined
  const counts = runs.map((run) => metricValue(run, `${block}.count`))
  if (counts.includes(undefined)) return 'how many samples it stands on is not told'
  const fewest = counts.reduce<number>((least, count = 0) => Math.min(least, count), Number.POSITIVE_INFINITY)
  const above = Math.round(fewest * (1 - share))
  return above >= TO_JUDGE
    ? undefined
    : `${above} samples above it in a run, ${TO_JUDGE} are needed: run longer, or set a threshold for it`
}
