/** The report of two plans: answers that change, with the inputs that change them. */
import type { PlanDiff } from '../plan/schema.ts'
import { formatNumber, formatShare, unitText } from '../units.ts'
import { MISSING, plural } from './format.ts'
import type { ListSection, Report, Section } from './model.ts'
import { planDiffViews } from './views/plan.ts'

export function planDiffReport(diff: PlanDiff): Report {
  const { from, to, inputs, answers, checks } = diff
  return {
    title: `tune plan --diff ${from} ${to}`,
    subtitle: [],
    banner: {
      level: checks.some((check) => check.to === 'critical') ? 'critical' : 'ok',
      text:
        answers.length === 0
          ? `no answer changes; ${inputs.length === 0 ? 'no input differs' : `${plural(inputs.length, 'input')} ${inputs.length === 1 ? 'differs' : 'differ'}`}`
          : answers
              .map(
                ({ title, unit, from, to }) => `${title} ${valueText(from, unit)} → ${valueText(to, unit)}`,
              )
              .join(', '),
      notes: [],
    },
    sections: [
      ...section('answers', 'Answers that change', answers.map(answerItem)),
      ...section(
        'inputs',
        'Inputs that differ',
        inputs.map(({ path, from = MISSING, to = MISSING }) => ({ label: path, text: `${from} → ${to}` })),
      ),
      ...section(
        'checks',
        'Checks that change',
        checks.map(({ id, from, to, text }) => ({
          label: id,
          text: `${from ?? MISSING} → ${to ?? MISSING}: ${text}`,
          ...(to === undefined ? {} : { level: to }),
        })),
      ),
    ],
    data: diff,
    views: planDiffViews(diff),
  }
}

function section(id: string, title: string, items: ListSection['items']): Section[] {
  return items.length === 0 ? [] : [{ id, kind: 'list', title, items }]
}

function answerItem({
  title,
  unit,
  from,
  to,
  because,
}: PlanDiff['answers'][number]): ListSection['items'][number] {
  const value = to ?? from ?? 0
  const alone = because.map(({ path, to: alone }) => `${path} alone: ${valueText(alone, unit)}`)
  return {
    label: title,
    text: `${valueText(from, unit)} → ${valueText(to, unit)} ${unitText(value, unit)}`.trimEnd(),
    notes: alone.length > 0 ? alone : ['no input makes it alone: several together do'],
  }
}

/** A number without a unit is a share, in every calculator. */
function valueText(value: number | undefined, unit: string): string {
  if (value === undefined) return MISSING
  if (unit === '') return formatShare(value)
  return formatNumber(Number.isInteger(value) ? value : Number(value.toPrecision(4)))
}
