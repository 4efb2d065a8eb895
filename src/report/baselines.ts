/**
 * Baselines on disk: a folder each under `.tune/baselines`, a file for each sitting in it. Files are written whole and never
 * changed, so a reader needs no lock and a repository takes the folder as it is. Who adds or removes holds a lock: two that
 * capture at the same moment keep both sittings.
 */
import { mkdir, readdir, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { SITTING_SCHEMA } from '../core/schema-names.ts'
import { type Sitting, sittingSchema } from '../core/sitting.ts'
import { codeIn, TuneError } from '../errors.ts'
import { withLock } from '../lock.ts'
import { nearest } from '../nearest.ts'
import { reason } from './file-errors.ts'
import { readResultText } from './kept-results.ts'
import { parseAs } from './parse-result.ts'
import { parseJson } from './result-document.ts'
import { checkFolder, saveText } from './store.ts'

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
  const sittings: Sitting[] = []
  // One after the other: a baseline of years would have more files than may be open at once
  for (const stem of await stemsIn(folder)) sittings.push(await readSitting(join(folder, `${stem}.json`)))
  return sittings
}

/** Names of the files without their ending, in their order. */
async function stemsIn(folder: string): Promise<string[]> {
  const files = await readdir(folder).catch(() => [])
  return files
    .filter((file) => file.endsWith('.json') && !file.startsWith('.'))
    .map((file) => file.slice(0, -'.json'.length))
    .toSorted()
}

async function readSitting(path: string): Promise<Sitting> {
  return parseAs(SITTING_SCHEMA, sittingSchema, parseJson(await readResultText(path), path), path)
}

/** Before runs are made that are to be kept here. @throws TuneError STORAGE */
export async function checkBaselines(cwd: string): Promise<void> {
  await checkFolder(join(cwd, BASELINES_FOLDER))
}

interface KeptSitting {
  readonly path: string
  /** It is dated before the one before it, and kept as the newest all the same. */
  readonly clockWentBack: boolean
}

/** @throws TuneError STORAGE */
export async function addSitting(sitting: Sitting, cwd: string): Promise<KeptSitting> {
  const folder = join(cwd, BASELINES_FOLDER, sitting.baseline)
  return locked(sitting.baseline, cwd, async () => {
    try {
      await mkdir(folder, { recursive: true })
    } catch (error) {
      throw new TuneError('STORAGE', `cannot make ${folder}: ${reason(error)}`, { cause: error })
    }
    const last = (await stemsIn(folder)).at(-1)
    const stem = sitting.capturedAt.replaceAll(':', '-')
    const path = join(folder, `${last === undefined || stem > last ? stem : after(last)}.json`)
    const { problem } = await saveText(`${JSON.stringify(sitting)}\n`, path)
    if (problem !== undefined) throw problem
    // By a moment: two that captured at once
    const clockWentBack = last !== undefined && last.slice(0, stem.length) > stem
    return { path, clockWentBack }
  })
}

/** `T` -> `T.0002` -> `T.0003`: sorts behind it. */
function after(stem: string): string {
  const [, time = stem, number = '1'] = /^(.*Z)\.(\d{4})$/.exec(stem) ?? []
  return `${time}.${String(Number(number) + 1).padStart(4, '0')}`
}

/** @throws TuneError CONFIG when there is none of that name */
export async function removeBaseline(name: string, cwd: string): Promise<void> {
  checkName(name)
  if (!(await baselineNames(cwd)).includes(name)) throw await missing(name, cwd)
  const folder = join(cwd, BASELINES_FOLDER, name)
  // Out of the way at once: who reads meanwhile finds all of it, or nothing
  const aside = join(cwd, BASELINES_FOLDER, `.${name}.${process.pid}.removed`)
  await locked(name, cwd, async () => {
    try {
      await rename(folder, aside)
    } catch (error) {
      if (codeIn(error) === 'ENOENT') throw await missing(name, cwd, error)
      throw new TuneError('STORAGE', `cannot remove ${folder}: ${reason(error)}`, { cause: error })
    }
  })
  await rm(aside, { recursive: true, force: true })
}

/** What is done under a lock takes milliseconds; who holds it longer is stuck. */
const LOCK_MOST_MS = 5000

async function locked<T>(name: string, cwd: string, work: () => Promise<T>): Promise<T> {
  const path = join(cwd, BASELINES_FOLDER, `.${name}.lock`)
  const failed = (holder: string) =>
    new TuneError('STORAGE', `the baseline ${name} is in use by process ${holder || 'unknown'}`, {
      hint: `wait for it; if there is no such process here, remove ${path}`,
    })
  try {
    return await withLock(path, { mostMs: LOCK_MOST_MS, failed }, work)
  } catch (error) {
    if (error instanceof TuneError) throw error
    throw new TuneError('STORAGE', `cannot write in ${dirname(path)}: ${reason(error)}`, { cause: error })
  }
}

export async function missing(name: string, cwd: string, cause?: unknown): Promise<TuneError> {
  const names = await baselineNames(cwd)
  const near = nearest(name, names)
  const known = names.length === 0 ? 'there is none yet' : `there are ${names.join(', ')}`
  return new TuneError('CONFIG', `no baseline ${name} under ${join(cwd, BASELINES_FOLDER)}`, {
    hint:
      near === undefined
        ? `${known}; make it with: tune baseline capture ${name} -- bench producer`
        : `did you mean ${near}?`,
    cause,
  })
}
