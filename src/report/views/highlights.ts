/** The few numbers of a run that are looked for first. */
import type { MetricName } from '../../core/metrics.ts'
import type { Result } from '../../core/result.ts'
import { metricValue } from '../../core/verdict.ts'
import { shareCell } from '../format.ts'
import { metricTitle, metricValueText } from '../metric-text.ts'
import type { Highlight } from '../model.ts'

/** By kind of run; those that were not measured are left out. */
const SHOWN: Readonly<Record<Result['kind'], readonly MetricName[]>> = {
  producer: ['recordsPerSec', 'bytesPerSec', 'latency.p50Ms', 'latency.p99Ms', 'latency.maxMs', 'errorRatio'],
  e2e: ['recordsPerSec', 'bytesPerSec', 'latency.p50Ms', 'latency.p99Ms', 'latency.maxMs', 'recordsMissing'],
  cdc: [
    'recordsPerSec',
    'latency.p50Ms',
    'latency.p99Ms',
    'latency.maxMs',
    'databaseCommit.p99Ms',
    'slotLagMaxBytes',
  ],
  http: ['recordsPerSec', 'pagesPerSec', 'latency.p99Ms', 'api.p99Ms', 'cacheHitRatio', 'errorRatio'],
  consumer: ['recordsPerSec', 'bytesPerSec', 'poll.p99Ms', 'lagRecords', 'joinMs', 'caughtUpMs'],
  connector: [
    'recordsPerSec',
    'recordsPerSecMin',
    'connectorLatencyMs',
    'heapRatio',
    'tasksFailed',
    'errorRatio',
  ],
}

export function runHighlights(result: Result): Highlight[] {
  return SHOWN[result.kind].flatMap((name) => {
    const value = metricValue(result, name)
    if (value === undefined) return []
    const asked = name === 'recordsPerSec' ? result.metrics.targetRecordsPerSec : undefined
    return [
      {
        title: metricTitle(name),
        text: metricValueText(name, value),
        ...(asked === undefined ? {} : { note: `${shareCell(value / asked)} of what was asked for` }),
      },
    ]
  })
}
