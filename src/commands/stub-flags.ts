/** Flags of the stub API, and what they ask for. `tune bench http` has them too, for the stub that it starts. */
import { TuneError } from '../errors.ts'
import {
  DEFAULT_STUB,
  STUB_FAULTS,
  STUB_PAGINATIONS,
  type StubLatency,
  type StubOptions,
} from '../http/stub/options.ts'
import { didYouMean } from '../nearest.ts'
import { parseBytes, parseCount, parseDurationMs, parseRate, parseRatio } from '../units.ts'
import type { Flag } from './bench-flags.ts'

/** Every value is text as it was typed. */
export interface StubFlags {
  records?: string
  recordBytes?: string
  pageSize?: string
  pagination?: string
  endless?: boolean
  grow?: string
  latency?: string
  stall?: string
  rateLimit?: string
  fault?: string[]
  errorRate?: string
  compress?: boolean
  etag?: boolean
  seed?: string
}

export const STUB_FLAGS: readonly Flag[] = [
  ['--records <n>', 'records it has (10000)'],
  ['--record-bytes <bytes>', 'JSON bytes of a record (128)'],
  ['--page-size <n>', 'records of a page where the request names no number (100)'],
  ['--pagination <kind>', 'cursor, offset, page, link or none (cursor)', STUB_PAGINATIONS],
  ['--endless', 'the last page leads on to the first'],
  ['--grow <rate>', 'new records come at this rate, e.g. 500/s (0)'],
  ['--latency <how>', 'until it answers: 20ms, or lognormal:20ms:0.5 (median, sigma) (0)'],
  ['--stall <after:for>', 'nothing is answered for a while, e.g. 3s:1s after the first request'],
  ['--rate-limit <rate[:burst]>', 'beyond it 429 with Retry-After, e.g. 20/s:50'],
  ['--error-rate <share>', 'of requests that get a 500, e.g. 5%'],
  ['--fault <kind:share...>', `${STUB_FAULTS.join(', ')}: e.g. reset:1%`],
  ['--compress', 'gzip, deflate or br where the request accepts it'],
  ['--etag', 'ETag, and 304 for an If-None-Match that fits'],
  ['--seed <n>', 'same seed, same records, latencies and faults (1)'],
]

/**
 * @param dashes what the flags begin with, for messages
 * @throws TuneError USAGE
 */
export function stubOptions(flags: StubFlags, dashes = '--'): StubOptions {
  const flag = (name: string) => `${dashes}${name}`
  const { records, recordBytes, pageSize, pagination, stall, rateLimit, seed } = flags
  const faults = parseFaults(flags, flag)
  return {
    ...DEFAULT_STUB,
    ...(records === undefined ? {} : { records: parseCount(records, flag('records')) }),
    ...(recordBytes === undefined
      ? {}
      : { recordBytes: parseBytes(recordBytes, flag('record-bytes'), { min: 1, max: 64 * 2 ** 20 }) }),
    ...(pageSize === undefined
      ? {}
      : { pageSize: parseCount(pageSize, flag('page-size'), { min: 1, max: 10_000 }) }),
    pagination: STUB_PAGINATIONS.find((kind) => kind === pagination) ?? DEFAULT_STUB.pagination,
    endless: flags.endless === true,
    ...(flags.grow === undefined ? {} : { growPerSec: parseRate(flags.grow, flag('grow'), { paced: true }) }),
    ...(flags.latency === undefined ? {} : { latency: parseLatency(flags.latency, flag('latency')) }),
    ...(stall === undefined ? {} : { stall: parseStall(stall, flag('stall')) }),
    ...(rateLimit === undefined ? {} : { rateLimit: parseRateLimit(rateLimit, flag('rate-limit')) }),
    faults,
    compress: flags.compress === true,
    etag: flags.etag === true,
    ...(seed === undefined ? {} : { seed: parseCount(seed, flag('seed')) }),
  }
}

function parseLatency(text: string, flag: string): StubLatency {
  const [kind, median, sigma, ...more] = text.split(':')
  if (kind !== 'lognormal') return { kind: 'constant', ms: parseDurationMs(text, flag) }
  if (median === undefined || sigma === undefined || more.length > 0) {
    throw new TuneError('USAGE', `${flag}: '${text}' is not lognormal:MEDIAN:SIGMA`, {
      hint: 'for example lognormal:20ms:0.5',
    })
  }
  return {
    kind: 'lognormal',
    medianMs: parseDurationMs(median, flag),
    sigma: parseRatio(sigma, flag, { max: 5 }),
  }
}

function parseStall(text: string, flag: string): { afterMs: number; forMs: number } {
  const [after = '', length = '', ...more] = text.split(':')
  if (length === '' || more.length > 0) {
    throw new TuneError('USAGE', `${flag}: '${text}' is not AFTER:FOR`, { hint: 'for example 3s:1s' })
  }
  return { afterMs: parseDurationMs(after, flag), forMs: parseDurationMs(length, flag) }
}

/** `20/s`, `20/s:50`: without a burst, one second's tokens. */
export function parseRateLimit(text: string, flag: string): { perSec: number; burst: number } {
  const [rate = '', burst, ...more] = text.split(':')
  const perSec = parseRate(rate, flag, { paced: true })
  if (more.length > 0) {
    throw new TuneError('USAGE', `${flag}: '${text}' is not RATE:BURST`, { hint: 'for example 20/s:50' })
  }
  return { perSec, burst: burst === undefined ? Math.max(1, perSec) : parseCount(burst, flag, { min: 1 }) }
}

function parseFaults(
  { fault = [], errorRate }: StubFlags,
  flag: (name: string) => string,
): StubOptions['faults'] {
  const faults = fault.map((word) => {
    const [name = '', share = '', ...more] = word.split(':')
    const kind = STUB_FAULTS.find((one) => one === name)
    if (kind === undefined) {
      throw new TuneError('USAGE', `${flag('fault')}: there is no fault '${name}'`, {
        hint: didYouMean(name, STUB_FAULTS),
      })
    }
    if (share === '' || more.length > 0) {
      throw new TuneError('USAGE', `${flag('fault')}: '${word}' is not KIND:SHARE`, {
        hint: `for example ${kind}:1%`,
      })
    }
    return { kind, share: parseRatio(share, flag('fault'), { max: 1 }) }
  })
  if (errorRate === undefined) return faults
  return [...faults, { kind: 'error', share: parseRatio(errorRate, flag('error-rate'), { max: 1 }) }]
}
