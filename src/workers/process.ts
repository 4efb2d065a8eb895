/** One worker as its run sees it: a child process, what it says, and how it ends. */
import { fork } from 'node:child_process'
import { extname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { TuneError } from '../errors.ts'
import type { FromWorker, ToWorker } from './messages.ts'

export interface WorkerProcess {
  tell(message: ToWorker): void
  /** Ends it at once. */
  kill(): void
  /** Settles when the process has ended; rejects when it did so without an answer. */
  readonly ended: Promise<void>
}

export interface WorkerEvents {
  onMessage(message: FromWorker): void
  /** A line that it, or a library in it, wrote. */
  onLine(line: string): void
}

// The same program, built or from source
const MAIN = fileURLToPath(new URL(`./main${extname(import.meta.url)}`, import.meta.url))

/** @param name for messages, e.g. `worker 2 of 4` */
export function startWorker(name: string, { onMessage, onLine }: WorkerEvents): WorkerProcess {
  const child = fork(MAIN, { serialization: 'advanced', stdio: ['ignore', 'pipe', 'pipe', 'ipc'] })
  let isAnswered = false
  child.on('message', (message: FromWorker) => {
    if (message.type === 'loaded' || message.type === 'failed') isAnswered = true
    onMessage(message)
  })
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      for (const line of text.split('\n')) if (line.trim() !== '') onLine(`${name}: ${line}`)
    })
  }
  const ended = new Promise<void>((resolve, reject) => {
    child.on('error', reject)
    // After the last message has been read
    child.on('close', (code, signal) => {
      if (isAnswered) resolve()
      else {
        reject(
          new TuneError('ABORTED', `${name} ended before its answer (${signal ?? `exit code ${code}`})`, {
            hint: 'what was sent until then is not counted; see whether memory ran out, and run it again',
          }),
        )
      }
    })
  })
  ended.catch(() => {})
  return {
    tell(message) {
      // One that has ended is told nothing; `ended` says why
      if (child.connected) child.send(message, () => {})
    },
    kill: () => void child.kill('SIGKILL'),
    ended,
  }
}
