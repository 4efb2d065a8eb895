/** One worker as its run sees it: a child process, what it says, and how it ends. */
import { fork } from 'node:child_process'
import { extname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { TuneError } from '../errors.ts'
import type { FromWorker, ToWorker } from './messages.ts'

export interface WorkerProcess {
  tell(message: ToWorker): void
  /** Ends it at once; comes back when it is gone. */
  kill(): Promise<void>
  /** The error that it is when the process ends before it should. */
  readonly died: Promise<TuneError>
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
  child.on('message', onMessage)
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      for (const line of text.split('\n')) if (line.trim() !== '') onLine(`${name}: ${line}`)
    })
  }
  const died = new Promise<TuneError>((resolve) => {
    const say = (how: string) =>
      resolve(
        new TuneError('ABORTED', `${name} ended before its answer (${how})`, {
          hint: 'what it did until then is not counted; see whether memory ran out, and run it again',
        }),
      )
    child.on('error', (error) => say(error.message))
    // After the last message has been read
    child.on('close', (code, signal) => say(signal ?? `exit code ${code}`))
  })
  return {
    tell(message) {
      // One that has ended is told nothing; `died` says why
      if (child.connected) child.send(message, () => {})
    },
    async kill() {
      child.kill('SIGKILL')
      await died
    },
    died,
  }
}
