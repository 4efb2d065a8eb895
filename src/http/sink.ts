/** Where records go. This room knows no Kafka: a bench brings a sink that produces, or the one that only counts. */
import type { OnDone, Operation } from '../core/operation.ts'

/** Records of one page that go together; the operation says how many and carries their times. */
export interface Batch {
  readonly operation: Operation
  readonly values: readonly Buffer[]
  readonly keys?: readonly (Buffer | null)[]
}

export interface Sink {
  /** @returns false when it is full: the same batch comes again */
  send(batch: Batch): boolean
  /** Nothing more comes for now. */
  flushHint(): void
  /** Called when a sink that answered false can take more. */
  onRoom(listener: () => void): void
  /** Waits until all is answered, at most so long; what is still open then is answered as unknown. */
  drain(timeoutMs: number): Promise<void>
}

/** Answers at once: what the poller could do with a sink that costs nothing. */
export function countingSink(onDone: OnDone): Sink {
  return {
    send({ operation, values, keys }) {
      let bytes = 0
      for (const value of values) bytes += value.length
      for (const key of keys ?? []) bytes += key?.length ?? 0
      operation.bytes = bytes
      // Taken first, answered then, as by any other
      queueMicrotask(() => onDone(operation))
      return true
    },
    flushHint: () => {},
    onRoom: () => {},
    drain: async () => {},
  }
}
