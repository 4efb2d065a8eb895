/** Both sides of a comparison in one curve: where in the distribution they part. */
import type { Diff } from '../../core/diff.ts'
import type { LinesChart } from '../chart.ts'
import { ms } from '../format.ts'
import { percentilesChart } from './percentiles.ts'

export function diffCharts({ base, now }: Diff): LinesChart[] {
  if (base.latency === undefined || now.latency === undefined) return []
  return percentilesChart(
    {
      id: 'percentiles',
      title: 'How slow the slowest are, base and now',
      about: `All runs of a side together. 1 record in 100 took longer than ${ms(base.latency.p99Ms)} (base) and ${ms(now.latency.p99Ms)} (now).`,
    },
    [
      { title: 'base', summary: base.latency, color: 'first' },
      { title: 'now', summary: now.latency, color: 'second' },
    ],
  )
}
