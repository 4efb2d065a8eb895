/**
 * Baselines on disk: a folder each under `.tune/baselines`, a file for each sitting in it. Files are written whole and never
 * changed, so several processes may capture at once, and a repository takes the folder as it is.
 */
import { mkdir, readdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { type Sitting, sittingSchema } from '../core/sitting.ts'
import { TuneError } from '../errors.ts'
import { didYouMean } from '../nearest.ts'
import { reason } from './file-errors.ts'
import { readResultText } from './kept-results.ts'
import { parseAs } from './parse-result.ts'
import { parseJson } from './result-document.ts'
import { saveText } from './store.ts'

export const BASELINES_FOLDER = join('.tune', 'baselines')

const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,79}$/

/** @throws TuneError USAGE */
export function checkName(name: string): void {
  if (NAME.test(name) && name !== 'bench') return
  throw new TuneError('USAGE', `${JSON.stringify(name)} is no name of a baseline`, {
    hint: 'letters, digits, dots, dashes and underscores, e.g. main or release-2.1',
  })
}

/** Names, sorted. */
export async function baselineNames(cwd: string): Promise<string[]> {
  const entries = await readdir(join(cwd, BASELINES_FOLDER), { withFileTypes: true }).catch(() => [])
  return entries
    .filter((entry) => entry.isDirectory() && NAME.test(entry.name))
    .map(({ name }) => name)
    .toSorted()
}

/** Oldest first; none when there is no such baseline. @throws TuneError CONFIG when one cannot be read */
export async function readSittings(name: string, cwd: string): Promise<Sitting[]> {
  const folder = join(cwd, BASELINES_FOLDER, name)
  const files = await readdir(folder).catch(() => [])
  const paths = files.filter((file) => file.endsWith('.json') && !file.startsWith('.')).toSorted()
  return Promise.all(paths.map((file) => readSitting(join(folder, file))))
}

async function readSitting(path: string): Promise<Sitting> {
  return parseAs('tune.sitting/1', sittingSchema, parseJson(await readResultText(path), path), path)
}

/** @returns the path @throws TuneError STORAGE */
export async function addSitting(sitting: Sitting, cwd: string): Promise<string> {
  const folder = join(cwd, BASELINES_FOLDER, sitting.baseline)
  try {
    await mkdir(folder, { recursive: true })
  } catch (error) {
    throw new TuneError('STORAGE', `cannot make ${folder}: ${reason(error)}`, { cause: error })
  }
  const path = join(folder, `${sitting.capturedAt.replaceAll(':', '-')}.json`)
  const { problem } = await saveText(`${JSON.stringify(sitting)}\n`, path)
  if (problem !== undefined) throw problem
  return path
}

/** @throws TuneError CONFIG when there is none of that name */
export async function removeBaseline(name: string, cwd: string): Promise<void> {
  const folder = join(cwd, BASELINES_FOLDER, name)
  // Out of the way at once: who reads meanwhile finds all of it, or nothing
  const aside = join(cwd, BASELINES_FOLDER, `.${name}.${process.pid}.removed`)
  try {
    await rename(folder, aside)
  } catch (error) {
    throw await missing(name, cwd, error)
  }
  await rm(aside, { recursive: true, force: true })
}

export async function missing(name: string, cwd: string, cause?: unknown): Promise<TuneError> {
  const names = await baselineNames(cwd)
  const known = names.length === 0 ? 'there is none yet' : `there are: ${names.join(', ')}`
  return new TuneError('CONFIG', `no baseline ${name} under ${join(cwd, BASELINES_FOLDER)}`, {
    hint:
      didYouMean(name, names) ?? `${known}; make it with: tune baseline capture ${name} -- bench producer`,
    cause,
  })
}
