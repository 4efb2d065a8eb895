import { readFileSync, statfsSync } from 'node:fs'
import { availableParallelism, totalmem } from 'node:os'
import type { Sight } from './check.ts'

/** This machine, as this process may use it: a container's limits count, not the host's. */
export function thisMachine(env: NodeJS.ProcessEnv = process.env): Sight {
  const limit = process.constrainedMemory?.() ?? 0
  return {
    env,
    nodeVersion: process.version,
    read,
    cores: availableParallelism(),
    // without a limit it answers 0 or a number near 2^64
    memoryBytes: limit > 0 && limit < totalmem() ? limit : totalmem(),
    freeDiskBytes(path) {
      const { bavail, bsize } = statfsSync(path)
      return bavail * bsize
    },
  }
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8').trim()
  } catch {
    return undefined
  }
}
