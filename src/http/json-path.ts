/**
 * Places in a JSON document: RFC 6901 pointers (`/meta/next`), or names with dots and places in brackets
 * (`meta.next`, `$.items[0].id`, `["a.b"].c`, `a\.b.c`). `-1` is a list's last.
 */

/** A place, a name in quotes, a name. */
const STEP = /\[(\d+)\]|\["((?:[^"\\]|\\.)*)"\]|\['((?:[^'\\]|\\.)*)'\]|\.((?:[^.[\\]|\\.)*)/gsy
const PLACE = /^(0|[1-9]\d*)$/
const LAST = '-1'

/** @returns undefined where there is nothing */
export function valueAt(document: unknown, path: string): unknown {
  let value = document
  for (const step of knownSteps(path)) {
    if (typeof value !== 'object' || value === null) return undefined
    if (!Array.isArray(value)) value = member(value, step)
    else if (step === LAST) value = value.at(-1)
    else value = PLACE.test(step) ? value[Number(step)] : undefined
  }
  return value
}

/** Paths come from configurations, so they are few, and the same ones are followed for each record. */
const known = new Map<string, readonly string[]>()
const MOST_KNOWN = 1000

function knownSteps(path: string): readonly string[] {
  const found = known.get(path)
  if (found !== undefined) return found
  if (known.size >= MOST_KNOWN) known.clear()
  const steps = stepsOf(path)
  known.set(path, steps)
  return steps
}

/** Names of members, and places in lists. What is no path by these rules is names with dots between them. */
export function stepsOf(path: string): readonly string[] {
  if (path === '' || path === '/' || path === '$') return []
  if (path.startsWith('/')) {
    return path
      .slice(1)
      .split('/')
      .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'))
  }
  const whole = /^\$[.[]/.test(path) ? path.slice(1) : path.startsWith('[') ? path : `.${path}`
  const found = [...whole.matchAll(STEP)]
  const length = found.reduce((sum, [all]) => sum + all.length, 0)
  if (length < whole.length) return path.split('.')
  return found.map(([, ...kinds]) =>
    (kinds.find((kind) => kind !== undefined) ?? '').replace(/\\(.)/gs, '$1'),
  )
}

/** Bytes of a value inside a JSON text: [from, to). */
export interface Span {
  readonly from: number
  readonly to: number
}

/**
 * Where a value stands in the text, so that it can be taken out or replaced and every other byte stays what it was:
 * blanks, the order of members, numbers that no double holds. As `JSON.parse` does, the last of several members with
 * one name counts. The text is not checked beyond what is walked over.
 * @returns undefined where there is nothing
 */
export function spanOf(json: Uint8Array, steps: readonly string[]): Span | undefined {
  let from = skipBlank(json, 0)
  for (const step of steps) {
    const found =
      json[from] === OBJECT
        ? startOfMember(json, from, step)
        : json[from] === LIST
          ? startOfItem(json, from, step)
          : undefined
    if (found === undefined) return undefined
    from = found
  }
  const to = endOfValue(json, from)
  return to > from && to <= json.length ? { from, to } : undefined
}

const QUOTE = 0x22
const BACKSLASH = 0x5c
const OBJECT = 0x7b
const OBJECT_END = 0x7d
const LIST = 0x5b
const LIST_END = 0x5d
const COMMA = 0x2c
const COLON = 0x3a

const isBlank = (byte: number | undefined): boolean =>
  byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09

function skipBlank(json: Uint8Array, from: number): number {
  let at = from
  while (isBlank(json[at])) at++
  return at
}

/** @param from the opening quote */
function endOfString(json: Uint8Array, from: number): number {
  let at = from + 1
  while (at < json.length && json[at] !== QUOTE) at += json[at] === BACKSLASH ? 2 : 1
  return at + 1
}

function endOfValue(json: Uint8Array, from: number): number {
  const first = json[from]
  if (first === QUOTE) return endOfString(json, from)
  let at = from
  if (first !== OBJECT && first !== LIST) {
    while (at < json.length && !isEndOfScalar(json[at])) at++
    return at
  }
  let depth = 0
  do {
    const byte = json[at]
    if (byte === QUOTE) at = endOfString(json, at)
    else {
      if (byte === OBJECT || byte === LIST) depth++
      else if (byte === OBJECT_END || byte === LIST_END) depth--
      at++
    }
  } while (depth > 0 && at < json.length)
  return depth === 0 ? at : json.length + 1
}

const isEndOfScalar = (byte: number | undefined): boolean =>
  byte === COMMA || byte === OBJECT_END || byte === LIST_END || isBlank(byte)

/** Of the last member with the name. */
function startOfMember(json: Uint8Array, open: number, name: string): number | undefined {
  const wanted = Buffer.from(JSON.stringify(name))
  let found: number | undefined
  let at = skipBlank(json, open + 1)
  while (json[at] === QUOTE) {
    const key = json.subarray(at, endOfString(json, at))
    at = skipBlank(json, at + key.length)
    if (json[at] !== COLON) return undefined
    at = skipBlank(json, at + 1)
    if (isNamed(key, name, wanted)) found = at
    at = skipBlank(json, endOfValue(json, at))
    if (json[at] !== COMMA) break
    at = skipBlank(json, at + 1)
  }
  return found
}

/** A name may be written in several ways: `"a"`, `"\u0061"`. */
function isNamed(key: Uint8Array, name: string, wanted: Buffer): boolean {
  if (wanted.equals(key)) return true
  if (!key.includes(BACKSLASH)) return false
  try {
    return JSON.parse(Buffer.from(key).toString()) === name
  } catch {
    return false
  }
}

function startOfItem(json: Uint8Array, open: number, place: string): number | undefined {
  const isLast = place === LAST
  if (!isLast && !PLACE.test(place)) return undefined
  let at = skipBlank(json, open + 1)
  if (json[at] === LIST_END) return undefined
  for (let left = isLast ? Number.POSITIVE_INFINITY : Number(place); left > 0; left--) {
    const end = skipBlank(json, endOfValue(json, at))
    if (json[end] !== COMMA) return isLast ? at : undefined
    at = skipBlank(json, end + 1)
  }
  return at
}

function member(of: object, name: string): unknown {
  return Object.hasOwn(of, name) ? Reflect.get(of, name) : undefined
}
