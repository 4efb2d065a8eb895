/** What `{{…}}` in a payload template can stand for. */
import { fillLetters, type Random } from './random.ts'

/** What a field is made from; nothing else, so the same seed gives the same values. */
export interface FieldContext {
  readonly random: Random
  /** Number of the value in its pool, from 0. */
  readonly seq: number
}

export type Field = (context: FieldContext) => string | number | boolean

interface Placeholder {
  readonly example: string
  readonly about: string
  /** undefined: these arguments make no sense. */
  readonly make: (args: readonly string[], text: string) => Field | undefined
}

/** Times begin here and go on by 1 ms a value: the wall clock would make two runs differ. */
export const FIRST_TIMESTAMP_MS = Date.UTC(2026, 0, 1)
const MAX_TEXT = 1024 ** 2

const whole = (text: string | undefined) =>
  text !== undefined && /^-?\d+$/.test(text.trim()) && Number.isSafeInteger(Number(text))
    ? Number(text)
    : undefined
const real = (text: string | undefined) =>
  text !== undefined && /^-?\d+(\.\d+)?$/.test(text.trim()) ? Number(text) : undefined
const hexDigits = (digits: number, random: Random) => {
  let text = ''
  while (text.length < digits) text += random.uint32().toString(16).padStart(8, '0')
  return text.slice(0, digits)
}
const lengthOf = (args: readonly string[]) => {
  const length = whole(args[0])
  return args.length === 1 && length !== undefined && length >= 0 && length <= MAX_TEXT ? length : undefined
}

function plain(field: Field): Placeholder['make'] {
  return (args) => (args.length === 0 ? field : undefined)
}

export const PLACEHOLDERS: Readonly<Record<string, Placeholder>> = {
  seq: {
    example: '{{seq}} or {{seq:1000}}',
    about: 'counts up from 0, or from N',
    make(args) {
      const from = args.length === 0 ? 0 : whole(args[0])
      return from === undefined || args.length > 1 ? undefined : ({ seq }) => from + seq
    },
  },
  uuid: {
    example: '{{uuid}}',
    about: 'a random UUID (version 4)',
    make: plain(({ random }) => {
      const hex = hexDigits(32, random)
      const variant = '89ab'[random.below(4)] ?? '8'
      return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20)}`
    }),
  },
  int: {
    example: '{{int:1:100}}',
    about: 'a whole number, both ends included',
    make(args) {
      const [min, max] = [whole(args[0]), whole(args[1])]
      if (args.length !== 2 || min === undefined || max === undefined || min > max) return undefined
      const span = max - min + 1
      return Number.isSafeInteger(span) ? ({ random }) => min + random.below(span) : undefined
    },
  },
  float: {
    example: '{{float:0:1}} or {{float:100:5000:2}}',
    about: 'a number, with so many decimals (2)',
    make(args) {
      const [min, max, decimals = 2] = [real(args[0]), real(args[1]), whole(args[2] ?? '2')]
      if (args.length < 2 || args.length > 3 || min === undefined || max === undefined || min > max) {
        return undefined
      }
      if (decimals < 0 || decimals > 15) return undefined
      return ({ random }) => Number((min + random.float() * (max - min)).toFixed(decimals))
    },
  },
  pick: {
    example: '{{pick:approved,rejected}}',
    about: 'one of these words',
    make(_, text) {
      const words = text.split(',')
      return text === '' ? undefined : ({ random }) => words[random.below(words.length)] ?? ''
    },
  },
  bool: {
    example: '{{bool}}',
    about: 'true or false',
    make: plain(({ random }) => random.below(2) === 1),
  },
  string: {
    example: '{{string:20}}',
    about: 'so many random capital letters',
    make(args) {
      const length = lengthOf(args)
      if (length === undefined) return undefined
      return ({ random }) => {
        const letters = Buffer.alloc(length)
        fillLetters(letters, random)
        return letters.toString('latin1')
      }
    },
  },
  hex: {
    example: '{{hex:16}}',
    about: 'so many random hexadecimal digits',
    make(args) {
      const length = lengthOf(args)
      return length === undefined ? undefined : ({ random }) => hexDigits(length, random)
    },
  },
  timestamp: {
    example: '{{timestamp}}',
    about: 'milliseconds since 1970, one more each value, from 2026-01-01',
    make: plain(({ seq }) => FIRST_TIMESTAMP_MS + seq),
  },
  iso: {
    example: '{{iso}}',
    about: 'the same time as text: 2026-01-01T00:00:00.000Z',
    make: plain(({ seq }) => new Date(FIRST_TIMESTAMP_MS + seq).toISOString()),
  },
}
