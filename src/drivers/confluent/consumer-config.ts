/** A consumer's plan as librdkafka's configuration, and what of it the result shows. */
import { TuneError } from '../../errors.ts'
import type { ConsumerPlan } from '../consumer.ts'
import type { EffectiveConfig, Properties } from '../driver.ts'
import { clientDefaults, differingDefaults, toLibrdkafka } from '../properties.ts'
import {
  connectionConfig,
  type LibrdkafkaConfig,
  notesOf,
  STATISTICS_INTERVAL_MS,
  shownConnection,
} from './config.ts'

type Plan = Pick<ConsumerPlan, 'connection' | 'properties' | 'subscription'>

/** The binding makes no consumer without a group id; who assigns by hand joins no group, and commits nothing. */
const NO_GROUP = 'tune-assigned'

/** With `group.protocol=consumer` the broker decides these, and librdkafka refuses them (rd_kafka_conf_finalize). */
const CLASSIC_ONLY: readonly string[] = [
  'session.timeout.ms',
  'heartbeat.interval.ms',
  'partition.assignment.strategy',
  'group.protocol.type',
]

const SESSION_TIMEOUT_MS = 45_000

/** As Java; polls.ts has what other numbers cost. */
const POLL_RECORDS = 500

interface Translated {
  readonly settings: LibrdkafkaConfig
  /** `max.poll.records`: librdkafka has it for share groups only, so it is asked for poll by poll. */
  readonly pollRecords: number
  readonly unsupported: readonly string[]
  /** What `group.protocol=consumer` leaves out. */
  readonly refused: readonly string[]
}

/** @throws TuneError CONFIG */
function translate({ properties, subscription }: Plan): Translated {
  const { settings, unsupported: unknown } = toLibrdkafka(asked(properties, subscription), 'consumer')
  const refused = settings['group.protocol'] === 'consumer' ? CLASSIC_ONLY : []
  const left = Object.entries(settings).filter(([key]) => !refused.includes(key))
  const unsupported = [
    ...unknown.filter((key) => key !== 'max.poll.records'),
    ...Object.keys(properties).filter((key) => refused.includes(key)),
  ]
  checkTimeouts(settings)
  const group: LibrdkafkaConfig =
    subscription.kind === 'group'
      ? { 'group.id': subscription.groupId }
      : { 'group.id': NO_GROUP, 'enable.auto.commit': false }
  return {
    // Tells that a partition is read to its end, whatever stands there
    settings: { 'enable.partition.eof': true, ...Object.fromEntries(left), ...group },
    pollRecords: Number(properties['max.poll.records'] ?? POLL_RECORDS),
    unsupported,
    refused,
  }
}

/** The properties with what the subscription says; offsets that are given need no reset. */
function asked(properties: Properties, subscription: ConsumerPlan['subscription']): Properties {
  const { 'group.id': _, 'auto.offset.reset': reset, ...rest } = properties
  if (subscription.kind === 'group') return { ...rest, 'auto.offset.reset': subscription.reset }
  return reset === undefined ? rest : { ...rest, 'auto.offset.reset': reset }
}

/** librdkafka wants more than Java here, and says so only when the client is made. */
function checkTimeouts(settings: LibrdkafkaConfig): void {
  if (settings['group.protocol'] === 'consumer') return
  const sessionMs = Number(settings['session.timeout.ms'] ?? SESSION_TIMEOUT_MS)
  const pollMs = Number(settings['max.poll.interval.ms'] ?? Number.POSITIVE_INFINITY)
  if (pollMs >= sessionMs) return
  throw new TuneError(
    'CONFIG',
    `max.poll.interval.ms=${pollMs} is below session.timeout.ms=${sessionMs}, which librdkafka does not take`,
    {
      hint: `set session.timeout.ms to ${pollMs} or less too (brokers take 6000 or more), or raise max.poll.interval.ms`,
    },
  )
}

/** Pure: what would run. @throws TuneError CONFIG */
export function effectiveConsumerConfig(plan: Plan): EffectiveConfig {
  const { settings, pollRecords, unsupported, refused } = translate(plan)
  const shown = Object.entries({
    ...clientDefaults('librdkafka', 'consumer'),
    ...settings,
    'max.poll.records': pollRecords,
  }).filter(([key]) => !refused.includes(key))
  const differing = differingDefaults('librdkafka', 'consumer', asked(plan.properties, plan.subscription))
  return {
    values: {
      ...shownConnection(plan.connection),
      ...Object.fromEntries(shown),
      'statistics.interval.ms': STATISTICS_INTERVAL_MS,
    },
    unsupported,
    notes: notesOf(differing.filter((text) => !refused.some((key) => text.startsWith(`${key} `)))),
  }
}

/** Everything the client is made with, and how many records a poll may bring; has secrets in it. */
export function consumerConfig(plan: Plan): { config: LibrdkafkaConfig; pollRecords: number } {
  const { settings, pollRecords } = translate(plan)
  return {
    config: {
      ...settings,
      ...connectionConfig(plan.connection),
      'statistics.interval.ms': STATISTICS_INTERVAL_MS,
    },
    pollRecords,
  }
}
