/** Charts of a run that reads. */
import type { ConsumerResult, ReceivedInterval } from '../../core/result.ts'
import type { Chart, LinesChart, Shade } from '../chart.ts'
import { countCell, ms } from '../format.ts'
import { hostChart } from './host.ts'
import { catchUpChart } from './lag.ts'
import { percentilesChart } from './percentiles.ts'
import { rangeText, secondsChart } from './seconds.ts'

export function readingCharts(result: ConsumerResult): Chart[] {
  const shades = shadesOf(result)
  return [
    ...throughputChart(result, shades),
    ...catchUpChart(result),
    ...pollCurves(result),
    ...hostChart(result.series, shades),
  ]
}

function shadesOf({ series }: ConsumerResult): Shade[] {
  const started = series.filter(({ phase }) => phase === 'start')
  const [first] = started
  const last = started.at(-1)
  if (first === undefined || last === undefined) return []
  return [{ from: first.atMs / 1000, to: (last.atMs + last.durationMs) / 1000, title: 'joining' }]
}

function throughputChart({ series }: ConsumerResult, shades: readonly Shade[]): LinesChart[] {
  const rebalances = series.reduce((sum, second) => sum + second.rebalances, 0)
  const errors = series.reduce((sum, second) => sum + second.errors, 0)
  const rates = series.map(({ recordsPerSec }) => recordsPerSec)
  return secondsChart<ReceivedInterval>(series, {
    id: 'throughput-over-time',
    instead: 'over-time',
    title: 'Throughput and errors over time',
    about: `${rangeText(rates, 'count', 'records/s received')}; ${countCell(rebalances)} rebalances, ${errors === 0 ? 'no errors' : `${countCell(errors)} errors`}.`,
    left: { title: 'records/s', scale: 'perSec' },
    right: { title: 'times', scale: 'count' },
    shades,
    lines: [
      {
        title: 'received records/s',
        style: 'area',
        color: 'first',
        together: 'mean',
        pick: ({ recordsPerSec }) => recordsPerSec,
      },
      {
        title: 'rebalances',
        style: 'bars',
        color: 'fifth',
        axis: 'right',
        together: 'sum',
        pick: (second) => (rebalances > 0 ? second.rebalances : undefined),
      },
      {
        title: 'errors',
        style: 'bars',
        color: 'bad',
        axis: 'right',
        together: 'sum',
        pick: (second) => (errors > 0 ? second.errors : undefined),
      },
    ],
  })
}

function pollCurves({ poll, processing, commit }: ConsumerResult): Chart[] {
  return percentilesChart(
    {
      id: 'percentiles',
      title: 'How long the longest polls take',
      about:
        poll === undefined
          ? "The application's time for a batch, and of commits."
          : `From one poll's records to the next poll's: half up to ${ms(poll.p50Ms)}, 1 in 100 longer than ${ms(poll.p99Ms)}.`,
    },
    [
      { title: 'poll', summary: poll, color: 'first' },
      { title: 'application', summary: processing, color: 'second', style: 'dashed' },
      { title: 'commit', summary: commit, color: 'fourth', style: 'dashed' },
    ],
  )
}
