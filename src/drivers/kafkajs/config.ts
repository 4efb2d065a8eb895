/** Kafka properties as kafkajs's options, and what of them the result shows. */
import { TuneError } from '../../errors.ts'
import type { Connection, EffectiveConfig, ProducerPlan } from '../driver.ts'
import { differingDefaults, type KafkajsSettings, type Setting, toKafkajs } from '../properties.ts'

/** kafkajs's own default, and what it takes for an idempotent producer. */
const RETRIES = 5
const RETRIES_IDEMPOTENT = Number.MAX_SAFE_INTEGER

export interface KafkajsConfig {
  readonly acks: number
  readonly compression: string
  readonly idempotent: boolean
  readonly transactionalId: string | undefined
  readonly transactionTimeoutMs: number | undefined
  /** Per broker; undefined is kafkajs's default, no bound. */
  readonly maxInFlightRequests: number | undefined
  readonly metadataMaxAgeMs: number | undefined
  readonly requestTimeoutMs: number
  readonly connectionTimeoutMs: number | undefined
  readonly retry: {
    readonly retries: number
    readonly initialRetryTime?: number
    readonly maxRetryTime?: number
  }
}

export const numberOf = (value: Setting | undefined): number | undefined =>
  typeof value === 'number' ? value : undefined

/** @throws TuneError CONFIG, UNSUPPORTED */
export function producerConfig(plan: Pick<ProducerPlan, 'properties'>): KafkajsConfig {
  return read(plan.properties, toKafkajs(plan.properties, 'producer'))
}

function read(properties: ProducerPlan['properties'], { settings }: KafkajsSettings): KafkajsConfig {
  const { client, producer, retry, send } = settings
  const transactionalId = properties['transactional.id']
  if (transactionalId !== undefined && properties['enable.idempotence'] === 'false') {
    throw new TuneError('CONFIG', 'transactional.id needs enable.idempotence=true', {
      hint: 'leave enable.idempotence out',
    })
  }
  const idempotent = producer.idempotent === true || transactionalId !== undefined
  const acks = numberOf(send.acks) ?? -1
  if (idempotent && acks !== -1) {
    throw new TuneError(
      'CONFIG',
      `${transactionalId === undefined ? 'enable.idempotence=true' : 'transactional.id'} needs acks=all, not acks=${acks}`,
      {
        hint: transactionalId === undefined ? 'set acks=all, or enable.idempotence=false' : 'set acks=all',
      },
    )
  }
  const initialRetryTime = numberOf(retry.initialRetryTime)
  const maxRetryTime = numberOf(retry.maxRetryTime)
  return {
    acks,
    compression: String(send.compression ?? 'none'),
    idempotent,
    transactionalId,
    transactionTimeoutMs: numberOf(producer.transactionTimeout),
    maxInFlightRequests: numberOf(producer.maxInFlightRequests),
    metadataMaxAgeMs: numberOf(producer.metadataMaxAge),
    requestTimeoutMs: numberOf(client.requestTimeout) ?? 30_000,
    connectionTimeoutMs: numberOf(client.connectionTimeout),
    retry: {
      retries: numberOf(retry.retries) ?? (idempotent ? RETRIES_IDEMPOTENT : RETRIES),
      ...(initialRetryTime !== undefined && { initialRetryTime }),
      ...(maxRetryTime !== undefined && { maxRetryTime }),
    },
  }
}

/** Pure: what would run. */
export function effectiveConfig(plan: Pick<ProducerPlan, 'connection' | 'properties'>): EffectiveConfig {
  const { connection, properties } = plan
  const translated = toKafkajs(properties, 'producer')
  const config = read(properties, translated)
  const differing = differingDefaults('kafkajs', 'producer', properties)
  return {
    values: {
      ...shownConnection(connection),
      acks: config.acks,
      compression: config.compression,
      idempotent: config.idempotent,
      ...(config.transactionalId !== undefined && { transactionalId: config.transactionalId }),
      maxInFlightRequests: config.maxInFlightRequests ?? 'no bound',
      requestTimeout: config.requestTimeoutMs,
      timeout: config.requestTimeoutMs,
      ...(config.metadataMaxAgeMs !== undefined && { metadataMaxAge: config.metadataMaxAgeMs }),
      'retry.retries': config.retry.retries,
      ...(config.retry.initialRetryTime !== undefined && {
        'retry.initialRetryTime': config.retry.initialRetryTime,
      }),
      ...(config.retry.maxRetryTime !== undefined && { 'retry.maxRetryTime': config.retry.maxRetryTime }),
      createPartitioner: 'DefaultPartitioner (murmur2)',
    },
    unsupported: translated.unsupported,
    notes: [
      ...(config.idempotent
        ? ['idempotent: one send() at a time, since kafkajs numbers records anew when a send fails']
        : ['when one partition refuses, kafkajs sends the whole request again: retries make duplicates']),
      'kafkajs makes no batches of its own: records that are due together go in one send()',
      ...notesOf(differing),
    ],
  }
}

/** What of the connection may be shown. */
export function shownConnection({
  bootstrapServers,
  clientId,
  security,
}: Connection): EffectiveConfig['values'] {
  return {
    brokers: bootstrapServers,
    clientId,
    'security.protocol': security.protocol,
    ...(security.sasl && { 'sasl.mechanism': security.sasl.mechanism }),
  }
}

export function notesOf(differing: readonly string[]): string[] {
  if (differing.length === 0) return []
  return [`defaults of kafkajs in use where Java's differ (in brackets): ${differing.join(', ')}`]
}
