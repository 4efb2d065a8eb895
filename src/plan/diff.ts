/** What changes from one plan to another, and which input made it. */
import { TuneError } from '../errors.ts'
import { answersOf } from './answers.ts'
import type { Answer } from './asking.ts'
import type { Given, PlanFile } from './document.ts'
import { type Judged, judged } from './judged.ts'
import { type Memo, memo, reader, unchanged } from './reader.ts'
import type { PlanDiff } from './schema.ts'

export function diffOf(from: PlanFile, to: PlanFile): PlanDiff {
  const inputs = changedInputs(from, to)
  const known = memo()
  const before = judged(reader(from, unchanged, known))
  const after = judged(reader(to, unchanged, known))
  const alone = inputs.map(({ path }) => ({ path, values: valuesWith(from, to, path, known) }))
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

/** Sections and entries that only one of the two has count as one input, whatever is in them. */
function changedInputs(from: PlanFile, to: PlanFile): PlanDiff['inputs'] {
  const parts = [...partsOf(from), ...partsOf(to)].filter((part) => has(from, part) !== has(to, part))
  const paths = new Set([...from.given.keys(), ...to.given.keys()])
  const single = [...paths].filter((path) => !parts.some((part) => path.startsWith(`${part}.`)))
  return [
    ...parts.map((path) => ({ path, ...(has(from, path) ? { from: 'is there' } : { to: 'is there' }) })),
    ...single.flatMap((path) => {
      const [old, now] = [from.given.get(path)?.text, to.given.get(path)?.text]
      if (old === now) return []
      return [
        { path, ...(old === undefined ? {} : { from: old }), ...(now === undefined ? {} : { to: now }) },
      ]
    }),
  ]
}

const LISTS = ['groups', 'connectors'] as const

/** What may be there or not: `flink`, `groups.fraud`. */
function partsOf({ sections, entries }: PlanFile): string[] {
  const named = LISTS.flatMap((section) => entries[section].map((name) => `${section}.${name}`))
  return [...(sections.has('flink') ? ['flink'] : []), ...named]
}

function has(file: PlanFile, part: string): boolean {
  return partsOf(file).includes(part)
}

/** Answers of the old plan with one input of the new; none where that would contradict the rest. */
function valuesWith(from: PlanFile, to: PlanFile, path: string, known: Memo): Map<string, number> {
  const isOf = (key: string) => key === path || key.startsWith(`${path}.`)
  const given = new Map<string, Given>([
    ...[...from.given].filter(([key]) => !isOf(key)),
    ...[...to.given].filter(([key]) => isOf(key)),
  ])
  const isPart = has(from, path) !== has(to, path)
  try {
    const file = { ...from, given, ...(isPart ? partsWith(from, to, path) : {}) }
    return new Map(
      answersOf(reader(file, unchanged, known)).map(({ id, sizing }) => [id, sizing.answer.value]),
    )
  } catch (error) {
    if (error instanceof TuneError) return new Map()
    throw error
  }
}

/** Sections and entries of the old plan, but this part as the new one has it. */
function partsWith(from: PlanFile, to: PlanFile, part: string): Pick<PlanFile, 'sections' | 'entries'> {
  const names = (section: (typeof LISTS)[number]) => {
    const kept = from.entries[section].filter((name) => `${section}.${name}` !== part)
    return [...kept, ...to.entries[section].filter((name) => `${section}.${name}` === part)]
  }
  const sections = new Set(from.sections)
  if (part === 'flink') {
    if (to.sections.has('flink')) sections.add('flink')
    else sections.delete('flink')
  }
  return { sections, entries: { groups: names('groups'), connectors: names('connectors') } }
}

function idsOf(before: Judged, after: Judged): string[] {
  return [...new Set([...before.answers, ...after.answers].map(({ id }) => id))]
}

function answerOf({ answers }: Judged, id: string): Answer | undefined {
  return answers.find((answer) => answer.id === id)
}

function changedChecks(before: Judged, after: Judged): PlanDiff['checks'] {
  const ids = new Set([...before.checks, ...after.checks].map(({ id }) => id))
  return [...ids].flatMap((id) => {
    const [old, now] = [before, after].map(({ checks }) => checks.find((check) => check.id === id))
    if (old?.level === now?.level) return []
    // a check that comes or goes with its answer is news only where it is not kept
    if ((old ?? now)?.level === 'ok' && (old === undefined || now === undefined)) return []
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
