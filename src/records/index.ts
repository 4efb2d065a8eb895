/** From what was asked for to a `RecordSource`. */
import { basename, resolve } from 'node:path'
import { TuneError } from '../errors.ts'
import { parseDelimiter, readPayloadFile } from './file.ts'
import type { HeaderSpec } from './headers.ts'
import { describeKeys, type KeySpec, makeKeys } from './keys.ts'
import { DEFAULT_POOL_BYTES, gzipRatio, makePayloads } from './payload.ts'
import { DEFAULT_SIZE, describeSize, type SizeSpec } from './sizes.ts'
import type { RecordSource } from './source.ts'
import { fillTemplate, readTemplate } from './template.ts'

export { type HeaderSpec, parseHeaders } from './headers.ts'
export { describeKeys, type KeySpec, parseKeys } from './keys.ts'
export { parseCompressibility } from './payload.ts'
export { DEFAULT_SIZE, describeSize, parseSize, type SizeSpec } from './sizes.ts'
export { type RecordSource, type RecordsAbout, shareSource } from './source.ts'

/** What the records of a run are like. Of payloadFile, template, monotonic and size (with compressibility) one is used. */
export interface RecordSpec {
  /** 1,024 B when nothing else is said. */
  readonly size?: SizeSpec
  /** Plain bytes divided by compressed bytes, 1 to 100; without it values are uniform capital letters. */
  readonly compressibility?: number
  /** Path of a file of values. */
  readonly payloadFile?: string
  /** Between the values of `payloadFile`, escapes as typed; `\n` when not said. */
  readonly delimiter?: string
  /** Name of a template that ships with `tune`, or a path. */
  readonly template?: string
  /** The value of record n is the decimal text of n, as kafka-producer-perf-test's `--payload-monotonic`. */
  readonly monotonic?: boolean
  readonly keys?: KeySpec
  readonly headers?: readonly HeaderSpec[]
  /** 1 when not said. */
  readonly seed?: number
  /** How much memory values may take; 8 MiB when not said. A payload file may take 32 MiB. */
  readonly poolBytes?: number
}

/** Counting values: how far drivers that encode ahead look, and what `meanBytes` is the mean of. */
const MONOTONIC_POOL = 2 ** 20
const MAX_SAFE_DIGITS = String(Number.MAX_SAFE_INTEGER).length

interface Values {
  readonly about: string
  readonly poolSize: number
  value(n: number): Buffer
  bytes(n: number): number
  readonly poolBytes: number
  readonly maxBytes: number
  readonly gzipRatio: number
}

/**
 * @param cwd what relative paths are relative to
 * @throws TuneError USAGE for wishes that exclude each other, CONFIG for files that cannot be used
 */
export function makeRecordSource(spec: RecordSpec, cwd = process.cwd()): RecordSource {
  const { seed = 1, keys: keySpec = { kind: 'none' } } = spec
  const values = makeValues(spec, seed, cwd)
  const keys = makeKeys(keySpec, seed)
  const headers = (spec.headers ?? []).map(({ key, value }) => ({ key, value: Buffer.from(value) }))
  const headerBytes = headers.reduce((sum, { key, value }) => sum + Buffer.byteLength(key) + value.length, 0)
  const meanValueBytes = values.poolBytes / values.poolSize
  return {
    poolSize: values.poolSize,
    value: values.value,
    key: keys.key,
    keyed: keySpec.kind !== 'none',
    headers,
    bytes: (n) => values.bytes(n) + keys.bytes(n) + headerBytes,
    meanBytes: meanValueBytes + meanKeyBytes(keys, values.poolSize) + headerBytes,
    maxValueBytes: values.maxBytes,
    about: {
      values: values.about,
      keys: describeKeys(keySpec),
      headerBytes,
      seed,
      poolRecords: values.poolSize,
      poolBytes: values.poolBytes,
      meanValueBytes,
      gzipRatio: values.gzipRatio,
    },
  }
}

function meanKeyBytes(keys: { bytes(n: number): number }, poolSize: number): number {
  const sampled = Math.max(poolSize, 10_000)
  let sum = 0
  for (let n = 0; n < sampled; n += 1) sum += keys.bytes(n)
  return sum / sampled
}

function makeValues(spec: RecordSpec, seed: number, cwd: string): Values {
  const { payloadFile, template, monotonic = false, size, compressibility, delimiter } = spec
  const chosen = [
    ...(payloadFile === undefined ? [] : ['--payload-file']),
    ...(template === undefined ? [] : ['--payload-template']),
    ...(monotonic ? ['--payload-monotonic'] : []),
    ...(size === undefined ? [] : ['--record-size']),
  ]
  if (size === undefined && compressibility !== undefined) chosen.push('--compressibility')
  if (chosen.length > 1) {
    throw new TuneError('USAGE', `${chosen.join(' and ')} exclude each other`, {
      hint: 'each says what the values are; keep one',
    })
  }
  if (monotonic) return countingValues()
  const poolBytes = spec.poolBytes ?? DEFAULT_POOL_BYTES
  if (payloadFile !== undefined) {
    const { values, truncated } = readPayloadFile(
      resolve(cwd, payloadFile),
      parseDelimiter(delimiter ?? String.raw`\n`),
    )
    const about = `file:${basename(payloadFile)}${truncated ? ` (its first ${values.length} records)` : ''}`
    return pooled(about, values)
  }
  if (template !== undefined) {
    return pooled(
      `template:${basename(template)}`,
      fillTemplate(readTemplate(template, cwd), seed, poolBytes),
    )
  }
  const wanted = size ?? DEFAULT_SIZE
  const about = `${describeSize(wanted)}${compressibility === undefined ? '' : ` ${+compressibility.toFixed(2)}x`}`
  return pooled(about, makePayloads({ size: wanted, compressibility, seed, poolBytes }))
}

function pooled(about: string, values: readonly Buffer[]): Values {
  const poolSize = values.length
  const none = Buffer.alloc(0)
  const lengths = Uint32Array.from(values, ({ length }) => length)
  return {
    about,
    poolSize,
    value: (n) => values[n % poolSize] ?? none,
    bytes: (n) => lengths[n % poolSize] ?? 0,
    poolBytes: values.reduce((sum, { length }) => sum + length, 0),
    maxBytes: values.reduce((max, { length }) => Math.max(max, length), 0),
    gzipRatio: gzipRatio(values),
  }
}

/** Not kept, made as they come: a record's value is its number, past the end of the pool too. */
function countingValues(): Values {
  const bytes = (n: number) => String(n).length
  let poolBytes = 0
  for (let digits = 1, from = 0; from < MONOTONIC_POOL; digits += 1) {
    const to = Math.min(MONOTONIC_POOL, 10 ** digits)
    poolBytes += (to - from) * digits
    from = to
  }
  return {
    about: 'monotonic',
    poolSize: MONOTONIC_POOL,
    value: (n) => Buffer.from(String(n)),
    bytes,
    poolBytes,
    maxBytes: MAX_SAFE_DIGITS,
    gzipRatio: gzipRatio(Array.from({ length: 50_000 }, (_, n) => Buffer.from(String(n)))),
  }
}
