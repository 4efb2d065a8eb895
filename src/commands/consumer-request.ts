/** What a consumer bench asks for, read and checked. No broker is touched here. */
import { randomBytes } from 'node:crypto'
import { parseDelay } from '../bench/consumer/delay.ts'
import type { ApplicationPlan, CatchUpPlan, PreloadPlan, ReadFrom, ReadPlan } from '../bench/consumer/plan.ts'
import type { Properties } from '../drivers/driver.ts'
import { TuneError } from '../errors.ts'
import { makeRecordSource, type RecordSource } from '../records/index.ts'
import { formatBytes, parseBytes, parseCount, parseDurationMs, parseRate, UNPACED } from '../units.ts'
import {
  type BenchRequest,
  oneOf,
  readBenchRequest,
  type TopicRequest,
  topicRequest,
} from './bench-request.ts'
import type { ConsumerFlags } from './consumer-flags.ts'
import type { Io } from './io.ts'
import { parseKeyValues } from './key-values.ts'
import { recordSpec } from './producer-records.ts'

export interface ConsumerRequest extends BenchRequest {
  readonly topic: TopicRequest
  readonly preload: PreloadPlan | undefined
  readonly source: RecordSource | undefined
  readonly read: ReadPlan
  readonly catchUp?: CatchUpPlan
  readonly application: ApplicationPlan
}

const DEFAULT_RECORDS = 2_000_000
const DEFAULT_BYTES = 2 * 1024 ** 3
/** A throw-away broker's disk: what is written beyond it would be deleted before it is read. */
const MOST_BYTES = 3 * 1024 ** 3
const DEFAULT_DURATION_MS = 60_000
const DEFAULT_IDLE_MS = 10_000
const MAX_CONSUMERS = 1000

/** Read by their own flags, or decided by what is asked for. */
const OWN_PROPERTIES = ['group.id', 'auto.offset.reset'] as const

export async function readConsumerRequest(flags: ConsumerFlags, io: Io): Promise<ConsumerRequest> {
  refuseForeign(flags)
  const bootstrapServer = oneOf({
    '--bootstrap-server': flags.bootstrapServer,
    '--broker-list': flags.brokerList,
  })
  const typed = { '--consumer-props': flags.consumerProps, '--command-property': flags.commandProperty }
  const file = oneOf({
    '--command-config': flags.commandConfig,
    '--consumer.config': flags['consumer.config'],
  })
  const request = await readBenchRequest(
    'consumer',
    { ...flags, ...(bootstrapServer === undefined ? {} : { bootstrapServer }) },
    typed,
    file,
    io,
  )
  if (request.engine === 'mock') {
    throw new TuneError(
      'UNSUPPORTED',
      "librdkafka's mock hands out one batch a fetch: nothing to measure reading with",
      {
        hint: 'use --engine kafka, or --bootstrap-server',
      },
    )
  }
  const given = withFetchFlags(flags, request.properties)
  const read = readPlan(flags, given, request)
  const include = includeOf(flags)
  const isOwn = flags.topic === undefined && include === undefined
  const catchUp = catchUpPlan(flags)
  if (catchUp !== undefined && read.from.kind === 'latest') {
    throw new TuneError('USAGE', '--from latest leaves nothing to catch up with', {
      hint: 'leave --from out, or name an offset or a time',
    })
  }
  if (isOwn && read.from.kind === 'latest') {
    throw new TuneError('USAGE', '--from latest reads what is written from now on, and nobody writes here', {
      hint: 'name a topic that somebody writes to: --topic, --bootstrap-server',
    })
  }
  const source = isOwn || catchUp !== undefined ? makeRecordSource(recordSpec(flags), io.cwd) : undefined
  const preload = source === undefined || !isOwn ? undefined : preloadPlan(flags, source, request)
  return {
    ...request,
    engine: request.engine === 'auto' ? 'kafka' : request.engine,
    properties: commitProperty(flags, without(given, OWN_PROPERTIES), read.groupId !== undefined),
    topic: {
      ...keepAll(topicRequest(flags, request, isOwn), isOwn),
      ...(include === undefined ? {} : { include }),
    },
    preload,
    source,
    read: readOf(read, preload, catchUp),
    ...(catchUp === undefined ? {} : { catchUp }),
    application: applicationPlan(flags, read.groupId !== undefined),
  }
}

/** What was written before is read to its end; what goes on being written has none. */
function readOf(
  read: ReadPlan,
  preload: PreloadPlan | undefined,
  catchUp: CatchUpPlan | undefined,
): ReadPlan {
  if (catchUp !== undefined) {
    const durationMs = read.durationMs ?? DEFAULT_DURATION_MS
    return { ...read, durationMs, numRecords: undefined, toEnd: false }
  }
  return preload === undefined ? read : { ...read, numRecords: undefined, toEnd: true }
}

const DEFAULT_CAUGHT_UP = 1000
const DEFAULT_ALONE_MS = 5000

function catchUpPlan(flags: ConsumerFlags): CatchUpPlan | undefined {
  if (flags.catchUp === undefined) {
    const stray = oneOf({ '--catch-up-lag': flags.catchUpLag, '--catch-up-alone': flags.catchUpAlone })
    if (stray === undefined) return undefined
    throw new TuneError('USAGE', '--catch-up-lag and --catch-up-alone go with --catch-up', {
      hint: 'say at which rate records go on being written, e.g. --catch-up 5k',
    })
  }
  const ratePerSec = parseRate(flags.catchUp, '--catch-up')
  if (ratePerSec === UNPACED || ratePerSec <= 0) {
    throw new TuneError('USAGE', '--catch-up needs a rate: nobody catches up with all that goes', {
      hint: 'for example --catch-up 5k',
    })
  }
  return {
    ratePerSec,
    lagRecords:
      flags.catchUpLag === undefined
        ? DEFAULT_CAUGHT_UP
        : parseCount(flags.catchUpLag, '--catch-up-lag', { min: 1 }),
    aloneMs:
      flags.catchUpAlone === undefined
        ? DEFAULT_ALONE_MS
        : parseDurationMs(flags.catchUpAlone, '--catch-up-alone', { min: 1 }),
    records: recordSpec(flags),
    properties: { acks: '1', ...parseKeyValues(flags.producerProps, '--producer-props') },
  }
}

/** What has no meaning here, said instead of ignored. @throws TuneError UNSUPPORTED */
function refuseForeign({ dateFormat }: ConsumerFlags): void {
  if (dateFormat !== undefined && dateFormat !== 'yyyy-MM-dd HH:mm:ss:SSS') {
    throw new TuneError(
      'UNSUPPORTED',
      `--date-format ${dateFormat}: dates are printed as yyyy-MM-dd HH:mm:ss:SSS`,
      {
        hint: 'leave --date-format out',
      },
    )
  }
}

/** @throws TuneError USAGE */
function includeOf({ include, topic }: ConsumerFlags): RegExp | undefined {
  if (include === undefined) return undefined
  if (topic !== undefined) {
    throw new TuneError('USAGE', '--include and --topic both say what is read', { hint: 'give one of them' })
  }
  try {
    return new RegExp(`^(?:${include})$`)
  } catch (cause) {
    throw new TuneError('USAGE', `--include: '${include}' is no regular expression`, {
      hint: 'for example orders-.*',
      cause,
    })
  }
}

/** kafka-consumer-perf-test has flags of its own for two properties. */
function withFetchFlags({ fetchSize, socketBufferSize }: ConsumerFlags, properties: Properties): Properties {
  const bytes = (text: string, flag: string) => String(parseBytes(text, flag, { min: 1 }))
  return {
    ...properties,
    ...(fetchSize === undefined ? {} : { 'max.partition.fetch.bytes': bytes(fetchSize, '--fetch-size') }),
    ...(socketBufferSize === undefined
      ? {}
      : { 'receive.buffer.bytes': bytes(socketBufferSize, '--socket-buffer-size') }),
  }
}

function readPlan(
  flags: ConsumerFlags,
  properties: Properties,
  { driver: { name: driver }, workers }: BenchRequest,
): ReadPlan {
  const numRecords = oneOf({ '--num-records': flags.numRecords, '--messages': flags.messages })
  const from = readFrom(flags, properties)
  const groupId = groupOf(flags, properties, driver, from)
  const count = numRecords === undefined ? undefined : parseCount(numRecords, '--num-records', { min: 1 })
  return {
    consumers: consumersOf(flags.consumers, workers),
    groupId,
    from,
    numRecords: count,
    durationMs:
      flags.duration !== undefined
        ? parseDurationMs(flags.duration, '--duration', { min: 1 })
        : count === undefined
          ? DEFAULT_DURATION_MS
          : undefined,
    toEnd: flags.duration === undefined && count === undefined && from.kind !== 'latest',
    idleMs:
      flags.timeout === undefined
        ? DEFAULT_IDLE_MS
        : parseDurationMs(flags.timeout, '--timeout', { bare: 'ms', min: 1 }),
  }
}

/** One a worker where it is not said. @throws TuneError USAGE */
function consumersOf(text: string | undefined, workers: number): number {
  const consumers =
    text === undefined ? workers : parseCount(text, '--consumers', { min: 1, max: MAX_CONSUMERS })
  if (consumers >= workers) return consumers
  throw new TuneError('USAGE', `--workers ${workers} have only ${consumers} of --consumers between them`, {
    hint: 'ask for at least one consumer a worker',
  })
}

function readFrom(flags: ConsumerFlags, properties: Properties): ReadFrom {
  if (flags.fromLatest === true && flags.from !== undefined) {
    throw new TuneError('USAGE', '--from and --from-latest say the same', { hint: 'give one of them' })
  }
  const text =
    flags.fromLatest === true ? 'latest' : (flags.from ?? properties['auto.offset.reset'] ?? 'earliest')
  if (text === 'earliest' || text === 'latest') return { kind: text }
  const [kind, ...rest] = text.split(':')
  const value = rest.join(':')
  if (kind === 'offset') return { kind, offset: parseCount(value, '--from offset') }
  if (kind === 'timestamp') {
    const epochMs = /^\d+$/.test(value) ? Number(value) : Date.parse(value)
    if (Number.isFinite(epochMs)) return { kind, epochMs }
  }
  throw new TuneError('USAGE', `--from: '${text}' is no place to begin`, {
    hint: 'earliest, latest, offset:1000, timestamp:2026-01-31T10:00Z or timestamp: with ms since 1970',
  })
}

/** The group to join; undefined: partitions are assigned. */
function groupOf(
  flags: ConsumerFlags,
  properties: Properties,
  driver: string,
  from: ReadFrom,
): string | undefined {
  const { group } = flags
  const named = typeof group === 'string' ? group : properties['group.id']
  const isExact = from.kind === 'offset' || from.kind === 'timestamp'
  if (named !== undefined && group !== false) {
    if (driver === 'wire') {
      throw new TuneError('UNSUPPORTED', 'wire joins no group: it assigns partitions', {
        hint: 'leave --group out, or take --driver confluent',
      })
    }
    if (isExact) {
      throw new TuneError(
        'USAGE',
        `--from ${from.kind} needs partitions that are assigned, and --group joins a group`,
        {
          hint: 'add --no-group instead of --group',
        },
      )
    }
    return named
  }
  if (group === false || driver === 'wire' || isExact) return undefined
  return `tune-bench-${randomBytes(4).toString('hex')}`
}

function preloadPlan(flags: ConsumerFlags, source: RecordSource, { connection }: BenchRequest): PreloadPlan {
  const asked = oneOf({ '--num-records': flags.numRecords, '--messages': flags.messages })
  const numRecords =
    asked === undefined
      ? Math.max(1, Math.min(DEFAULT_RECORDS, Math.floor(DEFAULT_BYTES / Math.max(1, source.meanBytes))))
      : parseCount(asked, '--num-records', { min: 1 })
  const bytes = numRecords * source.meanBytes
  if (connection === undefined && bytes > MOST_BYTES) {
    throw new TuneError(
      'USAGE',
      `--num-records: ${numRecords} records take ${formatBytes(bytes, 0)}, and a throw-away broker keeps ${formatBytes(MOST_BYTES, 0)}`,
      { hint: 'ask for fewer or smaller records, or name a broker with --bootstrap-server' },
    )
  }
  return {
    records: recordSpec(flags),
    numRecords,
    properties: { acks: '1', ...parseKeyValues(flags.producerProps, '--producer-props') },
  }
}

/** What was written before must still be there when it is read. */
function keepAll(topic: TopicRequest, isOwn: boolean): TopicRequest {
  if (!isOwn) return topic
  return { ...topic, configs: { 'retention.ms': '-1', 'retention.bytes': '-1', ...topic.configs } }
}

function applicationPlan(flags: ConsumerFlags, inGroup: boolean): ApplicationPlan {
  const commit = flags.commit === 'batch' || flags.commit === 'none' ? flags.commit : 'auto'
  if (flags.commit === 'batch' && !inGroup) {
    throw new TuneError('USAGE', '--commit batch needs a group to commit to', {
      hint: 'leave --no-group out, or take --driver confluent',
    })
  }
  if (flags.batchTimeout !== undefined && flags.batchSize === undefined) {
    throw new TuneError('USAGE', '--batch-timeout goes with --batch-size', {
      hint: 'say how many records make a batch',
    })
  }
  return {
    process: flags.processMs === undefined ? undefined : parseDelay(flags.processMs, '--process-ms'),
    per: flags.processPer === 'batch' ? 'batch' : 'record',
    batchSize:
      flags.batchSize === undefined ? undefined : parseCount(flags.batchSize, '--batch-size', { min: 1 }),
    batchTimeoutMs:
      flags.batchTimeout === undefined
        ? undefined
        : parseDurationMs(flags.batchTimeout, '--batch-timeout', { min: 1 }),
    commit: inGroup ? commit : 'none',
  }
}

/** `--commit` decides; a property that says otherwise is a contradiction only when both were typed. */
function commitProperty({ commit }: ConsumerFlags, properties: Properties, inGroup: boolean): Properties {
  if (!inGroup) return without(properties, ['enable.auto.commit', 'auto.commit.interval.ms'])
  if (commit === undefined) return properties
  const wanted = String(commit === 'auto')
  const set = properties['enable.auto.commit']
  if (set !== undefined && set !== wanted) {
    throw new TuneError('USAGE', `--commit ${commit} and enable.auto.commit=${set} contradict each other`, {
      hint: 'give one of them',
    })
  }
  return { ...properties, 'enable.auto.commit': wanted }
}

function without(properties: Properties, keys: readonly string[]): Properties {
  return Object.fromEntries(Object.entries(properties).filter(([key]) => !keys.includes(key)))
}
