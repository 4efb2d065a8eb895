/**
 * What a bench of changes runs on: a table with rows in it, a connector that captures it, a slot, a topic into which
 * events come. What is `tune`'s own is taken down again, in any case; nothing else is touched.
 */

import type { Connect } from '../../connect/rest.ts'
import type { Clock } from '../../core/clock.ts'
import type { CdcResult } from '../../core/result.ts'
import { sum } from '../../core/sum.ts'
import type { Admin } from '../../drivers/driver.ts'
import { messageOf, TuneError } from '../../errors.ts'
import type { TableName } from '../../postgres/names.ts'
import type { Queries } from '../../postgres/session.ts'
import { type Slot, slotLag } from '../../postgres/slot.ts'
import { fillTable } from '../../postgres/table.ts'
import type { Progress } from '../progress.ts'

export interface Stage {
  readonly table: TableName
  readonly slot: Slot | undefined
  readonly connector: string | undefined
  readonly own: boolean
  readonly serverVersion: string
  readonly snapshot: CdcResult['snapshot']
  /** Aborted, with the reason in words, when the connector will do no more. */
  readonly dead: AbortSignal
  /** Takes down what is `tune`'s own; says what could not be. Never throws. */
  close(): Promise<void>
}

export interface StageIo {
  readonly clock: Clock
  readonly admin: Admin
  readonly signal: AbortSignal
  readonly progress: (progress: Progress) => void
  readonly note: (text: string) => void
  /** Of the worker that is named; undefined where none is. */
  readonly connect: Connect | undefined
  /** For the set-up and for looking at the slot. */
  readonly control: Queries
}

/** Nothing came for so long: nothing will. */
const SILENT_MS = 60_000
const LOOK_MS = 50
const ROWS_A_STATEMENT = 50_000

/** Rows `firstId` and following. */
export async function fill(
  { control, clock, progress, signal }: Pick<StageIo, 'control' | 'clock' | 'progress' | 'signal'>,
  table: TableName,
  rows: { readonly firstId: number; readonly count: number; readonly bodyBytes: number },
): Promise<void> {
  const beganMs = clock.nowMs()
  for (let at = 0; at < rows.count && !signal.aborted; at += ROWS_A_STATEMENT) {
    const count = Math.min(ROWS_A_STATEMENT, rows.count - at)
    await control.query(fillTable(table), [rows.firstId + at, count, rows.bodyBytes])
    const elapsedMs = Math.max(1, clock.nowMs() - beganMs)
    const recordsDone = at + count
    progress({
      phase: 'filling',
      elapsedMs,
      recordsDone,
      totalRecords: rows.count,
      recordsPerSec: (recordsDone * 1000) / elapsedMs,
      bytesPerSec: 0,
      errors: 0,
    })
  }
}

/**
 * Waits until so many more events are in the topic than there were.
 * @param whyDead looked at while it waits
 * @returns when the first and the last of them was seen, ms on the clock
 * @throws TuneError CONNECTOR where none come any more
 */
export async function awaitEvents(
  { admin, clock, progress, signal }: Pick<StageIo, 'admin' | 'clock' | 'progress' | 'signal'>,
  topic: string,
  { before, count }: { readonly before: number; readonly count: number },
  whyDead: () => Promise<string | undefined>,
): Promise<{ firstMs: number; lastMs: number }> {
  const beganMs = clock.nowMs()
  let firstMs: number | undefined
  let seen = 0
  let newsMs = beganMs
  let askedMs = beganMs
  for (;;) {
    if (signal.aborted) throw new TuneError('ABORTED', 'interrupted before anything was measured')
    const now = (await countIn(admin, topic)) - before
    const nowMs = clock.nowMs()
    if (now > seen) {
      firstMs ??= nowMs
      newsMs = nowMs
      seen = now
      progress({
        phase: 'joining',
        elapsedMs: nowMs - beganMs,
        recordsDone: seen,
        totalRecords: count,
        recordsPerSec: (seen * 1000) / Math.max(1, nowMs - beganMs),
        bytesPerSec: 0,
        errors: 0,
      })
    }
    if (seen >= count) return { firstMs: firstMs ?? nowMs, lastMs: nowMs }
    if (nowMs - askedMs > 1000) {
      askedMs = nowMs
      const dead = await whyDead()
      if (dead !== undefined) {
        throw new TuneError('CONNECTOR', dead, { hint: 'see the log of the Connect worker for more' })
      }
    }
    if (nowMs - newsMs > SILENT_MS) {
      throw new TuneError(
        'CONNECTOR',
        `${seen} of ${count} rows are in topic ${topic}, and nothing has come for ${SILENT_MS / 1000} s`,
        {
          hint: 'see that the connector is RUNNING and captures the table (table.include.list, publication), that the topic is the one it writes to, and that the worker may make it (topic.creation.default.*)',
        },
      )
    }
    await clock.wait(nowMs + LOOK_MS, false).done
  }
}

/** 0 where the topic is not there yet. */
export async function countIn(admin: Pick<Admin, 'describe' | 'endOffsets'>, topic: string): Promise<number> {
  const found = await admin.describe(topic)
  return found === undefined ? 0 : sum(await admin.endOffsets(topic, found.partitions.length))
}

/** Streaming has begun when somebody reads the slot. @throws TuneError CONNECTOR */
export async function awaitActive(
  { control, clock, signal }: Pick<StageIo, 'control' | 'clock' | 'signal'>,
  slot: string,
): Promise<void> {
  const untilMs = clock.nowMs() + SILENT_MS
  while (!signal.aborted) {
    if ((await slotLag(control, slot))?.active === true) return
    if (clock.nowMs() > untilMs) {
      throw new TuneError('CONNECTOR', `nobody reads replication slot ${slot}`, {
        hint: 'see that the connector is RUNNING; a paused one is resumed with PUT /connectors/NAME/resume',
      })
    }
    await clock.wait(clock.nowMs() + LOOK_MS, false).done
  }
}

/** Undone in the order opposite to that in which it was done; what fails is said, and the rest goes on. */
export function createUndo(note: (text: string) => void) {
  const steps: { readonly what: string; readonly undo: () => Promise<unknown> }[] = []
  return {
    add: (what: string, undo: () => Promise<unknown>) => void steps.push({ what, undo }),
    /** What would stay. */
    left: () => steps.map(({ what }) => what),
    async all() {
      for (let step = steps.at(-1); step !== undefined; step = steps.at(-1)) {
        try {
          await step.undo()
        } catch (error) {
          note(`${step.what} could not be removed: ${messageOf(error)}`)
        }
        steps.pop()
      }
    },
  }
}

export type Undo = ReturnType<typeof createUndo>
