/** Finds and reads what is kept, without the validator: that is much code for who needs a figure or a list. */
import { readdir, readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { TuneError } from '../errors.ts'
import { documentIn } from './embedded.ts'
import { reason } from './file-errors.ts'

/** Where results are kept, under the folder that `tune` was called in. */
export const RESULTS_FOLDER = join('.tune', 'results')

/** Paths of what is kept, oldest first. */
export async function keptResults(cwd: string): Promise<string[]> {
  const folder = join(cwd, RESULTS_FOLDER)
  const names = await readdir(folder).catch(() => [])
  return names
    .filter((name) => name.endsWith('.json') && !name.startsWith('.'))
    .toSorted()
    .map((name) => join(folder, name))
}

/**
 * The file that a person means.
 * @param which a path, or `last`
 * @throws TuneError CONFIG when nothing is kept
 */
export async function findResult(which: string, cwd: string): Promise<string> {
  if (which !== 'last') return resolve(cwd, which)
  const last = (await keptResults(cwd)).at(-1)
  if (last !== undefined) return last
  throw new TuneError('CONFIG', `no result is kept under ${join(cwd, RESULTS_FOLDER)}`, {
    hint: 'make one with: tune bench producer; or name a file: tune report FILE',
  })
}

/** JSON, also of a report in HTML. @throws TuneError CONFIG */
export async function readResultText(path: string): Promise<string> {
  return documentIn(await read(path), path)
}

async function read(path: string): Promise<string> {
  try {
    // Some editors and shells begin a file with a mark of its encoding
    return (await readFile(path, 'utf8')).replace(/^\ufeff/, '')
  } catch (error) {
    throw new TuneError('CONFIG', `cannot read the result ${path}: ${reason(error)}`, {
      hint: 'see what is kept with: tune report list',
      cause: error,
    })
  }
}
