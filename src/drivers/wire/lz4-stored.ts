/**
 * LZ4 frames of blocks that did not get smaller: Java, librdkafka and others put such blocks in as they are, which is
 * what becomes of random payloads. Taking them out is a copy; a decoder that hands out a new buffer for each batch has
 * the collector do more than that. https://github.com/lz4/lz4/blob/dev/doc/lz4_Frame_format.md
 */

const MAGIC = 0x184d2204
/** Bits of the frame descriptor. */
const BLOCK_CHECKSUM_BIT = 1 << 4
const CONTENT_SIZE_BIT = 1 << 3
/** A block's length has this bit where the block is not compressed. */
const STORED_BIT = 0x80000000

/**
 * @param room gives a buffer of at least so many bytes
 * @returns the content, or undefined where a block is compressed, or it is no whole frame of version 1 at all
 */
export function takeStored(packed: Buffer, room: (bytes: number) => Buffer): Buffer | undefined {
  const flags = packed[4] ?? 0
  if (packed.length < 11 || packed.readUInt32LE(0) !== MAGIC || flags >>> 6 !== 1) return undefined
  // Magic, flags, block size, and a checksum of these
  const start = 7 + (flags & CONTENT_SIZE_BIT ? 8 : 0)
  const checksumBytes = flags & BLOCK_CHECKSUM_BIT ? 4 : 0
  const bytes = storedBytes(packed, start, checksumBytes)
  if (bytes === undefined) return undefined
  const target = room(bytes)
  let to = 0
  for (let at = start; to < bytes; ) {
    const end = at + 4 + packed.readUInt32LE(at) - STORED_BIT
    to += packed.copy(target, to, at + 4, end)
    at = end + checksumBytes
  }
  return target.subarray(0, bytes)
}

function storedBytes(packed: Buffer, start: number, checksumBytes: number): number | undefined {
  let bytes = 0
  for (let at = start; at + 4 <= packed.length; ) {
    const length = packed.readUInt32LE(at)
    if (length === 0) return bytes
    if (length < STORED_BIT) return undefined
    bytes += length - STORED_BIT
    at += 4 + length - STORED_BIT + checksumBytes
  }
  return undefined
}
