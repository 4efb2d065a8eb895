/** From the bytes of a page to its records. Pure. */
import { isUtf8 } from 'node:buffer'
import { valueAt } from './json-path.ts'
import { RequestError } from './request-error.ts'

export interface ParsedPage {
  readonly document: unknown
  readonly records: readonly unknown[]
}

/** Under these names APIs keep the list of a page, where nobody says where it is. */
const USUAL = ['data', 'items', 'results', 'records', 'values', 'value', 'entries'] as const

/** @throws RequestError CONTENT_TYPE, NOT_UTF8, BAD_JSON, NO_RECORDS */
export function parsePage(
  body: Buffer,
  contentType: string | undefined,
  recordsPath: string | undefined,
): ParsedPage {
  if (contentType !== undefined && !/\bjson\b|\+json/i.test(contentType)) {
    throw new RequestError('CONTENT_TYPE', `the answer is ${contentType.split(';')[0]}, not JSON`)
  }
  // What is not UTF-8 would become U+FFFD without a word
  if (!isUtf8(body)) throw new RequestError('NOT_UTF8', 'the answer is not UTF-8')
  let document: unknown
  try {
    const text = body.toString('utf8')
    document = JSON.parse(text.startsWith(MARK) ? text.slice(MARK.length) : text)
  } catch {
    throw new RequestError('BAD_JSON', `the answer's ${body.length} B are not JSON`)
  }
  return { document, records: recordsOf(document, recordsPath) }
}

/** Some servers begin with a byte order mark, which the parsers of connectors pass over (RFC 8259 8.1). */
const MARK = '\uFEFF'

/** A list is many records, anything else is one. @throws RequestError NO_RECORDS */
export function recordsOf(document: unknown, path: string | undefined): readonly unknown[] {
  const found = path === undefined ? usualPlace(document) : valueAt(document, path)
  if (found === undefined || found === null) {
    throw new RequestError('NO_RECORDS', `the answer has nothing at ${path}`)
  }
  return Array.isArray(found) ? found : [found]
}

function usualPlace(document: unknown): unknown {
  if (Array.isArray(document) || typeof document !== 'object' || document === null) return document
  for (const name of USUAL) {
    const list = valueAt(document, name)
    if (Array.isArray(list)) return list
  }
  return document
}
