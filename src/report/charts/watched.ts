/** Charts of a connector that is watched while others load it. */
import type { ConnectorResult } from '../../core/result.ts'
import type { Chart } from '../chart.ts'
import { rangeText, secondsChart } from './seconds.ts'

type Sample = ConnectorResult['series'][number]

export function watchedCharts({ series }: ConnectorResult): Chart[] {
  const rates = series.map(({ recordsPerSec }) => recordsPerSec)
  return [
    ...secondsChart<Sample>(series, {
      id: 'throughput-over-time',
      instead: 'over-time',
      title: 'Throughput over time',
      about: rates.some((rate) => rate !== undefined)
        ? `${rangeText(rates, 'count', 'records/s written')}.`
        : 'As the sources tell.',
      left: { title: 'records/s', scale: 'perSec' },
      right: { title: 'records', scale: 'count' },
      lines: [
        line('written records/s', 'first', ({ recordsPerSec }) => recordsPerSec, 'area'),
        line('polled records/s', 'second', ({ polledPerSec }) => polledPerSec, 'dashed'),
        line('told by the connector', 'third', ({ toldRecordsPerSec }) => toldRecordsPerSec, 'dashed'),
        {
          ...line('polled and not written', 'quiet', ({ activeRecords }) => activeRecords, 'dashed'),
          axis: 'right',
          together: 'max',
        },
      ],
    }),
    ...secondsChart<Sample>(series, {
      id: 'times-over-time',
      title: 'Times over time',
      about: 'Means, as the connector tells them: a connector has no percentiles to show.',
      left: { title: 'ms', scale: 'ms' },
      lines: [
        line('latency', 'first', ({ connectorLatencyMs }) => connectorLatencyMs),
        line('poll of a batch', 'second', ({ pollBatchMs }) => pollBatchMs),
        line('offset commit', 'fourth', ({ offsetCommitMs }) => offsetCommitMs),
      ],
    }),
    ...secondsChart<Sample>(series, {
      id: 'shares-over-time',
      title: 'Heap, cache and errors over time',
      about: 'Shares, as the connector and its worker tell them.',
      left: { title: 'of all', scale: 'share' },
      right: { title: 'tasks', scale: 'count' },
      lines: [
        line('heap used', 'first', ({ heapRatio }) => heapRatio),
        line('time in garbage collection', 'second', ({ gcRatio }) => gcRatio),
        line('cache hits', 'third', ({ cacheHitRatio }) => cacheHitRatio),
        line('errors', 'bad', ({ errorRatio }) => errorRatio),
        {
          ...line('tasks running', 'quiet', ({ tasksRunning }) => tasksRunning, 'dashed'),
          axis: 'right',
        },
      ],
    }),
  ]
}

function line(
  title: string,
  color: 'first' | 'second' | 'third' | 'fourth' | 'quiet' | 'bad',
  pick: (sample: Sample) => number | undefined,
  style: 'line' | 'dashed' | 'area' = 'line',
) {
  return { title, color, style, pick, together: 'mean' } as const
}
