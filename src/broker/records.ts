/** Folders of small JSON files, one a thing that must not be lost when a process dies: brokers, topics. */
import { readdirSync, readFileSync, unlinkSync } from 'node:fs'
import { join } from 'node:path'
import { isAlive } from '../processes.ts'

/** The files of a folder, and on the way the halves go that a process left which was killed while it wrote. */
export function recordFiles(dir: string): string[] {
  const files: string[] = []
  for (const name of namesIn(dir)) {
    const path = join(dir, name)
    const writer = /\.(\d+)\.tmp$/.exec(name)?.[1]
    if (writer !== undefined && !isAlive(Number(writer))) forget(path)
    if (name.endsWith('.json')) files.push(path)
  }
  return files
}

/** What a file says; undefined when it is no JSON, `gone` when somebody else was faster. */
export function readRecord(path: string): unknown {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch {
    return 'gone'
  }
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

export function forget(path: string): void {
  try {
    unlinkSync(path)
  } catch {
    // somebody else was faster
  }
}

/** Nothing was ever written where there is no such folder. */
function namesIn(dir: string): string[] {
  try {
    return readdirSync(dir)
  } catch {
    return []
  }
}
