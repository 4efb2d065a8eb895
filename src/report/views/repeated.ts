import { withCoarseSeconds } from '../../core/coarse-seconds.ts'
import type { Repeated } from '../../core/repeated.ts'
import { repeatedCharts } from '../charts/of-runs.ts'
import type { Views } from '../model.ts'
import { runCases } from './cases.ts'
import { runFigures } from './figures.ts'
import { flat, tableOf } from './series.ts'

export function repeatedViews(document: Repeated): Views {
  const { runs } = document
  return {
    charts: () => repeatedCharts(document),
    cases: () =>
      runs.flatMap((run, n) => runCases(run).map((one) => ({ ...one, id: `run ${n + 1}: ${one.id}` }))),
    figures: () => runs.flatMap((run, n) => runFigures(run, { run: String(n + 1) })),
    rows: () =>
      tableOf(
        runs.map((run, n) => ({
          run: n + 1,
          startedAt: run.startedAt,
          ...run.metrics,
          ...('latency' in run && run.latency !== undefined ? flat(run.latency, 'latency.') : {}),
        })),
      ),
    smaller: (digits) => ({ ...document, runs: runs.map((run) => withCoarseSeconds(run, digits)) }),
  }
}
