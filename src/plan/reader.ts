/** Values of a plan as calculators ask for them: from the file, a default, or an answer that came before. */
import { TuneError } from '../errors.ts'
import { type Calculator, measuredFact, type Saved, size } from '../sizing/calculator.ts'
import { CALCULATORS, type CalculatorName } from '../sizing/index.ts'
import { type Input, type InputTable, readInput } from '../sizing/inputs.ts'
import type { Sizing } from '../sizing/schema.ts'
import type { PlanFile } from './document.ts'
import { type Field, fieldAt, fieldsOf, keyOf, nameOf } from './fields.ts'

/**
 * What if: the text of an input in place of the one that stands there, or that is its default.
 * @param path in the file: `workload.peak`; undefined for what no file can say
 * @param key of the calculator: `utilization`
 */
export type Change = (
  input: { path: string | undefined; key: string; kind: Field['kind'] },
  text: string,
) => string

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
  /** Of a calculator whose inputs depend on a choice: the word. */
  readonly variant?: string
  /** By input: a path that has another name. */
  readonly renamed?: Readonly<Record<string, string>>
  readonly derived?: Readonly<Record<string, Derived | undefined>>
}

/** What was asked before: most what-ifs change the inputs of few calculators. */
export interface Memo {
  /** By calculator, texts and sources. */
  readonly asked: Map<string, Asked>
  /** By calculator and places: which input is looked up where. */
  readonly lookups: Map<string, readonly Lookup[]>
}

export function memo(): Memo {
  return { asked: new Map(), lookups: new Map() }
}

interface Lookup {
  readonly key: string
  readonly input: Input
  readonly path: string | undefined
}

export interface Reader {
  readonly file: PlanFile
  /** Paths that were looked at, given or not. */
  readonly looked: ReadonlySet<string>
  /** As given or by default, changed; undefined where there is neither. */
  text(path: string): string | undefined
  /** In the unit of formulas. */
  number(path: string): number | undefined
  /** @throws TuneError USAGE at the place of a value that the calculator refuses */
  ask(question: Question): Asked
  refuse(path: string, what: string, hint: string): TuneError
}

export function reader(file: PlanFile, change: Change, memo: Memo): Reader {
  const looked = new Set<string>()
  const label = (path: string) => {
    const place = file.given.get(path)?.place
    return place === undefined ? `${file.shown}: ${path}` : `${place}: ${path}`
  }
  const text = (path: string) => {
    const field = fieldAt(path)
    const own = file.given.get(path)?.text ?? field.default
    looked.add(path)
    const key = nameOf(path.split('.').at(-1) ?? '')
    return own === undefined ? undefined : change({ path, key, kind: field.kind }, own)
  }
  return {
    file,
    looked,
    text,
    number(path) {
      const field = fieldAt(path)
      const own = text(path)
      if (own === undefined || field.kind === 'name') return undefined
      const value = readInput(path, field, own, label(path))
      return typeof value === 'object' && 'name' in value ? value.value : undefined
    },
    refuse: (path, what, hint) => new TuneError('USAGE', `${label(path)}: ${what}`, { hint }),
    ask(question) {
      const { calculator: name, derived = {} } = question
      const lookups = lookupsOf(question, memo)
      const texts: Record<string, string> = {}
      for (const { key, input, path } of lookups) {
        const found = path === undefined ? undefined : file.given.get(path)?.text
        const used = derived[key]?.text ?? changedText({ path, key, input }, found, file.saved, change)
        if (used !== undefined) texts[key] = used
      }
      const asked = JSON.stringify([name, question.places, texts, derived])
      const known = memo.asked.get(asked)
      if (known !== undefined) return known
      const paths = Object.fromEntries(
        lookups.flatMap(({ key, path }) =>
          path === undefined || derived[key] !== undefined ? [] : [[key, path]],
        ),
      )
      const labelOf = (key: string) => {
        const path = paths[key]
        return derived[key]?.source ?? (path === undefined ? key : label(path))
      }
      const sizing = size(CALCULATORS[name], {
        texts,
        saved: file.saved,
        curve: false,
        label: labelOf,
      })
      const made = { sizing: withSources(sizing, paths, derived, file), texts, paths }
      memo.asked.set(asked, made)
      return made
    },
  }
}

function lookupsOf(question: Question, { lookups }: Memo): readonly Lookup[] {
  const { calculator, places, renamed = {}, variant } = question
  const id = JSON.stringify([calculator, places, renamed, variant])
  const known = lookups.get(id)
  if (known !== undefined) return known
  const made = Object.entries(inputsOf(question)).map(([key, input]) => ({
    key,
    input,
    path: renamed[key] ?? pathOf(key, places),
  }))
  lookups.set(id, made)
  return made
}

function inputsOf({ calculator: name, variant = '' }: Question): InputTable {
  const calculator: Calculator = CALCULATORS[name]
  return calculator.variants?.of[variant]?.inputs ?? calculator.inputs
}

/** What was measured, or is the default, stays unsaid unless it is changed. */
function changedText(
  { path, key, input }: { path: string | undefined; key: string; input: Input },
  found: string | undefined,
  saved: readonly Saved[],
  change: Change,
): string | undefined {
  const own = found ?? measuredFact(input, saved)?.value.toString() ?? input.default
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
