/** What cannot be compared, so that silence does not say "no change". Pure. */
import type { Change, Diff } from '../core/diff.ts'
import type { MetricName } from '../core/metrics.ts'
import { spread } from '../core/spread.ts'
import { type Figures, metricValue } from '../core/verdict.ts'

export type NotCompared = NonNullable<Diff['notCompared']>

/**
 * What one side has not measured, and what is 0 on one of them: a ratio of nothing says nothing.
 * @param looked all metrics that were looked at @param asked those that are to decide: missing on both sides, they are told of too
 */
export function notCompared(
  looked: readonly MetricName[],
  asked: readonly MetricName[],
  changes: readonly Change[],
  base: readonly Figures[],
  now: readonly Figures[],
): NotCompared {
  const isChange = new Set(changes.map((change) => change.metric))
  return looked.flatMap((name) => {
    if (isChange.has(name)) return []
    const [was, is] = [typical(name, base), typical(name, now)]
    const isSilent = was === null ? is === null && !asked.includes(name) : was === is
    return isSilent ? [] : [{ metric: name, base: was, now: is }]
  })
}

/** The median; of what is nothing in most runs the mean, or one run that failed would not show. */
function typical(name: MetricName, runs: readonly Figures[]): number | null {
  const values = runs.flatMap((run) => metricValue(run, name) ?? [])
  if (values.length === 0) return null
  return spread(values).median || values.reduce((sum, value) => sum + value, 0) / values.length
}
