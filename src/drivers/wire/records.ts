/**
 * Records of a batch, walked where they lie: each is its length, attributes, time, offset, key, value and headers, with
 * a varint before each part. https://kafka.apache.org/documentation/#record
 */
import { ProtocolError, readVarint, readVarlong, skipVarint } from './bytes.ts'

/** Records that lie together, decompressed. */
export interface RecordRange {
  readonly bytes: Uint8Array
  readonly start: number
  readonly end: number
  readonly count: number
}

/** What a walk finds; one object serves every batch, so that a batch costs none. */
export interface RecordSums {
  records: number
  /** Keys, values and headers. */
  payloadBytes: number
  /** Offset deltas of the first and the last record; -1 without any. */
  firstDelta: number
  lastDelta: number
  /** The newest record's distance from the batch's base time; only where the walk began within the batch. */
  maxTimestampDelta: number
}

export function newSums(): RecordSums {
  return { records: 0, payloadBytes: 0, firstDelta: -1, lastDelta: -1, maxTimestampDelta: 0 }
}

/**
 * Sums up all records of a batch. This is the loop that everything else waits for: no object, no call that is not
 * inlined, and each varint's bytes are looked at once or twice while they are in the nearest cache.
 * @throws ProtocolError where they do not fill their range exactly
 */
export function sumRecords(sums: RecordSums, { bytes, start, end, count }: RecordRange): void {
  let at = start
  let last = start
  let payload = 0
  for (let n = 0; n < count; n += 1) {
    last = at
    const length = readVarint(bytes, at)
    at = skipVarint(bytes, at)
    const next = at + length
    if (length < 0 || next > end) throw new ProtocolError('a record that is longer than its batch')
    at = skipVarint(bytes, at + 1) // attributes, time
    at = skipVarint(bytes, at) // offset
    const key = readVarint(bytes, at)
    at = skipVarint(bytes, at)
    if (key > 0) {
      payload += key
      at += key
    }
    const value = readVarint(bytes, at)
    at = skipVarint(bytes, at)
    if (value > 0) {
      payload += value
      at += value
    }
    // Most records have no headers
    if (bytes[at] === 0) at += 1
    else {
      payload += headerBytes(bytes, at, next)
      at = next
    }
    if (at !== next) throw new ProtocolError('a record that is not as long as it says')
  }
  if (at !== end) throw new ProtocolError('a batch with another number of records than it says')
  sums.records = count
  sums.payloadBytes = payload
  sums.firstDelta = count > 0 ? offsetDeltaAt(bytes, start) : -1
  sums.lastDelta = count > 0 ? offsetDeltaAt(bytes, last) : -1
}

/**
 * Sums up the records from an offset delta on: a batch is handed out whole, and may begin before the wanted offset.
 * @throws ProtocolError
 */
export function sumRecordsFrom(sums: RecordSums, range: RecordRange, fromDelta: number): void {
  sums.records = 0
  sums.payloadBytes = 0
  sums.firstDelta = -1
  sums.lastDelta = -1
  sums.maxTimestampDelta = Number.NEGATIVE_INFINITY
  visitRecords(range, (record) => {
    if (record.offsetDelta < fromDelta) return
    sums.records += 1
    sums.payloadBytes += payloadBytes(range.bytes, record)
    if (sums.firstDelta < 0) sums.firstDelta = record.offsetDelta
    sums.lastDelta = record.offsetDelta
    sums.maxTimestampDelta = Math.max(sums.maxTimestampDelta, record.timestampDelta)
  })
}

/** Where a record's parts are; -1 bytes of key or value are null. */
export interface RecordPlace {
  timestampDelta: number
  offsetDelta: number
  keyAt: number
  keyBytes: number
  valueAt: number
  valueBytes: number
  headersAt: number
  end: number
}

/** Visits each record; the place is the same object every time. @throws ProtocolError */
export function visitRecords(
  { bytes, start, end, count }: RecordRange,
  visit: (place: RecordPlace) => void,
): void {
  const place: RecordPlace = {
    timestampDelta: 0,
    offsetDelta: 0,
    keyAt: 0,
    keyBytes: -1,
    valueAt: 0,
    valueBytes: -1,
    headersAt: 0,
    end: start,
  }
  for (let n = 0; n < count; n += 1) {
    findParts(place, bytes, place.end)
    if (place.end > end || place.headersAt >= place.end) {
      throw new ProtocolError('a record that is longer than its batch')
    }
    headerBytes(bytes, place.headersAt, place.end)
    visit(place)
  }
  if (place.end !== end) throw new ProtocolError('a batch with another number of records than it says')
}

function findParts(place: RecordPlace, bytes: Uint8Array, start: number): void {
  let at = skipVarint(bytes, start)
  const length = readVarint(bytes, start)
  if (length < 0) throw new ProtocolError('a record of less than no bytes')
  place.end = at + length
  at += 1 // attributes
  place.timestampDelta = readVarlong(bytes, at)
  at = skipVarint(bytes, at)
  place.offsetDelta = readVarint(bytes, at)
  at = skipVarint(bytes, at)
  place.keyBytes = readVarint(bytes, at)
  place.keyAt = skipVarint(bytes, at)
  at = place.keyAt + Math.max(0, place.keyBytes)
  place.valueBytes = readVarint(bytes, at)
  place.valueAt = skipVarint(bytes, at)
  place.headersAt = place.valueAt + Math.max(0, place.valueBytes)
}

function payloadBytes(bytes: Uint8Array, place: RecordPlace): number {
  return (
    Math.max(0, place.keyBytes) +
    Math.max(0, place.valueBytes) +
    headerBytes(bytes, place.headersAt, place.end)
  )
}

function offsetDeltaAt(bytes: Uint8Array, start: number): number {
  return readVarint(bytes, skipVarint(bytes, skipVarint(bytes, start) + 1))
}

/** Names and values of a record's headers, which end where the record does. @throws ProtocolError */
function headerBytes(bytes: Uint8Array, start: number, end: number): number {
  let payload = 0
  let at = skipVarint(bytes, start)
  // Each field takes a byte at least, so `end` stops a count that is not true
  let left = readVarint(bytes, start) * 2
  for (; left > 0 && at < end; left -= 1) {
    const length = readVarint(bytes, at)
    at = skipVarint(bytes, at)
    if (length > 0) {
      payload += length
      at += length
    }
  }
  if (at !== end || left !== 0) throw new ProtocolError('a record that is not as long as it says')
  return payload
}

/** The value of the last header of that name, a view; undefined without one. A null value is an empty one. */
export function findHeader(bytes: Uint8Array, start: number, name: Buffer): Uint8Array | undefined {
  let found: Uint8Array | undefined
  let at = skipVarint(bytes, start)
  for (let left = readVarint(bytes, start); left > 0; left -= 1) {
    const nameBytes = readVarint(bytes, at)
    const nameAt = skipVarint(bytes, at)
    at = nameAt + nameBytes
    const valueBytes = Math.max(0, readVarint(bytes, at))
    const valueAt = skipVarint(bytes, at)
    if (name.equals(bytes.subarray(nameAt, at))) found = bytes.subarray(valueAt, valueAt + valueBytes)
    at = valueAt + valueBytes
  }
  return found
}
