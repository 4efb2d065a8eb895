/** Kafka's codecs the other way: what a batch's records were before their producer compressed them. */
import * as zlib from 'node:zlib'
import { messageOf, TuneError } from '../../errors.ts'
import { loadZstd as loadZstdWasm } from '../zstd.ts'
import { ProtocolError } from './bytes.ts'
import { takeStored } from './lz4-stored.ts'

/** @throws ProtocolError where the bytes are not what the codec makes */
export type Decompress = (packed: Buffer) => Uint8Array

/** Indexed by bits 0 to 2 of a batch's attributes; there is none at 0 and above 4. */
export type Decompressors = readonly (Decompress | undefined)[]

/**
 * Loads them all: what a topic holds is seen when it is read.
 * @param reuse true where the plain bytes of one batch are done with before the next one is decompressed
 */
export async function loadDecompressors(reuse: boolean): Promise<Decompressors> {
  const { lz4Decompress, snappyDecompress } = await import('@platformatic/wasm-utils')
  const zstd = await loadZstd()
  const gunzip: Decompress = (packed) => zlib.gunzipSync(packed)
  const known = [undefined, gunzip, unframeSnappy(snappyDecompress), unstoreLz4(lz4Decompress, reuse), zstd]
  return known.map((decompress) => decompress && cleanErrors(decompress))
}

function cleanErrors(decompress: Decompress): Decompress {
  return (packed) => {
    try {
      return decompress(packed)
    } catch (error) {
      throw new ProtocolError(`records that do not decompress: ${messageOf(error)}`)
    }
  }
}

function unstoreLz4(decompress: Decompress, reuse: boolean): Decompress {
  let scratch = Buffer.alloc(0)
  const room = (bytes: number) => {
    if (!reuse) return Buffer.allocUnsafe(bytes)
    if (scratch.length < bytes) scratch = Buffer.allocUnsafeSlow(bytes)
    return scratch
  }
  return (packed) => takeStored(packed, room) ?? decompress(packed)
}

/** Java's SnappyOutputStream (xerial) writes this, two versions, and then blocks of 32 KiB each with its length. */
const XERIAL_MAGIC = Buffer.from([0x82, ...Buffer.from('SNAPPY'), 0])
const XERIAL_HEADER_BYTES = 16

function unframeSnappy(decompress: (packed: Buffer) => Buffer): Decompress {
  return (packed) => {
    // librdkafka and this driver's producer write raw snappy
    if (!XERIAL_MAGIC.equals(packed.subarray(0, XERIAL_MAGIC.length))) return decompress(packed)
    const blocks: Buffer[] = []
    for (let at = XERIAL_HEADER_BYTES; at < packed.length; ) {
      const end = at + 4 + packed.readInt32BE(at)
      if (end <= at + 4 || end > packed.length) throw new ProtocolError('a block that ends behind its batch')
      blocks.push(decompress(packed.subarray(at + 4, end)))
      at = end
    }
    return blocks.length === 1 && blocks[0] !== undefined ? blocks[0] : Buffer.concat(blocks)
  }
}

const MIB = 1024 * 1024
/** A batch of more is none: brokers take 1 MiB compressed unless told otherwise. */
const ZSTD_MAX_BYTES = 512 * MIB

async function loadZstd(): Promise<Decompress> {
  const native: unknown = Reflect.get(zlib, 'zstdDecompressSync')
  if (typeof native === 'function') {
    return (packed) => {
      const plain: unknown = native(packed)
      if (!Buffer.isBuffer(plain)) throw new TuneError('INTERNAL', 'zstd of node gave no buffer')
      return plain
    }
  }
  const zstd = await loadZstdWasm()
  return (packed) => {
    // Java streams, so its frames do not say how long their content is: the room is a guess that grows
    for (let room = MIB; ; room *= 4) {
      try {
        return zstd.decompress(packed, { defaultHeapSize: room })
      } catch (error) {
        if (!isTooSmall(error) || room >= ZSTD_MAX_BYTES) throw error
      }
    }
  }
}

/** ZSTD_error_dstSize_tooSmall, as the library words it. */
function isTooSmall(error: unknown): boolean {
  return /code -70\b/.test(messageOf(error))
}
