/** Records of a page on their way into the sink: converted batch by batch, offered until they are taken. */
import type { Clock } from '../core/clock.ts'
import type { Operation } from '../core/operation.ts'
import type { Poll } from './polls.ts'
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

type Times = Pick<Operation, 'dueMs' | 'offeredMs' | 'sentMs'>

export function createHandOver(tools: HandOverTools) {
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

  const offer = async (to: Sink, batch: Batch, signal: AbortSignal): Promise<boolean> => {
    let fullSinceMs: number | undefined
    while (!signal.aborted && !to.send(batch)) {
      fullSinceMs ??= clock.nowMs()
      await new Promise<void>((resolve) => room.push(resolve))
    }
    if (fullSinceMs !== undefined) times.sinkMs += clock.nowMs() - fullSinceMs
    return !signal.aborted
  }

  const newOperation = (poll: Poll, records: number, at: Times): Operation => {
    const operation: Operation = { first: nextRecord, records, ...at, bytes: 0 }
    nextRecord += records
    poll.expect(operation)
    return operation
  }

  const bury = async (poll: Poll, rejected: readonly Rejected[], at: Times, signal: AbortSignal) => {
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
    if (await offer(deadLetters, batch, signal)) counts.deadLetters += rejected.length
    deadLetters.flushHint()
  }

  return {
    wakeWaiting,

    /** @returns false where a rejected record ends the poll */
    async handOver(
      poll: Poll,
      records: readonly unknown[],
      at: Times,
      convert: (records: readonly unknown[]) => Converted,
      signal: AbortSignal,
    ): Promise<boolean> {
      for (let from = 0; from < records.length; from += batchRecords) {
        const isAll = records.length <= batchRecords
        const part = isAll ? records : records.slice(from, from + batchRecords)
        const fromMs = clock.nowMs()
        const { values, keys, rejected, isOver } = convert(part)
        times.convertMs += clock.nowMs() - fromMs
        if (values.length > 0) {
          const operation = newOperation(poll, values.length, at)
          const batch = { operation, values, ...(keys === undefined ? {} : { keys }) }
          if (await offer(sink, batch, signal)) tools.batchSent(operation)
          else counts.recordsLeft += values.length
        }
        if (rejected !== undefined) await bury(poll, rejected, at, signal)
        if (isOver || signal.aborted) {
          const seen = from + values.length + (rejected?.length ?? 0)
          counts.recordsLeft += records.length - seen
        }
        if (signal.aborted) return true
        if (isOver) {
          poll.fail(rejected?.[0]?.code ?? 'RECORD')
          sink.flushHint()
          return false
        }
        if (from + part.length < records.length) await clock.breathe()
      }
      sink.flushHint()
      return true
    },
  }
}
