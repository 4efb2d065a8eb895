import type { Plan, PlanDiff } from '../../plan/schema.ts'
import { planCharts } from '../charts/of-plan.ts'
import type { Views } from '../model.ts'
import { tableOf } from './series.ts'

export function planViews(plan: Plan): Views {
  const { name, answers, checks, limits } = plan
  return {
    charts: () => planCharts(plan),
    cases: () => checks.map(({ id, level, text }) => ({ id, level, text })),
    figures: () => [
      ...answers.map(({ id, sizing: { answer } }) => ({
        name: 'plan_answer',
        help: 'An answer of a plan, in its own unit',
        labels: { plan: name, answer: id, unit: answer.unit },
        value: answer.value,
      })),
      ...checks.map(({ id, level }) => ({
        name: 'plan_check',
        help: 'The level of a check; always 1',
        labels: { plan: name, check: id, level },
        value: 1,
      })),
      ...limits.parts.flatMap(({ id, holdsUpTo }) =>
        holdsUpTo === undefined
          ? []
          : [
              {
                name: 'plan_holds_up_to_ratio',
                help: "The load at which a part breaks, in multiples of the file's peak",
                labels: { plan: name, part: id },
                value: holdsUpTo,
              },
            ],
      ),
    ],
    rows: () =>
      tableOf(
        answers.map(({ id, step, title, have, sizing: { answer }, command }) => ({
          answer: id,
          step,
          title,
          value: answer.value,
          unit: answer.unit,
          have,
          command,
        })),
      ),
  }
}

export function planDiffViews({ answers, checks, inputs }: PlanDiff): Views {
  return {
    cases: () => checks.map(({ id, to, text }) => ({ id, level: to ?? 'not applicable', text })),
    rows: () =>
      tableOf([
        ...inputs.map(({ path, from, to }) => ({ what: 'input', id: path, from, to })),
        ...answers.map(({ id, unit, from, to }) => ({ what: 'answer', id, unit, from, to })),
        ...checks.map(({ id, from, to }) => ({ what: 'check', id, from, to })),
      ]),
  }
}
