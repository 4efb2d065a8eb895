/** Which input moves the answer most: each alone, a fifth less and a fifth more. */
import { TuneError } from '../errors.ts'
import { type Answer, answersOf } from './answers.ts'
import type { PlanFile } from './document.ts'
import { type Field, fieldAt } from './fields.ts'
import { scaledText } from './figures.ts'
import type { Memo } from './reader.ts'

export const BY = 0.2

export interface Move {
  readonly id: string
  readonly from: number
  readonly to: number
}

export interface Sensitivity {
  readonly path: string
  /** As it stands, or by default. */
  readonly text: string
  readonly less: readonly Move[]
  readonly more: readonly Move[]
  /** The largest move of any answer, as a share of it. */
  readonly most: number
}

/** The strongest first; those that move nothing are left out. */
export function sensitivityOf(file: PlanFile, today: readonly Answer[], memo: Memo): Sensitivity[] {
  return [...numbersOf(file, today)]
    .map(([path, text]) => {
      const less = movesOf(file, today, path, 1 - BY, memo)
      const more = movesOf(file, today, path, 1 + BY, memo)
      const most = Math.max(0, ...[...less, ...more].map(({ from, to }) => Math.abs(to - from) / from))
      return { path, text, less, more, most: Number(most.toPrecision(3)) }
    })
    .filter(({ most }) => most > 0)
    .toSorted((a, b) => b.most - a.most)
}

/** Every number that an answer was made of and that the file says or could say. */
function numbersOf(file: PlanFile, today: readonly Answer[]): Map<string, string> {
  const found = new Map<string, string>()
  for (const [path, { text }] of file.given) if (isNumber(fieldAt(path))) found.set(path, text)
  for (const { sizing, paths } of today) {
    for (const [key, path] of Object.entries(paths)) {
      const input = sizing.inputs[key]
      if (!found.has(path) && input?.from === 'default' && isNumber(fieldAt(path))) found.set(path, input.text)
    }
  }
  return found
}

function isNumber(field: Field): boolean {
  return field.kind !== 'choice' && field.kind !== 'name'
}

function movesOf(
  file: PlanFile,
  today: readonly Answer[],
  path: string,
  factor: number,
  memo: Memo,
): Move[] {
  const answers = changedAnswers(file, path, factor, memo)
  return today.flatMap(({ id, sizing }) => {
    const from = sizing.answer.value
    const to = answers.find((answer) => answer.id === id)?.sizing.answer.value
    return to === undefined || to === from || from === 0 ? [] : [{ id, from, to }]
  })
}

/** None where the file would contradict itself: a replication of 2.4, an average above the peak. */
function changedAnswers(file: PlanFile, path: string, factor: number, memo: Memo): Answer[] {
  const field = fieldAt(path)
  try {
    return answersOf(
      file,
      (input, text) =>
        input.path === path && field.kind !== 'choice' && field.kind !== 'name'
          ? scaledText(field, text, factor)
          : text,
      memo,
    )
  } catch (error) {
    if (error instanceof TuneError) return []
    throw error
  }
}
