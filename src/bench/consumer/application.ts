/**
 * The application behind a consumer, as the guide's consumer chapter has it: gathers a batch, works on it, commits. While
 * it works the client is not polled, which is what max.poll.interval.ms is about.
 */
import type { Clock } from '../../core/clock.ts'
import type { Received } from '../../drivers/consumer.ts'
import type { ApplicationPlan } from './plan.ts'

export interface ApplicationOptions {
  readonly plan: ApplicationPlan
  readonly clock: Clock
  /** Draws the time for a record or a batch, in ms; 0 without `plan.process`. */
  readonly delayMs: () => number
  readonly commit: (offsets: ReadonlyMap<number, number>) => Promise<void>
  readonly onProcessed: (records: number, ms: number) => void
  /** @param error undefined when the broker confirmed */
  readonly onCommitted: (ms: number, error?: unknown) => void
}

export interface Application {
  /** Takes what a poll brought; a promise where the client has to wait. */
  take(received: readonly Received[]): void | Promise<void>
  /** Works on what was gathered, however little; after the last poll. */
  finish(): Promise<void>
}

/** Whether it never keeps the client waiting. */
export function isIdle({ process, commit }: ApplicationPlan): boolean {
  return process === undefined && commit !== 'batch'
}

export function createApplication(options: ApplicationOptions): Application {
  const { plan, clock, delayMs, commit, onProcessed, onCommitted } = options
  const batchSize = plan.batchSize ?? 1
  let gathered = 0
  let offsets = new Map<number, number>()
  let timer: NodeJS.Timeout | undefined
  let working: Promise<void> | undefined

  const process = async (records: number) => {
    if (plan.process === undefined) return
    const startMs = clock.nowMs()
    let ms = 0
    for (let i = plan.per === 'record' ? records : 1; i > 0; i--) ms += delayMs()
    if (ms > 0) await clock.wait(startMs + ms, false).done
    onProcessed(records, clock.nowMs() - startMs)
  }

  const commitAll = async (next: ReadonlyMap<number, number>) => {
    if (plan.commit !== 'batch') return
    const startMs = clock.nowMs()
    try {
      await commit(next)
      onCommitted(clock.nowMs() - startMs)
    } catch (error) {
      onCommitted(clock.nowMs() - startMs, error)
    }
  }

  /** One batch: work, then commit; the next waits for it. */
  const work = async () => {
    clearTimeout(timer)
    timer = undefined
    const records = gathered
    const next = offsets
    gathered = 0
    offsets = new Map()
    if (records === 0) return
    await process(records)
    await commitAll(next)
  }

  const start = (): Promise<void> => {
    const running: Promise<void> = (working ?? Promise.resolve()).then(work).finally(() => {
      if (working === running) working = undefined
    })
    working = running
    return running
  }

  return {
    take(received) {
      if (isIdle(plan)) return
      for (const { partition, records, lastOffset } of received) {
        gathered += records
        offsets.set(partition, lastOffset + 1)
      }
      if (gathered >= batchSize) return start()
      // What is too little for a batch may wait while the client is polled for more
      if (plan.batchTimeoutMs !== undefined) timer ??= setTimeout(() => void start(), plan.batchTimeoutMs)
      return working
    },
    async finish() {
      await start()
    },
  }
}
