/** Batches of one partition's answer -> what came out of them. */
import type { Received } from '../consumer.ts'
import { abortedFilter } from './aborted.ts'
import {
  ATTRIBUTES_AT,
  BASE_TIMESTAMP_AT,
  BATCH_HEADER_BYTES,
  COUNT_AT,
  CRC_AT,
  LOG_APPEND_TIME_BIT,
  MAX_TIMESTAMP_AT,
} from './batch-header.ts'
import { batchBytesAt, codecBitsAt, type Fault, lastOffsetAt } from './batches.ts'
import { ProtocolError, readInt64 } from './bytes.ts'
import { crc32c } from './crc.ts'
import type { Decompressors } from './decompress.ts'
import type { AbortedTransaction } from './fetch-answer.ts'
import { visitBatches, type WantedRecords } from './record-views.ts'
import { newSums, type RecordRange, sumRecords, sumRecordsFrom } from './records.ts'

export interface DecodeOptions {
  readonly decompressors: Decompressors
  /** check.crcs */
  readonly checkCrcs: boolean
  /** `ConsumerPlan.records` */
  readonly records: boolean
}

/** Whole batches of a partition, as `scanBatches` found them. */
export interface PartitionBatches {
  readonly partition: number
  readonly body: Buffer
  readonly start: number
  readonly end: number
  /** Records before it were read already. */
  readonly wantedOffset: number
  readonly aborted: readonly AbortedTransaction[]
}

export interface Decoded {
  /** undefined where no record is wanted of it. */
  readonly received: Received | undefined
  /** Batches with records among `received`, and their bytes as they came. */
  readonly batches: number
  readonly wireBytes: number
  /** What the application gets next. */
  readonly nextOffset: number
  /** Why it is not what stands behind the last batch; all before it is in `received`. */
  readonly fault: Fault | undefined
}

interface Mutable {
  partition: number
  records: number
  bytes: number
  firstOffset: number
  lastOffset: number
  timestampMs: number
}

/** Never throws for what the bytes hold: that is the `fault`. */
export function createDecoder(options: DecodeOptions): (batches: PartitionBatches) => Decoded {
  const { decompressors, checkCrcs, records } = options
  const sums = newSums()

  const rangeOf = (body: Buffer, at: number, end: number): RecordRange => {
    if (checkCrcs && crc32c(body, at + ATTRIBUTES_AT, end) !== body.readUInt32BE(at + CRC_AT)) {
      throw new ProtocolError('a batch that is not what its CRC says')
    }
    const count = body.readInt32BE(at + COUNT_AT)
    const start = at + BATCH_HEADER_BYTES
    const bits = codecBitsAt(body, at)
    if (bits === 0) return { bytes: body, start, end, count }
    const decompress = decompressors[bits]
    if (decompress === undefined) throw new UnknownCodec()
    const bytes = decompress(body.subarray(start, end))
    return { bytes, start: 0, end: bytes.length, count }
  }

  /** Adds a batch's wanted records; nothing is added where it throws. */
  const add = (
    found: Mutable,
    body: Buffer,
    at: number,
    wantedOffset: number,
    range: RecordRange,
  ): boolean => {
    const baseOffset = readInt64(body, at)
    const whole = baseOffset >= wantedOffset
    if (whole) sumRecords(sums, range)
    else sumRecordsFrom(sums, range, wantedOffset - baseOffset)
    if (sums.records === 0) return false
    const appended = ((body[at + ATTRIBUTES_AT + 1] ?? 0) & LOG_APPEND_TIME_BIT) !== 0
    const timestampMs =
      whole || appended
        ? readInt64(body, at + MAX_TIMESTAMP_AT)
        : readInt64(body, at + BASE_TIMESTAMP_AT) + sums.maxTimestampDelta
    if (found.records === 0) found.firstOffset = baseOffset + sums.firstDelta
    found.lastOffset = baseOffset + sums.lastDelta
    found.records += sums.records
    found.bytes += sums.payloadBytes
    found.timestampMs = Math.max(found.timestampMs, timestampMs)
    return true
  }

  return ({ partition, body, start, end, wantedOffset, aborted }) => {
    const found: Mutable = {
      partition,
      records: 0,
      bytes: 0,
      firstOffset: -1,
      lastOffset: -1,
      timestampMs: -1,
    }
    const filter = abortedFilter(aborted)
    const wanted: WantedRecords[] = []
    let batches = 0
    let wireBytes = 0
    let nextOffset = wantedOffset
    let fault: Decoded['fault']
    for (let at = start; at < end; ) {
      const next = at + batchBytesAt(body, at)
      try {
        if (!filter.skips(body, at)) {
          const range = rangeOf(body, at, next)
          if (add(found, body, at, wantedOffset, range)) {
            batches += 1
            wireBytes += next - at
            if (records)
              wanted.push({ range, header: body.subarray(at, at + BATCH_HEADER_BYTES), wantedOffset })
          }
        }
      } catch (error) {
        fault = faultOf(error)
        break
      }
      nextOffset = lastOffsetAt(body, at) + 1
      at = next
    }
    const received = records ? { ...found, each: visitBatches(wanted) } : found
    return { received: found.records > 0 ? received : undefined, batches, wireBytes, nextOffset, fault }
  }
}

class UnknownCodec extends Error {}

function faultOf(error: unknown): Fault {
  if (error instanceof UnknownCodec) return 'UNSUPPORTED_COMPRESSION_TYPE'
  if (error instanceof ProtocolError) return 'CORRUPT_MESSAGE'
  throw error
}
