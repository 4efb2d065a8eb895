/** Charts over the seconds of a run: lines, with what is not measured time shaded, and a table of their numbers. */

import { formatBytes, formatDurationMs } from '../../units.ts'
import type { Axis, Line, LinesChart, Scale, Shade } from '../chart.ts'
import { countCell, MISSING, msCell, shareCell } from '../format.ts'
import { grouped, type Together, together } from './grouped.ts'

/** A second of any run. */
export interface Second {
  readonly atMs: number
  readonly durationMs: number
}

export interface SecondsLine<S extends Second> extends Pick<Line, 'title' | 'style' | 'color' | 'axis'> {
  readonly pick: (second: S) => number | undefined
  readonly together: Together
}

export interface SecondsChart<S extends Second>
  extends Pick<LinesChart, 'id' | 'title' | 'about' | 'instead' | 'left' | 'right'> {
  readonly lines: readonly SecondsLine<S>[]
  readonly shades?: readonly Shade[]
}

/** The end of a phase is a part of a second, too short for a rate or a percentile of its own. */
export const SHORTEST_MS = 100

/** More points than that are more than a screen has dots. */
const MOST_POINTS = 1200
const MOST_ROWS = 60

/** undefined where there is nothing to draw: fewer than three seconds, or no line with a value. */
export function secondsChart<S extends Second>(series: readonly S[], chart: SecondsChart<S>): LinesChart[] {
  const lines = chart.lines.filter(({ pick }) => series.some((second) => pick(second) !== undefined))
  const [first] = lines
  if (series.length < 3 || first === undefined) return []
  const points = grouped(series.length, MOST_POINTS)
  const { id, title, about, instead, left, right, shades = [] } = chart
  return [
    {
      kind: 'lines',
      id,
      title,
      about: points.size > 1 ? `${about} Each point stands for ${points.size} seconds.` : about,
      x: { title: 'time', scale: 'seconds', values: points.of(series).map(middleOf) },
      left,
      ...(right === undefined || lines.every(({ axis }) => axis !== 'right') ? {} : { right }),
      shades,
      ...(instead === undefined ? {} : { instead }),
      lines: lines.map(({ pick, together: how, ...line }) => ({
        ...line,
        values: points.of(series.map(pick)).map((values) => together(values, how)),
      })),
      numbers: numbersOf(series, lines, { left, right: right ?? left }),
    },
  ]
}

function middleOf(seconds: readonly Second[]): number {
  const [first] = seconds
  const last = seconds.at(-1)
  if (first === undefined || last === undefined) return 0
  return (first.atMs + last.atMs + last.durationMs) / 2000
}

const TOGETHER = { mean: '', sum: ', sum', max: ', highest' } as const

function numbersOf<S extends Second>(
  series: readonly S[],
  lines: readonly SecondsLine<S>[],
  axes: { readonly left: Axis; readonly right: Axis },
): LinesChart['numbers'] {
  const rows = grouped(series.length, MOST_ROWS)
  const texts = lines.map(({ pick, together: how, axis = 'left' }) =>
    rows.of(series.map(pick)).map((values) => cellOf(together(values, how), axes[axis].scale)),
  )
  return {
    columns: [
      { title: 'from', align: 'right' },
      ...lines.map(({ title, together: how }) => ({
        title: rows.size === 1 ? title : `${title}${TOGETHER[how]}`,
        align: 'right' as const,
      })),
    ],
    rows: rows.of(series).map((seconds, n) => ({
      cells: [clock(seconds[0]?.atMs ?? 0), ...texts.map((column) => column[n] ?? MISSING)],
    })),
    notes: rows.size === 1 ? [] : [`each row is ${rows.size} seconds`],
  }
}

/** `1:05`, from the start of measured time; `-0:02` is of the warm-up. */
export function clock(atMs: number): string {
  const seconds = Math.abs(Math.round(atMs / 1000))
  const sign = Math.round(atMs / 1000) < 0 ? '-' : ''
  return `${sign}${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
}

export function cellOf(value: number | null | undefined, scale: Scale): string {
  if (value === null || value === undefined) return MISSING
  switch (scale) {
    case 'ms':
      return msCell(value)
    case 'share':
    case 'percentile':
      return shareCell(value)
    case 'bytes':
      return formatBytes(value, 1)
    case 'seconds':
      return formatDurationMs(value * 1000, 1)
    default:
      return countCell(value)
  }
}

/** `12 to 15 ms`: the lowest and the highest of what is known. */
export function rangeText(
  values: readonly (number | null | undefined)[],
  scale: Scale,
  unit: string,
): string {
  const known = values.filter((value) => value !== null && value !== undefined)
  const [low, high] = [Math.min(...known), Math.max(...known)].map((value) => cellOf(value, scale))
  return `${low === high ? low : `${low} to ${high}`} ${unit}`.trimEnd()
}
