import type { z } from 'zod'
import { REPEATED_SCHEMA, type Repeated, repeatedSchema } from '../core/repeated.ts'
import { type Result, resultSchema } from '../core/result.ts'
import { TuneError } from '../errors.ts'
import { jsonErrorPlace } from '../json-place.ts'

const SCHEMA = 'tune.result/1'

/**
 * A result from its text.
 * @param path for messages
 * @throws TuneError CONFIG
 */
export function parseResult(text: string, path: string): Result {
  return parseAs(SCHEMA, resultSchema, parseJson(text, path), path)
}

/**
 * The result of a run, or of several.
 * @param path for messages
 * @throws TuneError CONFIG
 */
export function parseRuns(text: string, path: string): Result | Repeated {
  const document = parseJson(text, path)
  return member(document, 'schema') === REPEATED_SCHEMA
    ? parseAs(REPEATED_SCHEMA, repeatedSchema, document, path)
    : parseAs(SCHEMA, resultSchema, document, path)
}

function parseAs<T>(wanted: string, type: z.ZodType<T>, document: unknown, path: string): T {
  const schema = member(document, 'schema')
  if (typeof schema !== 'string') {
    throw new TuneError('CONFIG', `${path} is JSON, but no result of tune: it has no schema`, {
      hint: 'see what is kept with: tune report list',
    })
  }
  if (schema !== wanted) {
    throw new TuneError('CONFIG', `${path} is ${schema}, and this command reads ${wanted}`, {
      hint: schema.startsWith('tune.result/')
        ? 'read it with the tune that wrote it, or a newer one'
        : 'name the file of a run: tune report list',
    })
  }
  const parsed = type.safeParse(document)
  if (parsed.success) return parsed.data
  const [first] = parsed.error.issues
  const more = parsed.error.issues.length - 1
  const where = first === undefined || first.path.length === 0 ? '' : `${first.path.join('.')}: `
  throw new TuneError(
    'CONFIG',
    `${path} is no valid ${wanted}: ${where}${lowered(first?.message ?? 'unknown')}${more > 0 ? ` (and ${more} more)` : ''}`,
    { hint: `it was edited, or written by another version: ${writtenBy(document)}` },
  )
}

function parseJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    const found = jsonErrorPlace(text)
    const place = `line ${found?.line}, column ${found?.column}`
    const what =
      text.trim() === '' ? 'is empty' : found?.isEnd ? `is cut short at ${place}` : `is not JSON: ${place}`
    throw new TuneError('CONFIG', `${path} ${what}`, {
      hint: 'name the file of a run: tune report list',
      cause: error,
    })
  }
}

function member(document: unknown, name: string): unknown {
  return typeof document === 'object' && document !== null
    ? new Map(Object.entries(document)).get(name)
    : undefined
}

function writtenBy(document: unknown): string {
  const version = member(member(document, 'environment'), 'tune')
  return typeof version === 'string' ? `it says tune ${version}` : 'it does not say which'
}

function lowered(message: string): string {
  return message.charAt(0).toLowerCase() + message.slice(1)
}
