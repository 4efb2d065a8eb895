/** What a calculator is, and how one is run: texts become checked values, the values a sizing with its inputs echoed. */
import { TuneError } from '../errors.ts'
import { didYouMean } from '../nearest.ts'
import {
  type AnyValues,
  flagOf,
  type Input,
  type InputTable,
  RefusedChoice,
  readInput,
  unitOf,
  type Value,
  type Values,
  valueText,
} from './inputs.ts'
import { type Fact, factOf } from './measured.ts'
import { type Quantity, rounded } from './quantity.ts'
import type { Sizing } from './schema.ts'
import type { Curve, Sized } from './worksheet.ts'

export interface Calculator {
  readonly name: string
  /** The question it answers, one line. */
  readonly about: string
  /** Where its formulas come from. */
  readonly source: string
  readonly inputs: InputTable
  /** Of each group exactly one input must be given. */
  readonly exactlyOne: readonly (readonly string[])[]
  /** A command line that shows it. */
  readonly example: string
  /** The answer against an input, for a small curve. */
  readonly curve?: { readonly over: string; readonly title: string }
  /** Where a choice decides which inputs there are: that input, and a calculator for each word it may be. */
  readonly variants?: { readonly key: string; readonly of: Readonly<Record<string, Calculator>> }
  size(values: AnyValues): Sized
}

interface Definition<T extends InputTable>
  extends Omit<Calculator, 'inputs' | 'exactlyOne' | 'size' | 'variants'> {
  readonly inputs: T
  readonly exactlyOne?: readonly (readonly (keyof T & string)[])[]
  size(values: Values<T>): Sized
}

/** Ties the table to the values that `size` gets. */
export function calculator<const T extends InputTable>(definition: Definition<T>): Calculator {
  return {
    ...definition,
    exactlyOne: definition.exactlyOne ?? [],
    // `readAll` makes values by this very table.
    size: (values) => definition.size(values as Values<T>),
  }
}

/** A saved run that inputs may be taken from. */
export interface Saved {
  /** As it is shown. */
  readonly path: string
  readonly result: unknown
}

export interface Request {
  /** By input name, as people write them. */
  readonly texts: Readonly<Record<string, string>>
  /** Looked at in turn for what is not given; the first that tells counts. */
  readonly saved?: readonly Saved[]
  /** What errors call an input; its flag unless told. */
  readonly label?: (key: string) => string
  /** False: without the curve, which is the same calculation five times more. */
  readonly curve?: boolean
}

interface Read {
  readonly value: Value
  readonly from: 'given' | 'default' | 'measured'
  readonly source?: string
  readonly cautions?: Fact['cautions']
}

/**
 * Runs a calculator.
 * @throws TuneError USAGE naming the input that is missing, wrong or contradicts another
 */
export function size(asked: Calculator, request: Request): Sizing {
  const calculator = chosen(asked, request)
  const read = readAll(calculator, request)
  const values = Object.fromEntries([...read].map(([key, { value }]) => [key, value]))
  const {
    answer,
    steps,
    guide,
    warnings,
    commands,
    curve = request.curve === false ? undefined : curveOf(calculator, values),
  } = counted(calculator, values, request.label)
  const cautions = [...read.values()].flatMap(({ cautions = [] }) => cautions)
  return {
    schema: 'tune.sizing/1',
    calculator: calculator.name,
    inputs: Object.fromEntries([...read].map(([key, entry]) => [key, echo(inputOf(calculator, key), entry)])),
    answer,
    steps,
    guide,
    warnings: [...warnings, ...idle(calculator, request), ...unique(cautions)],
    commands,
    ...(curve === undefined ? {} : { curve }),
  }
}

/** What was given and does nothing. */
function idle({ inputs }: Calculator, { texts, label = flagOf }: Request): Sized['warnings'] {
  return Object.entries(inputs).flatMap(([key, input]) => {
    const why = texts[key] === undefined ? undefined : whyIdle(input, texts, label)
    return why === undefined ? [] : [{ id: 'no-effect', text: `${label(key)} has no effect ${why}` }]
  })
}

function whyIdle(
  { idle }: Input,
  texts: Request['texts'],
  label: (key: string) => string,
): string | undefined {
  if (idle === undefined) return undefined
  if ('without' in idle)
    return texts[idle.without] === undefined ? `without ${label(idle.without)}` : undefined
  const word = texts[idle.with]
  if (word === undefined || idle.words?.includes(word) === false) return undefined
  return `with ${idle.words === undefined ? label(idle.with) : word}: ${idle.why}`
}

function counted({ size }: Calculator, values: AnyValues, label = flagOf): Sized {
  try {
    return size(values)
  } catch (error) {
    if (!(error instanceof RefusedChoice)) throw error
    throw new TuneError('USAGE', `${label(error.key)}: ${error.message}`, { hint: error.hint })
  }
}

/** The variant that is asked for, which must have every input that is given. */
function chosen(calculator: Calculator, { texts, label = flagOf }: Request): Calculator {
  const { name, inputs, variants, example } = calculator
  if (variants === undefined) return calculator
  const { key, of } = variants
  const choice = inputOf(calculator, key)
  const word = texts[key]
  if (word === undefined) {
    throw new TuneError('USAGE', `${label(key)} is needed: ${choice.about}`, {
      hint: `one of ${Object.keys(of).join(', ')}; for example ${example}`,
    })
  }
  readInput(key, choice, word, label(key))
  const variant = of[word] ?? calculator
  for (const other of Object.keys(texts)) {
    if (!Object.hasOwn(inputs, other) || Object.hasOwn(variant.inputs, other)) continue
    const words = Object.keys(of).filter((one) => Object.hasOwn(of[one]?.inputs ?? {}, other))
    throw new TuneError('USAGE', `${label(other)}: no input of ${name} with ${label(key)} ${word}`, {
      hint: `it goes with ${label(key)} ${words.join(', ')}`,
    })
  }
  return variant
}

const CURVE_FACTORS = [0.5, 1, 2, 5, 10] as const

/** Whole numbers stay whole: there is no half a broker. */
function curvePoints(value: number): number[] {
  const scaled = CURVE_FACTORS.map((factor) => rounded(value * factor))
  return [...new Set(Number.isInteger(value) ? scaled.map(Math.ceil) : scaled)]
}

/** The same calculation for less and more of one input. */
function curveOf({ curve, size }: Calculator, values: AnyValues): Curve | undefined {
  const input = curve === undefined ? undefined : values[curve.over]
  if (curve === undefined || typeof input !== 'object' || !('name' in input)) return undefined
  const answers = curvePoints(input.value).flatMap((x) => {
    try {
      return [{ x, answer: size({ ...values, [curve.over]: { ...input, value: x } }).answer }]
    } catch (error) {
      // Less or more of it may contradict the rest: two brokers hold no three replicas.
      if (error instanceof TuneError) return []
      throw error
    }
  })
  const [first] = answers
  return {
    title: curve.title,
    x: { name: input.name, unit: input.unit },
    y: { name: first?.answer.step ?? '', unit: first?.answer.unit ?? '' },
    points: answers.map(({ x, answer }) => ({ x, y: answer.value })),
  }
}

function readAll(calculator: Calculator, { texts, saved = [], label = flagOf }: Request): Map<string, Read> {
  const { inputs, exactlyOne } = calculator
  for (const key of Object.keys(texts)) {
    if (!Object.hasOwn(inputs, key)) {
      throw new TuneError('USAGE', `${label(key)}: no input of ${calculator.name}`, {
        hint: didYouMean(key, Object.keys(inputs)),
      })
    }
  }
  const read = new Map<string, Read>()
  for (const [key, input] of Object.entries(inputs)) {
    const text = texts[key]
    const rival = exactlyOne.find((keys) => keys.includes(key))?.find((other) => texts[other] !== undefined)
    if (text !== undefined) {
      read.set(key, { value: readInput(key, input, text, label(key)), from: 'given' })
    } else if (rival === undefined) {
      const found = measured(key, input, saved, label(key)) ?? defaulted(key, input, label(key))
      if (found !== undefined) read.set(key, found)
    }
  }
  checkPresent(calculator, read, label)
  return read
}

/** What the first saved run that tells of an input says of it. */
export function measuredFact(
  input: Input,
  saved: readonly Saved[],
): (Fact & { readonly path: string }) | undefined {
  if (input.kind === 'choice' || input.measured === undefined) return undefined
  for (const { path, result } of saved) {
    const fact = factOf(input.measured, result)
    if (fact !== undefined) return { ...fact, value: rounded(fact.value), path }
  }
  return undefined
}

function measured(key: string, input: Input, saved: readonly Saved[], label: string): Read | undefined {
  const fact = measuredFact(input, saved)
  if (fact === undefined || input.kind === 'choice') return undefined
  const { path } = fact
  const value: Quantity = { name: key, value: fact.value, unit: unitOf(input), label }
  const cautions = fact.cautions.map(({ id, text }) => ({ id, text: `${key} from ${path}: ${text}` }))
  return { value, from: 'measured', source: `${path}: ${fact.source}`, cautions }
}

function defaulted(key: string, input: Input, label: string): Read | undefined {
  if (input.default === undefined) return undefined
  // Whom it contradicts did not write it
  return { value: readInput(key, input, input.default, `${label} (by default)`), from: 'default' }
}

function checkPresent(
  { inputs, exactlyOne, example }: Calculator,
  read: ReadonlyMap<string, Read>,
  label: (key: string) => string,
): void {
  const hint = `for example ${example}`
  for (const keys of exactlyOne) {
    const found = keys.filter((key) => read.has(key))
    const names = keys.map(label)
    if (found.length === 0) {
      throw new TuneError('USAGE', `${names.join(' or ')} is needed: ${about(inputs, keys)}`, { hint })
    }
    if (found.length > 1) {
      throw new TuneError('USAGE', `${found.map(label).join(' and ')} say the same thing twice`, {
        hint: `give one of ${names.join(', ')}`,
      })
    }
  }
  for (const [key, input] of Object.entries(inputs)) {
    if (read.has(key) || input.optional === true || exactlyOne.some((keys) => keys.includes(key))) continue
    throw new TuneError('USAGE', `${label(key)} is needed: ${input.about}`, { hint })
  }
}

function about(inputs: InputTable, keys: readonly string[]): string {
  return keys.map((key) => inputs[key]?.about).join('; or ')
}

function inputOf(calculator: Calculator, key: string): Input {
  const input = calculator.inputs[key]
  if (input === undefined) throw new Error(`${calculator.name} has no input ${key}`)
  return input
}

function echo(input: Input, { value, from, source }: Read): Sizing['inputs'][string] {
  return {
    value: typeof value === 'string' ? value : 'name' in value ? value.value : value.map((one) => one.value),
    unit: input.kind === 'choice' ? '' : unitOf(input),
    get text() {
      return valueText(input, value)
    },
    from,
    ...(source === undefined ? {} : { source }),
  }
}

/** Several inputs from one run have the same cautions but for their names; one is enough. */
function unique(cautions: Fact['cautions']): Sizing['warnings'] {
  const seen = new Set<string>()
  return cautions.filter(({ id }) => !seen.has(id) && seen.add(id)).map((caution) => ({ ...caution }))
}
