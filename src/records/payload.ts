/** Made-up values: random letters, or bytes that compress as well as they are asked to. */
import { gzipSync } from 'node:zlib'
import { TuneError } from '../errors.ts'
import { fillBytes, fillLetters, type Random, randomOf } from './random.ts'
import { type SizeSpec, sizeSampler } from './sizes.ts'

/** A pool is that small so that `tune` itself stays small; enough that no batch holds a value twice. */
export const DEFAULT_POOL_BYTES = 8 * 1024 ** 2
export const MAX_POOL_RECORDS = 10_000

const MAX_RATIO = 100
const SAMPLE_BYTES = 256 * 1024
const CALIBRATION_BYTES = 128 * 1024
/** Random and repeated parts take turns in blocks, so that each part of a long value compresses alike. */
const BLOCK_BYTES = 512
const FILLER = Buffer.from('a repeated part ')

const SIZE_STREAM = 0
const VALUE_STREAM = 1
const CALIBRATION_STREAM = 4

/**
 * `3x`: compresses to a third. `0.6` or `60%`: gets 60 % smaller, that is 2.5x. `1x`: not at all.
 * @returns plain bytes divided by compressed bytes
 * @throws TuneError USAGE
 */
export function parseCompressibility(text: string, flag = '--compressibility'): number {
  const [, amount, unit] = /^(\d+(?:\.\d+)?|\.\d+)\s*(x|%)?$/i.exec(text.trim()) ?? []
  const value = Number(amount)
  const ratio = unit?.toLowerCase() === 'x' ? value : 1 / (1 - (unit === '%' ? value / 100 : value))
  // 3 without an x could be meant either way.
  if (amount !== undefined && ratio >= 1 && ratio <= MAX_RATIO) return ratio
  throw new TuneError('USAGE', `${flag}: '${text}' is no compression from 1x to ${MAX_RATIO}x`, {
    hint: 'for example 3x (to a third), or 60% (that much smaller)',
  })
}

/** How a pool's values are asked for. */
export interface PayloadSpec {
  readonly size: SizeSpec
  /** undefined: uniform capital letters. */
  readonly compressibility: number | undefined
  readonly seed: number
  readonly poolBytes: number
}

/** The values of a pool, which lie in one piece of memory. */
export function makePayloads(spec: PayloadSpec): Buffer[] {
  const sizes = drawSizes(spec)
  const slab = Buffer.allocUnsafe(sizes.reduce((sum, size) => sum + size, 0))
  const values: Buffer[] = []
  let at = 0
  for (const size of sizes) {
    values.push(slab.subarray(at, at + size))
    at += size
  }
  const random = randomOf(spec.seed, VALUE_STREAM)
  if (spec.compressibility === undefined) fillLetters(slab, random)
  else fillCompressible(values, calibrate(sizes, spec.compressibility, spec.seed), random)
  return values
}

function drawSizes(spec: PayloadSpec): number[] {
  const sample = sizeSampler(spec.size, randomOf(spec.seed, SIZE_STREAM))
  const sizes: number[] = []
  for (let bytes = 0; sizes.length < MAX_POOL_RECORDS; ) {
    const size = sample()
    bytes += size
    if (sizes.length > 0 && bytes > spec.poolBytes) break
    sizes.push(size)
  }
  return sizes
}

/** @param share of the bytes that is random, 0 to 1 */
function fillCompressible(values: readonly Buffer[], share: number, random: Random): void {
  let owed = 0
  for (const value of values) {
    for (let start = 0; start < value.length; start += BLOCK_BYTES) {
      const end = Math.min(value.length, start + BLOCK_BYTES)
      // What rounding leaves over is carried on: small values keep the share too.
      owed += (end - start) * share
      const bytes = Math.min(end - start, Math.round(owed))
      owed -= bytes
      fillBytes(value.subarray(start, start + bytes), random)
      value.fill(FILLER, start + bytes, end)
    }
  }
}

/**
 * The random share that gives this ratio. Found by trying, since what a codec spends on the repeated part depends on
 * the sizes. Values that are too small for the ratio get as near as they can; the achieved ratio is in the result.
 */
function calibrate(sizes: readonly number[], ratio: number, seed: number): number {
  if (ratio === 1) return 1
  const sampled: number[] = []
  for (let bytes = 0, index = 0; bytes < CALIBRATION_BYTES && index < sizes.length; index += 1) {
    // Of a long value its blocks are all alike, so its beginning is enough.
    const size = Math.min(sizes[index] ?? 0, CALIBRATION_BYTES)
    sampled.push(size)
    bytes += size
  }
  const achieved = (share: number) => {
    const values = sampled.map((size) => Buffer.allocUnsafe(size))
    fillCompressible(values, share, randomOf(seed, CALIBRATION_STREAM))
    return gzipRatio(values)
  }
  let low = 0
  let high = Math.min(1, 1.2 / ratio)
  for (let step = 0; step < 9; step += 1) {
    const middle = (low + high) / 2
    if (achieved(middle) > ratio) low = middle
    else high = middle
  }
  return (low + high) / 2
}

/** Plain bytes divided by gzip bytes over the first values of a pool; 1 where gzip gains nothing. */
export function gzipRatio(values: readonly Uint8Array[]): number {
  const sample: Uint8Array[] = []
  let plain = 0
  for (const value of values) {
    if (plain >= SAMPLE_BYTES) break
    const part = value.subarray(0, SAMPLE_BYTES - plain)
    sample.push(part)
    plain += part.length
  }
  if (plain === 0) return 1
  return Math.max(1, plain / gzipSync(Buffer.concat(sample)).length)
}
