/** Which offsets have been read: counts by partition, what came twice, what was passed over. Pure. */
import type { Received } from '../../drivers/consumer.ts'

export interface Positions {
  take(received: Received): void
  /** Read up to here, with or without records. */
  past(partition: number, nextOffset: number): void
  /** The partition's first read offset is expected to be this one. */
  startAt(partition: number, offset: number): void
  /** Next offset to read of each partition; undefined where nothing was read and no start is known. */
  next(partition: number): number | undefined
  readonly perPartition: readonly number[]
  readonly repeated: () => number
  /** Offsets without a record between those that were read: control records, compaction, or loss. */
  readonly skipped: () => number
  /** Newest time stamp of any record, ms since 1970; undefined where none had one. */
  readonly newestMs: () => number | undefined
  hasDelivered(partition: number): boolean
}

export function createPositions(partitions: number): Positions {
  const next = new Array<number | undefined>(partitions).fill(undefined)
  const counts = new Array<number>(partitions).fill(0)
  let repeated = 0
  let skipped = 0
  let newestMs = -1
  return {
    take({ partition, records, firstOffset, lastOffset, timestampMs }) {
      const expected = next[partition] ?? firstOffset
      const span = lastOffset - firstOffset + 1
      if (firstOffset < expected) repeated += Math.min(records, expected - firstOffset)
      else skipped += firstOffset - expected
      skipped += Math.max(0, span - records)
      next[partition] = Math.max(expected, lastOffset + 1)
      counts[partition] = (counts[partition] ?? 0) + records
      if (timestampMs > newestMs) newestMs = timestampMs
    },
    past(partition, nextOffset) {
      const expected = next[partition] ?? nextOffset
      skipped += Math.max(0, nextOffset - expected)
      next[partition] = Math.max(expected, nextOffset)
    },
    startAt(partition, offset) {
      next[partition] ??= offset
    },
    next: (partition) => next[partition],
    perPartition: counts,
    repeated: () => repeated,
    skipped: () => skipped,
    newestMs: () => (newestMs < 0 ? undefined : newestMs),
    hasDelivered: (partition) => (counts[partition] ?? 0) > 0,
  }
}
