/** Charts of several fresh runs of one plan: each beside the others. */

import type { Repeated } from '../../core/repeated.ts'
import type { Result } from '../../core/result.ts'
import { metricValue } from '../../core/verdict.ts'
import type { Chart, Color } from '../chart.ts'
import { countCell, MISSING, msCell, plural } from '../format.ts'
import { percentilesChart } from './percentiles.ts'
import { rangeText } from './seconds.ts'

const COLORS: readonly Color[] = ['first', 'second', 'third', 'fourth', 'fifth', 'quiet']

export function repeatedCharts({ runs }: Repeated): Chart[] {
  const rates = runs.map((run) => metricValue(run, 'recordsPerSec') ?? null)
  const p99 = runs.map((run) => metricValue(run, 'latency.p99Ms') ?? null)
  const hasP99 = p99.some((value) => value !== null)
  return [
    {
      kind: 'lines',
      id: 'runs-side-by-side',
      title: 'Run by run',
      about: `${rangeText(rates, 'count', 'records/s')}${hasP99 ? `, p99 ${rangeText(p99, 'ms', 'ms')}` : ''}, in the order in which they were made.`,
      x: { title: 'run', scale: 'count', values: runs.map((_, n) => n + 1) },
      left: { title: 'records/s', scale: 'perSec' },
      ...(hasP99 ? { right: { title: 'p99 ms', scale: 'ms' as const } } : {}),
      lines: [
        { title: 'records/s', style: 'points', color: 'first', values: rates },
        ...(hasP99
          ? [
              {
                title: 'p99 ms',
                style: 'points' as const,
                color: 'second' as const,
                axis: 'right' as const,
                values: p99,
              },
            ]
          : []),
      ],
      numbers: {
        columns: ['run', 'records/s', 'p99 ms'].map((title) => ({ title, align: 'right' as const })),
        rows: runs.map((_, n) => ({
          cells: [
            String(n + 1),
            countCell(rates[n] ?? undefined),
            n < p99.length ? msCell(p99[n] ?? undefined) : MISSING,
          ],
        })),
      },
    },
    ...percentilesChart(
      {
        id: 'percentiles',
        title: 'How slow the slowest are, run by run',
        about: `Curves of ${plural(Math.min(runs.length, COLORS.length), 'run')}: how far they lie apart is how much one run can be trusted.`,
      },
      runs.slice(0, COLORS.length).map((run, n) => ({
        title: `run ${n + 1}`,
        summary: latencyOf(run),
        color: COLORS[n] ?? 'quiet',
      })),
    ),
  ]
}

function latencyOf(run: Result) {
  return run.kind === 'connector' || run.kind === 'consumer' ? undefined : run.latency
}
