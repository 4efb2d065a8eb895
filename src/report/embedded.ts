/** Reports in HTML carry the document that they were made from; here it is read again. */
import { TuneError } from '../errors.ts'

/** Of the element with the document. */
export const DOCUMENT_ID = 'tune-document'

/** Stands in the head of every page. */
export const GENERATOR = '<meta name="generator" content="tune">'

const OPENING = `<script type="application/json" id="${DOCUMENT_ID}">`

/**
 * The document of a text: itself, unless it is a report in HTML.
 * @param path for messages
 * @throws TuneError CONFIG when it is HTML of somebody else, or cut short
 */
export function documentIn(text: string, path: string): string {
  if (!/^\s*<(?:!doctype|html)/i.test(text)) return text
  const at = text.indexOf(OPENING)
  if (at < 0 && text.includes(GENERATOR)) throw cutShort(path)
  if (at < 0) {
    throw new TuneError('CONFIG', `${path} is HTML, but no report of tune: no document is in it`, {
      hint: 'name a file that --report html wrote, or the JSON of a result',
    })
  }
  const from = at + OPENING.length
  // The document holds no `<`, so the next one ends it
  const end = text.indexOf('</script>', from)
  if (end < 0) throw cutShort(path)
  return text.slice(from, end)
}

function cutShort(path: string): TuneError {
  return new TuneError('CONFIG', `${path} is cut short: the document in it does not end`, {
    hint: 'write the report again from the kept result: tune report FILE --report html --output FILE.html',
  })
}
