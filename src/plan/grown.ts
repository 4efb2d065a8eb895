/** The same plan made for more load: what it would take. */
import { TuneError } from '../errors.ts'
import { answersOf } from './answers.ts'
import type { Answer } from './asking.ts'
import type { PlanFile } from './document.ts'
import { fieldAt } from './fields.ts'
import { scaledText } from './figures.ts'
import { LOADS } from './limits.ts'
import { type Change, type Memo, reader } from './reader.ts'

/** Rates of the workload, and the WAL that they write; all else stays. */
const LOAD_PATHS = /^(workload\.(peak|now)|flink\.statements|connectors\..*\.(rate|wal))$/

export interface Grown {
  readonly load: number
  /** By answer; empty where the load is refused. */
  readonly values: Readonly<Record<string, number>>
  /** Warnings that the plan of today has not, by answer. */
  readonly warnings: readonly string[]
  /** Why there is none. */
  readonly refused?: string
}

export function grownOf(file: PlanFile, today: readonly Answer[], memo: Memo): Grown[] {
  const known = new Set(warningsOf(today))
  return LOADS.map((load) => {
    try {
      const answers = answersOf(reader(file, times(load), memo))
      return {
        load,
        values: Object.fromEntries(answers.map(({ id, sizing }) => [id, sizing.answer.value])),
        warnings: warningsOf(answers).filter((warning) => !known.has(warning)),
      }
    } catch (error) {
      if (!(error instanceof TuneError)) throw error
      return { load, values: {}, warnings: [], refused: error.message }
    }
  })
}

function times(load: number): Change {
  return ({ path }, text) => {
    if (load === 1 || path === undefined || !LOAD_PATHS.test(path)) return text
    const field = fieldAt(path)
    return field.kind === 'choice' || field.kind === 'name' ? text : scaledText(field, text, load)
  }
}

function warningsOf(answers: readonly Answer[]): string[] {
  return answers.flatMap(({ id, sizing }) => sizing.warnings.map((warning) => `${id}: ${warning.id}`))
}
