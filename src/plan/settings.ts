/** Settings of clients and JVMs that follow from a plan, each with its reason. */
import { type ClusterTypeName, CONFLUENT_CLUSTERS } from '../sizing/confluent-cloud.ts'
import { formatBytes, formatCount, formatDurationMs } from '../units.ts'
import type { Answer } from './asking.ts'
import { figure } from './figures.ts'
import type { Reader } from './reader.ts'
import type { Plan } from './schema.ts'

type Group = Plan['settings'][number]
type Setting = Group['settings'][number]

const set = (key: string, value: string | number, why: string): Setting => ({
  key,
  value: String(value),
  why,
})

export function settingsOf(read: Reader, answers: readonly Answer[]): Group[] {
  const partitions = answers.find(({ id }) => id === 'partitions')
  if (partitions === undefined) throw new Error('a plan has partitions')
  return [
    { id: 'topic', step: 'kafka', title: 'topic', language: 'properties', settings: topicSettings(read) },
    {
      id: 'producer',
      step: 'clients',
      title: 'producers',
      language: 'properties',
      settings: producerSettings(read, partitions),
    },
    ...answers
      .filter(({ sizing }) => sizing.calculator === 'consumers')
      .map(
        (answer): Group => ({
          id: answer.id,
          step: 'clients',
          title: answer.title,
          language: 'properties',
          settings: consumerSettings(read, answer),
        }),
      ),
  ]
}

/** Configs of the topic; where it has its partitions and replicas from is in the commands. */
function topicSettings(read: Reader): Setting[] {
  const replication = read.number('topic.replication') ?? 3
  const retention = read.number('topic.retention') ?? 0
  const local = read.number('topic.local-retention')
  const isCloud = read.text('platform.kind') === 'confluent-cloud'
  const segment = read.file.given.has('topic.segment') && !isCloud ? read.number('topic.segment') : undefined
  const kept = formatDurationMs(retention * 1000)
  return [
    set(
      'min.insync.replicas',
      read.number('topic.min-insync') ?? 2,
      `of ${replication} replicas have to have a record before acks=all is answered`,
    ),
    set('retention.ms', Math.round(retention * 1000), `records are kept for ${kept}`),
    ...(local === undefined
      ? []
      : [
          set('remote.storage.enable', 'true', 'older records move to remote storage'),
          set('local.retention.ms', Math.round(local * 1000), 'after so long on the disks of brokers'),
        ]),
    ...(segment === undefined
      ? []
      : [set('segment.bytes', Math.round(segment * KIB ** 2), 'a segment is deleted whole')]),
  ]
}

const KIB = 1024
/** A producer's own default: less than that only costs requests. */
const LEAST_BATCH = 16 * KIB
/** `max.request.size` is 1 MiB by default; a batch has to fit with its header. */
const MOST_BATCH = 512 * KIB
/** A tenth of the latency target may be spent on waiting for a batch to fill; 10 ms where there is none, as the guide has it. */
const LINGER_SHARE = 0.1
const MOST_LINGER_MS = 10

/** How long a producer waits for a batch to fill. */
export function lingerOf(read: Reader): number {
  const latency = read.number('targets.latency') ?? MOST_LINGER_MS / LINGER_SHARE
  return Math.max(1, Math.floor(Math.min(MOST_LINGER_MS, latency * LINGER_SHARE)))
}

function producerSettings(read: Reader, { sizing, have }: Answer): Setting[] {
  const latency = read.number('targets.latency')
  const lingerMs = lingerOf(read)
  const partitions = have ?? sizing.answer.value
  const bytesPerSec = ((figure(sizing, 'peak') ?? 0) * (figure(sizing, 'recordSize') ?? 0)) / partitions
  const filled = (bytesPerSec * lingerMs) / 1000
  const batch = Math.min(MOST_BATCH, Math.max(LEAST_BATCH, 2 ** Math.ceil(Math.log2(filled))))
  const memory = Math.max(32 * KIB ** 2, 2 * batch * partitions)
  const isFreight =
    read.text('platform.kind') === 'confluent-cloud' && !transactions(read.text('platform.cluster'))
  return [
    set('acks', 'all', 'as durable as the topic: min.insync.replicas counts for acks=all only'),
    set(
      'enable.idempotence',
      String(!isFreight),
      isFreight
        ? 'this cluster type has no idempotent producer'
        : 'nothing is written twice, and order is kept with 5 requests in flight',
    ),
    set(
      'max.in.flight.requests.per.connection',
      isFreight ? 1 : 5,
      isFreight
        ? 'without idempotence more than one could change the order when tried again'
        : 'the most that idempotence allows',
    ),
    set(
      'linger.ms',
      lingerMs,
      latency === undefined
        ? 'as the guide has it; there is no latency target'
        : `a tenth of the latency target ${formatDurationMs(latency)}, at most ${MOST_LINGER_MS} ms`,
    ),
    set(
      'batch.size',
      batch,
      `one producer at the whole peak fills ${formatBytes(filled)} of a partition in linger.ms; several fill less each`,
    ),
    set('buffer.memory', memory, `at least two batches for each of ${formatCount(partitions)} partitions`),
    set('compression.type', 'lz4', 'which codec is best depends on the payload: measure it'),
    set('delivery.timeout.ms', 120_000, 'bounds how long a record is tried; retries stay at their default'),
  ]
}

function transactions(cluster: string | undefined): boolean {
  // `platform.cluster` was read as a choice of these.
  return CONFLUENT_CLUSTERS[(cluster ?? 'dedicated') as ClusterTypeName].transactions
}

/** `max.poll.records` of the Java client. */
const POLL_RECORDS = 500

function consumerSettings(read: Reader, { id, sizing }: Answer): Setting[] {
  const most = figure(sizing, 'mostPollRecords') ?? POLL_RECORDS
  const asked = figure(sizing, 'maxPollRecords') ?? POLL_RECORDS
  const records = Math.max(1, Math.min(asked, most))
  const interval = (figure(sizing, 'maxPollInterval') ?? 300) * 1000
  const latency = read.number('targets.latency')
  return [
    set('group.id', id.replace(/^consumers\./, ''), 'the group of the plan'),
    set(
      'max.poll.records',
      records,
      `${formatCount(records)} take ${formatDurationMs((records * (figure(sizing, 'pollTime') ?? 0) * 1000) / asked)}: at most half of max.poll.interval.ms`,
    ),
    set(
      'max.poll.interval.ms',
      interval,
      'a consumer that processes longer between polls loses its partitions',
    ),
    set(
      'fetch.min.bytes',
      1,
      'a broker answers as soon as there is something; more would add up to fetch.max.wait.ms',
    ),
    set(
      'fetch.max.wait.ms',
      latency === undefined ? 500 : Math.max(10, Math.min(500, Math.round(latency))),
      'how long an empty fetch waits; 0 would be a busy loop',
    ),
    set('enable.auto.commit', 'false', 'commit what was processed, after it was'),
    set('isolation.level', 'read_committed', 'nothing of transactions that were aborted'),
  ]
}
