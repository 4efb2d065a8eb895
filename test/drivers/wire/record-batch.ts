/** Record batches for tests: the library encodes the records, and what a broker or another client does to them follows. */
import { crc32c, createRecordsBatch } from '@platformatic/kafka'

export interface TestRecord {
  readonly key?: Buffer | null
  readonly value: Buffer | null
  readonly headers?: readonly (readonly [string, Buffer])[]
  readonly timestampMs?: number
}

export interface BatchOptions {
  readonly baseOffset?: number
  /** Bits 0 to 2 of the attributes, and what makes it. */
  readonly codec?: { readonly attributes: number; readonly compress?: (plain: Buffer) => Buffer }
  readonly attributes?: number
  readonly producerId?: number
  readonly maxTimestampMs?: number
}

const RECORDS_AT = 61

export function recordBatch(records: readonly TestRecord[], options: BatchOptions = {}): Buffer {
  const {
    baseOffset = 0,
    codec = { attributes: 0 },
    attributes = 0,
    producerId = -1,
    maxTimestampMs,
  } = options
  const plain = createRecordsBatch(
    records.map(({ key, value, headers = [], timestampMs = 0 }) => ({
      ...(key && { key }),
      value,
      topic: 't',
      partition: 0,
      timestamp: BigInt(timestampMs),
      headers: new Map(headers.map(([name, text]) => [Buffer.from(name), text])),
    })) as never,
  ).buffer
  const body = plain.subarray(RECORDS_AT)
  const batch = Buffer.concat([plain.subarray(0, RECORDS_AT), codec.compress?.(body) ?? body])
  batch.writeBigInt64BE(BigInt(baseOffset), 0)
  batch.writeInt32BE(batch.length - 12, 8)
  batch.writeInt16BE(attributes | codec.attributes, 21)
  batch.writeBigInt64BE(BigInt(producerId), 43)
  if (maxTimestampMs !== undefined) batch.writeBigInt64BE(BigInt(maxTimestampMs), 35)
  return seal(batch)
}

/** Writes the CRC that belongs to the bytes. */
export function seal(batch: Buffer): Buffer {
  batch.writeUInt32BE(crc32c(batch.subarray(21)), 17)
  return batch
}

/** A batch of `count` records, `bytes` each, that ends where the next one begins. */
export function plainBatch(baseOffset: number, count: number, bytes = 10): Buffer {
  const records = Array.from({ length: count }, (_, n) => ({
    value: Buffer.alloc(bytes, `${baseOffset + n};`),
  }))
  return recordBatch(records, { baseOffset })
}

/** The marker at the end of a transaction. */
export function marker(baseOffset: number, producerId: number, kind: 'abort' | 'commit'): Buffer {
  const key = Buffer.from([0, 0, 0, kind === 'abort' ? 0 : 1])
  return recordBatch([{ key, value: Buffer.alloc(6) }], { baseOffset, producerId, attributes: 0b110000 })
}

export const TRANSACTIONAL = 0b10000
export const LOG_APPEND_TIME = 0b1000
