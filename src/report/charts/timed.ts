/** Charts of runs whose records have due times and are answered: producer, end to end, change events, polls of an API. */
import { createPacer } from '../../core/pacer.ts'
import { isReceiving } from '../../core/receiving.ts'
import type { HttpResult, Interval, LatencySummary, TimedResult, WarmupSecond } from '../../core/result.ts'
import { formatDurationMs } from '../../units.ts'
import type { Chart, LinesChart, Shade, SplitChart } from '../chart.ts'
import { countCell, ms, msCell, shareCell } from '../format.ts'
import { doneWord } from '../run-head.ts'
import { heatChart } from './heat.ts'
import { hostChart } from './host.ts'
import { slotChart } from './lag.ts'
import { type Curve, percentilesChart } from './percentiles.ts'
import { rangeText, SHORTEST_MS, secondsChart } from './seconds.ts'

export function timedCharts(result: TimedResult): Chart[] {
  const shades = shadesOf(result)
  return [
    ...throughputChart(result, shades),
    ...latencyHeat(result, shades),
    ...latencyCurves(result),
    ...splitChart(result),
    ...(result.kind === 'http' ? pagesChart(result, shades) : []),
    ...hostChart(result.series, shades),
    ...(result.kind === 'cdc' ? slotChart(result) : []),
  ]
}

/** A long warm-up of which nothing is known is cut: it would leave little room for what was measured. */
const WARMUP_ROOM = 0.12

/** What is not measured time: before 0, and after the last record was due. */
function shadesOf({ plan, series, durationMs, ...result }: TimedResult): Shade[] {
  const { tookMs, records } = plan.warmup
  const isKnown = result.warmupSeries !== undefined
  const drain = series.find(({ phase }) => phase === 'drain')
  const last = series.at(-1)
  const endMs = last === undefined ? 0 : last.atMs + last.durationMs
  return [
    ...(records === 0
      ? []
      : [
          {
            from: -(isKnown ? tookMs : Math.min(tookMs, durationMs * WARMUP_ROOM)) / 1000,
            to: 0,
            title: `warm-up, ${formatDurationMs(tookMs, 1)}`,
          },
        ]),
    ...(drain === undefined || endMs - drain.atMs < 100
      ? []
      : [{ from: drain.atMs / 1000, to: endMs / 1000, title: 'drain' }]),
  ]
}

function throughputChart(result: TimedResult, shades: readonly Shade[]): LinesChart[] {
  const { series, kind, plan } = result
  // What an API's polls bring is not asked for as a rate of records
  const pacer = plan.load.shape === 'unpaced' || kind === 'http' ? undefined : createPacer(plan.load)
  const rates = series.map(rateOf)
  const errors = series.reduce((sum, second) => sum + second.errors, 0)
  return secondsChart<Interval | WarmupSecond>([...(result.warmupSeries ?? []), ...series], {
    id: 'throughput-over-time',
    instead: 'over-time',
    title: 'Throughput and errors over time',
    about: `${rangeText(rates, 'count', `records/s ${doneWord(result)}`)}; ${errors === 0 ? 'no errors' : `${countCell(errors)} errors`}.`,
    left: { title: 'records/s', scale: 'perSec' },
    right: { title: 'errors', scale: 'count' },
    shades,
    lines: [
      {
        title: `${doneWord(result)} records/s`,
        style: 'area',
        color: 'first',
        together: 'mean',
        pick: rateOf,
      },
      {
        title: 'asked records/s',
        style: 'dashed',
        color: 'quiet',
        together: 'mean',
        pick: ({ atMs, durationMs, ...second }) =>
          'phase' in second && second.phase === 'measure' && durationMs >= SHORTEST_MS
            ? pacer?.ratePerSec(atMs + durationMs / 2)
            : undefined,
      },
      {
        title: 'errors',
        style: 'bars',
        color: 'bad',
        axis: 'right',
        together: 'sum',
        pick: ({ errors: some }) => (errors > 0 ? some : undefined),
      },
    ],
  })
}

function rateOf({ recordsPerSec, durationMs }: Interval | WarmupSecond): number | undefined {
  return durationMs >= SHORTEST_MS ? recordsPerSec : undefined
}

function latencyHeat(result: TimedResult, shades: readonly Shade[]): Chart[] {
  const { series, latency } = result
  const p99 = series.flatMap(({ latency: told, durationMs }) =>
    told === undefined || durationMs < SHORTEST_MS ? [] : [told.p99Ms],
  )
  return heatChart(
    [...(result.warmupSeries ?? []), ...series],
    {
      id: 'latency-over-time',
      title: 'Latency over time',
      about: `The stronger the colour, the more records took that long then. p99 of a second: ${p99.length === 0 ? 'none' : rangeText(p99, 'ms', 'ms')}; longest of all ${ms(latency?.maxMs)}.`,
    },
    shades,
  )
}

export function latencyCurves(result: TimedResult): LinesChart[] {
  const { latency, lateness, blocked, service } = result
  const curves: Curve[] = [
    { title: 'latency', summary: latency, color: 'first' },
    { title: 'service', summary: service, color: 'second', style: 'dashed' },
    { title: 'blocked', summary: ifSeen(blocked), color: 'third', style: 'dashed' },
    { title: 'lateness', summary: ifSeen(lateness), color: 'quiet', style: 'dashed' },
    ...otherCurves(result),
  ]
  return percentilesChart(
    {
      id: 'percentiles',
      title: 'How slow the slowest are',
      about:
        latency === undefined
          ? 'Latency was not measured.'
          : `Half of the records took up to ${ms(latency.p50Ms)}, 1 in 100 longer than ${ms(latency.p99Ms)}, 1 in 1,000 longer than ${ms(latency.p999Ms)}; the slowest ${ms(latency.maxMs)}.`,
    },
    curves,
  )
}

/** A part that never was is no curve. */
function ifSeen(summary: LatencySummary | undefined): LatencySummary | undefined {
  return summary === undefined || summary.maxMs < 0.001 ? undefined : summary
}

function otherCurves(result: TimedResult): Curve[] {
  if (result.kind === 'http') return [{ title: 'API', summary: result.api, color: 'fourth', style: 'dashed' }]
  if (!isReceiving(result)) return []
  return [
    {
      title: result.kind === 'cdc' ? 'committed' : 'acknowledged',
      summary: result.acknowledged,
      color: 'fourth',
      style: 'dashed',
    },
  ]
}

const PARTS = [
  { key: 'lateness', title: 'lateness: tune was late', color: 'quiet' },
  { key: 'blocked', title: 'blocked: the client was full', color: 'third' },
  { key: 'service', title: 'service: client, network and broker', color: 'second' },
] as const

/** Means add up, percentiles do not. */
function splitChart({ latency, health, ...result }: TimedResult): SplitChart[] {
  if (latency === undefined || latency.sumMs === 0) return []
  const parts = PARTS.map(({ key, title, color }) => ({ title, color, value: result[key]?.meanMs ?? 0 }))
  const whole = parts.reduce((sum, { value }) => sum + value, 0)
  if (whole === 0) return []
  return [
    {
      kind: 'split',
      id: 'split',
      title: 'Where the mean record spent its time',
      about: `${ms(latency.meanMs)} on average, from the moment a record was due. ${health.generatorLimited ? 'tune itself was the limit: the numbers tell of this machine.' : 'tune itself was not the limit.'}`,
      parts,
      facts: healthFacts(health),
      numbers: {
        columns: [
          { title: '', align: 'left' },
          { title: 'mean ms', align: 'right' },
          { title: 'of all', align: 'right' },
        ],
        rows: parts.map(({ title, value }) => ({ cells: [title, msCell(value), shareCell(value / whole)] })),
      },
    },
  ]
}

/** Whether tune kept up: what speaks for the numbers, or against them. */
function healthFacts({
  limitedBy,
  achievedRatio,
  blockedMs,
  tool,
}: TimedResult['health']): SplitChart['facts'] {
  return [
    { label: 'held back by', text: limitedBy === 'none' ? 'nothing' : limitedBy },
    ...(achievedRatio === undefined
      ? []
      : [
          { label: 'offered of what was due', text: shareCell(achievedRatio, achievedRatio > 0.995 ? 2 : 1) },
        ]),
    ...(blockedMs === undefined ? [] : [{ label: 'client full', text: formatDurationMs(blockedMs, 1) }]),
    { label: "tune's CPU", text: `${shareCell(tool.cpuRatio, 0)} of a core` },
    {
      label: 'event loop late',
      text: `p50 ${ms(tool.eventLoopP50Ms)}, p99 ${ms(tool.eventLoopP99Ms)}, max ${ms(tool.eventLoopMaxMs)}`,
    },
    { label: 'garbage collection', text: `${ms(tool.gcMs)} in ${countCell(tool.gcCount)} times` },
  ]
}

function pagesChart({ series }: HttpResult, shades: readonly Shade[]): LinesChart[] {
  const perSec = (count: number, durationMs: number) =>
    durationMs < SHORTEST_MS ? undefined : (count * 1000) / durationMs
  return secondsChart(series, {
    id: 'pages-over-time',
    title: 'Requests over time',
    about: 'Good answers of the API, which are pages, and those that failed.',
    left: { title: 'per second', scale: 'perSec' },
    right: { title: 'failed', scale: 'count' },
    shades,
    lines: [
      {
        title: 'pages/s',
        style: 'line',
        color: 'fourth',
        together: 'mean',
        pick: ({ pages, durationMs }) => perSec(pages, durationMs),
      },
      {
        title: 'failed requests',
        style: 'bars',
        color: 'bad',
        axis: 'right',
        together: 'sum',
        pick: ({ requestsFailed }) =>
          series.some((second) => second.requestsFailed > 0) ? requestsFailed : undefined,
      },
    ],
  })
}
