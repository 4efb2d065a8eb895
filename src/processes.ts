import { execFileSync } from 'node:child_process'
import { readFileSync, readlinkSync } from 'node:fs'
import { hostname } from 'node:os'

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

/**
 * When a process was started, in the system's own words (Linux: clock ticks since boot, proc(5)); with its id it names
 * one process for good. Empty when there is none.
 */
export function processStart(pid: number): string {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // Field 22; the name in field 2 may hold anything, so it is counted from behind its bracket
    return text.slice(text.lastIndexOf(')') + 2).split(' ')[19] ?? ''
  } catch {
    // no such process, or a system without /proc
  }
  return process.platform === 'linux' ? '' : ps(pid, 'lstart=')
}

/** Within what process ids mean the same: this host, and of it this container. */
export function machine(): string {
  try {
    return `${hostname()} ${readlinkSync('/proc/self/ns/pid')}`
  } catch {
    return hostname()
  }
}

/** The command line of a process; empty when there is none. Ids are used again, so a kill looks here first. */
export function commandLine(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')
  } catch {
    // no such process, or a system without /proc
  }
  return process.platform === 'linux' ? '' : ps(pid, 'command=')
}

function ps(pid: number, field: string): string {
  try {
    return execFileSync('ps', ['-o', field, '-p', String(pid)], { encoding: 'utf8', stdio: 'pipe' }).trim()
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
