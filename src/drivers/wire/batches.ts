/** Record batches as they stand in an answer, one behind the other; the last one may be cut off. */
import {
  ATTRIBUTES_AT,
  BATCH_HEADER_BYTES,
  CODEC_BITS,
  CONTROL_BIT,
  LAST_OFFSET_DELTA_AT,
  LENGTH_AT,
  LENGTH_EXCLUDES,
  MAGIC_AT,
  PRODUCER_ID_AT,
  TRANSACTIONAL_BIT,
} from './batch-header.ts'
import { readInt64 } from './bytes.ts'

/** What cannot be read, under the code of Kafka's that names it best. */
export type Fault = 'CORRUPT_MESSAGE' | 'UNSUPPORTED_FOR_MESSAGE_FORMAT' | 'UNSUPPORTED_COMPRESSION_TYPE'

export interface BatchScan {
  /** Where the reading goes on: behind the last whole batch. */
  readonly nextOffset: number
  /** Where the last whole batch ends. */
  readonly end: number
  /** Why it went no further, though more is there. */
  readonly fault: Fault | undefined
}

/**
 * Looks at headers only, which takes microseconds, so that the next Fetch can leave before any record is read.
 * @param wantedOffset what was asked for; the first batch may begin earlier
 */
export function scanBatches(body: Buffer, start: number, end: number, wantedOffset: number): BatchScan {
  let at = start
  let nextOffset = wantedOffset
  // The length and the magic of what is cut off may be missing
  while (end - at > MAGIC_AT) {
    if ((body[at + MAGIC_AT] ?? 0) < 2)
      return { nextOffset, end: at, fault: 'UNSUPPORTED_FOR_MESSAGE_FORMAT' }
    const length = body.readInt32BE(at + LENGTH_AT)
    const baseOffset = readInt64(body, at)
    if (body[at + MAGIC_AT] !== 2 || length < BATCH_HEADER_BYTES - LENGTH_EXCLUDES || baseOffset < 0) {
      return { nextOffset, end: at, fault: 'CORRUPT_MESSAGE' }
    }
    if (length > end - at - LENGTH_EXCLUDES) break
    const after = baseOffset + body.readInt32BE(at + LAST_OFFSET_DELTA_AT) + 1
    // A batch behind the wanted offset would be read again and again
    if (after <= nextOffset || !Number.isSafeInteger(after)) {
      return { nextOffset, end: at, fault: 'CORRUPT_MESSAGE' }
    }
    nextOffset = after
    at += LENGTH_EXCLUDES + length
  }
  return { nextOffset, end: at, fault: undefined }
}

/** Bytes of the whole batch at `at`, which `scanBatches` has seen. */
export function batchBytesAt(body: Buffer, at: number): number {
  return LENGTH_EXCLUDES + body.readInt32BE(at + LENGTH_AT)
}

export function lastOffsetAt(body: Buffer, at: number): number {
  return readInt64(body, at) + body.readInt32BE(at + LAST_OFFSET_DELTA_AT)
}

export function codecBitsAt(body: Buffer, at: number): number {
  return (body[at + ATTRIBUTES_AT + 1] ?? 0) & CODEC_BITS
}

/** A marker at the end of a transaction, no data. */
export function isControlAt(body: Buffer, at: number): boolean {
  return ((body[at + ATTRIBUTES_AT + 1] ?? 0) & CONTROL_BIT) !== 0
}

export function isTransactionalAt(body: Buffer, at: number): boolean {
  return ((body[at + ATTRIBUTES_AT + 1] ?? 0) & TRANSACTIONAL_BIT) !== 0
}

export function producerIdAt(body: Buffer, at: number): number {
  return readInt64(body, at + PRODUCER_ID_AT)
}
