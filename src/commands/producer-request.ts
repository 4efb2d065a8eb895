/** What was asked for, read and checked: flags, profile, client.properties, thresholds. No broker is touched here. */
import { resolve } from 'node:path'
import type { LoadPlan, WarmupPlan } from '../bench/plan.ts'
import { plaintextConnection, readConnection } from '../connection.ts'
import type { Connection, Driver, Properties } from '../drivers/driver.ts'
import { defaultDriver, loadDriver } from '../drivers/index.ts'
import { TuneError } from '../errors.ts'
import { loadProfile } from '../profiles/profile.ts'
import { loadThresholds, type ThresholdSet } from '../profiles/thresholds.ts'
import type { RecordSpec } from '../records/index.ts'
import { parseCount, parseDurationMs } from '../units.ts'
import type { Io } from './io.ts'
import { parseKeyValues } from './key-values.ts'
import type { ProducerFlags } from './producer-flags.ts'
import { loadPlan, warmupPlan } from './producer-load.ts'
import { recordSpec } from './producer-records.ts'

export interface ProducerRequest {
  readonly driver: Driver
  /** undefined: a throw-away broker. */
  readonly connection: Connection | undefined
  /** The connection to a throw-away broker, once it is there. */
  readonly connectTo: (bootstrapServers: string) => Connection
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
  const typed = {
    ...parseKeyValues(flags.producerProps, '--producer-props'),
    ...parseKeyValues(flags.commandProperty, '--command-property'),
  }
  const contact = {
    connectTimeoutMs:
      flags.connectTimeout === undefined
        ? DEFAULT_CONNECT_MS
        : parseDurationMs(flags.connectTimeout, '--connect-timeout', { min: 100 }),
    log: flags.debug === true ? (line: string) => io.err(`client: ${line}\n`) : undefined,
  }
  const file = flags.commandConfig ?? flags['producer.config']
  const { connection, properties: given } = readConnection({
    ...contact,
    bootstrapServers: flags.bootstrapServer,
    file: file === undefined ? undefined : resolve(io.cwd, file),
    properties: typed,
    env: io.env,
  })
  const properties = { ...profile?.properties, ...given }
  refuseTransactions(flags, properties)
  const chosen = flags.driver === undefined ? defaultDriver() : { name: flags.driver }
  if ('note' in chosen && chosen.note !== undefined) io.err(`note: ${chosen.note}\n`)
  const brokers = flags.brokers === '3' ? 3 : 1
  const driver = await loadDriver(chosen.name)
  return {
    driver,
    connection,
    connectTo: (bootstrapServers) => plaintextConnection(bootstrapServers, contact),
    engine: engineFor(driver, flags, connection !== undefined),
    brokers,
    topic: topicRequest(flags, connection === undefined ? brokers : 1),
    records: recordSpec(flags),
    load,
    warmup: warmupPlan(flags),
    pacing: flags.pacing === 'precise' ? 'precise' : 'timer',
    drainMs:
      flags.drainTimeout === undefined
        ? DEFAULT_DRAIN_MS
        : parseDurationMs(flags.drainTimeout, '--drain-timeout', { min: 1 }),
    properties,
    profile: profile?.name ?? null,
    thresholds: loadThresholds(flags.thresholds ?? 'guide', io.cwd),
    tag: flags.tag,
  }
}

/** Which throw-away broker, where one is wanted. */
function engineFor(driver: Driver, flags: ProducerFlags, isGiven: boolean): ProducerRequest['engine'] {
  if (isGiven && (flags.engine !== undefined || flags.brokers !== undefined)) {
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
    configs: parseKeyValues(topicConfig, '--topic-config'),
  }
}
