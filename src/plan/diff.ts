/** What changes from one plan to another, and which input made it. */
import { TuneError } from '../errors.ts'
import { type Answer, answersOf } from './answers.ts'
import type { Given, PlanFile } from './document.ts'
import type { Memo } from './reader.ts'
import { planOf } from './plan.ts'
import type { Plan, PlanDiff } from './schema.ts'

export function diffOf(from: PlanFile, to: PlanFile): PlanDiff {
  const inputs = changedInputs(from, to)
  const [before, after] = [planOf(from), planOf(to)]
  const memo: Memo = new Map()
  const alone = inputs.map(({ path }) => ({ path, values: valuesWith(from, to, path, memo) }))
  return {
    schema: 'tune.plan-diff/1',
    from: from.shown,
    to: to.shown,
    inputs,
    answers: idsOf(before, after).flatMap((id) => {
      const [old, now] = [answerOf(before, id), answerOf(after, id)]
      const [oldValue, nowValue] = [old?.sizing.answer.value, now?.sizing.answer.value]
      const shown = now ?? old
      if (oldValue === nowValue || shown === undefined) return []
      return [
        {
          id,
          title: shown.title,
          unit: shown.sizing.answer.unit,
          ...(oldValue === undefined ? {} : { from: oldValue }),
          ...(nowValue === undefined ? {} : { to: nowValue }),
          because: alone.flatMap(({ path, values }) => {
            const value = values.get(id)
            return value === undefined || value === oldValue ? [] : [{ path, to: value }]
          }),
        },
      ]
    }),
    checks: changedChecks(before, after),
  }
}

function changedInputs(from: PlanFile, to: PlanFile): PlanDiff['inputs'] {
  const paths = new Set([...from.given.keys(), ...to.given.keys()])
  return [...paths].flatMap((path) => {
    const [old, now] = [from.given.get(path)?.text, to.given.get(path)?.text]
    if (old === now) return []
    return [
      { path, ...(old === undefined ? {} : { from: old }), ...(now === undefined ? {} : { to: now }) },
    ]
  })
}

/** Answers of the old plan with one input of the new; none where that would contradict the rest. */
function valuesWith(from: PlanFile, to: PlanFile, path: string, memo: Memo): Map<string, number> {
  const given = new Map<string, Given>(from.given)
  const now = to.given.get(path)
  if (now === undefined) given.delete(path)
  else given.set(path, now)
  try {
    const answers: Answer[] = answersOf({ ...from, given }, undefined, memo)
    return new Map(answers.map(({ id, sizing }) => [id, sizing.answer.value]))
  } catch (error) {
    if (error instanceof TuneError) return new Map()
    throw error
  }
}

function idsOf(before: Plan, after: Plan): string[] {
  return [...new Set([...before.answers, ...after.answers].map(({ id }) => id))]
}

function answerOf({ answers }: Plan, id: string): Plan['answers'][number] | undefined {
  return answers.find((answer) => answer.id === id)
}

function changedChecks(before: Plan, after: Plan): PlanDiff['checks'] {
  const ids = new Set([...before.checks, ...after.checks].map(({ id }) => id))
  return [...ids].flatMap((id) => {
    const [old, now] = [before, after].map(({ checks }) => checks.find((check) => check.id === id))
    if (old?.level === now?.level) return []
    return [
      {
        id,
        ...(old === undefined ? {} : { from: old.level }),
        ...(now === undefined ? {} : { to: now.level }),
        text: (now ?? old)?.text ?? '',
      },
    ]
  })
}
