/** The codecs that kafkajs leaves to others, put into its registry; none needs a native build. */
import { gunzipSync } from 'node:zlib'
import kafkajs from 'kafkajs'
import { type CodecName, DEFAULT_GZIP_LEVEL, DEFAULT_ZSTD_LEVEL, loadCodec } from '../wire/codecs.ts'
import { loadZstd } from '../zstd.ts'

/** What kafkajs calls (docs/Producing.md, "Compression"). */
interface KafkajsCodec {
  compress(encoder: { buffer: Buffer }): Promise<Buffer>
  decompress(buffer: Buffer): Promise<Buffer>
}

const TYPES: Readonly<Record<CodecName, number>> = { none: 0, gzip: 1, snappy: 2, lz4: 3, zstd: 4 }

/**
 * Loads the codec and makes kafkajs use it from now on, for all its clients in this process.
 * @param onBatch told of every batch's compressed records
 * @returns kafkajs's number for it
 */
export async function useCodec(
  name: CodecName,
  onBatch: (bytes: number) => void = () => {},
): Promise<number> {
  const type = TYPES[name]
  if (name === 'none') return type
  const own: unknown = kafkajs.CompressionCodecs[kafkajs.CompressionTypes.GZIP]
  const codec = name === 'gzip' ? ownGzip(own) : await foreign(name)
  const counted: KafkajsCodec = {
    async compress(encoder) {
      const packed = await codec.compress(encoder)
      onBatch(packed.length)
      return packed
    },
    decompress: (buffer) => codec.decompress(buffer),
  }
  const registry: Record<number, () => unknown> = kafkajs.CompressionCodecs
  registry[type] = () => counted
  return type
}

let gzip: KafkajsCodec | undefined

/** kafkajs's own gzip, which is measured as it is. */
function ownGzip(factory: unknown): KafkajsCodec {
  // Once ours is registered, the registry has no longer kafkajs's own
  if (gzip === undefined) {
    const made: unknown = typeof factory === 'function' ? factory() : undefined
    gzip = isCodec(made)
      ? made
      : { compress: async ({ buffer }) => buffer, decompress: async (b) => gunzipSync(b) }
  }
  return gzip
}

function isCodec(value: unknown): value is KafkajsCodec {
  return typeof value === 'object' && value !== null && 'compress' in value && 'decompress' in value
}

async function foreign(name: 'snappy' | 'lz4' | 'zstd'): Promise<KafkajsCodec> {
  const { compress = (plain: Buffer) => plain } = await loadCodec(
    name,
    name === 'zstd' ? DEFAULT_ZSTD_LEVEL : DEFAULT_GZIP_LEVEL,
  )
  const decompress = await loadDecompress(name)
  return {
    compress: async ({ buffer }) => compress(buffer),
    decompress: async (buffer) => decompress(buffer),
  }
}

async function loadDecompress(name: 'snappy' | 'lz4' | 'zstd'): Promise<(packed: Buffer) => Buffer> {
  if (name === 'zstd') {
    const zstd = await loadZstd()
    return (packed) => Buffer.from(zstd.decompress(packed))
  }
  const { snappyDecompress, lz4Decompress } = await import('@platformatic/wasm-utils')
  if (name === 'lz4') return (packed) => lz4Decompress(packed)
  return (packed) => unframeSnappy(packed, snappyDecompress)
}

const XERIAL_MAGIC = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0x00])

/** Java writes snappy in snappy-java's blocks (16 bytes of header, then length and block); librdkafka writes it bare. */
export function unframeSnappy(packed: Buffer, decompress: (block: Buffer) => Buffer): Buffer {
  if (!packed.subarray(0, 8).equals(XERIAL_MAGIC)) return decompress(packed)
  const blocks: Buffer[] = []
  for (let at = 16; at + 4 <= packed.length; ) {
    const length = packed.readInt32BE(at)
    blocks.push(decompress(packed.subarray(at + 4, at + 4 + length)))
    at += 4 + length
  }
  return Buffer.concat(blocks)
}
