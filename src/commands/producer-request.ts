/** What was asked for, read and checked: flags, profile, client.properties, thresholds. No broker is touched here. */
import type { LoadPlan, WarmupPlan } from '../bench/plan.ts'
import {
  type ConnectionSettings,
  connectionSettings,
  parseKeyValues,
  readPropertiesFile,
} from '../connection.ts'
import type { Connection, Driver, Properties } from '../drivers/driver.ts'
import { defaultDriver, loadDriver } from '../drivers/index.ts'
import { TuneError } from '../errors.ts'
import { loadProfile } from '../profiles/profile.ts'
import { loadThresholds, type ThresholdSet } from '../profiles/thresholds.ts'
import type { RecordSpec } from '../records/index.ts'
import { parseCount, parseDurationMs } from '../units.ts'
import type { Io } from './io.ts'
import type { ProducerFlags } from './producer-flags.ts'
import { loadPlan, warmupPlan } from './producer-load.ts'
import { recordSpec } from './producer-records.ts'

export interface ProducerRequest {
  readonly driver: Driver
  /** undefined: a throw-away broker. */
  readonly bootstrapServers: string | undefined
  /** The connection, once it is known where to. */
  readonly connect: (bootstrapServers: string) => Connection
  readonly engine: 'auto' | 'kafka' | 'mock'
  readonly brokers: 1 | 3
  readonly topic: {
    readonly name: string | undefined
    readonly create: boolean
    readonly partitions: number
    readonly replicationFactor: number
    readonly configs: Readonly<Record<string, string>>
  }
  readonly records: RecordSpec
  readonly load: LoadPlan
  readonly warmup: WarmupPlan
  readonly pacing: 'timer' | 'precise'
  readonly drainMs: number
  readonly properties: Properties
  readonly profile: string | null
  readonly thresholds: ThresholdSet
  readonly tag: string | undefined
}

const DEFAULT_PARTITIONS = 12
const MAX_PARTITIONS = 10_000
const DEFAULT_DRAIN_MS = 30_000
const DEFAULT_CONNECT_MS = 5000

export async function readRequest(flags: ProducerFlags, io: Io): Promise<ProducerRequest> {
  const load = loadPlan(flags)
  const profile = flags.profile === undefined ? undefined : loadProfile(flags.profile, 'producer', io.cwd)
  const file = readConfig(flags, io)
  const typed = {
    ...parseKeyValues(flags.producerProps ?? [], '--producer-props'),
    ...parseKeyValues(flags.commandProperty ?? [], '--command-property'),
  }
  refuseTransactions(flags, { ...file, ...typed })
  const settings = connectionSettings({ ...profile?.properties, ...file, ...typed }, io.env)
  const bootstrapServers = flags.bootstrapServer ?? settings.bootstrapServers
  const chosen = flags.driver === undefined ? defaultDriver() : { name: flags.driver }
  if ('note' in chosen && chosen.note !== undefined) io.err(`note: ${chosen.note}\n`)
  const brokers = flags.brokers === '3' ? 3 : 1
  const driver = await loadDriver(chosen.name)
  return {
    driver,
    bootstrapServers,
    connect: connector(settings, flags, io),
    engine: engineFor(driver, flags, bootstrapServers),
    brokers,
    topic: topicRequest(flags, bootstrapServers === undefined ? brokers : 1),
    records: recordSpec(flags),
    load,
    warmup: warmupPlan(flags),
    pacing: flags.pacing === 'precise' ? 'precise' : 'timer',
    drainMs:
      flags.drainTimeout === undefined
        ? DEFAULT_DRAIN_MS
        : parseDurationMs(flags.drainTimeout, '--drain-timeout', { min: 1 }),
    properties: settings.properties,
    profile: profile?.name ?? null,
    thresholds: loadThresholds(flags.thresholds ?? 'guide', io.cwd),
    tag: flags.tag,
  }
}

function readConfig(flags: ProducerFlags, io: Io): Properties {
  const path = flags.commandConfig ?? flags['producer.config']
  return path === undefined ? {} : readPropertiesFile(path, io.cwd)
}

/** Which throw-away broker, where one is wanted. */
function engineFor(
  driver: Driver,
  flags: ProducerFlags,
  bootstrapServers: string | undefined,
): ProducerRequest['engine'] {
  if (bootstrapServers !== undefined && (flags.engine !== undefined || flags.brokers !== undefined)) {
    throw new TuneError('USAGE', '--engine and --brokers are for a throw-away broker', {
      hint: 'leave them out, or leave out --bootstrap-server',
    })
  }
  if (driver.name !== 'wire')
    return flags.engine === 'mock' || flags.engine === 'kafka' ? flags.engine : 'auto'
  if (flags.engine === 'mock') {
    throw new TuneError('UNSUPPORTED', "wire cannot talk to librdkafka's mock", {
      hint: 'use --engine kafka, or another --driver',
    })
  }
  return 'kafka'
}

function refuseTransactions(flags: ProducerFlags, properties: Properties): void {
  const asked =
    flags.transactionalId !== undefined ||
    flags.transactionDurationMs !== undefined ||
    properties['transactional.id'] !== undefined
  if (!asked) return
  throw new TuneError('UNSUPPORTED', 'transactions are not measured yet', {
    hint: 'leave out --transactional-id, --transaction-duration-ms and transactional.id',
  })
}

function connector(settings: ConnectionSettings, flags: ProducerFlags, io: Io): ProducerRequest['connect'] {
  const connectTimeoutMs =
    flags.connectTimeout === undefined
      ? DEFAULT_CONNECT_MS
      : parseDurationMs(flags.connectTimeout, '--connect-timeout', { min: 100 })
  return (bootstrapServers) => ({
    bootstrapServers,
    clientId: settings.properties['client.id'] ?? 'tune',
    security: settings.security,
    connectTimeoutMs,
    ...(flags.debug === true ? { log: (line) => io.err(`client: ${line}\n`) } : {}),
  })
}

function topicRequest(flags: ProducerFlags, brokers: number): ProducerRequest['topic'] {
  const { topic, createTopic, partitions, replicationFactor, topicConfig } = flags
  return {
    name: topic,
    create: createTopic === true,
    partitions:
      partitions === undefined
        ? DEFAULT_PARTITIONS
        : parseCount(partitions, '--partitions', { min: 1, max: MAX_PARTITIONS }),
    replicationFactor:
      replicationFactor === undefined
        ? brokers
        : parseCount(replicationFactor, '--replication-factor', { min: 1, max: 100 }),
    configs: parseKeyValues(topicConfig ?? [], '--topic-config'),
  }
}
