/**
 * Records that come while it runs. An operation's records are sorted by the partitions of their keys and cut to batches,
 * as Java's producer would; the operation is answered when all its batches are.
 */
import type { OnDone, Operation } from '../../core/operation.ts'
import { BATCH_HEADER_BYTES } from './batch-header.ts'
import { partitionOfKey } from './murmur2.ts'
import { nextUsable } from './partitioner.ts'
import { encodeSet, type PayloadSet, recordBytes } from './payload.ts'
import type { RouteOptions, Routes } from './routes.ts'

export interface LiveRoutes extends Routes {
  /** Its batches, each an operation of its own. Sets `operation.bytes`. */
  cut(operation: Operation): readonly Operation[]
  /** Answers of the batches. */
  readonly onDone: OnDone
}

export interface LiveOptions extends Omit<RouteOptions, 'paced'> {
  readonly maxRequestBytes: number
}

/** As brokers name it. */
const TOO_LARGE = 'MESSAGE_TOO_LARGE'

interface Whole {
  readonly operation: Operation
  /** Batches without an answer, and one for the records that are too large. */
  open: number
  error: string | undefined
  outcome: 'failed' | 'unknown'
  failed: number
}

export function liveRoutes(options: LiveOptions, onDone: OnDone): LiveRoutes {
  const { source, partitions, recordsBytes, maxRequestBytes, usable } = options
  const batchBytes = Math.max(1, Math.min(recordsBytes, maxRequestBytes - BATCH_HEADER_BYTES))
  const wholes = new Map<Operation, Whole>()
  const routed = new Map<Operation, { readonly partition: number; readonly set: PayloadSet }>()
  let turn = Math.floor(Math.random() * partitions)
  const next = () => {
    turn = nextUsable(turn, partitions, usable)
    return turn
  }
  const routeOf = (piece: Operation) => {
    const route = routed.get(piece)
    if (route === undefined) throw new RangeError('a batch that was not cut from an operation')
    return route
  }

  /** Numbers of the records by partition; those without a key have none. */
  const sort = ({ first, records }: Operation) => {
    const groups = new Map<number | undefined, number[]>()
    let bytes = 0
    let tooLarge = 0
    for (let n = first; n < first + records; n += 1) {
      const key = source.key(n)
      bytes += source.bytes(n)
      if (recordBytes(0, key, source.value(n)) + BATCH_HEADER_BYTES > maxRequestBytes) {
        tooLarge += 1
        continue
      }
      const partition = key === null ? undefined : partitionOfKey(key, partitions)
      const group = groups.get(partition)
      if (group === undefined) groups.set(partition, [n])
      else group.push(n)
    }
    return { groups, bytes, tooLarge }
  }

  const answered = (whole: Whole, records: number, error?: string, outcome?: 'failed' | 'unknown') => {
    whole.open -= 1
    if (error !== undefined) {
      whole.error ??= error
      whole.failed += records
      // Of one operation there is one answer, and it must not promise too much
      if (outcome === 'unknown') whole.outcome = 'unknown'
    }
    if (whole.open > 0) return
    if (whole.error === undefined) onDone(whole.operation)
    else onDone(whole.operation, whole.error, whole.outcome, whole.failed)
  }

  return {
    groupRecords: 1,
    groupBytes: batchBytes,
    largestRecordBytes: 0,
    cut(operation) {
      const { groups, bytes, tooLarge } = sort(operation)
      operation.bytes = bytes
      const pieces: Operation[] = []
      for (const [partition, numbers] of groups) {
        for (let from = 0; from < numbers.length; ) {
          const set = encodeSet(0, source, numbersOf(numbers), from, batchBytes, numbers.length - from)
          from += set.count
          const piece = { ...operation, records: set.count, bytes: 0 }
          pieces.push(piece)
          routed.set(piece, { partition: partition ?? next(), set: { ...set, live: true } })
        }
      }
      const open = pieces.length + (tooLarge > 0 ? 1 : 0)
      const whole: Whole = { operation, open, error: undefined, outcome: 'failed', failed: 0 }
      for (const piece of pieces) wholes.set(piece, whole)
      // Taken first, answered then, as by any other
      if (tooLarge > 0) queueMicrotask(() => answered(whole, tooLarge, TOO_LARGE))
      return pieces
    },
    partitionOf: (piece) => routeOf(piece).partition,
    sent() {},
    nextSet(_, piece) {
      const { set } = routeOf(piece)
      routed.delete(piece)
      return set
    },
    onDone(piece, error, outcome) {
      const whole = wholes.get(piece)
      if (whole === undefined) return
      wholes.delete(piece)
      answered(whole, piece.records, error, outcome)
    },
  }
}

function numbersOf(numbers: readonly number[]) {
  return { length: numbers.length, at: (index: number) => numbers[index] ?? 0 }
}
