/** Saved runs that sizings take measured inputs from. */
import type { Saved } from '../sizing/calculator.ts'
import type { Io } from './io.ts'

/** What `--from` is, in help. */
export const FROM = 'saved runs to take measured inputs from: files, or last'

/**
 * @param names files, or `last`
 * @throws TuneError where one is not there or no result
 */
export async function readSaved(names: readonly string[] = [], io: Io): Promise<Saved[]> {
  if (names.length === 0) return []
  const { findResult, readResultText } = await import('../report/kept-results.ts')
  const { checkSchema, parseJson } = await import('../report/result-document.ts')
  const { REPEATED_SCHEMA, RESULT_SCHEMA } = await import('../core/schema-names.ts')
  return Promise.all(
    names.map(async (name) => {
      const document = parseJson(await readResultText(await findResult(name, io.cwd)), name)
      checkSchema(document, [RESULT_SCHEMA, REPEATED_SCHEMA], name)
      return { path: name, result: document }
    }),
  )
}
