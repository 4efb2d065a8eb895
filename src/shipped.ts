/** Data files by name (those in the package) or by path (the user's own). */
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { messageOf, TuneError } from './errors.ts'
import { didYouMean } from './nearest.ts'
import { packageRoot } from './package-root.ts'

/** A folder of the package that holds data. */
export interface Shelf {
  /** Under the package's root: `profiles`, `profiles/templates`. */
  readonly folder: string
  /** Only names that begin so. */
  readonly prefix?: string
  /** With its dot. */
  readonly extension: string
  /** As errors call it: `profile`. */
  readonly what: string
  /** The flag that named it. */
  readonly flag: string
}

export function shippedNames({ folder, prefix = '', extension }: Shelf): string[] {
  return readdirSync(join(packageRoot(), folder))
    .filter((file) => file.startsWith(prefix) && file.endsWith(extension))
    .map((file) => file.slice(prefix.length, -extension.length))
    .sort()
}

/** `./mine.yaml`, `mine.yaml`, `a/b`: a path; `low-latency`: a name. */
export function isPath(nameOrFile: string): boolean {
  return /[/\\]/.test(nameOrFile) || /\.[A-Za-z0-9]+$/.test(nameOrFile)
}

/**
 * @param cwd what a relative path is relative to
 * @throws TuneError USAGE for an unknown name
 */
export function locate(nameOrFile: string, shelf: Shelf, cwd = process.cwd()): string {
  if (isPath(nameOrFile)) return resolve(cwd, nameOrFile)
  const names = shippedNames(shelf)
  if (names.includes(nameOrFile)) {
    return join(packageRoot(), shelf.folder, `${shelf.prefix ?? ''}${nameOrFile}${shelf.extension}`)
  }
  const meant = didYouMean(nameOrFile, names)
  throw new TuneError('USAGE', `${shelf.flag}: there is no ${shelf.what} '${nameOrFile}'`, {
    hint: `${meant}${meant.endsWith('?') ? '' : '.'} A file of yours is named with its ending, e.g. ./${nameOrFile || 'mine'}${shelf.extension}`,
  })
}

/** @throws TuneError CONFIG */
export function readText(path: string, what: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    throw new TuneError('CONFIG', `cannot read the ${what} ${path}: ${reasonOf(error, path)}`, {
      hint: 'check the path and who may read it',
      cause: error,
    })
  }
}

/** Why a file could not be used, without what the message says already. */
export function reasonOf(error: unknown, path: string): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code === 'ENOENT') return 'there is no such file'
  if (code === 'EACCES') return 'it may not be read'
  if (code === 'EISDIR' || statSync(path, { throwIfNoEntry: false })?.isDirectory()) return 'it is a folder'
  return messageOf(error)
}
