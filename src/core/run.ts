/**
 * Walks a schedule: everything due is offered to the client, then sleeps to the next due time. Warm-up and measured
 * time are two phases of the same walk, each drained before the next begins, so no debt is carried over the border.
 */
import type { Clock } from './clock.ts'
import type { OnDone, Operation, Send } from './operation.ts'
import { createPacer, dueBefore, type PacedLoad } from './pacer.ts'
import type { Recorder } from './recorder.ts'
import type { Load } from './result.ts'

/** Offered between two looks at the event loop: acknowledgements must not wait behind a burst of sends. */
const BURST_OPERATIONS = 256

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
  /** Ends by time, by records, or by whichever comes first; at least one is given. */
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

export interface Phase {
  readonly clock: Clock
  readonly client: Client
  readonly recorder: Recorder
  /** Stops offering; what is in flight is still waited for. */
  readonly signal: AbortSignal
}

/** Routes the client's answers to whichever recorder is listening; a client outlives its phases. */
export interface Answers {
  readonly onDone: OnDone
  listen(listener: OnDone): void
}

export function createAnswers(): Answers {
  let current: OnDone = () => {}
  return {
    onDone: (operation, error, outcome) => current(operation, error, outcome),
    listen(listener) {
      current = listener
    },
  }
}

/** Waits that any of several events may end early. */
function createGate(clock: Clock) {
  let wake: (() => void) | undefined
  let rung = false
  return {
    /** Ends the wait under way, or the next one. */
    ring() {
      rung = true
      wake?.()
    },
    async until(atMs: number, precise: boolean) {
      if (rung) {
        rung = false
        return
      }
      const wait = clock.wait(atMs, precise)
      wake = wait.wake
      await wait.done
      wake = undefined
      rung = false
    },
  }
}

/**
 * Keeps the time in which the client was full apart from the generator's own lateness: what became due while nothing
 * could be offered counts as offered when it was due, even if it is handed over much later.
 */
function createFullTime() {
  let fromMs = Number.POSITIVE_INFINITY
  let untilMs = Number.NEGATIVE_INFINITY
  let sinceMs: number | undefined
  let sumMs = 0
  return {
    begin(dueMs: number, nowMs: number) {
      // Full again before the backlog of the last time is gone: one long full time.
      if (sinceMs === undefined && dueMs > untilMs) fromMs = nowMs
      sinceMs ??= nowMs
    },
    end(nowMs: number) {
      if (sinceMs === undefined) return
      sumMs += nowMs - sinceMs
      sinceMs = undefined
      untilMs = nowMs
    },
    offeredMs: (dueMs: number, nowMs: number) => (dueMs <= untilMs ? Math.max(dueMs, fromMs) : nowMs),
    totalMs: () => sumMs,
  }
}

/** A wait with nothing to wait for is looked at again after this; only a rung gate ends it in practice. */
const IDLE_MS = 1000

export async function runPhase(plan: PhasePlan, phase: Phase, answers: Answers): Promise<PhaseOutcome> {
  return plan.load.shape === 'unpaced'
    ? runUnpaced(plan, plan.load.maxInFlight, phase, answers)
    : runPaced(plan, plan.load, phase, answers)
}

async function runPaced(
  plan: PhasePlan,
  load: PacedLoad,
  phase: Phase,
  answers: Answers,
): Promise<PhaseOutcome> {
  const { clock, client, recorder, signal } = phase
  const pacer = createPacer(load)
  const gate = createGate(clock)
  client.onRoom(gate.ring)
  signal.addEventListener('abort', gate.ring)
  answers.listen(fileInto(recorder, clock))

  const startMs = clock.nowMs()
  const numRecords = plan.numRecords ?? Number.POSITIVE_INFINITY
  const dueInTime =
    plan.durationMs === undefined ? Number.POSITIVE_INFINITY : dueBefore(pacer, plan.durationMs)
  const limit = Math.min(numRecords, dueInTime)
  const plannedEndMs =
    plan.durationMs !== undefined && dueInTime <= numRecords
      ? startMs + plan.durationMs
      : Number.POSITIVE_INFINITY
  recorder.begin(startMs)
  recorder.measureUntil(plannedEndMs)
  const giveUpMs = plannedEndMs + plan.drainMs
  let next = 0
  let sentInTime = 0
  const full = createFullTime()
  let refused: Operation | undefined

  while (next < limit && !signal.aborted) {
    let nowMs = clock.nowMs()
    if (nowMs >= giveUpMs) break
    let burst = BURST_OPERATIONS
    let dueMs = startMs + pacer.dueMs(next)
    while (next < limit && dueMs <= nowMs && burst-- > 0) {
      const operation: Operation = refused ?? {
        first: next,
        records: 1,
        dueMs,
        offeredMs: full.offeredMs(dueMs, nowMs),
        sentMs: nowMs,
        bytes: 0,
      }
      operation.sentMs = nowMs
      if (!client.send(operation)) {
        refused = operation
        full.begin(dueMs, nowMs)
        break
      }
      full.end(nowMs)
      refused = undefined
      recorder.sentOne(operation)
      next++
      if (nowMs < plannedEndMs) sentInTime++
      nowMs = clock.nowMs()
      dueMs = startMs + pacer.dueMs(next)
    }
    if (next >= limit) break
    if (refused !== undefined) {
      client.flushHint?.()
      await gate.until(Math.min(nowMs + IDLE_MS, giveUpMs), false)
    } else if (dueMs <= nowMs) await clock.breathe()
    else {
      client.flushHint?.()
      await gate.until(Math.min(dueMs, giveUpMs), plan.precise)
    }
  }
  client.flushHint?.()

  const stoppedMs = clock.nowMs()
  full.end(stoppedMs)
  const aborted = signal.aborted && stoppedMs < plannedEndMs
  while (!signal.aborted && Number.isFinite(plannedEndMs) && clock.nowMs() < plannedEndMs) {
    await gate.until(plannedEndMs, false)
  }
  signal.removeEventListener('abort', gate.ring)
  const endMs = await settle(plan, phase, aborted ? clock.nowMs() : plannedEndMs)
  const due = Math.min(limit, dueBefore(pacer, endMs - startMs))
  const achievedRatio = Number.isFinite(plannedEndMs)
    ? sentInTime / Math.max(1, due)
    : pacer.dueMs(Math.max(0, next - 1)) /
      Math.max(pacer.dueMs(Math.max(0, next - 1)), stoppedMs - startMs, 1)
  return {
    startMs,
    endMs,
    achievedRatio: aborted && next === 0 ? undefined : Math.min(1, achievedRatio),
    // An interrupted run leaves records out because it was told to.
    unsent: aborted ? 0 : Math.max(0, due - next),
    blockedMs: full.totalMs(),
    aborted,
  }
}

async function runUnpaced(
  plan: PhasePlan,
  maxInFlight: number,
  phase: Phase,
  answers: Answers,
): Promise<PhaseOutcome> {
  const { clock, client, recorder, signal } = phase
  const gate = createGate(clock)
  client.onRoom(gate.ring)
  signal.addEventListener('abort', gate.ring)

  const startMs = clock.nowMs()
  const plannedEndMs = startMs + (plan.durationMs ?? Number.POSITIVE_INFINITY)
  const numRecords = plan.numRecords ?? Number.POSITIVE_INFINITY
  const group = Math.max(1, Math.min(client.groupRecords, maxInFlight))
  const slots = Math.max(1, Math.floor(maxInFlight / group))
  /** When each free slot became free, oldest first, in a ring. */
  const freeSinceMs = new Float64Array(slots).fill(startMs)
  let freeHead = 0
  let free = slots
  const file = fileInto(recorder, clock)
  answers.listen((operation, error, outcome) => {
    const doneMs = file(operation, error, outcome)
    freeSinceMs[(freeHead + free) % slots] = doneMs
    free++
    if (free === 1 || free === slots) gate.ring()
  })

  recorder.begin(startMs)
  recorder.measureUntil(plannedEndMs)
  let next = 0
  const full = createFullTime()
  let refused: Operation | undefined

  while (next < numRecords && !signal.aborted) {
    let nowMs = clock.nowMs()
    if (nowMs >= plannedEndMs) break
    let burst = BURST_OPERATIONS
    while (free > 0 && next < numRecords && burst-- > 0) {
      const operation: Operation = refused ?? {
        first: next,
        records: Math.min(group, numRecords - next),
        dueMs: freeSinceMs[freeHead] ?? nowMs,
        offeredMs: nowMs,
        sentMs: nowMs,
        bytes: 0,
      }
      operation.sentMs = nowMs
      if (!client.send(operation)) {
        refused = operation
        full.begin(operation.dueMs, nowMs)
        break
      }
      full.end(nowMs)
      refused = undefined
      freeHead = (freeHead + 1) % slots
      free--
      recorder.sentOne(operation)
      next += operation.records
      nowMs = clock.nowMs()
    }
    if (next >= numRecords) break
    if (refused !== undefined || free === 0) {
      client.flushHint?.()
      await gate.until(Math.min(nowMs + IDLE_MS, plannedEndMs), false)
    } else await clock.breathe()
  }
  client.flushHint?.()

  const stoppedMs = clock.nowMs()
  full.end(stoppedMs)
  const aborted = signal.aborted && stoppedMs < plannedEndMs && next < numRecords
  signal.removeEventListener('abort', gate.ring)
  const byRecords = next >= numRecords
  const endMs = await settle(
    plan,
    phase,
    aborted ? stoppedMs : byRecords ? Number.POSITIVE_INFINITY : plannedEndMs,
  )
  return { startMs, endMs, achievedRatio: undefined, unsent: 0, blockedMs: full.totalMs(), aborted }
}

/** Files answers with the time they came; hands that time back. */
function fileInto(recorder: Recorder, clock: Clock) {
  return (
    operation: Operation,
    error: string | undefined,
    outcome: 'failed' | 'unknown' | undefined,
  ): number => {
    const doneMs = clock.nowMs()
    if (error === undefined) recorder.acknowledged(operation, doneMs)
    else recorder.gaveUp(operation, doneMs, error, outcome ?? 'failed')
    return doneMs
  }
}

/**
 * Marks the end of measured time, waits for the answers that are still due, and says when measured time ended: a run
 * by records has no planned end and is measured until its last answer.
 */
async function settle(plan: PhasePlan, { clock, client, recorder }: Phase, endMs: number): Promise<number> {
  recorder.measureUntil(endMs)
  await client.drain(plan.drainMs)
  return Number.isFinite(endMs) ? endMs : (recorder.lastDoneMs ?? clock.nowMs())
}
