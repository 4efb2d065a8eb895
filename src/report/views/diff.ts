import type { Change, Diff } from '../../core/diff.ts'
import { diffCharts } from '../charts/of-diff.ts'
import { metricTitle, metricValueText } from '../metric-text.ts'
import type { Case, Figure, Level, Views } from '../model.ts'
import { tableOf } from './series.ts'

/** How bad a verdict is, for who colours, gates or annotates. */
export const DIFF_LEVELS = {
  pass: 'ok',
  improvement: 'ok',
  regression: 'critical',
  suspect: 'warn',
  inconclusive: 'not measured',
  'not judged': 'not applicable',
  invalid: 'invalid',
} as const satisfies Record<Diff['verdict'] | Change['verdict'], Level>

/** @param texts of what was found, a change each, and of the whole */
export function diffViews(diff: Diff, texts: { readonly answer: string; of(change: Change): string }): Views {
  return {
    charts: () => diffCharts(diff),
    curves: () => diffCharts(diff),
    cases: () => diffCases(diff, texts),
    figures: () => diffFigures(diff),
    rows: () =>
      tableOf(
        diff.changes.map(
          ({ metric, base, now, ratio, interval, p, n, minDetectable, pairsNeeded, verdict }) => ({
            metric,
            base,
            now,
            ratio,
            intervalLow: interval?.[0],
            intervalHigh: interval?.[1],
            p,
            n,
            minDetectable,
            pairsNeeded,
            verdict,
          }),
        ),
      ),
  }
}

function diffCases({ changes, verdict }: Diff, texts: Parameters<typeof diffViews>[1]): Case[] {
  const found = changes.map((change): Case => {
    const { metric, base, now, reason } = change
    const numbers = `${metricTitle(metric)} ${metricValueText(metric, base)} → ${metricValueText(metric, now)}`
    return {
      id: metric,
      level: DIFF_LEVELS[change.verdict],
      text: `${change.verdict}: ${change.verdict === 'not judged' ? (reason ?? numbers) : texts.of(change)}`,
    }
  })
  // Where it was not judged metric by metric, the whole has to stand for it
  const isTold = found.some(({ level }) => level !== 'not applicable') && verdict !== 'invalid'
  return isTold ? found : [{ id: 'comparison', level: DIFF_LEVELS[verdict], text: texts.answer }, ...found]
}

function diffFigures({ changes, verdict, base, now }: Diff): Figure[] {
  const sides = { base: base.name, now: now.name }
  return [
    {
      name: 'diff_verdict',
      help: 'The verdict of a comparison; always 1',
      labels: { ...sides, verdict },
      value: 1,
    },
    ...changes.flatMap(({ metric, ratio, interval, verdict: one }) => {
      const labels = { ...sides, metric }
      return [
        { name: 'change_ratio', help: 'Now over base; 1 is no change', labels, value: ratio },
        ...(interval === undefined
          ? []
          : [
              { name: 'change_ratio_low', help: 'Lower end of its interval', labels, value: interval[0] },
              { name: 'change_ratio_high', help: 'Upper end of its interval', labels, value: interval[1] },
            ]),
        {
          name: 'change_verdict',
          help: 'The verdict of a metric; always 1',
          labels: { ...labels, verdict: one },
          value: 1,
        },
      ]
    }),
  ]
}
