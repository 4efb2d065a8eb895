/** Looks at the cluster and the topic before any load: what could spoil the answer is known before it is given. */
import type { ProducerResult, Warning } from '../core/result.ts'
import type { Admin, ClusterState, TopicState } from '../drivers/driver.ts'
import { largestRecord } from '../drivers/largest-record.ts'
import { grantCommand, userName } from '../drivers/principal.ts'
import { TuneError } from '../errors.ts'
import type { RecordSource } from '../records/source.ts'
import type { ProducerBenchPlan, TopicPlan } from './plan.ts'
import { joinTopics, topicNames } from './several-topics.ts'

/** The first of several that is not there. */
async function missingOf(admin: Admin, names: readonly string[]): Promise<string> {
  for (const name of names) if ((await admin.describe(name)) === undefined) return name
  return joinTopics(names)
}

export interface Preflight {
  readonly cluster: ClusterState
  readonly topic: TopicState
  readonly created: boolean
  readonly facts: ProducerResult['preflight']
  readonly warnings: readonly Warning[]
}

/**
 * Finds the topic or makes it, as the plan says.
 * @param use what the bench does with it: a reader makes none
 * @throws TuneError TOPIC
 */
export async function findOrMakeTopic(
  admin: Admin,
  { topic: plan, connection: { security } }: Pick<ProducerBenchPlan, 'topic' | 'connection'>,
  brokers: number,
  use: 'write' | 'read' = 'write',
): Promise<{ topic: TopicState; created: boolean }> {
  const found = await admin.describe(plan.name)
  if (found !== undefined) return { topic: found, created: false }
  if (!plan.create) {
    const missing = await missingOf(admin, topicNames(plan.name))
    const rights = ['Describe', use === 'read' ? 'Read' : 'Write'] as const
    const instead =
      use === 'read'
        ? 'name one that is there with --topic, or leave it out: one of its own is filled and read'
        : `add --create-topic --partitions ${plan.partitions} to make it, or name another with --topic`
    throw new TuneError(
      'TOPIC',
      `topic ${missing} does not exist (or ${userName(security)} may not see it)`,
      {
        // To a user without Describe a broker says that there is no such topic, lest names leak
        hint:
          security.protocol === 'PLAINTEXT'
            ? instead
            : `${instead}; if it is there, its ACLs lack ${rights.join(' and ')}: ${grantCommand(security, missing, rights)}`,
      },
    )
  }
  if (plan.replicationFactor > brokers) {
    throw new TuneError(
      'TOPIC',
      `topic ${plan.name} cannot have ${plan.replicationFactor} replicas: the cluster has ${brokers} broker${brokers === 1 ? '' : 's'}`,
      { hint: `use --replication-factor ${brokers}` },
    )
  }
  try {
    await admin.create(plan.name, plan)
  } catch (error) {
    throw explainCreate(error, plan)
  }
  const made = await admin.describe(plan.name)
  if (made === undefined) {
    throw new TuneError('TOPIC', `topic ${plan.name} was created but cannot be described`, {
      hint: `grant Describe: ${grantCommand(security, plan.name, ['Describe'])}`,
    })
  }
  return { topic: made, created: true }
}

/** The broker says only that something is invalid, so what was asked for is said with it. */
function explainCreate(error: unknown, plan: TopicPlan): unknown {
  if (!(error instanceof TuneError) || error.hint !== undefined) return error
  const configs = Object.entries(plan.configs).map(([key, value]) => `${key}=${value}`)
  return new TuneError(
    error.code,
    configs.length > 0 ? `${error.message} (${configs.join(', ')})` : error.message,
    {
      hint: `check ${configs.length > 0 ? '--topic-config, ' : ''}--topic, --partitions and --replication-factor`,
      cause: error,
    },
  )
}

/** Bytes that the measured part may write, for the retention check; undefined when nobody can say. */
export function plannedBytes(plan: ProducerBenchPlan, meanBytes: number): number | undefined {
  const { shape, durationMs, numRecords } = plan.load
  if (numRecords !== undefined) return numRecords * meanBytes
  if (shape.shape === 'unpaced' || durationMs === undefined) return undefined
  const ratePerSec =
    shape.shape === 'constant'
      ? shape.ratePerSec
      : shape.shape === 'ramp'
        ? Math.max(shape.fromPerSec, shape.toPerSec)
        : Math.max(...shape.ratesPerSec)
  return (ratePerSec * durationMs * meanBytes) / 1000
}

/** A record batch's own header, and what a record adds to its key, value and headers. */
const BATCH_OVERHEAD_BYTES = 61 + 20

/**
 * A record that the topic cannot take would only be refused one by one, under load. Compressed batches may fit after
 * all, so they are not refused here. @throws TuneError TOPIC
 */
export function refuseTooLarge(plan: ProducerBenchPlan, topic: TopicState, source: RecordSource): void {
  const limit = Number(topic.configs['max.message.bytes'])
  const compressed = (plan.properties['compression.type'] ?? 'none') !== 'none'
  const { keyBytes, valueBytes, headerBytes } = largestRecord(source)
  const largestBytes = keyBytes + valueBytes + headerBytes
  if (!(limit > 0) || compressed || largestBytes + BATCH_OVERHEAD_BYTES <= limit) return
  throw new TuneError(
    'TOPIC',
    `records of up to ${largestBytes} B do not fit into topic ${topic.topic}: its max.message.bytes is ${limit}`,
    { hint: 'send smaller ones (--record-size), or raise max.message.bytes of the topic' },
  )
}

export interface InspectedFor {
  /** Of the records that are going to be written; undefined where none are, or the client's default. */
  readonly acks: string | undefined
  /** That will be written; undefined where nobody can say. */
  readonly bytes: number | undefined
  readonly engine: ProducerBenchPlan['broker']['engine']
  /** Of the topic, where it was made for this run. */
  readonly askedPartitions?: number | undefined
}

export function inspect(
  { acks, bytes, engine, askedPartitions }: InspectedFor,
  cluster: ClusterState,
  topic: TopicState,
): Pick<Preflight, 'facts' | 'warnings'> {
  const leadersPerBroker: Record<string, number> = Object.fromEntries(
    cluster.brokers.map(({ id }) => [id, 0]),
  )
  let underReplicated = 0
  let leaderless = 0
  for (const { leader, replicas, inSyncReplicas } of topic.partitions) {
    if (leader < 0) leaderless++
    else leadersPerBroker[leader] = (leadersPerBroker[leader] ?? 0) + 1
    if (inSyncReplicas.length < replicas.length) underReplicated++
  }
  const replicationFactor = topic.partitions[0]?.replicas.length ?? 0
  const number = (key: string) => (topic.configs[key] === undefined ? undefined : Number(topic.configs[key]))
  const minInSyncReplicas = number('min.insync.replicas')
  const timestampType = topic.configs['message.timestamp.type']
  const warnings: Warning[] = []
  const warn = (id: string, text: string) => warnings.push({ id, text })

  const counts = Object.values(leadersPerBroker)
  if (leaderless > 0)
    warn('leaderless', `${leaderless} partitions have no leader: their records cannot be stored`)
  if (counts.length > 1 && Math.max(...counts) > Math.min(...counts) + 1) {
    warn(
      'leader-skew',
      `leaders are spread unevenly over the brokers (${counts.join(', ')}): the fullest sets the limit`,
    )
  }
  if (underReplicated > 0) {
    warn(
      'under-replicated',
      `${underReplicated} partitions have replicas out of sync: acks=all waits for fewer, or fails`,
    )
  }
  if ((acks === 'all' || acks === '-1') && replicationFactor === 1 && cluster.brokers.length > 1) {
    warn('single-replica', 'acks=all waits for the leader only: the topic has one replica')
  }
  if (
    minInSyncReplicas !== undefined &&
    minInSyncReplicas > 1 &&
    acks !== undefined &&
    acks !== 'all' &&
    acks !== '-1'
  ) {
    warn('min-isr-ignored', `min.insync.replicas=${minInSyncReplicas} has no effect with acks=${acks}`)
  }
  if (timestampType === 'LogAppendTime') {
    warn(
      'log-append-time',
      'the topic stamps records on arrival (LogAppendTime): end-to-end times from it leave the producer out',
    )
  }
  const retentionBytes = number('retention.bytes')
  if (retentionBytes !== undefined && retentionBytes > 0 && bytes !== undefined) {
    const keptBytes = retentionBytes * topic.partitions.length
    if (bytes > keptBytes) {
      warn(
        'retention',
        'the run writes more than the topic keeps: early records are deleted while it goes on',
      )
    }
  }
  if (engine === 'mock') {
    warn(
      'mock-broker',
      'broker: librdkafka mock, figures show the client only; it keeps about 5 MB a partition and hands out one batch a fetch',
    )
  }
  // Of each, where several topics count as one
  const wanted = (askedPartitions ?? 0) * (topic.topics?.length ?? 1)
  if (askedPartitions !== undefined && wanted !== topic.partitions.length) {
    warn(
      'other-partitions',
      `the topic was made with ${topic.partitions.length} partitions instead of ${wanted}`,
    )
  }
  return {
    facts: {
      leadersPerBroker,
      replicationFactor,
      underReplicated,
      topicConfigs: topic.configs,
      ...(minInSyncReplicas === undefined ? {} : { minInSyncReplicas }),
      ...(timestampType === undefined ? {} : { timestampType }),
    },
    warnings,
  }
}
