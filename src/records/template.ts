/**
 * Values from a template with `{{…}}` fields. In a `.json` template a text that is one field alone takes the field's
 * type (`"{{int:1:9}}"` becomes 7); inside a longer text it stays text. Other files are taken as text as they are.
 */
import { messageOf, TuneError } from '../errors.ts'
import { didYouMean } from '../nearest.ts'
import { locate, readText, type Shelf } from '../shipped.ts'
import { DEFAULT_POOL_BYTES, MAX_POOL_RECORDS } from './payload.ts'
import { type Field, type FieldContext, PLACEHOLDERS } from './placeholders.ts'
import { randomOf } from './random.ts'

const STREAM = 5

export const TEMPLATES = {
  folder: 'profiles/templates',
  extension: '.json',
  what: 'payload template',
  flag: '--payload-template',
} as const satisfies Shelf

/** A template ready to be filled in. */
export type Template = (context: FieldContext) => string

type Part = string | ((context: FieldContext) => string)

/**
 * @param name in errors
 * @throws TuneError CONFIG for bad JSON, unknown fields and bad arguments
 */
export function compileTemplate(text: string, name: string, json: boolean): Template {
  const parts: Part[] = []
  if (json) {
    let parsed: unknown
    try {
      parsed = JSON.parse(text)
    } catch (error) {
      throw new TuneError('CONFIG', `${name} is no JSON: ${messageOf(error)}`, {
        hint: 'fields stand in quotes: "amount": "{{float:100:5000:2}}" becomes a number',
      })
    }
    walk(parsed, parts, name)
  } else {
    for (const piece of pieces(text, name)) parts.push(typeof piece === 'string' ? piece : asText(piece))
  }
  const joined = joinTexts(parts)
  return (context) => {
    let value = ''
    for (const part of joined) value += typeof part === 'string' ? part : part(context)
    return value
  }
}

/** Values until the pool is full. */
export function fillTemplate(template: Template, seed: number, poolBytes = DEFAULT_POOL_BYTES): Buffer[] {
  const random = randomOf(seed, STREAM)
  const values: Buffer[] = []
  for (let bytes = 0, seq = 0; seq < MAX_POOL_RECORDS; seq += 1) {
    const value = Buffer.from(template({ random, seq }))
    bytes += value.length
    if (seq > 0 && bytes > poolBytes) break
    values.push(value)
  }
  return values
}

/** A template that ships with `tune`, by name, or a file. */
export function readTemplate(nameOrFile: string, cwd?: string): Template {
  const path = locate(nameOrFile, TEMPLATES, cwd)
  return compileTemplate(readText(path, TEMPLATES.what), nameOrFile, path.endsWith('.json'))
}

function walk(value: unknown, parts: Part[], name: string): void {
  if (typeof value === 'string') {
    parts.push(...jsonString(value, name))
  } else if (Array.isArray(value)) {
    value.forEach((item, index) => {
      parts.push(index === 0 ? '[' : ',')
      walk(item, parts, name)
    })
    parts.push(value.length === 0 ? '[]' : ']')
  } else if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value)
    entries.forEach(([key, item], index) => {
      parts.push(index === 0 ? '{' : ',', ...jsonString(key, name, true), ':')
      walk(item, parts, name)
    })
    parts.push(entries.length === 0 ? '{}' : '}')
  } else {
    parts.push(JSON.stringify(value))
  }
}

function jsonString(text: string, name: string, key = false): Part[] {
  const found = pieces(text, name)
  const [only] = found
  if (!key && found.length === 1 && typeof only === 'function') {
    return [(context) => JSON.stringify(only(context))]
  }
  const inner = found.map((piece): Part => {
    if (typeof piece === 'string') return JSON.stringify(piece).slice(1, -1)
    return (context) => JSON.stringify(String(piece(context))).slice(1, -1)
  })
  return ['"', ...inner, '"']
}

function asText(field: Field): Part {
  return (context) => String(field(context))
}

/** A text cut at its fields. */
function pieces(text: string, name: string): (string | Field)[] {
  return text
    .split(/(\{\{.*?\}\})/s)
    .filter((piece) => piece !== '')
    .map((piece) => (piece.startsWith('{{') && piece.endsWith('}}') ? field(piece, name) : piece))
}

function field(piece: string, name: string): Field {
  const inner = piece.slice(2, -2).trim()
  const [kind = '', ...args] = inner.split(':')
  const known = Object.hasOwn(PLACEHOLDERS, kind) ? PLACEHOLDERS[kind] : undefined
  if (known === undefined) {
    throw new TuneError('CONFIG', `${name}: unknown field ${piece}`, {
      hint: didYouMean(kind, Object.keys(PLACEHOLDERS)),
    })
  }
  const made = known.make(args, inner.slice(kind.length + 1))
  if (made !== undefined) return made
  throw new TuneError('CONFIG', `${name}: ${piece} does not fit`, {
    hint: `for example ${known.example}: ${known.about}`,
  })
}

/** Neighbouring texts become one, so that filling in joins few pieces. */
function joinTexts(parts: readonly Part[]): Part[] {
  const joined: Part[] = []
  for (const part of parts) {
    const last = joined.at(-1)
    if (typeof part === 'string' && typeof last === 'string') joined[joined.length - 1] = last + part
    else joined.push(part)
  }
  return joined
}
