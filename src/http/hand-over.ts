/** Records of a page on their way into the sink: converted batch by batch, offered until they are taken. */
import type { Clock } from '../core/clock.ts'
import type { Operation } from '../core/operation.ts'
import type { Cut } from './page-fetch.ts'
import type { BatchTimes, Poll } from './polls.ts'
import type { Batch, Sink } from './sink.ts'
import type { Converted, Rejected } from './transform/conversion.ts'

export interface HandOverTools {
  readonly clock: Clock
  readonly sink: Sink
  /** Where rejected records go; undefined: nowhere. */
  readonly deadLetters?: Sink | undefined
  readonly batchRecords: number
  readonly batchSent: (operation: Operation) => void
  readonly times: { convertMs: number; sinkMs: number }
  readonly counts: { rejected: Record<string, number>; deadLetters: number; recordsLeft: number }
}

type ConvertPart = (records: readonly unknown[]) => Converted

/** Comes back when the sink has all of a page. @returns false where a rejected record ends the poll */
export type HandOver = (
  poll: Poll,
  records: readonly unknown[],
  at: BatchTimes,
  convert: ConvertPart,
  cut: Cut,
) => boolean | Promise<boolean>

/** A page whose records are on their way. */
interface Page {
  readonly poll: Poll
  readonly at: BatchTimes
  readonly convert: ConvertPart
  readonly cut: Cut
}

export function createHandOver(tools: HandOverTools): { wakeWaiting(): void; handOver: HandOver } {
  const { clock, sink, deadLetters, batchRecords, times, counts } = tools
  let nextRecord = 0
  let room: (() => void)[] = []
  const wakeWaiting = () => {
    const waiting = room
    room = []
    for (const go of waiting) go()
  }
  sink.onRoom(wakeWaiting)
  deadLetters?.onRoom(wakeWaiting)

  const offer = async (to: Sink, batch: Batch, cut: Cut): Promise<boolean> => {
    let fullSinceMs: number | undefined
    while (!cut.isOver && !to.send(batch)) {
      fullSinceMs ??= clock.nowMs()
      await new Promise<void>((resolve) => room.push(resolve))
    }
    if (fullSinceMs !== undefined) times.sinkMs += clock.nowMs() - fullSinceMs
    return !cut.isOver
  }

  const newOperation = (poll: Poll, records: number, at: BatchTimes): Operation => {
    const operation = poll.batch(nextRecord, records, at)
    nextRecord += records
    return operation
  }

  const bury = async (poll: Poll, rejected: readonly Rejected[], at: BatchTimes, cut: Cut) => {
    for (const { code } of rejected) counts.rejected[code] = (counts.rejected[code] ?? 0) + 1
    if (deadLetters === undefined) return
    const batch: Batch = {
      operation: newOperation(poll, rejected.length, at),
      values: rejected.map(({ record }) =>
        Buffer.isBuffer(record) ? record : Buffer.from(JSON.stringify(record ?? null)),
      ),
      // Batches have no headers; who reads the topic finds the reason here
      keys: rejected.map(({ code, message }) => Buffer.from(`${code}: ${message}`)),
    }
    if (await offer(deadLetters, batch, cut)) counts.deadLetters += rejected.length
    deadLetters.flushHint()
  }

  const batchOf = ({ poll, at }: Page, { values, keys }: Converted): Batch | undefined => {
    if (values.length === 0) return undefined
    const operation = newOperation(poll, values.length, at)
    return keys === undefined ? { operation, values } : { operation, values, keys }
  }

  /**
   * One batch: at once where the sink takes it and nothing is wrong with it, which each record would pay for otherwise.
   * @param behind records of the page from this one's first on
   */
  const handOverPart = (
    page: Page,
    records: readonly unknown[],
    behind: number,
  ): boolean | Promise<boolean> => {
    const fromMs = clock.nowMs()
    const converted = page.convert(records)
    times.convertMs += clock.nowMs() - fromMs
    const batch = batchOf(page, converted)
    if (page.cut.isOver || converted.rejected !== undefined || (batch && !sink.send(batch))) {
      return handOverSlowly(page, converted, batch, behind)
    }
    if (batch !== undefined) tools.batchSent(batch.operation)
    return true
  }

  const handOverSlowly = async (
    { poll, at, cut }: Page,
    { values, rejected, isOver }: Converted,
    batch: Batch | undefined,
    behind: number,
  ): Promise<boolean> => {
    if (batch !== undefined) {
      if (await offer(sink, batch, cut)) tools.batchSent(batch.operation)
      else counts.recordsLeft += values.length
    }
    if (rejected !== undefined) await bury(poll, rejected, at, cut)
    if (isOver || cut.isOver) {
      counts.recordsLeft += behind - values.length - (rejected?.length ?? 0)
    }
    if (!isOver || cut.isOver) return true
    poll.fail(rejected?.[0]?.code ?? 'RECORD')
    return false
  }

  const handOverParts = async (page: Page, records: readonly unknown[]): Promise<boolean> => {
    let isGood = true
    for (let from = 0; isGood && from < records.length; from += batchRecords) {
      if (from > 0) await clock.breathe()
      isGood = await handOverPart(page, records.slice(from, from + batchRecords), records.length - from)
      if (page.cut.isOver) break
    }
    return isGood
  }

  return {
    wakeWaiting,
    handOver(poll, records, at, convert, cut) {
      if (records.length === 0) return true
      const page = { poll, at, convert, cut }
      const handed =
        records.length > batchRecords
          ? handOverParts(page, records)
          : handOverPart(page, records, records.length)
      if (typeof handed !== 'boolean') return handed.finally(() => sink.flushHint())
      sink.flushHint()
      return handed
    },
  }
}
