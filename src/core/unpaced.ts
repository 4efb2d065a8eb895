/** As fast as it goes: a number of records is kept in flight, and an operation is due when a slot becomes free. */
import { createFullTime, createGate } from './gate.ts'
import type { Operation } from './operation.ts'
import {
  type Answers,
  BURST_OPERATIONS,
  fileInto,
  IDLE_MS,
  type Phase,
  type PhaseOutcome,
  type PhasePlan,
  settle,
} from './phase.ts'

export async function runUnpaced(
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
  answers.listen((operation, error, outcome, failed) => {
    const doneMs = file(operation, error, outcome, failed)
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
  gate.stop()
  const byRecords = next >= numRecords
  const endMs = await settle(
    plan,
    phase,
    aborted ? stoppedMs : byRecords ? Number.POSITIVE_INFINITY : plannedEndMs,
  )
  return { startMs, endMs, achievedRatio: undefined, unsent: 0, blockedMs: full.totalMs(), aborted }
}
