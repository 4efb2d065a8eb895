/** How much worse one run is than another, in the one unit that all metrics share: the logarithm of a ratio. */
import { type MetricName, metric } from '../core/metrics.ts'
import { type Figures, metricValue } from '../core/verdict.ts'

/**
 * Judged by default. Throughput and the median move with every cause and scatter least; CPU a record shows what a paced
 * run hides. Percentiles far out scatter by their own size from run to run: thresholds are for those.
 */
export const PRIMARY = [
  'recordsPerSec',
  'latency.p50Ms',
  'cpuUsPerRecord',
] as const satisfies readonly MetricName[]

/** Of an unpaced run: latency there is the length of the queue, and follows from the throughput. */
export const PRIMARY_UNPACED = ['recordsPerSec', 'cpuUsPerRecord'] as const satisfies readonly MetricName[]

/**
 * ln(now / base), turned so that more is worse; undefined where it cannot be told: not measured on one side, or zero.
 * A metric of which neither more nor less is better counts more as worse.
 */
export function worsening(name: MetricName, base: Figures, now: Figures): number | undefined {
  const was = metricValue(base, name)
  const is = metricValue(now, name)
  if (was === undefined || is === undefined || !isPositive(was) || !isPositive(is)) return undefined
  // A log would make -0 of no change
  if (was === is) return 0
  return turned(name, Math.log(is / was))
}

function isPositive(value: number): boolean {
  return value > 0 && Number.isFinite(value)
}

/** A logarithm of a metric, or of a ratio of it, so that more is worse; and back again. */
export function turned(name: MetricName, logarithm: number): number {
  return metric(name).better === 'higher' ? -logarithm : logarithm
}

/** The other way round: by what the metric has to be multiplied. */
export function ratioOf(name: MetricName, worse: number): number {
  return Math.exp(turned(name, worse))
}
