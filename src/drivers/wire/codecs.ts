/**
 * Kafka's compression codecs as functions. None needs a native build: gzip is Node's, snappy and lz4 are WebAssembly,
 * zstd is Node's own where it has it (>= 22.15) and WebAssembly elsewhere.
 */
import * as zlib from 'node:zlib'
import { TuneError } from '../../errors.ts'
import { loadZstd as loadZstdWasm } from '../zstd.ts'

export const CODEC_NAMES = ['none', 'gzip', 'snappy', 'lz4', 'zstd'] as const
export type CodecName = (typeof CODEC_NAMES)[number]

export interface Codec {
  /** Bits 0 to 2 of a batch's attributes. */
  readonly attributes: number
  /** Absent for `none`. */
  readonly compress?: (plain: Buffer) => Buffer
}

/** Java's own default levels (compression.gzip.level, compression.zstd.level). */
export const DEFAULT_GZIP_LEVEL = -1
export const DEFAULT_ZSTD_LEVEL = 3

/**
 * Loads a codec.
 * @param level for gzip and zstd; the others have none here
 */
export async function loadCodec(name: CodecName, level: number): Promise<Codec> {
  switch (name) {
    case 'none':
      return { attributes: 0 }
    case 'gzip':
      return { attributes: 1, compress: (plain) => zlib.gzipSync(plain, { level }) }
    case 'snappy': {
      // Raw snappy, as librdkafka sends it: the Java client's SnappyInputStream takes it beside its own framing
      const { snappyCompress } = await import('@platformatic/wasm-utils')
      return { attributes: 2, compress: (plain) => Buffer.from(snappyCompress(plain)) }
    }
    case 'lz4': {
      const { lz4Compress } = await import('@platformatic/wasm-utils')
      return { attributes: 3, compress: (plain) => Buffer.from(lz4Compress(plain)) }
    }
    case 'zstd':
      return { attributes: 4, compress: await loadZstd(level) }
  }
}

async function loadZstd(level: number): Promise<(plain: Buffer) => Buffer> {
  const native: unknown = Reflect.get(zlib, 'zstdCompressSync')
  if (typeof native === 'function') {
    const parameter: unknown = Reflect.get(zlib.constants, 'ZSTD_c_compressionLevel')
    return (plain) => {
      const packed: unknown = native(plain, { params: { [String(parameter)]: level } })
      if (!Buffer.isBuffer(packed)) throw new TuneError('INTERNAL', 'zstd of node gave no buffer')
      return packed
    }
  }
  const zstd = await loadZstdWasm()
  return (plain) => Buffer.from(zstd.compress(plain, level))
}
