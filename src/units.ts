/**
 * Numbers as people write them, to one unit inside (bytes, per second, float ms) and back for reports.
 *
 * Bytes: every prefix is a power of 1,024, with and without the i: `32KB`, `32KiB` and `32k` are 32,768. The guides
 * (`batch.size=32768  # 32KB`), Kafka's tools (MB/sec is 2^20), the JVM (`-Xmx4g`) and Flink (`2048m`) all mean that.
 * Counts and rates: every prefix is a power of 1,000: `100k` records are 100,000.
 */
import { TuneError } from './errors.ts'

/** What a value may be; both ends are allowed. */
export interface Range {
  readonly min?: number
  readonly max?: number
}

const KIB = 1024
const BYTE_FACTORS: Readonly<Record<string, number>> = {
  '': 1,
  b: 1,
  ...prefixes(KIB, ['k', 'm', 'g', 't'], ['', 'b', 'ib']),
}
const COUNT_FACTORS: Readonly<Record<string, number>> = {
  '': 1,
  ...prefixes(1000, ['k', 'm', 'g'], ['']),
  b: 1e9,
}
const SECONDS_IN: Readonly<Record<string, number>> = {
  '': 1,
  s: 1,
  sec: 1,
  second: 1,
  min: 60,
  minute: 60,
  h: 3600,
  hour: 3600,
}
const DURATION_FACTORS: Readonly<Record<string, number>> = {
  us: 0.001,
  µs: 0.001,
  ms: 1,
  s: 1000,
  m: 60_000,
  min: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 7 * 86_400_000,
  y: 365 * 86_400_000,
}
/** Bits, as network lines are sold: powers of 1,000. */
const BIT_FACTORS: Readonly<Record<string, number>> = prefixes(1000, ['k', 'm', 'g', 't'], ['bit'])

function prefixes(base: number, letters: readonly string[], ends: readonly string[]): Record<string, number> {
  return Object.fromEntries(
    letters.flatMap((letter, index) => ends.map((end) => [letter + end, base ** (index + 1)])),
  )
}

/** Digits with or without thousands separators, perhaps a fraction or an exponent. */
const NUMBER = String.raw`(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(?:e\d+)?|\.\d+`
const QUANTITY = new RegExp(`^(-?)(${NUMBER})\\s*([a-zµ]*)$`, 'i')

function quantity(text: string, factors: Readonly<Record<string, number>>): number | undefined {
  const match = QUANTITY.exec(text.trim())
  const factor = factors[(match?.[3] ?? '').toLowerCase()]
  if (match === null || factor === undefined) return undefined
  return (match[1] === '-' ? -1 : 1) * Number((match[2] ?? '').replaceAll(',', '')) * factor
}

function wrong(flag: string, text: string, what: string, example: string): TuneError {
  return new TuneError('USAGE', `${flag}: '${text}' is not ${what}`, { hint: `for example ${example}` })
}

/** @param show a limit as people write it */
function within(
  value: number,
  flag: string,
  text: string,
  range: Range,
  example: string,
  show: (limit: number) => string = formatNumber,
): number {
  const { min = 0, max = Number.MAX_SAFE_INTEGER } = range
  if (value >= min && value <= max) return value
  const limit = value < min ? `at least ${show(min)}` : `at most ${show(max)}`
  throw new TuneError('USAGE', `${flag}: must be ${limit}, not '${text}'`, { hint: `for example ${example}` })
}

/**
 * `1024`, `1KiB`, `1.5MiB`, `32KB` (32,768): a whole number of bytes.
 * @param flag named in the error: `--record-size`, `batch.size`
 */
export function parseBytes(text: string, flag: string, range: Range = {}): number {
  const example = '1024, 32KiB or 1.5MiB'
  const value = quantity(text, BYTE_FACTORS)
  if (value === undefined) throw wrong(flag, text, 'a size in bytes', example)
  return within(Math.round(value), flag, text, range, example, formatBytes)
}

/** `5000`, `100k`, `1M`, `1,000,000`: a whole number. */
export function parseCount(text: string, flag: string, range: Range = {}): number {
  const { max = Number.POSITIVE_INFINITY } = range
  const example = max < 1e6 ? String(Math.min(max, 5000)) : '5000, 100k or 1M'
  const value = quantity(text, COUNT_FACTORS)
  if (value === undefined) throw wrong(flag, text, 'a number', example)
  // 1.1k is 1100.0000000000002 in floating point, 1.5 is not whole.
  const whole = Math.round(value)
  if (Math.abs(whole - value) > 1e-6) throw wrong(flag, text, 'a whole number', example)
  return within(whole, flag, text, range, example)
}

/** The rate that stands for "as fast as it goes", as in kafka-producer-perf-test. */
export const UNPACED = -1

/**
 * `5000`, `100k/s`, `600/min`, `0.5`: per second and above 0; or `-1`, which stays -1 (`UNPACED`).
 * @param range `paced: true` refuses -1: a plan needs a number
 */
export function parseRate(
  text: string,
  flag: string,
  range: Range & { readonly paced?: boolean } = {},
): number {
  const example = range.paced ? '5000, 20k/s or 600/min' : '5000, 20k/s, or -1 for as fast as it goes'
  const [amount = '', per = '', ...more] = text.split('/')
  const seconds = SECONDS_IN[per.trim().toLowerCase()]
  const value = quantity(amount, COUNT_FACTORS)
  if (value === undefined || seconds === undefined || more.length > 0 || /\/\s*$/.test(text)) {
    throw wrong(flag, text, 'a rate', example)
  }
  if (value === UNPACED && per === '' && !range.paced) return UNPACED
  if (value <= 0) throw wrong(flag, text, 'a rate above 0', example)
  return within(value / seconds, flag, text, range, example, formatRate)
}

const DATA_RATE = new RegExp(`^(-?)(${NUMBER})\\s*([kmgt]?)(bit|bps|i?b)(?:/([a-z]+))?$`, 'i')

/**
 * `100MiB/s`, `6GiB/h`, `10Gbit/s`, `10Gbps`, `10Gb/s`, `60MBps`: bytes per second; the unit must be there. Bytes have prefixes of
 * 1,024 as everywhere here, bits of 1,000 as network lines are sold.
 */
export function parseBytesPerSec(text: string, flag: string, range: Range = {}): number {
  const example = '100MiB/s, 60MBps or 10Gbit/s'
  const value = dataRate(text.trim())
  if (value === undefined) throw wrong(flag, text, 'a data rate with its unit', example)
  return within(value, flag, text, range, example, formatBytesPerSec)
}

function dataRate(text: string): number | undefined {
  const [, sign, amount = '', prefix = '', unit = '', per] = DATA_RATE.exec(text) ?? []
  const isBps = unit.toLowerCase() === 'bps'
  const seconds = isBps ? 1 : SECONDS_IN[(per ?? '?').toLowerCase()]
  // MBps are bytes (Confluent Cloud's limits), Mbps are bits; so are Gb/s, as lines are sold. Who writes mb/s minds no case.
  const isBits = isBps
    ? unit.startsWith('b')
    : unit.toLowerCase() === 'bit' || (unit === 'b' && /^[MGT]$/.test(prefix))
  const factor = isBits
    ? (BIT_FACTORS[`${prefix.toLowerCase()}bit`] ?? 1) / 8
    : BYTE_FACTORS[prefix.toLowerCase()]
  if (seconds === undefined || factor === undefined || (isBps && per !== undefined)) return undefined
  return ((sign === '-' ? -1 : 1) * Number(amount.replaceAll(',', '')) * factor) / seconds
}

/** Node's timers count in 31 bits and fire at once beyond, which is nearly 25 days. */
const LONGEST_MS = 24 * 86_400_000

/**
 * `10s`, `500ms`, `2m`, `1h30m`, `7d`, `0`: milliseconds, not rounded.
 * @param range `bare: 'ms'` takes a number without a unit as milliseconds, as the Kafka tools' own flags do
 */
export function parseDurationMs(
  text: string,
  flag: string,
  range: Range & { readonly bare?: 'ms' } = {},
): number {
  const example = '500ms, 10s or 1h30m'
  const limited = { max: LONGEST_MS, ...range }
  const trimmed = text.trim()
  if (/^\d+(\.\d+)?$/.test(trimmed) && (Number(trimmed) === 0 || range.bare === 'ms')) {
    return within(Number(trimmed), flag, text, limited, example, formatDurationMs)
  }
  const parts = [...trimmed.matchAll(/(\d+(?:\.\d+)?)\s*([a-zµ]+)\s*/gi)]
  let rest = trimmed
  let sum = 0
  let last = Number.POSITIVE_INFINITY
  for (const [whole, amount, unit = ''] of parts) {
    const factor = DURATION_FACTORS[unit.toLowerCase()]
    // Each unit once and the larger first: 30m1h is more likely a slip than a wish.
    if (factor === undefined || factor >= last || !rest.startsWith(whole)) break
    rest = rest.slice(whole.length)
    sum += Number(amount) * factor
    last = factor
  }
  if (rest !== '' || parts.length === 0) throw wrong(flag, text, 'a time with its unit', example)
  if (sum > limited.max) {
    throw new TuneError('USAGE', `${flag}: '${text}' is longer than ${formatDurationMs(limited.max)}`, {
      hint: `for example ${example}`,
    })
  }
  return within(sum, flag, text, limited, example, formatDurationMs)
}

/** `3x` is 3, `60%` is 0.6, `0.6` is 0.6. */
export function parseRatio(text: string, flag: string, range: Range = {}): number {
  const { min = 0, max = Number.POSITIVE_INFINITY } = range
  const example = min >= 1 ? '3x or 1.5' : max <= 1 ? '60% or 0.6' : '3x, 60% or 0.6'
  const percent = /%\s*$/.test(text)
  const number = quantity(text.replace(/%\s*$/, ''), percent ? { '': 1 } : { '': 1, x: 1 })
  // Divided: 70 * 0.01 is not 0.7.
  const value = percent && number !== undefined ? number / 100 : number
  if (value === undefined) throw wrong(flag, text, 'a ratio', example)
  return within(value, flag, text, range, example)
}

/** `0.21`, `$0.21`: in one currency, whichever. */
export function parsePrice(text: string, flag: string, range: Range = {}): number {
  const example = '0.21'
  const value = quantity(text.replace(/^\s*\$/, ''), { '': 1 })
  if (value === undefined) throw wrong(flag, text, 'a price', example)
  return within(value, flag, text, range, example)
}

/**
 * All digits of a number without an exponent: `0.0000001`.
 * Numbers are written by hand here: loading the locale data behind Intl takes longer than a sizing.
 */
function decimal(value: number): string {
  const [mantissa = '', exponent] = String(value).split('e')
  if (exponent === undefined) return mantissa
  const [whole = '', fraction = ''] = mantissa.split('.')
  const shift = Number(exponent)
  return shift < 0
    ? `0.${'0'.repeat(-shift - 1)}${whole}${fraction}`
    : `${whole}${fraction}${'0'.repeat(shift - fraction.length)}`
}

/** With separators of thousands. */
function grouped(text: string): string {
  const [whole = '', fraction] = text.split('.')
  const groups = whole.replaceAll(/\B(?=(\d{3})+$)/g, ',')
  return fraction === undefined ? groups : `${groups}.${fraction}`
}

/** At most two decimals and none that say nothing, or exactly `decimals`; a half is rounded away from zero. */
function digits(value: number, decimals: number | undefined): string {
  if (!Number.isFinite(value)) return String(value)
  const places = decimals ?? 2
  // Shifted as text: 1.005 × 100 is not 100.5.
  const shifted = Math.round(Number(shift(decimal(Math.abs(value)), places)))
  const text = decimal(shifted).padStart(places + 1, '0')
  const whole = text.slice(0, text.length - places)
  const fraction = text.slice(text.length - places)
  const said = decimals === undefined ? fraction.replace(/0+$/, '') : fraction
  return `${value < 0 ? '-' : ''}${grouped(said === '' ? whole : `${whole}.${said}`)}`
}

function shift(text: string, places: number): string {
  const [whole = '', fraction = ''] = text.split('.')
  const padded = fraction.padEnd(places, '0')
  return `${whole}${padded.slice(0, places)}.${padded.slice(places)}0`
}

/** In the largest unit that is not above the value, the rounded value that is: `1 MiB`, never `1,024 KiB`. */
function inUnits(
  value: number,
  units: readonly (readonly [name: string, factor: number])[],
  decimals: number | undefined,
): string {
  const size = Math.abs(value)
  const rounded = (factor: number) => Number((size / factor).toFixed(decimals ?? 2)) * factor
  let index = Math.max(
    0,
    units.findLastIndex(([, factor]) => factor <= size),
  )
  if (rounded(units[index]?.[1] ?? 1) >= (units[index + 1]?.[1] ?? Number.POSITIVE_INFINITY)) index += 1
  const [name, factor] = units[index] ?? ['', 1]
  return `${digits(value / factor, decimals)} ${name}`
}

const BYTE_UNITS = [
  ['B', 1],
  ['KiB', KIB],
  ['MiB', KIB ** 2],
  ['GiB', KIB ** 3],
  ['TiB', KIB ** 4],
] as const

/** `512 B`, `1.5 MiB`; with `decimals` always that many: `1.50 MiB`. */
export function formatBytes(bytes: number, decimals?: number): string {
  const whole = Math.round(bytes)
  return Math.abs(whole) < KIB ? `${whole} B` : inUnits(bytes, BYTE_UNITS, decimals)
}

/** `97.66 MiB/s`. */
export function formatBytesPerSec(bytesPerSec: number, decimals?: number): string {
  return `${formatBytes(bytesPerSec, decimals)}/s`
}

/** `5,000/s`; rates below 10 with two decimals unless told. */
export function formatRate(perSec: number, decimals = Math.abs(perSec) < 10 ? 2 : 0): string {
  return `${digits(perSec, decimals)}/s`
}

/** `1,048,576`; no decimals unless told. */
export function formatCount(count: number, decimals = 0): string {
  return digits(count, decimals)
}

/** `1,048,576`, `0.333333`: every digit that there is. */
export function formatNumber(value: number): string {
  const sign = value < 0 ? '-' : ''
  return Number.isFinite(value) ? sign + grouped(decimal(Math.abs(value))) : String(value)
}

/** Units that are nouns have a singular. */
const NOUN = /^[A-Za-z ]{3,}s$/

/** `partition` for 1, else `partitions`; `s` and `records/s` stay. */
export function unitText(value: number, unit: string): string {
  return value === 1 && NOUN.test(unit) ? unit.slice(0, -1) : unit
}

/** `1 partition`, `12 partitions`. */
export function plural(count: number, one: string): string {
  return `${formatCount(count)} ${one}${count === 1 ? '' : 's'}`
}

/** `60 %`, `99.5 %`: a share of 0 to 1. */
export function formatShare(ratio: number, decimals = 1): string {
  return `${digits(+(ratio * 100).toFixed(decimals), undefined)} %`
}

const SMALL_TIMES = [
  ['µs', 0.001],
  ['ms', 1],
  ['s', 1000],
] as const
const LARGE_TIMES = [
  ['s', 1000],
  ['m', 60_000],
  ['h', 3_600_000],
  ['d', 86_400_000],
] as const

/** `250 µs`, `12.3 ms`, `10 s`; from a minute on the two largest units: `2m 5s`, `1h 30m`. */
export function formatDurationMs(ms: number, decimals?: number): string {
  if (ms === 0) return `${digits(0, decimals)} ms`
  const seconds = Math.round(ms / 1000)
  if (Math.abs(seconds) < 60) return inUnits(ms, SMALL_TIMES, decimals)
  let index = LARGE_TIMES.findLastIndex(([, factor]) => seconds * 1000 >= factor)
  const [, lowest] = LARGE_TIMES[index - 1] ?? LARGE_TIMES[0]
  const rounded = Math.round(ms / lowest) * lowest
  // 59m 59.9s rounds up into the next unit.
  if (rounded >= (LARGE_TIMES[index + 1]?.[1] ?? Number.POSITIVE_INFINITY)) index += 1
  const [large, factor] = LARGE_TIMES[index] ?? LARGE_TIMES[0]
  const [small, smallFactor] = LARGE_TIMES[index - 1] ?? LARGE_TIMES[0]
  const count = Math.floor(rounded / factor)
  const rest = Math.round((rounded - count * factor) / smallFactor)
  return rest === 0 ? `${count}${large}` : `${count}${large} ${rest}${small}`
}
