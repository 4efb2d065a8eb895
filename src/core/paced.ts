/** Walks a schedule: offers everything that is due, then sleeps to the next due time. */
import { createFullTime, createGate } from './gate.ts'
import { LATE_MS } from './health.ts'
import type { Operation } from './operation.ts'
import { createPacer, dueBefore, type PacedLoad } from './pacer.ts'
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
import { sharePacer, WHOLE } from './share.ts'

export async function runPaced(
  plan: PhasePlan,
  load: PacedLoad,
  phase: Phase,
  answers: Answers,
): Promise<PhaseOutcome> {
  const { clock, client, recorder, signal } = phase
  const pacer = sharePacer(createPacer(load), plan.share ?? WHOLE)
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
      if (nowMs < plannedEndMs + LATE_MS) sentInTime++
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
  gate.stop()
  const endMs = await settle(plan, phase, aborted ? clock.nowMs() : plannedEndMs)
  const due = Math.min(limit, dueBefore(pacer, endMs - startMs))
  const achievedRatio = Number.isFinite(plannedEndMs)
    ? sentInTime / Math.max(1, due)
    : byRecords(pacer.dueMs(Math.max(0, next - 1)), stoppedMs - startMs)
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

/**
 * A run by records has reached its rate when its last record left when it was due. One timer's slip is 5 % of 20 ms and
 * nothing of a minute, so a fixed lateness is allowed, the one that is allowed to any record.
 */
function byRecords(lastDueMs: number, tookMs: number): number {
  return tookMs - lastDueMs <= LATE_MS ? 1 : lastDueMs / tookMs
}
