/** Values of a plan as calculators ask for them: from the file, a default, or an answer that came before. */
import { TuneError } from '../errors.ts'
import { type Calculator, size } from '../sizing/calculator.ts'
import { CALCULATORS, type CalculatorName } from '../sizing/index.ts'
import { type Input, readInput } from '../sizing/inputs.ts'
import type { Sizing } from '../sizing/schema.ts'
import type { PlanFile } from './document.ts'
import { type Field, fieldAt, fieldsOf, keyOf, nameOf } from './fields.ts'

/**
 * What if: the text of an input in place of the one that stands there, or that is its default.
 * @param path in the file: `workload.peak`; undefined for what no file can say
 * @param key of the calculator: `utilization`
 */
export type Change = (input: { path: string | undefined; key: string; kind: Field['kind'] }, text: string) => string

export const unchanged: Change = (_, text) => text

/** What a calculator was asked. */
export interface Asked {
  readonly sizing: Sizing
  /** By input, as `tune size` takes them. */
  readonly texts: Readonly<Record<string, string>>
  /** By input: where the file says it, or could. */
  readonly paths: Readonly<Record<string, string>>
}

/** An input that an answer before, or several keys together, give. */
export interface Derived {
  readonly text: string
  /** As errors and reports name it: `answer of partitions`. */
  readonly source: string
}

export interface Question {
  readonly calculator: CalculatorName
  /** Where its inputs are looked up by name, in turn: `topic`, `groups.fraud`. */
  readonly places: readonly string[]
  /** By input: a path that has another name. */
  readonly renamed?: Readonly<Record<string, string>>
  readonly derived?: Readonly<Record<string, Derived | undefined>>
}

/** What was asked before, by calculator and texts: most what-ifs change the inputs of few calculators. */
export type Memo = Map<string, Sizing>

export interface Reader {
  readonly file: PlanFile
  /** As given or by default, changed; undefined where there is neither. */
  text(path: string): string | undefined
  /** In the unit of formulas. */
  number(path: string): number | undefined
  /** @throws TuneError USAGE at the place of a value that the calculator refuses */
  ask(question: Question): Asked
  refuse(path: string, what: string, hint: string): TuneError
}

export function reader(file: PlanFile, change: Change, memo: Memo): Reader {
  const label = (path: string) => {
    const place = file.given.get(path)?.place
    return place === undefined ? `${file.shown}: ${path}` : `${place}: ${path}`
  }
  const text = (path: string) => {
    const field = fieldAt(path)
    const own = file.given.get(path)?.text ?? field.default
    const key = nameOf(path.split('.').at(-1) ?? '')
    return own === undefined ? undefined : change({ path, key, kind: field.kind }, own)
  }
  return {
    file,
    text,
    number(path) {
      const field = fieldAt(path)
      const own = text(path)
      if (own === undefined || field.kind === 'name') return undefined
      const value = readInput(path, field, own, label(path))
      return typeof value === 'object' && 'name' in value ? value.value : undefined
    },
    refuse: (path, what, hint) => new TuneError('USAGE', `${label(path)}: ${what}`, { hint }),
    ask({ calculator: name, places, renamed = {}, derived = {} }) {
      const calculator: Calculator = CALCULATORS[name]
      const paths: Record<string, string> = {}
      const texts: Record<string, string> = {}
      for (const [key, input] of Object.entries(calculator.inputs)) {
        const answer = derived[key]
        if (answer !== undefined) {
          texts[key] = answer.text
          continue
        }
        const path = renamed[key] ?? pathOf(key, places)
        if (path !== undefined) paths[key] = path
        const found = path === undefined ? undefined : file.given.get(path)?.text
        const changed = changedText({ path, key, input }, found, change)
        if (changed !== undefined) texts[key] = changed
      }
      const asked = JSON.stringify([name, texts])
      const made =
        memo.get(asked) ??
        size(calculator, {
          texts,
          curve: false,
          label: (key) => derived[key]?.source ?? (paths[key] === undefined ? key : label(paths[key])),
        })
      memo.set(asked, made)
      return { sizing: withSources(made, paths, derived, file), texts, paths }
    },
  }
}

/** A default stays unsaid unless it is changed. */
function changedText(
  { path, key, input }: { path: string | undefined; key: string; input: Input },
  found: string | undefined,
  change: Change,
): string | undefined {
  const own = found ?? input.default
  if (own === undefined) return undefined
  const changed = change({ path, key, kind: input.kind }, own)
  return found === undefined && changed === own ? undefined : changed
}

function pathOf(input: string, places: readonly string[]): string | undefined {
  const key = keyOf(input)
  const place = places.find((one) => fieldsOf(one).has(key))
  return place === undefined ? undefined : `${place}.${key}`
}

/** Where each input came from, as the report tells it. */
function withSources(
  sizing: Sizing,
  paths: Asked['paths'],
  derived: Readonly<Record<string, Derived | undefined>>,
  file: PlanFile,
): Sizing {
  const inputs = Object.entries(sizing.inputs).map(([key, input]) => {
    const path = paths[key]
    const source =
      derived[key]?.source ??
      (path !== undefined && file.given.has(path) && input.from === 'given' ? path : undefined)
    return [key, source === undefined ? input : { ...input, source }]
  })
  return { ...sizing, inputs: Object.fromEntries(inputs) }
}
