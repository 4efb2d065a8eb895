/**
 * Gathers operations into batches as Java's producer does: a batch leaves when it is full, when its linger is over, or,
 * without linger, as soon as its leader has room and nothing more is due.
 */
import type { Operation } from '../../core/operation.ts'
import type { Batch, PartitionQueue } from './batch.ts'
import type { PayloadSet } from './payload.ts'

export interface Accumulator {
  /** One record of a paced run, into the partition's open batch. Sets `operation.bytes`; gives the encoded bytes. */
  gather(queue: PartitionQueue, operation: Operation): number
  /** An operation that is a batch of its own. Sets `operation.bytes`; gives the encoded bytes. */
  whole(queue: PartitionQueue, operation: Operation): number
  /** All that is open may leave now, linger or not. */
  flush(): void
  close(): void
}

export interface AccumulatorOptions {
  readonly lingerMs: number
  /** The payload set of a partition's next batch, which begins with this operation. */
  readonly nextSet: (partition: number, operation: Operation) => PayloadSet
  /** A batch was made; it is the caller's to count. */
  readonly onOpen: (batch: Batch) => void
  /** The queue has a batch that may leave. */
  readonly onReady: (queue: PartitionQueue) => void
  /** Lingers are over; every queue of `onReady` since then may be looked at together. */
  readonly onTurn: () => void
}

export function createAccumulator(options: AccumulatorOptions): Accumulator {
  const { lingerMs, nextSet, onOpen, onReady, onTurn } = options
  // All lingers are equal, so batches come due in the order they were opened
  const lingering: { queue: PartitionQueue; batch: Batch }[] = []
  let timer: NodeJS.Timeout | undefined

  const open = (queue: PartitionQueue, operation: Operation): Batch => {
    const batch: Batch = {
      partition: queue.partition,
      set: nextSet(queue.partition, operation),
      records: 0,
      operations: [],
      openedMs: performance.now(),
      timestampMs: Date.now(),
      readyMs: 0,
      due: false,
      attempts: 0,
      maybeStored: false,
      lastError: undefined,
    }
    onOpen(batch)
    return batch
  }

  const add = (batch: Batch, operation: Operation): number => {
    const { set } = batch
    const before = batch.records
    const after = Math.min(before + operation.records, set.count)
    batch.records = after
    batch.operations.push(operation)
    operation.bytes = (set.payload[after] ?? 0) - (set.payload[before] ?? 0)
    return (set.ends[after] ?? 0) - (set.ends[before] ?? 0)
  }

  const finish = (queue: PartitionQueue, batch: Batch) => {
    if (queue.open === batch) queue.open = undefined
    batch.readyMs = performance.now()
    queue.ready.push(batch)
    onReady(queue)
  }

  const comeDue = (queue: PartitionQueue, batch: Batch) => {
    // Full batches and batches that left meanwhile are no longer open
    if (queue.open !== batch || batch.due) return
    batch.due = true
    batch.readyMs = performance.now()
    onReady(queue)
  }

  const startTimer = () => {
    const head = lingering[0]
    if (head === undefined || timer !== undefined || lingerMs === 0) return
    timer = setTimeout(endLingers, Math.max(0, head.batch.openedMs + lingerMs - performance.now()))
  }

  const endLingers = () => {
    timer = undefined
    const nowMs = performance.now()
    // Timers may fire a fraction of a millisecond early; half a millisecond is not worth another round
    while (lingering[0] !== undefined && lingering[0].batch.openedMs + lingerMs <= nowMs + 0.5) {
      const head = lingering.shift()
      if (head !== undefined) comeDue(head.queue, head.batch)
    }
    startTimer()
    onTurn()
  }

  return {
    gather(queue, operation) {
      let batch = queue.open
      if (batch === undefined) {
        batch = open(queue, operation)
        queue.open = batch
        lingering.push({ queue, batch })
        startTimer()
      }
      const bytes = add(batch, operation)
      if (batch.records === batch.set.count) finish(queue, batch)
      return bytes
    },
    whole(queue, operation) {
      const batch = open(queue, operation)
      const bytes = add(batch, operation)
      finish(queue, batch)
      return bytes
    },
    flush() {
      for (const { queue, batch } of lingering) comeDue(queue, batch)
      lingering.length = 0
      clearTimeout(timer)
      timer = undefined
    },
    close() {
      clearTimeout(timer)
      lingering.length = 0
    },
  }
}
