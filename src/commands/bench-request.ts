/** What every bench asks for: client, cluster, profile, properties, thresholds. No broker is touched here. */
import { resolve } from 'node:path'
import { plaintextConnection, readConnection } from '../connection.ts'
import type { Connection, Driver, EffectiveConfig, Properties } from '../drivers/driver.ts'
import { defaultDriver, loadDriver } from '../drivers/index.ts'
import { TuneError } from '../errors.ts'
import { loadProfile } from '../profiles/profile.ts'
import { loadThresholds, type ThresholdSet } from '../profiles/thresholds.ts'
import { parseCount, parseDurationMs } from '../units.ts'
import type { BenchFlags } from './bench-flags.ts'
import type { Io } from './io.ts'
import { parseKeyValues } from './key-values.ts'
import { type Engine, engineFor } from './own-broker.ts'

export interface BenchRequest {
  readonly driver: Driver
  /** undefined: a throw-away broker. */
  readonly connection: Connection | undefined
  /** The connection to a throw-away broker, once it is there. */
  readonly connectTo: (bootstrapServers: string) => Connection
  readonly engine: Engine
  readonly brokers: 1 | 3
  readonly properties: Properties
  readonly profile: string | null
  readonly thresholds: ThresholdSet
  readonly tag: string | undefined
  /** Processes that share the work. */
  readonly workers: number
  /** Fresh runs, one after the other. */
  readonly repeat: number
  /** For the first contact. */
  readonly connectTimeoutMs: number
}

const DEFAULT_CONNECT_MS = 5000
/** Each is a whole process with a client of its own. */
const MAX_WORKERS = 64
const MAX_REPEAT = 1000

/**
 * @param typed properties of flags, with the flag that they came by
 * @param file `--command-config`, under whichever name it came
 */
export async function readBenchRequest(
  kind: 'producer' | 'consumer' | 'e2e' | 'http' | 'cdc',
  flags: BenchFlags,
  typed: Readonly<Record<string, string[] | undefined>>,
  file: string | undefined,
  io: Io,
): Promise<BenchRequest> {
  const profile =
    flags.profile === undefined
      ? undefined
      : loadProfile(flags.profile, kind === 'consumer' ? kind : 'producer', io.cwd)
  const contact = {
    connectTimeoutMs:
      flags.connectTimeout === undefined
        ? DEFAULT_CONNECT_MS
        : parseDurationMs(flags.connectTimeout, '--connect-timeout', { min: 100 }),
    log: flags.debug === true ? (line: string) => io.err(`client: ${line}\n`) : undefined,
  }
  const {
    connection,
    properties: given,
    foreignKeys,
  } = readConnection({
    ...contact,
    bootstrapServers: flags.bootstrapServer,
    file: file === undefined ? undefined : resolve(io.cwd, file),
    properties: Object.assign(
      {},
      ...Object.entries(typed).map(([flag, entries]) => parseKeyValues(entries, flag)),
    ),
    env: io.env,
  })
  const chosen = flags.driver === undefined ? defaultDriver() : { name: flags.driver }
  if ('note' in chosen && chosen.note !== undefined) io.err(`note: ${chosen.note}\n`)
  const driver = noting(await loadDriver(chosen.name), foreignNote(foreignKeys, file))
  return {
    driver,
    connection,
    connectTo: (bootstrapServers) => plaintextConnection(bootstrapServers, contact),
    engine: engineFor(driver, flags, connection !== undefined),
    brokers: flags.brokers === '3' ? 3 : 1,
    properties: { ...profile?.properties, ...given },
    profile: profile?.name ?? null,
    thresholds: loadThresholds(flags.thresholds ?? 'guide', kind, io.cwd),
    tag: flags.tag,
    workers: countOf(flags.workers, '--workers', MAX_WORKERS),
    repeat: countOf(flags.repeat, '--repeat', MAX_REPEAT),
    connectTimeoutMs: contact.connectTimeoutMs,
  }
}

function countOf(text: string | undefined, flag: string, max: number): number {
  return text === undefined ? 1 : parseCount(text, flag, { min: 1, max })
}

function foreignNote(keys: readonly string[], file: string | undefined): string | undefined {
  if (keys.length === 0) return undefined
  return `${file} has settings that are no Kafka client's, ignored: ${keys.join(', ')}`
}

/** The same driver, whose effective configuration says one thing more. */
function noting(driver: Driver, note: string | undefined): Driver {
  if (note === undefined) return driver
  const add = (config: EffectiveConfig): EffectiveConfig => ({ ...config, notes: [...config.notes, note] })
  return {
    ...driver,
    effective: (plan) => add(driver.effective(plan)),
    effectiveConsumer: (plan) => add(driver.effectiveConsumer(plan)),
  }
}

const DEFAULT_PARTITIONS = 12
const MAX_PARTITIONS = 10_000
/** A client each. */
const MAX_TOPICS = 100

export interface TopicRequest {
  /** All topics whose whole name it matches, of those that are there. */
  readonly include?: RegExp
  /** How many of its own, where none is named. */
  readonly count: number
  readonly name: string | undefined
  readonly create: boolean
  readonly partitions: number
  readonly replicationFactor: number
  readonly configs: Readonly<Record<string, string>>
}

/** What a broker takes, said before one is asked. */
function checkName(name: string): void {
  if (/^[\w.-]{1,249}$/.test(name) && name !== '.' && name !== '..') return
  throw new TuneError('USAGE', `--topic: '${name}' is no name of a topic`, {
    hint: 'up to 249 of A-Z a-z 0-9 . _ -; several as a,b',
  })
}

/** @param create make it when it is missing */
export function topicRequest(
  flags: BenchFlags,
  { connection, brokers }: Pick<BenchRequest, 'connection' | 'brokers'>,
  create: boolean,
): TopicRequest {
  const { topic, topics, partitions, replicationFactor, topicConfig } = flags
  if (topic !== undefined && topics !== undefined) {
    throw new TuneError('USAGE', '--topics is for topics of its own, and --topic names one', {
      hint: 'name several with --topic a,b',
    })
  }
  for (const name of topic?.split(',') ?? []) checkName(name)
  return {
    name: topic,
    count: topics === undefined ? 1 : parseCount(topics, '--topics', { min: 1, max: MAX_TOPICS }),
    create,
    partitions:
      partitions === undefined
        ? DEFAULT_PARTITIONS
        : parseCount(partitions, '--partitions', { min: 1, max: MAX_PARTITIONS }),
    replicationFactor:
      replicationFactor === undefined
        ? connection === undefined
          ? brokers
          : 1
        : parseCount(replicationFactor, '--replication-factor', { min: 1, max: 100 }),
    configs: parseKeyValues(topicConfig, '--topic-config'),
  }
}

/** Whether several topics are asked for by name or number. */
export function isSeveral({ topic, topics }: Pick<BenchFlags, 'topic' | 'topics'>): boolean {
  return topic?.includes(',') === true || Number(topics ?? 1) > 1
}

/** Flags that say the same. @throws TuneError USAGE when more than one is given */
export function oneOf(given: Readonly<Record<string, string | undefined>>): string | undefined {
  const set = Object.entries(given).filter(([, value]) => value !== undefined)
  if (set.length > 1) {
    throw new TuneError('USAGE', `${set.map(([flag]) => flag).join(' and ')} say the same`, {
      hint: 'give one of them',
    })
  }
  return set[0]?.[1]
}
