/**
 * Batches ready to be sent again and again: the header of record batch v2 with a new timestamp and CRC before records
 * that were encoded (and compressed) once. https://kafka.apache.org/documentation/#recordbatch
 */
import {
  ATTRIBUTES_AT,
  BASE_TIMESTAMP_AT,
  BATCH_HEADER_BYTES,
  COUNT_AT,
  CRC_AT,
  LAST_OFFSET_DELTA_AT,
  LENGTH_AT,
  LENGTH_EXCLUDES,
  MAGIC_AT,
  MAX_TIMESTAMP_AT,
  PRODUCER_ID_AT,
} from './batch-header.ts'
import type { Codec } from './codecs.ts'
import { combine, crc32c, shiftBy } from './crc.ts'
import type { PayloadSet } from './payload.ts'

/** One batch content: the first `count` records of a payload set, compressed or not. */
export interface Variant {
  /** The header; the timestamps and the CRC are what a send writes. */
  readonly header: Buffer
  readonly body: Buffer
  readonly bodyCrc: number
  readonly bodyShift: number
}

function variantOf(count: number, attributes: number, body: Buffer, bodyCrc: number): Variant {
  const header = Buffer.alloc(BATCH_HEADER_BYTES)
  header.writeInt32BE(BATCH_HEADER_BYTES - LENGTH_EXCLUDES + body.length, LENGTH_AT)
  header[MAGIC_AT] = 2
  header.writeInt16BE(attributes, ATTRIBUTES_AT)
  header.writeInt32BE(count - 1, LAST_OFFSET_DELTA_AT)
  header.writeBigInt64BE(-1n, PRODUCER_ID_AT) // no producer id, epoch and sequence 0 as the library writes them
  header.writeInt32BE(count, COUNT_AT)
  return { header, body, bodyCrc, bodyShift: shiftBy(body.length) }
}

/** Writes the variant's header at `at` with both timestamps set and the CRC to match; its body has to follow. */
export function writeHeader(target: Buffer, at: number, variant: Variant, timestampMs: number): void {
  variant.header.copy(target, at)
  // Two 32-bit halves: BigInts would be garbage, a batch at a time
  const high = Math.floor(timestampMs / 2 ** 32)
  const low = timestampMs % 2 ** 32
  target.writeUInt32BE(high, at + BASE_TIMESTAMP_AT)
  target.writeUInt32BE(low, at + BASE_TIMESTAMP_AT + 4)
  target.writeUInt32BE(high, at + MAX_TIMESTAMP_AT)
  target.writeUInt32BE(low, at + MAX_TIMESTAMP_AT + 4)
  const headerCrc = crc32c(target, at + ATTRIBUTES_AT, at + BATCH_HEADER_BYTES)
  target.writeUInt32BE(combine(headerCrc, variant.bodyCrc, variant.bodyShift), at + CRC_AT)
}

/** Plain variants are views, worth keeping only to save their header; compressed ones cost a compression each. */
const CACHE_BYTES = 64 * 1024 * 1024
/** What an entry costs beside its body. */
const ENTRY_BYTES = 512

export interface Variants {
  /** The batch of the first `count` records of `set`. */
  of(set: PayloadSet, count: number): Variant
}

/**
 * @param cacheBytes how much may be kept; what was not used for the longest time goes first
 */
export function variantsFor(codec: Codec, cacheBytes = CACHE_BYTES): Variants {
  // A Map remembers the order of insertion: what is used again is moved to its end
  const kept = new Map<number, Variant>()
  let keptBytes = 0

  const make = (set: PayloadSet, count: number): Variant => {
    const plain = set.records.subarray(0, set.ends[count])
    if (codec.compress === undefined) return variantOf(count, codec.attributes, plain, set.crcs[count] ?? 0)
    const body = codec.compress(plain)
    return variantOf(count, codec.attributes, body, crc32c(body))
  }
  const costOf = (variant: Variant) => ENTRY_BYTES + (codec.compress === undefined ? 0 : variant.body.length)

  return {
    of(set, count) {
      if (set.live) return make(set, count)
      const id = set.id * 2 ** 24 + count
      const found = kept.get(id)
      if (found !== undefined) {
        if (codec.compress !== undefined) {
          kept.delete(id)
          kept.set(id, found)
        }
        return found
      }
      const variant = make(set, count)
      kept.set(id, variant)
      keptBytes += costOf(variant)
      for (const [oldest, gone] of kept) {
        if (keptBytes <= cacheBytes || kept.size === 1) break
        kept.delete(oldest)
        keptBytes -= costOf(gone)
      }
      return variant
    },
  }
}
