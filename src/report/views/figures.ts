/** A run's numbers under the names that time series have: base units, the unit at the end. */
import { isMetricName, METRICS, type Unit } from '../../core/metrics.ts'
import type { LatencySummary, Result } from '../../core/result.ts'
import { isTrusted } from '../../core/trust.ts'
import { member } from '../../member.ts'
import { metricTitle } from '../metric-text.ts'
import type { Figure } from '../model.ts'

/** Histograms of a result, by its members. */
const HISTOGRAMS = [
  'latency',
  'lateness',
  'blocked',
  'service',
  'acknowledged',
  'receive',
  'poll',
  'processing',
  'commit',
  'databaseCommit',
  'api',
] as const

export function runFigures(result: Result, more: Figure['labels'] = {}): Figure[] {
  const labels = { ...labelsOf(result), ...more }
  return [
    {
      name: 'run_trusted',
      help: 'The numbers of the run are to be trusted',
      labels,
      value: isTrusted(result) ? 1 : 0,
    },
    {
      name: 'run_start_timestamp_seconds',
      help: 'When the run began',
      labels,
      value: Date.parse(result.startedAt) / 1000,
    },
    { name: 'run_duration_seconds', help: 'Measured time', labels, value: result.durationMs / 1000 },
    ...Object.entries(result.metrics).map(([name, value]) => metricFigure(name, value, labels)),
    ...Object.entries(result.host ?? {}).flatMap(([name, value]) =>
      value === undefined ? [] : [metricFigure(`host.${name}`, value, labels)],
    ),
    ...HISTOGRAMS.flatMap((name) => histogramFigures(name, result, labels)),
    ...result.verdicts.map(({ metric, level }) => ({
      name: 'verdict',
      help: 'The level of a threshold; always 1',
      labels: { ...labels, metric, level },
      value: 1,
    })),
    ...Object.entries(result.errors).map(([code, value]) => ({
      name: 'errors',
      help: 'Errors by code',
      labels: { ...labels, code },
      value,
    })),
  ]
}

function labelsOf(result: Result): Figure['labels'] {
  return {
    kind: result.kind,
    ...(result.kind === 'connector' ? {} : { driver: result.driver }),
    ...(result.kind === 'connector' || result.profile === null ? {} : { profile: result.profile }),
    ...(result.tag === undefined ? {} : { tag: result.tag }),
  }
}

const SECONDS: Readonly<Partial<Record<Unit, number>>> = { ms: 1000, us: 1_000_000 }

function metricFigure(name: string, value: number, labels: Figure['labels']): Figure {
  const unit = isMetricName(name) ? METRICS[name].unit : undefined
  const inSecond = unit === undefined ? undefined : SECONDS[unit]
  return {
    name: figureName(name, inSecond !== undefined),
    help: metricTitle(name),
    labels,
    value: inSecond === undefined ? value : value / inSecond,
  }
}

/** `cpuUsPerRecord` -> `cpu_per_record_seconds`, `recordsPerSec` -> `records_per_second`. */
export function figureName(name: string, isTime: boolean): string {
  const words = name
    .replace(/[^A-Za-z0-9]+/g, '_')
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .split('_')
    .filter((word) => !isTime || (word !== 'ms' && word !== 'us'))
    .map((word) => (word === 'sec' ? 'second' : word))
  return [...words, ...(isTime ? ['seconds'] : [])].join('_')
}

const QUANTILES = {
  '0.5': 'p50Ms',
  '0.9': 'p90Ms',
  '0.95': 'p95Ms',
  '0.99': 'p99Ms',
  '0.999': 'p999Ms',
} as const

function histogramFigures(
  name: (typeof HISTOGRAMS)[number],
  result: Result,
  labels: Figure['labels'],
): Figure[] {
  const found = member(result, name)
  if (!isSummary(found)) return []
  const help = metricTitle(`${name}.count`).replace(/ count$/, '')
  const snake = figureName(name, true)
  return [
    {
      name: snake,
      help,
      labels,
      value: {
        quantiles: Object.fromEntries(Object.entries(QUANTILES).map(([q, key]) => [q, found[key] / 1000])),
        sum: found.sumMs / 1000,
        count: found.count,
      },
    },
    {
      name: snake.replace(/seconds$/, 'max_seconds'),
      help: `${help}, highest`,
      labels,
      value: found.maxMs / 1000,
    },
  ]
}

function isSummary(found: unknown): found is LatencySummary {
  return typeof member(found, 'p99Ms') === 'number' && typeof member(found, 'sumMs') === 'number'
}
