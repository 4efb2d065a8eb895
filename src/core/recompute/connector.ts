/** The figures of a watched connector from its series and what each source counted. */
import type { ConnectorResult } from '../connector-result.ts'
import { expectSame, type Problem, sum } from './problem.ts'

export function checkConnector({ series, metrics, sources, failure, connector }: ConnectorResult): Problem[] {
  const counted = sources.find((source) => source.counted)
  const written = counted === undefined ? undefined : sum(series, ({ recordsWritten = 0 }) => recordsWritten)
  const spanMs = sum(series, (interval) => interval.spanMs ?? 0)
  const resets = sum(sources, (source) => source.resets)
  const failed = connector?.tasks.filter(({ state }) => state === 'FAILED').length
  let endMs = 0
  return [
    ...series.flatMap(({ atMs, durationMs, recordsWritten, spanMs, recordsPerSec }, n) => {
      const beginMs = endMs
      endMs = atMs + durationMs
      const perSec =
        recordsWritten === undefined || spanMs === undefined || spanMs <= 0
          ? undefined
          : (recordsWritten * 1000) / spanMs
      return [
        ...expectSame(`series.${n}.atMs`, atMs, beginMs, 'the end of the interval before'),
        ...expectSame(
          `series.${n}.recordsPerSec`,
          recordsPerSec,
          perSec,
          `series.${n}.recordsWritten / spanMs`,
        ),
      ]
    }),
    ...expectSame('metrics.recordsWritten', metrics.recordsWritten, written, 'series.*.recordsWritten'),
    ...expectSame('sources.*.recordsWritten', counted?.recordsWritten, written, 'series.*.recordsWritten'),
    ...expectSame(
      'metrics.recordsPerSec',
      metrics.recordsPerSec,
      written === undefined || spanMs <= 0 ? undefined : (written * 1000) / spanMs,
      'series.*.recordsWritten / series.*.spanMs',
    ),
    ...expectSame('metrics.counterResets', metrics.counterResets, resets, 'sources.*.resets'),
    ...expectSame('metrics.tasksFailed', metrics.tasksFailed, failed, 'connector.tasks'),
    ...(failure === undefined || failed !== 0 || connector?.state === 'FAILED'
      ? []
      : [{ figure: 'failure', stored: failure.what, computed: undefined, from: 'connector' }]),
  ]
}
