import type { Result } from '../core/result.ts'
import { countCell, MISSING, msCell, plural } from './format.ts'
import type { Report, Row } from './model.ts'
import { describeLoad } from './run-head.ts'

/** The list of kept results, a line each; one that cannot be read says why. */
export function runsReport(
  entries: readonly { readonly file: string; readonly found: Result | Error }[],
  folder: string,
): Report {
  const results = entries.flatMap(({ file, found }) => (found instanceof Error ? [] : [{ file, found }]))
  const broken = entries.flatMap(({ file, found }) => (found instanceof Error ? [{ file, found }] : []))
  return {
    title: `tune report list`,
    subtitle: [folder],
    banner: { level: broken.length > 0 ? 'warn' : 'ok', text: plural(results.length, 'result'), notes: [] },
    sections: [
      {
        id: 'results',
        kind: 'table',
        title: 'Results, the latest last',
        columns: [
          { title: 'file', align: 'left' },
          { title: 'driver', align: 'left', drop: 3 },
          { title: 'load', align: 'right', drop: 4 },
          { title: 'records/s', align: 'right', drop: 2 },
          { title: 'p99 ms', align: 'right', drop: 1 },
        ],
        rows: results.map(row),
      },
      ...(broken.length === 0
        ? []
        : [
            {
              id: 'unreadable',
              kind: 'list' as const,
              title: 'Not readable',
              items: broken.map(({ file, found }) => ({
                label: file,
                text: found.message,
                level: 'warn' as const,
              })),
            },
          ]),
    ],
    data: results.map(({ file, found }) => ({ file, startedAt: found.startedAt, metrics: found.metrics })),
  }
}

function row({ file, found }: { file: string; found: Result }): Row {
  const { metrics } = found
  const driver = found.kind === 'connector' ? MISSING : found.driver
  const latency = found.kind === 'consumer' || found.kind === 'connector' ? undefined : found.latency
  const load =
    found.kind === 'connector'
      ? 'watched'
      : found.kind === 'consumer'
        ? 'reading'
        : found.plan.load.shape === 'unpaced'
          ? 'unpaced'
          : describeLoad(found.plan.load)
  return {
    cells: [
      file,
      driver,
      load,
      countCell(metrics.recordsPerSec),
      latency === undefined ? MISSING : msCell(latency.p99Ms),
    ],
  }
}
