/** The settings that `wire` reads by, under their Java names, checked and with defaults. */
import { TuneError } from '../../errors.ts'
import type { ConsumerPlan } from '../consumer.ts'
import type { EffectiveConfig, Properties } from '../driver.ts'
import { checkProperties } from '../properties.ts'
import { connectionValues, unsupportedOf, type WholeNumber, wholeNumber } from './settings.ts'

export interface WireConsumerConfig {
  readonly minBytes: number
  readonly maxWaitMs: number
  readonly maxBytes: number
  readonly partitionBytes: number
  readonly readCommitted: boolean
  readonly checkCrcs: boolean
  readonly rack: string
  readonly requestTimeoutMs: number
  readonly retryBackoffMs: number
  readonly retryBackoffMaxMs: number
  readonly reconnectBackoffMs: number
  readonly reconnectBackoffMaxMs: number
  /** How long what cannot be read, or is not there, is asked for again. */
  readonly patienceMs: number
}

const MAX_INT = 2 ** 31 - 1

/** Whole-number settings: default and range. Defaults are those of Java's client 4.x. */
const NUMBERS = {
  'fetch.min.bytes': { fallback: 1, min: 0, max: MAX_INT },
  'fetch.max.wait.ms': { fallback: 500, min: 0, max: MAX_INT },
  'fetch.max.bytes': { fallback: 50 * 1024 * 1024, min: 0, max: MAX_INT },
  'max.partition.fetch.bytes': { fallback: 1024 * 1024, min: 0, max: MAX_INT },
  'request.timeout.ms': { fallback: 30_000, min: 0, max: MAX_INT },
  'retry.backoff.ms': { fallback: 100, min: 0, max: MAX_INT },
  'retry.backoff.max.ms': { fallback: 1000, min: 0, max: MAX_INT },
  'reconnect.backoff.ms': { fallback: 50, min: 0, max: MAX_INT },
  'reconnect.backoff.max.ms': { fallback: 1000, min: 0, max: MAX_INT },
  'default.api.timeout.ms': { fallback: 60_000, min: 0, max: MAX_INT },
} as const satisfies Record<string, WholeNumber>

const OWN_KEYS: ReadonlySet<string> = new Set([
  ...Object.keys(NUMBERS),
  'isolation.level',
  'check.crcs',
  'client.rack',
])

function isolationOf(text = 'read_uncommitted'): boolean {
  if (text === 'read_committed' || text === 'read_uncommitted') return text === 'read_committed'
  throw new TuneError('CONFIG', `isolation.level=${text} is not one of read_uncommitted, read_committed`)
}

function booleanOf(key: string, text = 'false'): boolean {
  const value = text.trim().toLowerCase()
  if (value === 'true' || value === 'false') return value === 'true'
  throw new TuneError('CONFIG', `${key}=${text} is not true or false`)
}

/** Reads the settings. @throws TuneError CONFIG for a value out of range */
export function wireConsumerConfig(properties: Properties): WireConsumerConfig {
  checkProperties(properties, 'wire')
  const number = (key: keyof typeof NUMBERS) => wholeNumber(properties, key, NUMBERS[key])
  return {
    minBytes: number('fetch.min.bytes'),
    maxWaitMs: number('fetch.max.wait.ms'),
    maxBytes: number('fetch.max.bytes'),
    partitionBytes: number('max.partition.fetch.bytes'),
    readCommitted: isolationOf(properties['isolation.level']),
    checkCrcs: booleanOf('check.crcs', properties['check.crcs']),
    rack: properties['client.rack'] ?? '',
    requestTimeoutMs: number('request.timeout.ms'),
    retryBackoffMs: number('retry.backoff.ms'),
    retryBackoffMaxMs: number('retry.backoff.max.ms'),
    reconnectBackoffMs: number('reconnect.backoff.ms'),
    reconnectBackoffMaxMs: number('reconnect.backoff.max.ms'),
    patienceMs: number('default.api.timeout.ms'),
  }
}

/** The offsets to begin at. @throws TuneError UNSUPPORTED for a group */
export function startsOf({
  subscription,
}: Pick<ConsumerPlan, 'subscription'>): readonly { readonly partition: number; readonly offset: number }[] {
  if (subscription.kind === 'assigned') return subscription.from
  throw new TuneError(
    'UNSUPPORTED',
    `the wire driver reads without a group, not as a member of ${subscription.groupId}`,
    { hint: 'use --driver confluent, or read without a group' },
  )
}

/** What would run, for the result. @throws TuneError CONFIG, UNSUPPORTED */
export function effectiveConsumerConfig(
  plan: Pick<ConsumerPlan, 'connection' | 'properties' | 'subscription'>,
): EffectiveConfig {
  startsOf(plan)
  const config = wireConsumerConfig(plan.properties)
  const notes = [
    'wire counts records where they lie and hands out none unless asked, over a connection a broker',
  ]
  if (plan.properties['check.crcs'] === undefined) {
    notes.push("check.crcs is false unless set (Java's default is true), to find the broker's limit")
  }
  return {
    values: {
      ...connectionValues(plan.connection),
      'fetch.min.bytes': config.minBytes,
      'fetch.max.wait.ms': config.maxWaitMs,
      'fetch.max.bytes': config.maxBytes,
      'max.partition.fetch.bytes': config.partitionBytes,
      'isolation.level': config.readCommitted ? 'read_committed' : 'read_uncommitted',
      'check.crcs': config.checkCrcs,
      ...(config.rack !== '' && { 'client.rack': config.rack }),
      'request.timeout.ms': config.requestTimeoutMs,
      'retry.backoff.ms': config.retryBackoffMs,
      'retry.backoff.max.ms': config.retryBackoffMaxMs,
      'reconnect.backoff.ms': config.reconnectBackoffMs,
      'reconnect.backoff.max.ms': config.reconnectBackoffMaxMs,
      'default.api.timeout.ms': config.patienceMs,
    },
    unsupported: unsupportedOf(plan.properties, OWN_KEYS),
    notes,
  }
}
