/** From what JSON has to what a field is to be. Nothing is cut off or rounded: what does not fit is an error. Pure. */
import type { FieldType } from '../setup.ts'

/** undefined: it cannot be had. */
type Cast = (value: unknown) => string | number | boolean | undefined

const INT32 = 2 ** 31
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/
/** RFC 3339, with the forms of ISO 8601 that APIs use: a date alone, a space for the T, no seconds. */
const DATE = /^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?)?$/

const CASTS: Readonly<Record<FieldType, Cast>> = {
  STRING(value) {
    if (typeof value === 'string') return value
    return typeof value === 'object' ? JSON.stringify(value) : String(value)
  },
  INTEGER(value) {
    const whole = toWhole(value)
    return whole !== undefined && whole >= -INT32 && whole < INT32 ? whole : undefined
  },
  // Beyond 2^53 JSON.parse has lost the last digits already
  LONG: toWhole,
  DOUBLE: toNumber,
  BOOLEAN(value) {
    if (typeof value === 'boolean') return value
    const text = typeof value === 'string' ? value.trim().toLowerCase() : undefined
    return text === 'true' ? true : text === 'false' ? false : undefined
  },
  /** ms since 1970, as Connect's Timestamp is in JSON. */
  TIMESTAMP(value) {
    if (typeof value === 'string' && DATE.test(value.trim())) {
      const atMs = Date.parse(asUtc(value.trim()))
      return Number.isNaN(atMs) ? undefined : atMs
    }
    return toWhole(value)
  },
}

/** @param value neither null nor undefined @returns undefined where it is not of that type */
export function castTo(type: FieldType, value: unknown): string | number | boolean | undefined {
  return CASTS[type](value)
}

function toNumber(value: unknown): number | undefined {
  if (typeof value === 'string' && NUMBER.test(value.trim())) return finite(Number(value))
  return typeof value === 'number' ? finite(value) : undefined
}

function toWhole(value: unknown): number | undefined {
  const number = toNumber(value)
  return number !== undefined && Number.isSafeInteger(number) ? number : undefined
}

/** -0 would come back from JSON as 0. */
const finite = (value: number) => (Number.isFinite(value) ? value + 0 : undefined)

/** Without an offset it is UTC, and not wherever this machine stands. */
function asUtc(text: string): string {
  const iso = text.replace(' ', 'T')
  return !iso.includes('T') || /(Z|[+-]\d{2}:?\d{2})$/.test(iso.slice(10)) ? iso : `${iso}Z`
}
