/** Documents of runs as JSON that says what it is; what else is in it is not looked at. */
import { TuneError } from '../errors.ts'
import { jsonErrorPlace } from '../json-place.ts'
import { member } from '../member.ts'

/**
 * @param path for messages
 * @throws TuneError CONFIG when the document is of none of the schemas
 */
export function checkSchema(document: unknown, wanted: readonly string[], path: string): void {
  const schema = member(document, 'schema')
  if (typeof schema !== 'string') {
    throw new TuneError('CONFIG', `${path} is JSON, but no result of tune: it has no schema`, {
      hint: 'see what is kept with: tune report list',
    })
  }
  if (!wanted.includes(schema)) {
    throw new TuneError('CONFIG', `${path} is ${schema}, and this command reads ${wanted.join(', ')}`, {
      hint: wanted.some((one) => one.split('/')[0] === schema.split('/')[0])
        ? 'read it with the tune that wrote it, or a newer one'
        : 'name the file of a run: tune report list',
    })
  }
}

/** Whether a text is, or was before it was cut short, a document of ours. */
export function isOurs(text: string): boolean {
  return looksLikeJson(text) && /"schema"\s*:\s*"tune\./.test(text)
}

export function looksLikeJson(text: string): boolean {
  return /^\s*\{/.test(text)
}

/** @throws TuneError CONFIG with line and column */
export function parseJson(text: string, path: string): unknown {
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
