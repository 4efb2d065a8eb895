/**
 * Keys: which one record n gets is a hash of n, so it needs no stream, never ends, and is the same in every process.
 * The first 262,144 draws are kept and come again, so that a key costs a look-up; beyond 65,536 keys they are not, and
 * each is drawn and made when it is asked for (some 0.2 µs).
 * Key i is the decimal text of i, as kafka-producer-perf-test writes its keys.
 */
import { TuneError } from '../errors.ts'
import { parseCount } from '../units.ts'
import { mix32, randomOf } from './random.ts'

export type KeySpec =
  | { readonly kind: 'none' }
  /** One after the other: n % keys (`--key-distribution range`). */
  | { readonly kind: 'range'; readonly keys: number }
  /** Each as likely as the others (`--key-distribution random`). */
  | { readonly kind: 'uniform'; readonly keys: number }
  /** Key i has a share of 1 / (i + 1)^s: a few hot keys, as customers and devices are. */
  | { readonly kind: 'zipf'; readonly keys: number; readonly s: number }

const EXAMPLE = 'none, uniform:1000, range:1000 or zipf:1000:1.1'
/** The table of a skewed draw has an entry a key; 8 bytes each. */
const MAX_ZIPF_KEYS = 1_000_000
const MAX_KEYS = 2 ** 31 - 1
/** Keys that are kept as buffers; their numbers fit 16 bits. */
const CACHED_KEYS = 65_536
const DRAWS = 2 ** 18
const STREAM = 2

/**
 * `none`, `uniform:N`, `range:N`, `zipf:N:S`.
 * @throws TuneError USAGE
 */
export function parseKeys(text: string, flag = '--keys'): KeySpec {
  const [kind = '', countText, skewText, ...more] = text.trim().toLowerCase().split(':')
  const wrong = (why: string) =>
    new TuneError('USAGE', `${flag}: '${text}' ${why}`, { hint: `for example ${EXAMPLE}` })
  if (kind === 'none' && countText === undefined) return { kind }
  if (countText === undefined || more.length > 0) throw wrong('is no distribution of keys')
  if ((kind === 'uniform' || kind === 'range') && skewText === undefined) {
    return { kind, keys: parseCount(countText, flag, { min: 1, max: MAX_KEYS }) }
  }
  if (kind !== 'zipf') throw wrong('is no distribution of keys')
  const s = Number(skewText ?? 1)
  if (skewText?.trim() === '' || !(s >= 0 && s <= 5)) throw wrong('needs a skew from 0 to 5')
  return { kind, keys: parseCount(countText, flag, { min: 1, max: MAX_ZIPF_KEYS }), s }
}

/** `none`, `uniform:1000`, `zipf:1000:1.1`. */
export function describeKeys(spec: KeySpec): string {
  if (spec.kind === 'none') return 'none'
  return spec.kind === 'zipf' ? `zipf:${spec.keys}:${spec.s}` : `${spec.kind}:${spec.keys}`
}

export interface Keys {
  key(n: number): Buffer | null
  /** Bytes of the key of record n. */
  bytes(n: number): number
}

export function makeKeys(spec: KeySpec, seed: number): Keys {
  if (spec.kind === 'none') return { key: () => null, bytes: () => 0 }
  const choose = chooser(spec, seed)
  if (spec.keys > CACHED_KEYS) {
    return { key: (n) => Buffer.from(String(choose(n))), bytes: (n) => digitsOf(choose(n)) }
  }
  const cached = Array.from({ length: spec.keys }, (_, index) => Buffer.from(String(index)))
  const lengths = Uint8Array.from(cached, ({ length }) => length)
  if (spec.kind === 'range') {
    const { keys } = spec
    return { key: (n) => cached[n % keys] ?? null, bytes: (n) => lengths[n % keys] ?? 0 }
  }
  const drawn = Uint16Array.from({ length: DRAWS }, (_, n) => choose(n))
  return {
    key: (n) => cached[drawn[n % DRAWS] ?? 0] ?? null,
    bytes: (n) => lengths[drawn[n % DRAWS] ?? 0] ?? 0,
  }
}

function digitsOf(value: number): number {
  let digits = 1
  for (let limit = 10; value >= limit; limit *= 10) digits += 1
  return digits
}

/** The number of the key of record n. */
function chooser(spec: Exclude<KeySpec, { kind: 'none' }>, seed: number): (n: number) => number {
  const { keys } = spec
  if (spec.kind === 'range') return (n) => n % keys
  const random = randomOf(seed, STREAM)
  const salt = random.uint32()
  const high = random.uint32()
  /** 32 random bits of n, which may be above 2^32. */
  const bits = (n: number) => mix32(mix32((n | 0) ^ salt) ^ Math.imul(Math.floor(n / 2 ** 32), high))
  if (spec.kind === 'uniform') return (n) => Math.floor((bits(n) / 2 ** 32) * keys)
  const { stay, alias } = aliasTable(keys, spec.s)
  return (n) => {
    const first = bits(n)
    const column = Math.floor((first / 2 ** 32) * keys)
    return mix32(first ^ salt) < (stay[column] ?? 0) ? column : (alias[column] ?? 0)
  }
}

/**
 * Vose's alias method: a skewed draw in two look-ups, however many keys there are.
 * `stay[i]` is the chance, of 2^32, that column i stands for itself; otherwise it is `alias[i]`.
 */
function aliasTable(keys: number, s: number): { stay: Float64Array; alias: Uint32Array } {
  const scaled = new Float64Array(keys)
  let total = 0
  for (let i = 0; i < keys; i += 1) total += scaled[i] = (i + 1) ** -s
  const small: number[] = []
  const large: number[] = []
  for (let i = 0; i < keys; i += 1) {
    const share = ((scaled[i] ?? 0) * keys) / total
    scaled[i] = share
    ;(share < 1 ? small : large).push(i)
  }
  const stay = new Float64Array(keys).fill(2 ** 32)
  const alias = Uint32Array.from({ length: keys }, (_, index) => index)
  while (small.length > 0 && large.length > 0) {
    const less = small.pop() ?? 0
    const more = large.pop() ?? 0
    stay[less] = (scaled[less] ?? 0) * 2 ** 32
    alias[less] = more
    const left = (scaled[more] ?? 0) + (scaled[less] ?? 0) - 1
    scaled[more] = left
    ;(left < 1 ? small : large).push(more)
  }
  return { stay, alias }
}
