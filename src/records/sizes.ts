/** Sizes of values: one for all, or drawn from a distribution. */
import { TuneError } from '../errors.ts'
import { parseBytes } from '../units.ts'
import type { Random } from './random.ts'

export type SizeSpec =
  | { readonly kind: 'fixed'; readonly bytes: number }
  | { readonly kind: 'uniform'; readonly minBytes: number; readonly maxBytes: number }
  | { readonly kind: 'normal'; readonly meanBytes: number; readonly sdBytes: number }
  /** What real payloads look like: many small, few large. `sigma` 0.5 is a moderate tail, 1.5 a heavy one. */
  | { readonly kind: 'lognormal'; readonly medianBytes: number; readonly sigma: number }
  | { readonly kind: 'list'; readonly sizes: readonly { readonly bytes: number; readonly weight: number }[] }

/** As kafka-producer-perf-test and the guides have it. */
export const DEFAULT_SIZE: SizeSpec = { kind: 'fixed', bytes: 1024 }

/** No Kafka takes records anywhere near this, and a pool of them would not fit in memory. */
export const MAX_VALUE_BYTES = 256 * 1024 ** 2

const EXAMPLE = '1024, 1KiB, uniform:100:2000, normal:1024:200, lognormal:1024:0.5 or list:100@70,1KiB@30'

/**
 * `1024`, `uniform:MIN:MAX`, `normal:MEAN:SD`, `lognormal:MEDIAN:SIGMA`, `list:BYTES@WEIGHT,…`.
 * @throws TuneError USAGE
 */
export function parseSize(text: string, flag = '--record-size'): SizeSpec {
  const size = (part: string | undefined, min = 1) =>
    parseBytes(part ?? '', flag, { min, max: MAX_VALUE_BYTES })
  const [kind = '', first, second, ...more] = text.trim().split(':')
  const wrong = (why: string) =>
    new TuneError('USAGE', `${flag}: '${text}' ${why}`, { hint: `for example ${EXAMPLE}` })
  const name = kind.toLowerCase()
  if (first === undefined) return { kind: 'fixed', bytes: size(kind) }
  if (name === 'list' && second === undefined) return parseList(first, flag, wrong, size)
  if (second === undefined || more.length > 0) throw wrong('is no size or distribution of sizes')
  if (name === 'uniform') {
    const spec = { kind: name, minBytes: size(first), maxBytes: size(second) } as const
    if (spec.minBytes > spec.maxBytes) throw wrong('has its smallest above its largest size')
    return spec
  }
  if (name === 'normal') return { kind: name, meanBytes: size(first), sdBytes: size(second, 0) }
  if (name === 'lognormal') {
    const sigma = Number(second)
    if (second.trim() === '' || !(sigma >= 0 && sigma <= 4)) throw wrong('needs a sigma from 0 to 4')
    return { kind: name, medianBytes: size(first), sigma }
  }
  throw wrong('is no size or distribution of sizes')
}

function parseList(
  text: string,
  flag: string,
  wrong: (why: string) => TuneError,
  size: (part: string | undefined) => number,
): SizeSpec {
  const sizes = text.split(',').map((entry) => {
    const [bytes, weightText = '1', ...more] = entry.split('@')
    const weight = Number(weightText)
    if (more.length > 0 || weightText.trim() === '' || !(weight > 0 && weight < 1e9)) {
      throw wrong(`needs a weight above 0 after @ in '${entry}'`)
    }
    return { bytes: size(bytes), weight }
  })
  if (sizes.length === 0) throw wrong(`is an empty list for ${flag}`)
  return { kind: 'list', sizes }
}

/** As `parseSize` reads it: `fixed:1024` stands for a bare number. */
export function describeSize(spec: SizeSpec): string {
  switch (spec.kind) {
    case 'fixed':
      return `fixed:${spec.bytes}`
    case 'uniform':
      return `uniform:${spec.minBytes}:${spec.maxBytes}`
    case 'normal':
      return `normal:${spec.meanBytes}:${spec.sdBytes}`
    case 'lognormal':
      return `lognormal:${spec.medianBytes}:${spec.sigma}`
    case 'list':
      return `list:${spec.sizes.map(({ bytes, weight }) => `${bytes}@${weight}`).join(',')}`
  }
}

/** Draws sizes; what falls outside 1 B … 256 MiB is moved to that end. */
export function sizeSampler(spec: SizeSpec, random: Random): () => number {
  const bounded = (bytes: number) => Math.min(MAX_VALUE_BYTES, Math.max(1, Math.round(bytes)))
  switch (spec.kind) {
    case 'fixed':
      return () => spec.bytes
    case 'uniform':
      return () => spec.minBytes + random.below(spec.maxBytes - spec.minBytes + 1)
    case 'normal':
      return () => bounded(spec.meanBytes + spec.sdBytes * random.normal())
    case 'lognormal':
      return () => bounded(spec.medianBytes * Math.exp(spec.sigma * random.normal()))
    case 'list':
      return listSampler(spec.sizes, random)
  }
}

function listSampler(
  sizes: readonly { readonly bytes: number; readonly weight: number }[],
  random: Random,
): () => number {
  const total = sizes.reduce((sum, { weight }) => sum + weight, 0)
  return () => {
    let left = random.float() * total
    for (const { bytes, weight } of sizes) {
      left -= weight
      if (left < 0) return bytes
    }
    return sizes.at(-1)?.bytes ?? 1
  }
}
