/** Which input moves the answer most: each alone, a fifth less and a fifth more. */
import { TuneError } from '../errors.ts'
import { mainAnswers } from './answers.ts'
import type { Answer } from './asking.ts'
import type { PlanFile } from './document.ts'
import { type Field, fieldAt } from './fields.ts'
import { scaledText } from './figures.ts'
import { decidingInputs } from './influence.ts'
import { type Change, type Memo, type Reader, reader } from './reader.ts'

const BY = 0.2
/** Moves of less are noise. */
const LEAST = 0.01

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
export function sensitivityOf(read: Reader, memo: Memo): Sensitivity[] {
  const today = mainAnswers(read)
  return [...numbersOf(read, today)]
    .map(([path, text]) => {
      const less = movesOf(read.file, today, path, 1 - BY, memo)
      const more = movesOf(read.file, today, path, 1 + BY, memo)
      const most = Math.max(0, ...[...less, ...more].map(({ from, to }) => Math.abs(to - from) / from))
      return { path, text, less, more, most: Number(most.toPrecision(3)) }
    })
    .filter(({ most }) => most > 0)
    .toSorted((a, b) => b.most - a.most)
}

/** Every number that an answer follows from, by where the file says it or could. */
function numbersOf({ file, looked }: Reader, today: readonly Answer[]): Map<string, string> {
  const found = new Map<string, string>()
  for (const path of looked) {
    const text = file.given.get(path)?.text ?? fieldAt(path).default
    if (text !== undefined && isNumber(fieldAt(path))) found.set(path, text)
  }
  for (const { sizing, paths } of today) {
    for (const key of decidingInputs(sizing)) {
      const path = paths[key]
      const text = path === undefined ? undefined : (file.given.get(path)?.text ?? sizing.inputs[key]?.text)
      if (path !== undefined && text !== undefined && isNumber(fieldAt(path))) found.set(path, text)
    }
  }
  return found
}

function isNumber(field: Field): boolean {
  return field.kind !== 'choice' && field.kind !== 'name'
}

function movesOf(file: PlanFile, today: readonly Answer[], path: string, factor: number, memo: Memo): Move[] {
  const answers = changedAnswers(file, path, factor, memo)
  return today.flatMap(({ id, sizing }) => {
    const from = sizing.answer.value
    const to = answers.find((answer) => answer.id === id)?.sizing.answer.value
    return to === undefined || from === 0 || Math.abs(to / from - 1) < LEAST ? [] : [{ id, from, to }]
  })
}

/** None where the file would contradict itself: a replication of 2.4, an average above the peak. */
function changedAnswers(file: PlanFile, path: string, factor: number, memo: Memo): Answer[] {
  const field = fieldAt(path)
  try {
    const change: Change = (input, text) =>
      input.path === path && field.kind !== 'choice' && field.kind !== 'name'
        ? scaledText(field, text, factor)
        : text
    return mainAnswers(reader(file, change, memo))
  } catch (error) {
    if (error instanceof TuneError) return []
    throw error
  }
}
