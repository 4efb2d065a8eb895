import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { messageOf, TuneError } from '../errors.ts'
import { withLock } from '../lock.ts'

const run = promisify(execFile)

/** Jars that a pom pins, and where they are kept. */
export interface Pinned {
  pom: string
  /** Its folder `libs` takes the jars. */
  dir: string
  /** For people: `Apache Kafka (40 MB)`. */
  what: string
  /** What to do where there is no Maven, and where it fails. */
  withoutMaven: string
  whenFailed: string
}

/** The folder of the jars; Maven fetches them once. @throws TuneError MISSING */
export async function pinnedJars(pinned: Pinned, log: (line: string) => void): Promise<string> {
  const libs = join(pinned.dir, 'libs')
  if (existsSync(libs)) return libs
  await withLock(
    `${pinned.dir}.lock`,
    () => log(`another process is fetching ${pinned.what}, waiting`),
    async () => {
      if (!existsSync(libs)) await fetchJars(pinned, libs, log)
    },
  )
  return libs
}

async function fetchJars(pinned: Pinned, libs: string, log: (line: string) => void): Promise<void> {
  log(`fetching ${pinned.what} with Maven, once`)
  const beside = `${libs}.tmp`
  // left by a process that died at this point
  rmSync(beside, { recursive: true, force: true })
  mkdirSync(beside, { recursive: true })
  const goal = ['dependency:copy-dependencies', '-DincludeScope=runtime', `-DoutputDirectory=${beside}`]
  try {
    await run('mvn', ['-q', '-B', '-f', pinned.pom, ...goal], { timeout: 600_000 })
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') {
      throw new TuneError('MISSING', `no Maven (mvn) to fetch ${pinned.what} with`, {
        hint: pinned.withoutMaven,
        cause,
      })
    }
    throw new TuneError('MISSING', `Maven could not fetch ${pinned.what}: ${mavenReason(cause)}`, {
      hint: pinned.whenFailed,
      cause,
    })
  }
  renameSync(beside, libs)
}

function mavenReason(cause: unknown): string {
  const output = cause instanceof Error && 'stdout' in cause ? String(cause.stdout) : ''
  const error = output.split('\n').find((line) => line.startsWith('[ERROR] '))
  return (error ?? messageOf(cause).split('\n')[0] ?? '').replace('[ERROR] ', '').slice(0, 300)
}

/** A short name for what a text pins: other text, other folder. */
export function shortHash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 12)
}

/** The text of a pom's property. */
export function pomProperty(pom: string, name: string): string {
  const text = readFileSync(pom, 'utf8')
  return new RegExp(`<${name.replaceAll('.', '\\.')}>(.+)</`).exec(text)?.[1] ?? 'unknown'
}
