/** How many records took how long, second by second: what percentiles over time hide, as two humps or a stall, is seen. */
import { decodeHistogram } from '../../core/histogram.ts'
import type { HeatChart, Shade } from '../chart.ts'
import { grouped, together } from './grouped.ts'
import { cellOf, clock, type Second, SHORTEST_MS } from './seconds.ts'

export interface TimedSecond extends Second {
  readonly latency?:
    | {
        readonly hdr: string
        readonly p50Ms: number
        readonly p99Ms: number
        readonly maxMs: number
        readonly count: number
      }
    | undefined
}

/** Wider than a dot on most screens. */
const MOST_COLUMNS = 240
/** Rows a decade: each about a quarter more than the one below. */
const ROWS_A_DECADE = 12
const MOST_ROWS = 60
const LOWEST_MS = 0.01

export function heatChart(
  series: readonly TimedSecond[],
  chart: Pick<HeatChart, 'id' | 'title' | 'about'>,
  shades: readonly Shade[],
): HeatChart[] {
  const timed = series.filter(({ latency }) => latency !== undefined)
  if (timed.length < 3) return []
  const columns = grouped(series.length, MOST_COLUMNS)
  const counted = columns.of(series).map(countsOf)
  const used = counted.flatMap((counts) => [...counts.keys()])
  const [low, high] = [Math.min(...used), Math.max(...used)]
  const groups = columns.of(series)
  const lined = groups.map((seconds) => seconds.filter(({ durationMs }) => durationMs >= SHORTEST_MS))
  const last = series.at(-1)
  return [
    {
      kind: 'heat',
      ...chart,
      about: columns.size > 1 ? `${chart.about} Each column is ${columns.size} seconds.` : chart.about,
      x: { title: 'time', scale: 'seconds' },
      left: { title: 'ms', scale: 'ms', log: true },
      xEdges: [
        ...groups.map(([first]) => (first?.atMs ?? 0) / 1000),
        ((last?.atMs ?? 0) + (last?.durationMs ?? 0)) / 1000,
      ],
      yEdges: Array.from({ length: high - low + 2 }, (_, n) => edgeMs(low + n)),
      counts: counted.map((counts) => [...counts].flatMap(([row, count]) => [row - low, count])),
      lines: [
        {
          title: 'p99 of a second',
          style: 'line',
          color: 'second',
          values: worst(lined, ({ p99Ms }) => p99Ms),
        },
        {
          title: 'p50 of a second',
          style: 'line',
          color: 'ink',
          values: worst(lined, ({ p50Ms }) => p50Ms),
        },
      ],
      shades,
      numbers: numbersOf(series),
    },
  ]
}

type Latency = NonNullable<TimedSecond['latency']>

/** Percentiles are never averaged: of several seconds the worst stands for all. */
function worst(
  groups: readonly (readonly TimedSecond[])[],
  pick: (latency: Latency) => number,
): (number | null)[] {
  return groups.map((seconds) =>
    together(
      seconds.map(({ latency }) => (latency === undefined ? undefined : pick(latency))),
      'max',
    ),
  )
}

function rowOf(ms: number): number {
  return Math.floor(Math.log10(Math.max(ms, LOWEST_MS) / LOWEST_MS) * ROWS_A_DECADE)
}

function edgeMs(row: number): number {
  return Number((LOWEST_MS * 10 ** (row / ROWS_A_DECADE)).toPrecision(6))
}

function countsOf(seconds: readonly TimedSecond[]): Map<number, number> {
  const counts = new Map<number, number>()
  for (const { latency } of seconds) {
    if (latency === undefined) continue
    for (const [ms, count] of decodeHistogram(latency.hdr).buckets()) {
      const row = rowOf(ms)
      counts.set(row, (counts.get(row) ?? 0) + count)
    }
  }
  return counts
}

function numbersOf(series: readonly TimedSecond[]): HeatChart['numbers'] {
  const rows = grouped(series.length, MOST_ROWS)
  const groups = rows.of(series)
  const cells = (pick: (latency: Latency) => number) =>
    worst(groups, pick).map((value) => cellOf(value, 'ms'))
  const columns = [cells(({ p50Ms }) => p50Ms), cells(({ p99Ms }) => p99Ms), cells(({ maxMs }) => maxMs)]
  return {
    columns: [
      { title: 'from', align: 'right' },
      ...['p50 ms', 'p99 ms', 'max ms'].map((title) => ({ title, align: 'right' as const })),
    ],
    rows: groups.map((seconds, n) => ({
      cells: [clock(seconds[0]?.atMs ?? 0), ...columns.map((column) => column[n] ?? '')],
    })),
    notes: rows.size === 1 ? [] : [`each row is ${rows.size} seconds, and shows the worst of them`],
  }
}
