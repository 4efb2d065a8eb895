import type { z } from 'zod'
import { type Repeated, repeatedSchema } from '../core/repeated.ts'
import { type Result, resultSchema } from '../core/result.ts'
import { REPEATED_SCHEMA, RESULT_SCHEMA } from '../core/schema-names.ts'
import { TuneError } from '../errors.ts'
import { member } from '../member.ts'
import { checkSchema, parseJson } from './result-document.ts'

/**
 * A result from its text.
 * @param path for messages
 * @throws TuneError CONFIG
 */
export function parseResult(text: string, path: string): Result {
  return parseAs(RESULT_SCHEMA, resultSchema, parseJson(text, path), path)
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
    : parseAs(RESULT_SCHEMA, resultSchema, document, path)
}

/** A document from what JSON said. @throws TuneError CONFIG */
export function parseAs<T>(wanted: string, type: z.ZodType<T>, document: unknown, path: string): T {
  checkSchema(document, [wanted], path)
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

function writtenBy(document: unknown): string {
  const version = member(member(document, 'environment'), 'tune')
  return typeof version === 'string' ? `it says tune ${version}` : 'it does not say which'
}

function lowered(message: string): string {
  return message.charAt(0).toLowerCase() + message.slice(1)
}
