/** One process of the stack under the guardian of the throw-away brokers: it is gone when this process is, however that ends. */
import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { type GuardedCommand, guard } from '../../../src/broker/guard.ts'
import { reasonIn } from '../../../src/broker/logfile.ts'
import { messageOf } from '../../../src/errors.ts'

export interface Held {
  readonly pid: number
  /** What it has said so far. */
  log(): string
  stop(): Promise<void>
}

export interface Holding {
  readonly what: string
  readonly command: GuardedCommand
  /** Removed with it. */
  readonly dir: string
  /** Rejects while it is not. */
  readonly ready: () => Promise<unknown>
}

const START_MS = 90_000

/** Starts it, and comes back when it is ready. */
export async function hold({ what, command, dir, ready }: Holding): Promise<Held> {
  const held = await guard([command], [dir])
  const log = () => readFileSync(command.log, 'utf8')
  const deadline = Date.now() + START_MS
  for (;;) {
    const problem = await ready().then(
      () => undefined,
      (error: unknown) => messageOf(error),
    )
    if (problem === undefined) break
    const died = held.exits.length > 0
    if (died || Date.now() > deadline) {
      const said = log()
      await held.stop()
      throw new Error(
        `${what} ${died ? `died while starting: ${reasonIn(said)}` : `is not ready: ${problem}`}\n${said}`,
      )
    }
    await sleep(50)
  }
  held.unref()
  return { pid: held.pids[0] ?? 0, log, stop: () => held.stop() }
}
