/** Keeps every result, and reads it back. A result that cannot be written where it should goes elsewhere: nothing is lost. */
import { randomBytes } from 'node:crypto'
import { constants } from 'node:fs'
import { access, mkdir, open, readdir, realpath, rename, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import type { Repeated } from '../core/repeated.ts'
import type { Result } from '../core/result.ts'
import { codeIn, TuneError } from '../errors.ts'
import { isAlive } from '../processes.ts'
import { reason } from './file-errors.ts'
import { RESULTS_FOLDER, readResultText } from './kept-results.ts'
import { parseResult, parseRuns } from './parse-result.ts'

export interface Kept {
  /** Where the result is now; undefined when no place took it. */
  readonly path: string | undefined
  /** Why it is not where it should be. */
  readonly problem: TuneError | undefined
}

/** Keeps a result as `.tune/results/<time>-<kind>[-tag].json`; where that fails, in the system's temporary folder. */
export async function keepResult(result: Result, cwd: string): Promise<Kept> {
  const folder = join(cwd, RESULTS_FOLDER)
  const text = serialized(result)
  try {
    await mkdir(folder, { recursive: true })
    const path = await freePath(folder, fileName(result))
    await writeWhole(path, text)
    return { path, problem: undefined }
  } catch (error) {
    return elsewhere(text, fileName(result), folder, error)
  }
}

/** Writes a document to a file that was asked for; where that fails, to the system's temporary folder. */
export async function saveResult(result: Result | Repeated, path: string): Promise<Kept> {
  return saveText(serialized(result), path)
}

/** The same for any text: a report, an interval log. */
export async function saveText(text: string, path: string): Promise<Kept> {
  try {
    await writeWhole(path, text)
    return { path, problem: undefined }
  } catch (error) {
    return elsewhere(text, basename(path), path, error)
  }
}

async function elsewhere(text: string, name: string, wanted: string, cause: unknown): Promise<Kept> {
  const why = `cannot write ${wanted}: ${reason(cause)}`
  try {
    const path = await freePath(tmpdir(), `tune-${name}`)
    await writeWhole(path, text)
    const hint = `nothing is lost: it is in ${path}`
    return { path, problem: new TuneError('STORAGE', why, { hint, cause }) }
  } catch (second) {
    const hint = `${tmpdir()} did not take it either (${reason(second)}): free some space, or send it on with --report json`
    return { path: undefined, problem: new TuneError('STORAGE', why, { hint, cause }) }
  }
}

function serialized(result: Result | Repeated): string {
  return `${JSON.stringify(result, null, 2)}\n`
}

/** Sorts by time: 2026-01-31T10-00-00.000Z-producer-tag.json */
function fileName({ startedAt, kind, tag }: Result): string {
  const time = startedAt.replaceAll(':', '-')
  const word = tag === undefined ? '' : `-${tag.replace(/[^A-Za-z0-9._-]+/g, '_').slice(0, 80)}`
  return `${time}-${kind}${word}.json`
}

/** The path, or the same with a number where it is taken. */
async function freePath(folder: string, name: string): Promise<string> {
  for (let n = 1; ; n++) {
    const path = join(folder, n === 1 ? name : name.replace(/(\.[^.]+)?$/, `.${n}$1`))
    if (!(await exists(path))) return path
  }
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  )
}

/** All or nothing: a reader never sees a half, and what was there stays until the new text is on the disk. */
async function writeWhole(asked: string, text: string): Promise<void> {
  // A link stays one; a device or a pipe is written to, never replaced.
  const path = await realpath(asked).catch(() => asked)
  const found = await stat(path).catch(() => undefined)
  if (found !== undefined && !found.isFile()) {
    if (found.isDirectory()) throw new Error('it is a folder')
    const file = await open(path, 'w')
    await file.writeFile(text).finally(() => file.close())
    return
  }
  await sweepParts(dirname(path))
  const part = partOf(path)
  try {
    const file = await open(part, 'wx')
    try {
      await file.writeFile(text)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(part, path)
  } catch (error) {
    await rm(part, { force: true })
    throw error
  }
}

function partOf(path: string): string {
  return join(dirname(path), `.${basename(path)}.${process.pid}.${randomBytes(4).toString('hex')}.part`)
}

/** Old enough to be nobody's: a file is written in milliseconds, perhaps by a process that cannot be seen from here. */
const PART_AGE_MS = 10_000

/** Removes the halves of writers that were killed between opening and renaming. */
async function sweepParts(folder: string): Promise<void> {
  for (const name of await readdir(folder).catch(() => [])) {
    const writer = /^\..+\.(\d+)\.[0-9a-f]{8}\.part$/.exec(name)?.[1]
    if (writer === undefined || isAlive(Number(writer))) continue
    const path = join(folder, name)
    const mtimeMs = await stat(path).then(
      (found) => found.mtimeMs,
      () => Number.POSITIVE_INFINITY,
    )
    if (Date.now() - mtimeMs > PART_AGE_MS) await rm(path, { force: true })
  }
}

/** Makes a folder in `.tune`, and finds out whether files can be written in it. @throws TuneError STORAGE */
export async function checkFolder(folder: string): Promise<void> {
  try {
    // One by one: `recursive` says of a disk that is read-only that there is no such file
    for (const path of [dirname(folder), folder]) {
      await mkdir(path).catch((error: unknown) => {
        if (codeIn(error) !== 'EEXIST') throw error
      })
    }
    const part = partOf(join(folder, 'check'))
    await (await open(part, 'wx')).close()
    await rm(part)
  } catch (error) {
    throw new TuneError('STORAGE', `cannot write in ${folder}: ${reason(error)}`, {
      hint: 'go to a folder that you may write to',
      cause: error,
    })
  }
}

/**
 * Finds out before a run whether a file can be written after it; leaves nothing behind.
 * @param flag that named the file, e.g. `--save`
 * @throws TuneError STORAGE
 */
export async function checkWritable(asked: string, flag: string): Promise<void> {
  const path = await realpath(asked).catch(() => asked)
  const refuse = (why: string, hint: string, cause?: unknown) =>
    new TuneError('STORAGE', `${flag}: cannot write ${asked}: ${why}`, { hint, cause })
  const found = await stat(path).catch(() => undefined)
  if (found?.isDirectory())
    throw refuse('it is a folder', `name a file in it: ${flag} ${join(asked, 'result.json')}`)
  try {
    if (found !== undefined) await access(path, constants.W_OK)
    if (found !== undefined && !found.isFile()) return
    const part = partOf(path)
    const file = await open(part, 'wx')
    await file.close()
    await rm(part)
  } catch (error) {
    const isFolderMissing = codeIn(error) === 'ENOENT' || codeIn(error) === 'ENOTDIR'
    throw isFolderMissing
      ? refuse(`there is no folder ${dirname(path)}`, `make it first: mkdir -p ${dirname(asked)}`, error)
      : refuse(reason(error), 'name a file in a folder that you may write to', error)
  }
}

/**
 * Reads and checks a kept result.
 * @throws TuneError CONFIG when it is missing, cut short, of another schema, or not valid
 */
export async function readResult(path: string): Promise<Result> {
  return parseResult(await readResultText(path), path)
}

/** The same, of one run or of several (`--repeat`). */
export async function readRuns(path: string): Promise<Result | Repeated> {
  return parseRuns(await readResultText(path), path)
}
