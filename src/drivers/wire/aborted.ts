/**
 * Which batches belong to transactions that were aborted, as Java's consumer finds them (CompletedFetch): each begins
 * at an offset that the answer names, and ends at the producer's abort marker.
 */
import { BATCH_HEADER_BYTES } from './batch-header.ts'
import { batchBytesAt, isControlAt, isTransactionalAt, lastOffsetAt, producerIdAt } from './batches.ts'
import type { AbortedTransaction } from './fetch-answer.ts'
import { visitRecords } from './records.ts'

export interface AbortedFilter {
  /** Shows it every batch of a partition in turn. @returns true where the batch's records are not to be read */
  skips(body: Buffer, at: number): boolean
}

/** For read_uncommitted, and where nothing was aborted: only markers are no records. */
const MARKERS_ONLY: AbortedFilter = { skips: isControlAt }

/** @param aborted in the order of their first offsets */
export function abortedFilter(aborted: readonly AbortedTransaction[]): AbortedFilter {
  if (aborted.length === 0) return MARKERS_ONLY
  /** Producers whose transaction is under way here and will be aborted. */
  const open = new Set<number>()
  let next = 0
  return {
    skips(body, at) {
      const lastOffset = lastOffsetAt(body, at)
      for (let one = aborted[next]; one !== undefined && one.firstOffset <= lastOffset; one = aborted[next]) {
        open.add(one.producerId)
        next += 1
      }
      const producerId = producerIdAt(body, at)
      if (!isControlAt(body, at)) return isTransactionalAt(body, at) && open.has(producerId)
      if (isAbortMarker(body, at)) open.delete(producerId)
      return true
    },
  }
}

const ABORT_TYPE = 0

/** A marker is one record, never compressed; its key is a version and a type. */
function isAbortMarker(body: Buffer, at: number): boolean {
  let type = -1
  const range = { bytes: body, start: at + BATCH_HEADER_BYTES, end: at + batchBytesAt(body, at), count: 1 }
  visitRecords(range, ({ keyAt, keyBytes }) => {
    if (keyBytes >= 4) type = body.readInt16BE(keyAt + 2)
  })
  return type === ABORT_TYPE
}
