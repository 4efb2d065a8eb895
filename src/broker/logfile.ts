import {
  closeSync,
  copyFileSync,
  fstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  rmSync,
} from 'node:fs'
import { join } from 'node:path'

/** Reads what was added to a file since the last call; empty while the file is not there. */
export function follow(path: string): () => string {
  let at = 0
  return () => {
    let fd: number
    try {
      fd = openSync(path, 'r')
    } catch {
      return ''
    }
    try {
      const buffer = Buffer.alloc(Math.max(0, fstatSync(fd).size - at))
      const read = readSync(fd, buffer, 0, buffer.length, at)
      at += read
      return buffer.toString('utf8', 0, read)
    } finally {
      closeSync(fd)
    }
  }
}

/**
 * The line of a broker's log that tells why it died: the innermost cause of the last stack trace, else the last
 * ERROR or FATAL line, else the last line.
 */
export function reasonIn(log: string): string {
  const lines = log.split('\n').map((line) => line.trimEnd())
  const last = (pattern: RegExp) => lines.findLast((line) => pattern.test(line))
  const exception =
    /^(?:Caused by: |Exception in thread "[^"]*" )?((?:[\w$]+\.)+[\w$]*(?:Exception|Error)): (.+)$/
  const thrown = last(exception)
  const match = thrown === undefined ? null : exception.exec(thrown)
  if (match !== null) return `${(match[1] ?? '').replace(/^.*\./, '')}: ${match[2]}`
  const error = last(/\b(ERROR|FATAL)\b|^Error\b|^Error:/)
  const line = error ?? last(/\S/)
  if (line === undefined) return 'it wrote nothing'
  return line.replace(/^[\d:,]+ +(ERROR|FATAL) +\S+ - /, '').trim()
}

const KEPT_LOGS = 10

/** Copies a log to where it outlives the broker's data, and drops the oldest of those kept. */
export function keepLog(log: string, dir: string, name: string): string {
  mkdirSync(dir, { recursive: true })
  const kept = join(dir, name)
  copyFileSync(log, kept)
  // names begin with the time, so that their order is their age
  const old = readdirSync(dir).filter((file) => file.endsWith('.log'))
  for (const file of old.sort().slice(0, Math.max(0, old.length - KEPT_LOGS)))
    rmSync(join(dir, file), { force: true })
  return kept
}
