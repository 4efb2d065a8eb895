/** Tables of inputs: from them come flags, help, docs, and the checked values that a calculator counts with. */
import { TuneError } from '../errors.ts'
import { didYouMean } from '../nearest.ts'
import { unitText } from '../units.ts'
import { KINDS, type Kind, type KindName } from './kinds.ts'
import type { FactName } from './measured.ts'
import { type Quantity, rounded } from './quantity.ts'

interface AnyInput {
  /** One line, without its default. */
  readonly about: string
  /** As a person would write it. With neither default nor `optional` the input must be given. */
  readonly default?: string
  readonly optional?: true
  /** Where another input leaves it without effect: somebody who gives it is told. */
  readonly idle?: Idle
}

type Idle =
  /** By its word, or by being given at all. */
  | { readonly with: string; readonly words?: readonly string[]; readonly why: string }
  /** By being absent. */
  | { readonly without: string }

export interface NumberInput extends AnyInput {
  readonly kind: KindName
  /** In place of the kind's unit: `partitions` for a count. */
  readonly unit?: string
  /** Narrower, or wider, than what is absurd for the kind; in the unit of formulas. */
  readonly min?: number
  readonly max?: number
  /** A list such as `60k,20k`; its values are named `rates1`, `rates2`. */
  readonly list?: true
  /** What a saved result says of it. */
  readonly measured?: FactName
}

export interface ChoiceInput extends AnyInput {
  readonly kind: 'choice'
  readonly choices: readonly string[]
}

export type Input = NumberInput | ChoiceInput
export type InputTable = Readonly<Record<string, Input>>

export type Value = Quantity | readonly Quantity[] | string
/** An input that is optional and absent is undefined. */
export type AnyValues = Readonly<Record<string, Value | undefined>>

type Given<I extends Input> = I extends ChoiceInput
  ? I['choices'][number]
  : I extends { list: true }
    ? readonly Quantity[]
    : Quantity

/** What `size` gets for a table: nothing is undefined but what is optional. */
export type Values<T extends InputTable> = {
  readonly [K in keyof T]: T[K] extends { optional: true } ? Given<T[K]> | undefined : Given<T[K]>
}

/** `produceRate` is `--produce-rate`. */
export function flagOf(key: string): string {
  return `--${key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`
}

/**
 * One input from its text.
 * @param label what errors call it: `--rate`, or a place in a plan
 * @throws TuneError USAGE
 */
export function readInput(key: string, input: Input, text: string, label: string): Value {
  if (input.kind === 'choice') {
    if (input.choices.includes(text)) return text
    throw new TuneError('USAGE', `${label}: there is no '${text}'`, { hint: didYouMean(text, input.choices) })
  }
  if (input.list !== true) return readNumber(key, input, text, label)
  return text.split(',').map((part, n) => readNumber(`${key}${n + 1}`, input, part, label))
}

function readNumber(name: string, input: NumberInput, text: string, label: string): Quantity {
  return { name, value: parsed(input, text, label), unit: unitOf(input), label }
}

/** By input and text: a plan asks the same calculators hundreds of times and changes one text. */
const known = new WeakMap<NumberInput, Map<string, number>>()

function parsed(input: NumberInput, text: string, label: string): number {
  const values = known.get(input) ?? new Map<string, number>()
  const value = values.get(text)
  if (value !== undefined) return value
  const kind = kindOf(input)
  const made = rounded(kind.parse(text, label, { min: input.min ?? kind.min, max: input.max ?? kind.max }))
  known.set(input, values.set(text, made))
  return made
}

export function kindOf(input: NumberInput): Kind {
  return KINDS[input.kind]
}

export function unitOf(input: NumberInput): string {
  return input.unit ?? kindOf(input).unit
}

/** As understood: `100,000/s`, `1 KiB`, `12 partitions`. */
export function valueText(input: Input, value: Value): string {
  if (typeof value === 'string' || input.kind === 'choice') return String(value)
  const kind = kindOf(input)
  const one = (one: Quantity) => {
    const text = kind.show(one.value)
    if (input.kind !== 'count' || input.unit === undefined) return text
    return `${text} ${unitText(one.value, input.unit)}`
  }
  return 'name' in value ? one(value) : value.map(one).join(', ')
}

/** For a calculator: an input that `exactlyOne` made sure of. */
export function present<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('an input that exactlyOne asks for is missing')
  return value
}

/**
 * For a calculator: a value that contradicts another.
 * @param what a sentence without its subject: `must be at most the replication factor, 3`
 */
export function refuse({ name, label = flagOf(name) }: Quantity, what: string, hint: string): TuneError {
  return new TuneError('USAGE', `${label}: ${what}`, { hint })
}

/** For a calculator: a choice that contradicts another. A word carries no label, so the frame says where it stands. */
export class RefusedChoice extends Error {
  readonly key: string
  readonly hint: string

  constructor(key: string, what: string, hint: string) {
    super(what)
    this.key = key
    this.hint = hint
  }
}
