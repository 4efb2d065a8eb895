/** Numbers of the protocol that Node's Buffer has no reader for, or only one that makes a BigInt. */

/** Bytes that are not what the protocol says they are. */
export class ProtocolError extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'ProtocolError'
  }
}

/** A 64-bit integer; offsets, times and ids are exact as doubles up to 2^53, and Kafka's are smaller. */
export function readInt64(bytes: Buffer, at: number): number {
  return bytes.readInt32BE(at) * 2 ** 32 + bytes.readUInt32BE(at + 4)
}

/** @returns where the next field begins */
export function writeInt64(target: Buffer, at: number, value: number): number {
  target.writeInt32BE(Math.floor(value / 2 ** 32), at)
  return target.writeUInt32BE(value - Math.floor(value / 2 ** 32) * 2 ** 32, at + 4)
}

/** A signed (zigzag) varint of at most five bytes, as in records. What follows begins at `skipVarint`. */
export function readVarint(bytes: Uint8Array, at: number): number {
  const first = bytes[at] ?? 0
  if (first < 0x80) return (first >>> 1) ^ -(first & 1)
  const second = bytes[at + 1] ?? 0
  if (second < 0x80) {
    const raw = (first & 0x7f) | (second << 7)
    return (raw >>> 1) ^ -(raw & 1)
  }
  return readLongVarint(bytes, at)
}

function readLongVarint(bytes: Uint8Array, at: number): number {
  let raw = 0
  for (let n = 0; n < 5; n += 1) {
    const byte = bytes[at + n] ?? 0
    raw |= (byte & 0x7f) << (7 * n)
    if (byte < 0x80) return (raw >>> 1) ^ -(raw & 1)
  }
  throw new ProtocolError('a number of more than 32 bits')
}

/** A signed varint of up to ten bytes, as the time stamps of records. */
export function readVarlong(bytes: Uint8Array, at: number): number {
  let raw = 0
  for (let n = 0; n < 10; n += 1) {
    const byte = bytes[at + n] ?? 0
    raw += (byte & 0x7f) * 2 ** (7 * n)
    if (byte < 0x80) return raw % 2 === 0 ? raw / 2 : -(raw + 1) / 2
  }
  throw new ProtocolError('a number of more than 64 bits')
}

/** Where the varint at `at` ends. */
export function skipVarint(bytes: Uint8Array, at: number): number {
  let end = at
  while ((bytes[end] ?? 0) >= 0x80) end += 1
  return end + 1
}
