/** Which partition takes the next operation, and with which payload. */
import type { Operation } from '../../core/operation.ts'
import type { RecordSource } from '../../records/source.ts'
import { nextUsable, spreadKeys, weightedTurns } from './partitioner.ts'
import { encodeSets, type PayloadSet } from './payload.ts'

export interface Routes {
  /** Records that every payload set holds at least: one full batch. */
  readonly groupRecords: number
  /** Encoded bytes of such a batch before compression, at most. */
  readonly groupBytes: number
  /** Encoded bytes of the largest record. */
  readonly largestRecordBytes: number
  partitionOf(operation: Operation): number
  /** So many encoded bytes went to the partition that `partitionOf` named last. */
  sent(bytes: number): void
  nextSet(partition: number, operation: Operation): PayloadSet
}

/** Encoded records kept in memory: different enough for a compressor, small enough for a processor's caches. */
const POOL_BYTES = 4 * 1024 * 1024
/** Keyed topics have a set for each partition at least; with very many partitions the sets get smaller. */
const KEYED_POOL_BYTES = 64 * 1024 * 1024
const KEYED_BATCH_BYTES = 16 * 1024

export interface RouteOptions {
  readonly source: RecordSource
  readonly partitions: number
  /** Room for records in a batch. */
  readonly recordsBytes: number
  readonly paced: boolean
  /** False while a partition has no leader or rests after an error. */
  readonly usable: (partition: number) => boolean
}

export function planRoutes(options: RouteOptions): Routes {
  return options.source.keyed ? keyedRoutes(options) : unkeyedRoutes(options)
}

/** Java's sticky partitioner (KIP-794): batch.size bytes to one partition, then the next one that can be written to. */
function unkeyedRoutes({ source, partitions, recordsBytes, paced, usable }: RouteOptions): Routes {
  const numbers = { length: source.poolSize, at: (n: number) => n }
  const sets = encodeSets(source, numbers, recordsBytes, Math.max(1, POOL_BYTES / recordsBytes), 0)
  const turn = turns(sets)
  let partition = 0
  let stuckBytes = 0
  return {
    ...sizesOf(sets),
    partitionOf() {
      if (!paced || stuckBytes >= recordsBytes || !usable(partition)) {
        partition = nextUsable(partition, partitions, usable)
        stuckBytes = 0
      }
      return partition
    },
    sent(bytes) {
      stuckBytes += bytes
    },
    nextSet: turn,
  }
}

/** Each partition gets records whose keys belong to it, and its share of them. */
function keyedRoutes({ source, partitions, recordsBytes, paced }: RouteOptions): Routes {
  const { sampled, partitionOf, numbers } = spreadKeys(source, partitions)
  const maxBytes = Math.max(
    Math.min(recordsBytes, KEYED_BATCH_BYTES),
    Math.min(recordsBytes, KEYED_POOL_BYTES / partitions),
  )
  const limit = Math.max(1, POOL_BYTES / maxBytes / partitions)
  const all: PayloadSet[] = []
  const turnOf = numbers.map((own) => {
    const list = { length: own.length, at: (index: number) => own[index] ?? 0 }
    const sets = encodeSets(source, list, maxBytes, limit, all.length)
    all.push(...sets)
    return turns(sets)
  })
  const weighted = weightedTurns(numbers.map((own) => own.length))
  return {
    ...sizesOf(all),
    // A record's own key says where it goes; a group of records is a batch, and batches take turns by share
    partitionOf: (operation) => (paced ? (partitionOf[operation.first % sampled] ?? 0) : weighted()),
    sent() {},
    nextSet: (partition) => (turnOf[partition] ?? turns(all))(),
  }
}

function turns(sets: readonly PayloadSet[]): () => PayloadSet {
  let next = 0
  return () => {
    const set = sets[next]
    if (set === undefined) throw new RangeError('a partition without records was asked for a batch')
    next = (next + 1) % sets.length
    return set
  }
}

function sizesOf(
  sets: readonly PayloadSet[],
): Pick<Routes, 'groupRecords' | 'groupBytes' | 'largestRecordBytes'> {
  const groupRecords = sets.reduce((least, { count }) => Math.min(least, count), Number.MAX_SAFE_INTEGER)
  const groupBytes = sets.reduce((most, { ends }) => Math.max(most, ends[groupRecords] ?? 0), 0)
  let largestRecordBytes = 0
  for (const { ends, count } of sets) {
    for (let n = 0; n < count; n += 1) {
      largestRecordBytes = Math.max(largestRecordBytes, (ends[n + 1] ?? 0) - (ends[n] ?? 0))
    }
  }
  return { groupRecords, groupBytes, largestRecordBytes }
}
