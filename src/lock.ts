import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { isAlive } from './processes.ts'

/**
 * Lets one process at a time do a piece of work. A lock whose holder died is taken over. It saves double work only:
 * what is built under it must come into place by a rename, which holds without it too.
 * @param waiting told once; or how long it waits, and what is thrown then
 */
export async function withLock<T>(
  path: string,
  waiting: (() => void) | { readonly mostMs: number; failed(holder: string): Error },
  work: () => Promise<T>,
): Promise<T> {
  mkdirSync(dirname(path), { recursive: true })
  const fromMs = performance.now()
  let told = false
  while (!take(path)) {
    if (typeof waiting === 'function') {
      if (!told) waiting()
      told = true
    } else if (performance.now() - fromMs > waiting.mostMs) throw waiting.failed(holderOf(path))
    await sleep(told ? 200 : 20)
  }
  try {
    return await work()
  } finally {
    rmSync(path, { force: true })
  }
}

function take(path: string): boolean {
  try {
    writeFileSync(path, String(process.pid), { flag: 'wx' })
    return true
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
  }
  try {
    const holder = Number(readFileSync(path, 'utf8'))
    // an empty file: its holder is between creating and writing
    if (holder > 0 && !isAlive(holder)) {
      const aside = `${path}.${process.pid}`
      renameSync(path, aside)
      rmSync(aside, { force: true })
    }
  } catch {
    // somebody else was faster
  }
  return false
}

function holderOf(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
