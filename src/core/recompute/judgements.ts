import { ackedRatioOf, judgeHealth, judgeTogether } from '../health.ts'
import { isMetricName } from '../metrics.ts'
import type { ClientResult, Result, SendingResult, TimedResult, Verdict } from '../result.ts'
import { longestSilence } from '../silence.ts'
import { parseBound } from '../threshold.ts'
import { judge, metricValue } from '../verdict.ts'
import { expectSame, expectWithin, type Problem, sum } from './problem.ts'

/** Host figures are the means of their samples in the series. */
export function checkHost({ host, series }: Pick<ClientResult, 'host' | 'series'>): Problem[] {
  const samples = series.flatMap((interval) => (interval.host === undefined ? [] : [interval.host]))
  const keys = [
    'cpuRatio',
    'memoryRatio',
    'networkRatio',
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

/** What held the run back, judged again by the same rule from what is stored. */
export function checkHealth(result: SendingResult): Problem[] {
  return [...checkBearing(result), ...checkJudgement(result)]
}

/** What of the health does not depend on who is judged. */
export function checkBearing(result: TimedResult): Problem[] {
  const { health, plan, warnings } = result
  const { tool } = health
  return [
    ...expectSame(
      'health.pacing',
      health.pacing,
      plan.load.shape === 'unpaced' ? 'unpaced' : plan.pacing,
      'plan',
    ),
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
    ...expectWithin('health.achievedRatio', health.achievedRatio ?? 1, [0, 1], 'its meaning'),
  ]
}

function checkJudgement(result: SendingResult): Problem[] {
  const { health, lateness, latency, service, durationMs, metrics, host, series, endedEarly, workers } =
    result
  // Results of before have not all that was judged.
  if (health.blockedMs === undefined) return []
  const whole = judgeHealth({
    ...{ pacing: health.pacing, lateness, latency, service, durationMs },
    achievedRatio: health.achievedRatio,
    ackedRatio: ackedRatioOf(metrics),
    errorRatio: metrics.errorRatio ?? 0,
    silentMs: longestSilence(series)?.durationMs ?? 0,
    blockedMs: health.blockedMs,
    unsent: metrics.recordsUnsent ?? 0,
    tool: health.tool,
    hostCpuRatio: host?.cpuRatio,
    client: health.client,
    ...(endedEarly === undefined ? {} : { gone: endedEarly }),
  })
  const judged = judgeTogether(
    whole,
    (workers ?? []).map((worker) => worker.health),
  )
  const from = 'lateness, latency, health.achievedRatio, blockedMs, tool, client, host.cpuRatio'
  return [
    ...expectSame('health.generatorLimited', health.generatorLimited, judged.generatorLimited, from),
    ...expectSame('health.limitedBy', health.limitedBy, judged.limitedBy, from),
  ]
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
