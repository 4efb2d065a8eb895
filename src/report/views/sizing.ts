import type { Sizing } from '../../sizing/schema.ts'
import { sizingCharts } from '../charts/of-sizing.ts'
import type { Views } from '../model.ts'
import { tableOf } from './series.ts'

export function sizingViews(sizing: Sizing): Views {
  const { calculator, answer, steps, warnings } = sizing
  return {
    charts: () => sizingCharts(sizing),
    cases: () => [
      { id: 'answer', level: 'ok', text: answer.text },
      ...warnings.map(({ id, text }) => ({ id, level: 'warn' as const, text })),
    ],
    figures: () =>
      steps.map(({ name, value, unit }) => ({
        name: 'sizing',
        help: 'A step of a sizing, in its own unit',
        labels: { calculator, step: name, unit },
        value,
      })),
    rows: () =>
      tableOf(
        steps.map(({ name, value, unit, formula, expression, about }) => ({
          step: name,
          value,
          unit,
          formula,
          numbers: expression,
          about,
        })),
      ),
  }
}
