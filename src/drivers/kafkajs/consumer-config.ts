/** A consumer's plan as kafkajs's options, and what of it the result shows. */
import type { ConsumerPlan } from '../consumer.ts'
import type { EffectiveConfig, Properties } from '../driver.ts'
import { differingDefaults, type Setting, toKafkajs } from '../properties.ts'
import { notesOf, numberOf, shownConnection } from './config.ts'

type Plan = Pick<ConsumerPlan, 'connection' | 'properties' | 'subscription'>

/** How the groups begin that kafkajs reads in where there is none; nothing is ever committed in them. */
export const OWN_GROUP = 'tune-assigned-'

export interface KafkajsConsumerConfig {
  readonly requestTimeoutMs: number
  readonly connectionTimeoutMs: number | undefined
  /** Options of `consumer()`, but for the group and the retries. */
  readonly consumer: {
    readonly sessionTimeout: number
    readonly rebalanceTimeout: number
    readonly heartbeatInterval: number
    readonly minBytes: number
    readonly maxBytes: number
    readonly maxBytesPerPartition: number
    readonly maxWaitTimeInMs: number
    readonly readUncommitted: boolean
    readonly allowAutoTopicCreation: boolean
    readonly rackId?: string
    readonly metadataMaxAge?: number
  }
  readonly retry: { readonly initialRetryTime?: number; readonly maxRetryTime?: number }
  readonly autoCommit: boolean
  readonly autoCommitIntervalMs: number | undefined
  readonly fromBeginning: boolean
}

/** @throws TuneError CONFIG */
export function consumerConfig({ properties, subscription }: Plan): KafkajsConsumerConfig {
  const { client, consumer, producer, retry, run, subscribe } = toKafkajs(
    asked(properties, subscription),
    'consumer',
  ).settings
  const number = (value: Setting | undefined, otherwise: number) => numberOf(value) ?? otherwise
  const initialRetryTime = numberOf(retry.initialRetryTime)
  const maxRetryTime = numberOf(retry.maxRetryTime)
  // The table has it once, under the producer's options
  const metadataMaxAge = numberOf(producer.metadataMaxAge)
  return {
    requestTimeoutMs: number(client.requestTimeout, 30_000),
    connectionTimeoutMs: numberOf(client.connectionTimeout),
    consumer: {
      sessionTimeout: number(consumer.sessionTimeout, 30_000),
      rebalanceTimeout: number(consumer.rebalanceTimeout, 60_000),
      heartbeatInterval: number(consumer.heartbeatInterval, 3000),
      minBytes: number(consumer.minBytes, 1),
      maxBytes: number(consumer.maxBytes, 10_485_760),
      maxBytesPerPartition: number(consumer.maxBytesPerPartition, 1_048_576),
      maxWaitTimeInMs: number(consumer.maxWaitTimeInMs, 5000),
      readUncommitted: consumer.readUncommitted === true,
      allowAutoTopicCreation: consumer.allowAutoTopicCreation === true,
      ...(consumer.rackId !== undefined && { rackId: String(consumer.rackId) }),
      ...(metadataMaxAge !== undefined && { metadataMaxAge }),
    },
    retry: {
      ...(initialRetryTime !== undefined && { initialRetryTime }),
      ...(maxRetryTime !== undefined && { maxRetryTime }),
    },
    autoCommit: subscription.kind === 'group' && run.autoCommit !== false,
    autoCommitIntervalMs: numberOf(run.autoCommitInterval),
    fromBeginning: subscribe.fromBeginning === true,
  }
}

/** The properties with what the subscription says. */
function asked(properties: Properties, subscription: ConsumerPlan['subscription']): Properties {
  const { 'group.id': _, 'auto.offset.reset': reset, ...rest } = properties
  if (subscription.kind === 'group') return { ...rest, 'auto.offset.reset': subscription.reset }
  return reset === undefined ? rest : { ...rest, 'auto.offset.reset': reset }
}

/** Pure: what would run. @throws TuneError CONFIG */
export function effectiveConsumerConfig(plan: Plan): EffectiveConfig {
  const properties = asked(plan.properties, plan.subscription)
  const config = consumerConfig(plan)
  const isGroup = plan.subscription.kind === 'group'
  return {
    values: {
      ...shownConnection(plan.connection),
      ...(plan.subscription.kind === 'group' && { groupId: plan.subscription.groupId }),
      ...config.consumer,
      requestTimeout: config.requestTimeoutMs,
      autoCommit: config.autoCommit,
      ...(config.autoCommitIntervalMs !== undefined && { autoCommitInterval: config.autoCommitIntervalMs }),
      ...(isGroup && { fromBeginning: config.fromBeginning }),
      partitionAssigners: 'RoundRobinAssigner (by each member’s own topics)',
      partitionsConsumedConcurrently: 1,
    },
    unsupported: toKafkajs(properties, 'consumer').unsupported,
    notes: [
      ...(config.autoCommit
        ? ['kafkajs commits after each batch, whatever auto.commit.interval.ms says']
        : []),
      ...(isGroup
        ? [
            'kafkajs sends heartbeats between batches only: who is busy with one for longer than session.timeout.ms is thrown out',
            `kafkajs joins as a new member when brokers were away, and gets nothing until its old session is over: session.timeout.ms=${config.consumer.sessionTimeout}`,
          ]
        : [
            `kafkajs cannot read without a group: it joins one of its own (${OWN_GROUP}…), in which nothing is committed`,
          ]),
      'kafkajs hands over one partition’s records at a time, all that a fetch brought of it',
      ...notesOf(differingDefaults('kafkajs', 'consumer', properties)),
    ],
  }
}
