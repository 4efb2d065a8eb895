/**
 * Records encoded once. A batch of n records of a payload set is the set's first n records, so one buffer, the end of
 * each record and the CRC up to there serve every n.
 */
import type { RecordSource } from '../../records/source.ts'
import { crc32c } from './crc.ts'

/** Consecutive records as they stand in a record batch v2, every timestamp delta 0. */
export interface PayloadSet {
  /** Unique among a producer's sets. */
  readonly id: number
  readonly records: Buffer
  readonly count: number
  /** ends[n]: bytes of the first n records as encoded. */
  readonly ends: Uint32Array
  /** crcs[n]: CRC-32C of the first n records. */
  readonly crcs: Uint32Array
  /** payload[n]: key, value and header bytes of the first n records. */
  readonly payload: Float64Array
  /** Sent once: nothing made of it is worth keeping. */
  readonly live?: true
}

/** Bytes of a Kafka varint (zigzag) holding `value`. */
function varintBytes(value: number): number {
  let rest = zigzag(value)
  let bytes = 1
  while (rest > 0x7f) {
    rest >>>= 7
    bytes += 1
  }
  return bytes
}

function zigzag(value: number): number {
  return ((value << 1) ^ (value >> 31)) >>> 0
}

function writeVarint(target: Buffer, at: number, value: number): number {
  let rest = zigzag(value)
  let end = at
  while (rest > 0x7f) {
    target[end] = (rest & 0x7f) | 0x80
    rest >>>= 7
    end += 1
  }
  target[end] = rest
  return end + 1
}

/** Bytes after a record's own length: attributes, timestamp delta, offset delta, key, value, no headers. */
function bodyBytes(index: number, key: Buffer | null, value: Buffer): number {
  const keyBytes = key === null ? 1 : varintBytes(key.length) + key.length
  return 1 + 1 + varintBytes(index) + keyBytes + varintBytes(value.length) + value.length + 1
}

/** Bytes of a record at `index` of its batch, its length included. */
export function recordBytes(index: number, key: Buffer | null, value: Buffer): number {
  const body = bodyBytes(index, key, value)
  return varintBytes(body) + body
}

function writeRecord(
  target: Buffer,
  start: number,
  index: number,
  key: Buffer | null,
  value: Buffer,
): number {
  let at = writeVarint(target, start, bodyBytes(index, key, value))
  target[at] = 0 // attributes
  target[at + 1] = 0 // timestamp delta
  at = writeVarint(target, at + 2, index)
  at = writeVarint(target, at, key === null ? -1 : key.length)
  if (key !== null) at += key.copy(target, at)
  at = writeVarint(target, at, value.length)
  at += value.copy(target, at)
  target[at] = 0 // headers
  return at + 1
}

/**
 * The next set of `numbers`, from `from` on and around again: as many records as fit `maxBytes`, at least one.
 * @param numbers record numbers of the source, in the order they are sent
 * @param most records
 */
export function encodeSet(
  id: number,
  source: RecordSource,
  numbers: { length: number; at(index: number): number },
  from: number,
  maxBytes: number,
  most = Number.POSITIVE_INFINITY,
): PayloadSet {
  const chosen: number[] = []
  const ends = [0]
  for (let bytes = 0, index = 0; index < most; index += 1) {
    const n = numbers.at((from + index) % numbers.length)
    bytes += recordBytes(index, source.key(n), source.value(n))
    if (index > 0 && bytes > maxBytes) break
    chosen.push(n)
    ends.push(bytes)
  }
  const records = Buffer.allocUnsafe(ends[chosen.length] ?? 0)
  const crcs = new Uint32Array(chosen.length + 1)
  const payload = new Float64Array(chosen.length + 1)
  let at = 0
  chosen.forEach((n, index) => {
    const end = writeRecord(records, at, index, source.key(n), source.value(n))
    crcs[index + 1] = crc32c(records, at, end, crcs[index])
    payload[index + 1] = (payload[index] ?? 0) + source.bytes(n)
    at = end
  })
  return { id, records, count: chosen.length, ends: Uint32Array.from(ends), crcs, payload }
}

/** Payload sets that take turns: all the records given, or as many as `limit` sets hold. */
export function encodeSets(
  source: RecordSource,
  numbers: { length: number; at(index: number): number },
  maxBytes: number,
  limit: number,
  firstId: number,
): PayloadSet[] {
  const sets: PayloadSet[] = []
  for (let from = 0; from < numbers.length && sets.length < limit; ) {
    const set = encodeSet(firstId + sets.length, source, numbers, from, maxBytes)
    sets.push(set)
    from += set.count
  }
  return sets
}
