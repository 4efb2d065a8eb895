import { type ChildProcess, spawn } from 'node:child_process'
import { Socket } from 'node:net'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { z } from 'zod'
import { TuneError } from '../errors.ts'
import { packageDir } from './paths.ts'

/** A process for the guardian to hold. */
export interface GuardedCommand {
  argv: readonly string[]
  cwd: string
  /** File that takes its standard output and error. */
  log: string
  /** What ends it, SIGKILL when absent; that comes after 5 s anyway. */
  endSignal?: NodeJS.Signals
}

export interface ProcessExit {
  index: number
  code: number | null
  signal: string | null
  error?: string | undefined
}

const Event = z.discriminatedUnion('event', [
  z.object({ event: z.literal('started'), pids: z.array(z.number()) }),
  z.object({
    event: z.literal('exit'),
    index: z.number(),
    code: z.number().nullable(),
    signal: z.string().nullable(),
    error: z.string().optional(),
  }),
  z.object({ event: z.literal('stopping'), by: z.string() }),
  z.object({ event: z.literal('restarted'), index: z.number(), pid: z.number() }),
])

/** Processes under a guardian (bin/guardian.mjs): they and `remove` are gone when this process is. */
export interface Guarded {
  guardianPid: number
  pids: number[]
  /** Exits of the held processes since they were started, or one of them again. */
  exits: ProcessExit[]
  /** Settles with the first exit that nobody asked for, or with undefined when all was stopped. */
  ended: Promise<ProcessExit | undefined>
  /** SIGTERM to the held processes. */
  terminate(): void
  /** Ends a held process where it lives, and runs its command again; gives the new process id. */
  restart(index: number): Promise<number>
  /** From now on the guardian lives without this process. */
  release(): Promise<void>
  /** No longer keeps this process alive. */
  unref(): void
  /** Kills the processes, removes the folders; comes back when that is done. */
  stop(): Promise<void>
}

export async function guard(
  commands: readonly GuardedCommand[],
  remove: readonly string[],
): Promise<Guarded> {
  const guardian = spawn(process.execPath, [join(packageDir, 'bin/guardian.mjs')], {
    detached: true,
    stdio: ['pipe', 'pipe', 'ignore'],
    // options meant for this process, like an inspector's port, are not for the guardian
    env: { ...process.env, NODE_OPTIONS: '' },
  })
  const { stdin, stdout, pid } = guardian
  if (pid === undefined) throw new TuneError('INTERNAL', 'the guardian of the broker did not start')
  // a guardian that is gone is noticed by its exit
  stdin.on('error', () => {})

  const exits: ProcessExit[] = []
  const gone = exitOf(guardian)
  let end: (exit: ProcessExit | undefined) => void = () => {}
  const ended = new Promise<ProcessExit | undefined>((resolve) => {
    end = resolve
  })
  gone.then(() => end(undefined))
  let stopping = false
  let onRestarted: (pid: number) => void = () => {}
  const pids = new Promise<number[]>((resolve, reject) => {
    gone.then(() => reject(new TuneError('BROKER', 'the guardian of the broker ended before it began')))
    createInterface({ input: stdout }).on('line', (line) => {
      const event = Event.parse(JSON.parse(line))
      if (event.event === 'started') resolve(event.pids)
      else if (event.event === 'stopping') stopping = true
      else if (event.event === 'restarted') {
        exits.length = 0
        onRestarted(event.pid)
      } else {
        exits.push(event)
        if (!stopping) end(event)
      }
    })
  })
  stdin.write(`${JSON.stringify({ commands, remove })}\n`)
  const started = await pids
  const sockets = [stdin, stdout].filter((stream) => stream instanceof Socket)
  return {
    guardianPid: pid,
    pids: started,
    exits,
    ended,
    terminate: () => void stdin.write('terminate\n'),
    restart: (index) =>
      new Promise((resolve, reject) => {
        onRestarted = resolve
        gone.then(() => reject(new TuneError('BROKER', 'the guardian of the broker is gone')))
        stdin.write(`restart ${index}\n`)
      }),
    release: () =>
      new Promise((resolve) => {
        stdin.end('release\n', resolve)
        guardian.unref()
      }),
    unref: () => {
      guardian.unref()
      for (const socket of sockets) socket.unref()
    },
    stop: () => {
      guardian.ref()
      stopping = true
      if (stdin.writable) stdin.end('stop\n')
      else guardian.kill('SIGTERM')
      return gone
    },
  }
}

function exitOf(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => child.once('exit', () => resolve()))
}
