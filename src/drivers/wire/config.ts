/** The settings that `wire` takes, under their Java names, checked and with defaults. */
import { TuneError } from '../../errors.ts'
import type { EffectiveConfig, ProducerPlan, Properties } from '../driver.ts'
import { checkProperties } from '../properties.ts'
import { CODEC_NAMES, type CodecName, DEFAULT_GZIP_LEVEL, DEFAULT_ZSTD_LEVEL } from './codecs.ts'
import { connectionValues, unsupportedOf, type WholeNumber, wholeNumber } from './settings.ts'

export interface WireConfig {
  readonly acks: 0 | 1 | -1
  readonly batchBytes: number
  readonly lingerMs: number
  readonly bufferBytes: number
  readonly codec: CodecName
  readonly codecLevel: number
  readonly maxInFlight: number
  readonly maxRequestBytes: number
  readonly requestTimeoutMs: number
  readonly retries: number
  readonly retryBackoffMs: number
  readonly retryBackoffMaxMs: number
  readonly reconnectBackoffMs: number
  readonly reconnectBackoffMaxMs: number
  readonly deliveryTimeoutMs: number
}

/**
 * The largest request that is put together from several batches. Requests of half a mebibyte and more are "humongous"
 * in a broker's heap (G1 with regions of 1 MiB) and cost it collections; a single larger batch still goes alone.
 */
export const REQUEST_BYTES = 480 * 1024

/** A broker works on one request of a connection at a time, so one connection leaves cores of it idle. */
export const CONNECTIONS_PER_BROKER = 3

/** Java's 16 KiB batches make the broker the bottleneck at a fifth of what it can take; this one wants its limit. */
const BATCH_BYTES = 128 * 1024

const KIB = 1024
const MAX_INT = 2 ** 31 - 1

/** Whole-number settings: default and range. Defaults are those of Java's client 4.x, but for batch.size. */
const NUMBERS = {
  'batch.size': { fallback: BATCH_BYTES, min: 0, max: MAX_INT },
  'linger.ms': { fallback: 5, min: 0, max: MAX_INT },
  'buffer.memory': { fallback: 32 * KIB * KIB, min: 0, max: Number.MAX_SAFE_INTEGER },
  'compression.gzip.level': { fallback: DEFAULT_GZIP_LEVEL, min: -1, max: 9 },
  'compression.zstd.level': { fallback: DEFAULT_ZSTD_LEVEL, min: -131072, max: 22 },
  'max.in.flight.requests.per.connection': { fallback: 5, min: 1, max: 1000 },
  'max.request.size': { fallback: KIB * KIB, min: 0, max: MAX_INT },
  'request.timeout.ms': { fallback: 30_000, min: 0, max: MAX_INT },
  retries: { fallback: MAX_INT, min: 0, max: MAX_INT },
  'retry.backoff.ms': { fallback: 100, min: 0, max: MAX_INT },
  'retry.backoff.max.ms': { fallback: 1000, min: 0, max: MAX_INT },
  'reconnect.backoff.ms': { fallback: 50, min: 0, max: MAX_INT },
  'reconnect.backoff.max.ms': { fallback: 1000, min: 0, max: MAX_INT },
  'delivery.timeout.ms': { fallback: 120_000, min: 0, max: MAX_INT },
} as const satisfies Record<string, WholeNumber>

const OWN_KEYS: ReadonlySet<string> = new Set([
  ...Object.keys(NUMBERS),
  'acks',
  'compression.type',
  'enable.idempotence',
])

function acksOf(text: string | undefined): 0 | 1 | -1 {
  if (text === undefined || text === 'all' || text === '-1') return -1
  if (text === '1') return 1
  if (text === '0') return 0
  throw new TuneError('CONFIG', `acks=${text} is not one of 0, 1, all`)
}

function codecOf(text = 'none'): CodecName {
  const name = CODEC_NAMES.find((known) => known === text)
  if (name !== undefined) return name
  throw new TuneError('CONFIG', `compression.type=${text} is not one of ${CODEC_NAMES.join(', ')}`)
}

/** Refuses what pre-encoded batches cannot do. */
function refuse(properties: Properties, headers: number): void {
  const hint = 'use --driver confluent'
  if (properties['enable.idempotence']?.toLowerCase() === 'true') {
    throw new TuneError('UNSUPPORTED', 'the wire driver cannot be idempotent (enable.idempotence=true)', {
      hint,
    })
  }
  if (properties['transactional.id'] !== undefined) {
    throw new TuneError('UNSUPPORTED', 'the wire driver has no transactions (transactional.id)', { hint })
  }
  if (headers > 0) throw new TuneError('UNSUPPORTED', 'the wire driver sends no record headers', { hint })
}

/** Reads the settings. @throws TuneError CONFIG for a value out of range, UNSUPPORTED for a feature it lacks */
export function wireConfig(properties: Properties, headers: number): WireConfig {
  checkProperties(properties, 'wire')
  refuse(properties, headers)
  const number = (key: keyof typeof NUMBERS) => wholeNumber(properties, key, NUMBERS[key])
  const codec = codecOf(properties['compression.type'])
  return {
    acks: acksOf(properties.acks),
    batchBytes: number('batch.size'),
    lingerMs: number('linger.ms'),
    bufferBytes: number('buffer.memory'),
    codec,
    codecLevel: number(codec === 'zstd' ? 'compression.zstd.level' : 'compression.gzip.level'),
    maxInFlight: number('max.in.flight.requests.per.connection'),
    maxRequestBytes: number('max.request.size'),
    requestTimeoutMs: number('request.timeout.ms'),
    retries: number('retries'),
    retryBackoffMs: number('retry.backoff.ms'),
    retryBackoffMaxMs: number('retry.backoff.max.ms'),
    reconnectBackoffMs: number('reconnect.backoff.ms'),
    reconnectBackoffMaxMs: number('reconnect.backoff.max.ms'),
    deliveryTimeoutMs: number('delivery.timeout.ms'),
  }
}

/** What would run, for the result. */
export function effectiveConfig(
  plan: Pick<ProducerPlan, 'connection' | 'properties' | 'source'>,
): EffectiveConfig {
  const { connection, properties, source } = plan
  const config = wireConfig(properties, source.headers.length)
  const notes = [
    `wire sends batches ${source.live ? 'of what has come, encoded here' : 'that were encoded before the run'}, without idempotence (Java's default is idempotent)`,
    `wire opens ${CONNECTIONS_PER_BROKER} connections to each broker; other clients have one`,
  ]
  if (properties['batch.size'] === undefined) {
    notes.push(
      `batch.size is ${BATCH_BYTES} unless set (Java's default is 16384), to find the broker's limit`,
    )
  }
  if (config.acks === 0) {
    notes.push('acks=0: a record counts as written when the socket took it, nobody acknowledged it')
  }
  return {
    values: {
      ...connectionValues(connection),
      acks: config.acks === -1 ? 'all' : config.acks,
      'batch.size': config.batchBytes,
      'linger.ms': config.lingerMs,
      'buffer.memory': config.bufferBytes,
      'compression.type': config.codec,
      ...(config.codec === 'gzip' && { 'compression.gzip.level': config.codecLevel }),
      ...(config.codec === 'zstd' && { 'compression.zstd.level': config.codecLevel }),
      'enable.idempotence': false,
      'connections per broker': CONNECTIONS_PER_BROKER,
      'max.in.flight.requests.per.connection': config.maxInFlight,
      'max.request.size': config.maxRequestBytes,
      'request.timeout.ms': config.requestTimeoutMs,
      retries: config.retries,
      'retry.backoff.ms': config.retryBackoffMs,
      'retry.backoff.max.ms': config.retryBackoffMaxMs,
      'reconnect.backoff.ms': config.reconnectBackoffMs,
      'reconnect.backoff.max.ms': config.reconnectBackoffMaxMs,
      'delivery.timeout.ms': config.deliveryTimeoutMs,
    },
    unsupported: unsupportedOf(properties, OWN_KEYS),
    notes,
  }
}
