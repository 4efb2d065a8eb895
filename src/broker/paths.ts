import { mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

type Env = Readonly<Record<string, string | undefined>>

/** The package's own folder: two up from here, in src as in dist. */
export const packageDir = fileURLToPath(new URL('../../', import.meta.url))

/** Where jars and state are kept: `$TUNE_CACHE`, else `$XDG_CACHE_HOME/tune`, else `~/.cache/tune`. */
export function cacheDir(env: Env = process.env): string {
  if (env.TUNE_CACHE) return env.TUNE_CACHE
  return join(env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'tune')
}

/** State files of running brokers, one each. */
export function stateDir(env: Env = process.env): string {
  return join(cacheDir(env), 'brokers')
}

/** Logs of brokers that failed to start. */
export function failedLogDir(env: Env = process.env): string {
  return join(cacheDir(env), 'failed')
}

/** Writes beside and renames, so that a reader never sees half a file. */
export function writeWhole(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true })
  const beside = `${path}.${process.pid}.tmp`
  writeFileSync(beside, text)
  renameSync(beside, path)
}
