/** What waits, flies and comes back: the batches of a partition. */
import type { Operation } from '../../core/operation.ts'
import type { PayloadSet } from './payload.ts'

export interface Batch {
  readonly partition: number
  readonly set: PayloadSet
  /** Records so far: the set's first `records`. */
  records: number
  /** Emptied when answered, so that a late answer finds nobody to tell. */
  operations: Operation[]
  /** When its first record was taken: on the clock of `performance.now()`, and as Kafka's timestamp. */
  readonly openedMs: number
  readonly timestampMs: number
  /** When it was full, or its linger was over. */
  readyMs: number
  /** It takes records still, but may leave as soon as its leader has room. */
  due: boolean
  attempts: number
  /** An attempt ended without an answer, so the broker may have stored it. */
  maybeStored: boolean
  lastError: string | undefined
}

/** Encoded bytes of a batch's records before compression; what buffer.memory counts. */
export function plainBytes(batch: Batch): number {
  return batch.set.ends[batch.records] ?? 0
}

export interface PartitionQueue {
  readonly partition: number
  /** Batches that take no more records, oldest first. */
  readonly ready: Batch[]
  open: Batch | undefined
  /** In its leader's line already. */
  inLine: boolean
  /** Until then it rests after an error (`performance.now()`). */
  restsUntilMs: number
  /** Broker id, -1 where there is none. */
  leader: number
}

/** The next batch that may leave, if any; an open one that is due is closed by it. */
export function takeBatch(queue: PartitionQueue): Batch | undefined {
  const batch = queue.ready.shift()
  if (batch !== undefined) return batch
  const open = queue.open
  if (open === undefined || !open.due) return undefined
  queue.open = undefined
  return open
}

/** What `takeBatch` would give. */
export function peekBatch(queue: PartitionQueue): Batch | undefined {
  return queue.ready[0] ?? (queue.open?.due === true ? queue.open : undefined)
}
