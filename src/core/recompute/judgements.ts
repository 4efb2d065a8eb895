import { isMetricName } from '../metrics.ts'
import type { Result, SendingResult, Verdict } from '../result.ts'
import { parseBound } from '../threshold.ts'
import { judge, metricValue } from '../verdict.ts'
import { expectSame, expectWithin, type Problem, sum } from './problem.ts'

/** Host figures are the means of their samples in the series. */
export function checkHost({ host, series }: Pick<Result, 'host' | 'series'>): Problem[] {
  const samples = series.flatMap((interval) => (interval.host === undefined ? [] : [interval.host]))
  const keys = [
    'cpuRatio',
    'memoryRatio',
    'networkBytesPerSec',
    'diskReadBytesPerSec',
    'diskWriteBytesPerSec',
  ] as const
  return keys.flatMap((key) => {
    const values = samples.flatMap((sample) => sample[key] ?? [])
    if (values.length === 0) return []
    const figure = `host.${key}`
    const from = `series.*.host.${key}`
    const stored = host?.[key]
    // When every interval has a sample, one more may have been taken after the last interval.
    const isAll = samples.length < series.length || stored === undefined
    return isAll
      ? expectSame(figure, stored, mean(values), from)
      : expectWithin(figure, stored, [Math.min(...values) * 0.99, Math.max(...values) * 1.01], from)
  })
}

function mean(values: readonly number[]): number {
  return sum(values, (value) => value) / values.length
}

/** The generator's judgement of itself, as far as lateness and rates tell; docs/numbers.md has the rule. */
export function checkHealth(result: SendingResult): Problem[] {
  const { health, plan, lateness, latency, metrics, warnings } = result
  const { tool } = health
  const isPaced = plan.load.shape !== 'unpaced'
  const isLate = isPaced && (lateness?.p99Ms ?? 0) > Math.max(5, 0.1 * (latency?.p99Ms ?? 0))
  const { sentPerSec = 0, targetRecordsPerSec } = metrics
  const reachedRate = plan.durationMs !== undefined && sentPerSec >= 0.999 * (targetRecordsPerSec ?? 0)
  const problems = [
    ...expectSame('health.pacing', health.pacing, isPaced ? plan.pacing : 'unpaced', 'plan'),
    ...expectSame(
      'health.generatorLimited',
      health.generatorLimited,
      warnings.some(({ id }) => id === 'generator-limited'),
      'warnings',
    ),
    ...expectWithin(
      'health.tool.eventLoopP50Ms',
      tool.eventLoopP50Ms,
      [0, tool.eventLoopP99Ms],
      'eventLoopP99Ms',
    ),
    ...expectWithin('health.tool.rssBytes', tool.rssBytes, [0, tool.rssMaxBytes], 'rssMaxBytes'),
  ]
  if (isLate && !health.generatorLimited) {
    problems.push(...expectSame('health.generatorLimited', false, true, 'lateness.p99Ms, latency.p99Ms'))
  }
  if (health.generatorLimited && !isLate && (!isPaced || reachedRate)) {
    problems.push(...expectSame('health.generatorLimited', true, false, 'lateness.p99Ms, metrics.sentPerSec'))
  }
  return problems
}

/** A verdict's value is the result's, and its level follows from value and bounds. */
export function checkVerdicts(result: Result): Problem[] {
  return result.verdicts.flatMap((verdict) => {
    const at = `verdicts.${verdict.metric}`
    return [
      ...expectSame(
        `${at}.value`,
        verdict.value,
        metricValue(result, verdict.metric) ?? null,
        verdict.metric,
      ),
      ...expectSame(`${at}.level`, verdict.level, levelAgain(result, verdict), 'value, target, critical'),
    ]
  })
}

function levelAgain(result: Result, { metric, level, value, target, critical, source, reason }: Verdict) {
  // Whether a bound applies depends on more than its numbers; it has to say why.
  if (level === 'not applicable' && reason !== undefined) return level
  if (value === null) return 'not measured'
  const good = parseBound(target)
  const bearable = parseBound(critical)
  // A metric or a way to write a bound that this version does not know.
  if (good === undefined || bearable === undefined || !isMetricName(metric)) return level
  return judge(result, [{ metric, target: good, critical: bearable, source }])[0]?.level
}
