/** The result of a watched connector. */
import type { ConnectorResult } from '../core/connector-result.ts'
import type { Verdict } from '../core/result.ts'
import { spread } from '../core/spread.ts'
import type { Threshold } from '../core/threshold.ts'
import { judge } from '../core/verdict.ts'
import { redact } from '../secrets.ts'
import {
  known,
  SAMPLED,
  type Sampled,
  type SourceSeen,
  type Watched,
  type WatchedInterval,
} from './session.ts'
import type { ConnectorInfo } from './sources/connect.ts'
import { warningsOf } from './warnings.ts'

export interface WatchedFacts {
  readonly startedAt: string
  readonly complete: boolean
  readonly endedEarly?: string
  readonly tag: string | undefined
  readonly plan: ConnectorResult['plan']
  readonly thresholds: readonly Threshold[]
  readonly environment: ConnectorResult['environment']
  readonly info: ConnectorInfo | undefined
  readonly watched: Watched
}

export function assembleConnector(facts: WatchedFacts): ConnectorResult {
  const { watched, info, plan, environment, complete, endedEarly, tag } = facts
  const { intervals, sources, status, failure, alerts } = watched
  const metrics = metricsOf(watched)
  const judged = { metrics, environment, plan }
  const result = {
    schema: 'tune.result/1' as const,
    kind: 'connector' as const,
    startedAt: facts.startedAt,
    durationMs: watched.durationMs,
    complete,
    ...(endedEarly === undefined ? {} : { endedEarly }),
    ...(tag === undefined ? {} : { tag }),
    plan,
    ...(failure === undefined ? {} : { failure }),
    ...(info === undefined || status === undefined
      ? {}
      : {
          connector: {
            name: info.name,
            state: status.state,
            ...(status.trace === undefined ? {} : { trace: status.trace }),
            tasks: [...status.tasks],
            config: redact(info.config),
            topics: [...info.topics],
          },
        }),
    sources: sources.map((seen) => sourceOf(seen, seen === watched.counted)),
    environment,
    metrics,
    series: [...intervals],
    alerts: [...alerts],
    verdicts: judge(judged, facts.thresholds).map((verdict) => toldOnly(verdict, sources)),
    errors: errorsOf(sources),
  }
  return { ...result, warnings: warningsOf(watched, info, plan) }
}

function sourceOf(
  { source, tally, missed, errors }: SourceSeen,
  counted: boolean,
): ConnectorResult['sources'][number] {
  const { spanMs, grown } = tally.total
  return {
    kind: source.kind,
    at: source.shown,
    counted,
    readings: tally.readings,
    missed,
    errors: { ...errors },
    ...known({
      // A topic that is not there has no offsets, and nothing was written to it
      recordsWritten: counted ? (grown.recordsWritten ?? 0) : grown.recordsWritten,
      recordsPolled: grown.recordsPolled,
    }),
    spanMs,
    resets: tally.resets,
    backwards: tally.backwards,
  }
}

function errorsOf(sources: readonly SourceSeen[]): Record<string, number> {
  const all: Record<string, number> = {}
  for (const { source, errors } of sources) {
    for (const [code, times] of Object.entries(errors)) all[`${source.kind} ${code}`] = times
  }
  return all
}

const TOLD_ONLY: ReadonlySet<string> = new Set(['connectorLatencyMs', 'cacheHitRatio', 'errorRatio'])

/** A connector without such an endpoint, as most are, is not worse for it. */
function toldOnly(verdict: Verdict, sources: readonly SourceSeen[]): Verdict {
  if (verdict.level !== 'not measured' || !TOLD_ONLY.has(verdict.metric)) return verdict
  if (sources.some(({ source }) => source.kind === 'health')) return verdict
  return { ...verdict, level: 'not applicable', reason: 'only the connector can tell it: --metrics-url' }
}

/** Told once a second: of such a figure the run has the mean over its time. */
const MEANS = SAMPLED.filter((name) => name !== 'recordsPerSec' && name !== 'polledPerSec')

function metricsOf({ intervals, sources, counted, status, restarts }: Watched): Record<string, number> {
  const written = counted === undefined ? undefined : (counted.tally.total.grown.recordsWritten ?? 0)
  const spanMs = intervals.reduce((sum, interval) => sum + (interval.spanMs ?? 0), 0)
  const polling = sources.find(({ tally }) => tally.total.grown.recordsPolled !== undefined)?.tally.total
  const polled = polling?.grown.recordsPolled
  const rates = intervals.flatMap(({ recordsPerSec }) => recordsPerSec ?? [])
  const { min, median, max, variation } = spread(rates)
  const has = rates.length > 0
  return known({
    recordsPerSec: written === undefined || spanMs <= 0 ? undefined : (written * 1000) / spanMs,
    recordsWritten: written,
    recordsPolled: polled,
    polledPerSec:
      polled === undefined || polling === undefined || polling.spanMs <= 0
        ? undefined
        : (polled * 1000) / polling.spanMs,
    recordsPerSecMin: has ? min : undefined,
    recordsPerSecMedian: has ? median : undefined,
    recordsPerSecMax: has ? max : undefined,
    throughputVariation: has ? variation : undefined,
    ...Object.fromEntries(MEANS.map((name) => [name, meanOf(intervals, name)])),
    ...counterRatios(sources),
    tasksFailed: status?.tasks.filter(({ state }) => state === 'FAILED').length,
    restarts: status === undefined ? undefined : restarts,
    counterResets: sources.reduce((sum, { tally }) => sum + tally.resets, 0),
  }) as Record<string, number>
}

function meanOf(intervals: readonly WatchedInterval[], name: Sampled): number | undefined {
  const told = intervals.filter((interval) => interval[name] !== undefined)
  const timeMs = told.reduce((sum, { durationMs }) => sum + durationMs, 0)
  if (timeMs <= 0) return undefined
  return told.reduce((sum, interval) => sum + (interval[name] ?? 0) * interval.durationMs, 0) / timeMs
}

/** Shares of what was counted weigh busy seconds more; the mean of seconds does not. */
function counterRatios(sources: readonly SourceSeen[]): { cacheHitRatio?: number; errorRatio?: number } {
  const of = (field: 'cacheHits' | 'requests') =>
    sources.find(({ tally }) => tally.total.grown[field] !== undefined)?.tally.total.grown ?? {}
  const { cacheHits = 0, cacheMisses } = of('cacheHits')
  const { requests = 0, requestsFailed } = of('requests')
  return known({
    cacheHitRatio:
      cacheMisses === undefined || cacheHits + cacheMisses === 0
        ? undefined
        : cacheHits / (cacheHits + cacheMisses),
    errorRatio:
      requestsFailed === undefined || requests === 0 ? undefined : Math.min(1, requestsFailed / requests),
  })
}
