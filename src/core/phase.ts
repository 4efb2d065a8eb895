/** What a phase of a run is made of, and what warm-up and measured time, paced and unpaced, have in common. */
import type { Clock } from './clock.ts'
import type { OnDone, Operation, Send } from './operation.ts'
import type { Recorder } from './recorder.ts'
import type { Load } from './result.ts'
import type { Share } from './share.ts'

/**
 * Offered between two looks at the event loop: acknowledgements must not wait behind a burst of sends. Below 100, which
 * is how many the binding of librdkafka hands over at each turn (`DeliveryReportDispatcher::Flush`): with more, whoever
 * is behind its schedule gets further behind with every turn.
 */
export const BURST_OPERATIONS = 64

/** A wait with nothing to wait for is looked at again after this; only a rung gate ends it in practice. */
export const IDLE_MS = 1000

/** What the runner needs of a client; a driver's producer has it. */
export interface Client {
  readonly groupRecords: number
  send: Send
  flushHint?(): void
  onRoom(listener: () => void): void
  drain(timeoutMs: number): Promise<void>
}

export interface PhasePlan {
  readonly load: Load
  /** Of a paced load, where others carry the rest; the whole where absent. */
  readonly share?: Share
  /** Ends by time, by records (of its share), or by whichever comes first; at least one is given. */
  readonly durationMs?: number
  readonly numRecords?: number
  /** Spin before due times instead of sleeping. */
  readonly precise: boolean
  /** How long overdue operations are still offered after the end, and how long answers are waited for. */
  readonly drainMs: number
}

export interface PhaseOutcome {
  readonly startMs: number
  /** End of measured time: the planned end, the last answer of a run by records, or the moment of an abort. */
  readonly endMs: number
  /** Share of the asked rate that was sent in time, at most 1; undefined when unpaced. */
  readonly achievedRatio: number | undefined
  /** Due, but never taken by the client. */
  readonly unsent: number
  /** Wall time in which the client was full. */
  readonly blockedMs: number
  readonly aborted: boolean
}

/** What the runner tells of its operations; a `Recorder`, or several that measure the same time. */
export type PhaseRecorder = Pick<
  Recorder,
  'begin' | 'measureUntil' | 'sentOne' | 'acknowledged' | 'gaveUp' | 'lastDoneMs'
>

export interface Phase {
  readonly clock: Clock
  readonly client: Client
  readonly recorder: PhaseRecorder
  /** Stops offering; what is in flight is still waited for. */
  readonly signal: AbortSignal
  /** Nobody is there any more to answer: what is in flight is waited for only as long as an answer may be on its way. */
  readonly gone?: AbortSignal | undefined
}

/** From the last answer of who is gone until this process has read it. */
const GONE_DRAIN_MS = 500

/** Routes the client's answers to whichever recorder is listening; a client outlives its phases. */
export interface Answers {
  readonly onDone: OnDone
  listen(listener: OnDone): void
}

export function createAnswers(): Answers {
  let current: OnDone = () => {}
  return {
    onDone: (operation, error, outcome, failed) => current(operation, error, outcome, failed),
    listen(listener) {
      current = listener
    },
  }
}

/** Files answers with the time they came; hands that time back. */
export function fileInto(recorder: Pick<Recorder, 'acknowledged' | 'gaveUp'>, clock: Clock) {
  return (
    operation: Operation,
    error: string | undefined,
    outcome: 'failed' | 'unknown' | undefined,
    failed = operation.records,
  ): number => {
    const doneMs = clock.nowMs()
    if (error === undefined) recorder.acknowledged(operation, doneMs)
    else {
      if (failed < operation.records) recorder.acknowledged(operation, doneMs, operation.records - failed)
      recorder.gaveUp(operation, doneMs, error, outcome ?? 'failed', failed)
    }
    return doneMs
  }
}

/**
 * Marks the end of measured time, waits for the answers that are still due, and says when measured time ended: a run
 * by records has no planned end and is measured until its last answer.
 */
export async function settle(
  plan: PhasePlan,
  { clock, client, recorder, gone }: Phase,
  endMs: number,
): Promise<number> {
  recorder.measureUntil(endMs)
  await drain(client, plan.drainMs, gone)
  return Number.isFinite(endMs) ? endMs : (recorder.lastDoneMs ?? clock.nowMs())
}

async function drain(client: Client, drainMs: number, gone: AbortSignal | undefined): Promise<void> {
  const briefly = () => client.drain(Math.min(drainMs, GONE_DRAIN_MS))
  if (gone === undefined) return client.drain(drainMs)
  if (gone.aborted) return briefly()
  let cut = () => {}
  const isCut = new Promise<void>((resolve) => {
    cut = () => resolve(briefly())
  })
  gone.addEventListener('abort', cut)
  await Promise.race([client.drain(drainMs), isCut])
  gone.removeEventListener('abort', cut)
}
