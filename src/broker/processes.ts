import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

/** True while a process of that id runs, also one of another user. One that only waits to be reaped is dead. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EPERM')) return false
  }
  return !isZombie(pid)
}

/** Containers often run an init that reaps late or never, so orphans that ended stay in the process table. */
function isZombie(pid: number): boolean {
  try {
    return /\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
  } catch {
    return false
  }
}

/** The command line of a process; empty when there is none. Ids are used again, so a kill looks here first. */
export function commandLine(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')
  } catch {
    // no such process, or a system without /proc
  }
  if (process.platform === 'linux') return ''
  try {
    return execFileSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8', stdio: 'pipe' })
  } catch {
    return ''
  }
}

/** Sends a signal to a process whose command line holds `mark`; tells whether there was one. */
export function signalIf(pid: number, mark: string, signal: NodeJS.Signals): boolean {
  if (!commandLine(pid).includes(mark)) return false
  try {
    process.kill(pid, signal)
    return true
  } catch {
    return false
  }
}
