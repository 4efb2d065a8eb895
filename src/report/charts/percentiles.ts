/**
 * Percentile curves: how slow the slowest of so many are. The axis is 1/(1-p), so 90 %, 99 % and 99.9 % lie equally far
 * apart, and the tail, which a plot over percentages squeezes into its last dot, has most of the room.
 */
import { decodeHistogram } from '../../core/histogram.ts'
import type { LatencySummary } from '../../core/result.ts'
import type { Color, Line, LinesChart } from '../chart.ts'
import { MISSING, msCell } from '../format.ts'

export interface Curve {
  readonly title: string
  /** undefined: not measured, and left out. */
  readonly summary: Pick<LatencySummary, 'hdr' | 'count' | 'maxMs'> | undefined
  readonly color: Color
  readonly style?: Line['style']
}

/** So many points for each nine. */
const POINTS_A_NINE = 16
/** 99.9999 %: more nines than a run has seconds for are noise. */
const MOST_NINES = 6

const ROWS = [50, 75, 90, 95, 99, 99.9, 99.99] as const

export function percentilesChart(
  chart: Pick<LinesChart, 'id' | 'title' | 'about'>,
  curves: readonly Curve[],
): LinesChart[] {
  const known = curves.flatMap(({ summary, ...curve }) =>
    summary === undefined || summary.count === 0
      ? []
      : [{ ...curve, summary, percentileMs: percentilesOf(summary) }],
  )
  if (known.length === 0) return []
  const mostCount = Math.max(...known.map(({ summary }) => summary.count))
  const nines = Math.min(MOST_NINES, Math.max(1, Math.log10(mostCount)))
  const x = Array.from({ length: Math.ceil(nines * POINTS_A_NINE) + 1 }, (_, n) => 10 ** (n / POINTS_A_NINE))
  return [
    {
      kind: 'lines',
      ...chart,
      x: { title: 'of the records', scale: 'percentile', log: true, values: x },
      left: { title: 'ms', scale: 'ms', log: true },
      lines: known.map(({ title, color, style = 'line', summary, percentileMs }) => ({
        title,
        color,
        style,
        // Beyond its count a curve would only repeat its maximum
        values: x.map((one) => {
          const value = percentileMs(100 * (1 - 1 / one))
          return one > summary.count || value < SMALLEST_MS ? null : value
        }),
      })),
      numbers: {
        columns: [
          { title: '', align: 'left' },
          ...known.map(({ title }) => ({ title: `${title} ms`, align: 'right' as const })),
        ],
        rows: [
          ...ROWS.map((percent) => ({
            cells: [
              `${percent} %`,
              ...known.map(({ percentileMs, summary }) =>
                summary.count < 100 / (100 - percent) ? MISSING : msCell(percentileMs(percent)),
              ),
            ],
          })),
          { cells: ['max', ...known.map(({ summary }) => msCell(summary.maxMs))] },
          { cells: ['records', ...known.map(({ summary }) => summary.count.toLocaleString('en-US'))] },
        ],
      },
    },
  ]
}

/** A bucket's edge may lie above the exact maximum, which nothing took longer than. */
function percentilesOf({ hdr, maxMs }: Pick<LatencySummary, 'hdr' | 'maxMs'>) {
  const histogram = decodeHistogram(hdr)
  return (percent: number) => Math.min(histogram.percentileMs(percent), maxMs)
}

/** A logarithmic axis has no 0, and less than that would take the room of what matters. */
const SMALLEST_MS = 0.01
