/** Typed access to a configuration by its table: reads, checks, and remembers what was read. */
import { TuneError } from '../../errors.ts'
import { didYouMean } from '../../nearest.ts'
import { parseBytes, parseCount, parseDurationMs, parseRate, parseRatio } from '../../units.ts'
import type { ConfigText } from './config-text.ts'
import type { PropertyRow, PropertyTable, ValueType } from './table.ts'

export interface Values {
  readonly shown: string
  has(key: string): boolean
  /** Whether any key begins so. */
  hasAny(prefix: string): boolean
  text(key: string): string | undefined
  /** As the row's choices write it. */
  choice(key: string): string | undefined
  boolean(key: string): boolean | undefined
  /** ms, bytes, per second or a count, by the row's type. */
  number(key: string): number | undefined
  list(key: string): readonly string[] | undefined
  json(key: string): unknown
  /** `file:line`, or the file. */
  where(key: string): string
  /** It is there and does nothing, and this is why. */
  setAside(key: string, why: string): void
  wrong(key: string, what: string, hint: string): TuneError
  readonly read: ReadonlySet<string>
  readonly aside: ReadonlyMap<string, string>
}

export function createValues(config: ConfigText, rows: PropertyTable): Values {
  const read = new Set<string>()
  const aside = new Map<string, string>()
  const raw = (key: string): string | undefined => {
    const value = config.entries.get(key)?.value.trim()
    if (value !== undefined) read.add(key)
    return value === '' ? undefined : value
  }
  const where = (key: string) => config.entries.get(key)?.where ?? config.shown
  const wrong = (key: string, what: string, hint: string) =>
    new TuneError('CONFIG', `${where(key)}: ${key}: ${what}`, { hint })
  const rowOf = (key: string): PropertyRow => {
    const row = Object.hasOwn(rows, key) ? rows[key] : undefined
    if (row === undefined) throw new TuneError('INTERNAL', `${key} is not in the table of properties`)
    return row
  }

  const oneOf = (key: string, value: string, choices: readonly string[]): string => {
    const found = choices.find((choice) => choice.toLowerCase() === value.toLowerCase())
    if (found === undefined) throw wrong(key, `'${value}' is none of its values`, didYouMean(value, choices))
    return found
  }
  const values: Values = {
    shown: config.shown,
    has: (key) => config.entries.has(key),
    hasAny: (prefix) => [...config.entries.keys()].some((key) => key.startsWith(prefix)),
    where,
    wrong,
    read,
    aside,
    text: raw,
    setAside(key, why) {
      if (config.entries.has(key)) aside.set(key, why)
    },
    choice(key) {
      const value = raw(key)
      return value === undefined ? undefined : oneOf(key, value, rowOf(key).choices ?? [])
    },
    boolean(key) {
      const value = raw(key)
      return value === undefined ? undefined : oneOf(key, value, ['true', 'false']) === 'true'
    },
    number(key) {
      const value = raw(key)
      if (value === undefined) return undefined
      const { type, min, max } = rowOf(key)
      const range = { ...(min === undefined ? {} : { min }), ...(max === undefined ? {} : { max }) }
      try {
        return READERS[type]?.(value, key, range)
      } catch (error) {
        if (!(error instanceof TuneError)) throw error
        throw new TuneError('CONFIG', `${where(key)}: ${error.message}`, {
          ...(error.hint === undefined ? {} : { hint: error.hint }),
          cause: error,
        })
      }
    },
    list(key) {
      const value = raw(key)
      if (value === undefined) return undefined
      const items = value.startsWith('[') ? texts(values.json(key)) : value.split(',')
      if (items === undefined) throw wrong(key, 'is not a list of texts', 'for example ["a", "b"], or a,b')
      const { choices } = rowOf(key)
      const plain = items.map((item) => item.trim()).filter((item) => item !== '')
      return choices === undefined ? plain : plain.map((item) => oneOf(key, item, choices))
    },
    json(key) {
      const value = raw(key)
      if (value === undefined) return undefined
      try {
        return JSON.parse(value)
      } catch {
        throw wrong(key, 'is not JSON', 'quote texts with ", and put a comma between two items')
      }
    },
  }
  return values
}

interface Limits {
  readonly min?: number
  readonly max?: number
}

/** Numbers bare, as Kafka has them; those of a guide may have thousands and units all the same. */
const READERS: Readonly<Partial<Record<ValueType, (text: string, key: string, range: Limits) => number>>> = {
  count: parseCount,
  bytes: parseBytes,
  ms: (text, key, range) => parseDurationMs(text, key, { ...range, bare: 'ms' }),
  seconds: (text, key, range) => parseCount(text, key, { max: LONGEST_SECONDS, ...range }) * 1000,
  minutes: (text, key, range) => parseCount(text, key, { max: LONGEST_SECONDS / 60, ...range }) * 60_000,
  ratio: parseRatio,
  perSec: (text, key, range) => parseRate(text, key, { ...range, paced: true }),
}

/** 24 days: the longest that a timer can wait. */
const LONGEST_SECONDS = 24 * 86_400

function texts(value: unknown): readonly string[] | undefined {
  return Array.isArray(value) && value.every((item) => typeof item === 'string') ? value : undefined
}
