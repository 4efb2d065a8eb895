/** What `tune bench cdc` was asked for, read and checked. Neither database, worker nor cluster is touched here. */
import { type ByKind, type Capture, type CdcSettings, KINDS } from '../bench/cdc/plan.ts'
import { OWN_KEYS } from '../connect/debezium.ts'
import type { ConnectorConfig } from '../connect/rest.ts'
import { TuneError } from '../errors.ts'
import { didYouMean } from '../nearest.ts'
import { parseTable } from '../postgres/names.ts'
import { databaseTarget } from '../postgres/target.ts'
import { refuseTypedSecrets } from '../secrets.ts'
import { parseCount } from '../units.ts'
import type { Io } from './io.ts'
import { parseKeyValues } from './key-values.ts'
import type { ProducerFlags } from './producer-flags.ts'
import { type ProducerRequest, readRequest } from './producer-request.ts'

export interface CdcFlags extends ProducerFlags {
  databaseUrl?: string
  connections?: string
  mix?: string[]
  rowsPerTransaction?: string
  rowSize?: string
  connectUrl?: string
  connectorProps?: string[]
  snapshotRows?: string
  table?: string
  connector?: string
  slot?: string
  outputTopic?: string
  consumers?: string
  consumerProps?: string[]
}

export interface CdcRequest extends ProducerRequest {
  readonly cdc: CdcSettings
  readonly consumers: number
  readonly consumerProperties: Readonly<Record<string, string>>
  readonly outputTopic: string | undefined
  readonly connectUrl: string | undefined
}

const DEFAULT_RATE = '500'
const DEFAULT_CONNECTIONS = 8
const MAX_CONNECTIONS = 500
const MAX_ROWS_PER_TRANSACTION = 100_000
const MAX_CONSUMERS = 1000
const DEFAULT_MIX: ByKind = { insert: 0.7, update: 0.2, delete: 0.1 }

/** @throws TuneError */
export async function readCdcRequest(flags: CdcFlags, io: Io): Promise<CdcRequest> {
  const rowsPerTransaction = countOr(flags.rowsPerTransaction, '--rows-per-transaction', 1, {
    max: MAX_ROWS_PER_TRANSACTION,
  })
  const cdc: CdcSettings = {
    // A secret that was typed is told of first
    database: databaseOf(flags, io),
    capture: captureOf(flags),
    mix: mixOf(flags.mix),
    rowsPerTransaction,
    connections: countOr(flags.connections, '--connections', DEFAULT_CONNECTIONS, { max: MAX_CONNECTIONS }),
    seed: countOr(flags.seed, '--seed', 1, { min: 0 }),
  }
  const isPaced = flags.throughput ?? flags.ramp ?? flags.steps
  const request = await readRequest(
    'cdc',
    {
      ...flags,
      ...(isPaced === undefined ? { throughput: DEFAULT_RATE } : {}),
      ...(flags.rowSize === undefined ? {} : { recordSize: flags.rowSize }),
    },
    io,
  )
  refuse(request)
  const { shape } = request.load
  const consumerProperties = {
    'fetch.min.bytes': '1',
    ...parseKeyValues(flags.consumerProps, '--consumer-props'),
  }
  return {
    ...request,
    load: {
      ...request.load,
      shape:
        rowsPerTransaction > 1 && shape.shape !== 'unpaced'
          ? { ...shape, recordsAtOnce: rowsPerTransaction }
          : shape,
    },
    cdc,
    consumers: countOr(flags.consumers, '--consumers', 1, { max: MAX_CONSUMERS }),
    consumerProperties,
    outputTopic: flags.outputTopic,
    connectUrl: flags.connectUrl === undefined ? undefined : workerUrl(flags.connectUrl),
  }
}

function countOr(
  text: string | undefined,
  flag: string,
  otherwise: number,
  { min = 1, max = Number.MAX_SAFE_INTEGER }: { min?: number; max?: number },
): number {
  return text === undefined ? otherwise : parseCount(text, flag, { min, max })
}

function databaseOf({ databaseUrl }: CdcFlags, { env }: Io) {
  if (databaseUrl !== undefined) return databaseTarget(databaseUrl, '--database-url', env, true)
  const { DATABASE_URL } = env
  if (DATABASE_URL) return databaseTarget(DATABASE_URL, 'DATABASE_URL', env, false)
  throw new TuneError('USAGE', 'no database is named', {
    hint: 'give --database-url postgres://user@host:port/name, with the password in PGPASSWORD',
  })
}

/** Shares or percentages, as people have them; kinds that are not named have none. */
function mixOf(texts: string[] | undefined): ByKind {
  if (texts === undefined) return DEFAULT_MIX
  const given = parseKeyValues(
    texts.flatMap((text) => text.split(',')),
    '--mix',
  )
  const unknown = Object.keys(given).find((kind) => !KINDS.some((known) => known === kind))
  if (unknown !== undefined) {
    throw new TuneError('USAGE', `--mix: there is no change ${unknown}`, { hint: didYouMean(unknown, KINDS) })
  }
  const weights = KINDS.map((kind) => parseCount(given[kind] ?? '0', `--mix ${kind}`))
  const [insert = 0, update = 0, remove = 0] = weights
  const total = insert + update + remove
  if (total === 0) {
    throw new TuneError('USAGE', '--mix: nothing would change', {
      hint: 'for example insert=70,update=20,delete=10',
    })
  }
  return { insert: insert / total, update: update / total, delete: remove / total }
}

function workerUrl(text: string): string {
  if (/^https?:$/.test(URL.canParse(text) ? new URL(text).protocol : '')) return text
  throw new TuneError('USAGE', `--connect-url: '${text}' is no http or https URL`, {
    hint: 'for example http://127.0.0.1:8083',
  })
}

/** @throws TuneError USAGE */
function captureOf(flags: CdcFlags): Capture {
  const { connectUrl, table, connector, topic, slot } = flags
  if (table !== undefined) return existing(flags, table)
  const needsTable = Object.entries({ '--topic': topic, '--connector': connector, '--slot': slot }).find(
    ([, value]) => value !== undefined,
  )
  if (needsTable !== undefined) {
    throw new TuneError(
      'USAGE',
      `${needsTable[0]} is for a connector that is there, and its table is not named`,
      {
        hint: 'name it with --table; or leave both out, and tune makes a connector of its own at --connect-url',
      },
    )
  }
  if (connectUrl === undefined) {
    throw new TuneError('USAGE', 'nothing is named that would capture changes', {
      hint: 'give --connect-url, and tune makes a Debezium connector of its own; or --table and --topic of one that is there',
    })
  }
  return {
    kind: 'own',
    connectUrl,
    config: connectorConfig(flags.connectorProps),
    snapshotRows: countOr(flags.snapshotRows, '--snapshot-rows', 0, { min: 0, max: 2 ** 31 }),
  }
}

function existing(flags: CdcFlags, table: string): Capture {
  const { connectUrl, connector, topic, slot, snapshotRows, connectorProps } = flags
  if (snapshotRows !== undefined || connectorProps !== undefined) {
    throw new TuneError(
      'USAGE',
      `${snapshotRows === undefined ? '--connector-props' : '--snapshot-rows'} is for a connector of tune’s own, and --table is of one that is there`,
      { hint: 'leave one out' },
    )
  }
  if ((connector === undefined) !== (connectUrl === undefined)) {
    throw new TuneError('USAGE', '--connector and --connect-url go together where --table is given', {
      hint: 'give both, or neither',
    })
  }
  if (topic === undefined && connector === undefined) {
    throw new TuneError('USAGE', `nobody says into which topic the changes of ${table} come`, {
      hint: 'name it with --topic, or the connector with --connect-url and --connector',
    })
  }
  return {
    kind: 'existing',
    table: parseTable(table, '--table'),
    slot,
    connector:
      connector === undefined || connectUrl === undefined ? undefined : { url: connectUrl, name: connector },
  }
}

/** @throws TuneError USAGE */
function connectorConfig(texts: string[] | undefined): ConnectorConfig {
  const given = parseKeyValues(texts, '--connector-props')
  refuseTypedSecrets(given)
  const taken = Object.keys(given).find((key) => OWN_KEYS.some((own) => own === key))
  if (taken === undefined) return given
  throw new TuneError(
    'USAGE',
    `--connector-props: ${taken} is tune’s to say: it is what is removed afterwards`,
    {
      hint: 'leave it out; to measure a connector as it is, name it with --connector and --table',
    },
  )
}

/** @throws TuneError USAGE */
function refuse({ connection, load }: ProducerRequest): void {
  if (connection === undefined) {
    throw new TuneError('USAGE', 'no cluster is named into which the events come', {
      hint: 'give --bootstrap-server, the cluster of the Connect worker',
    })
  }
  if (load.shape.shape === 'unpaced') {
    throw new TuneError('USAGE', 'as fast as it goes would measure the length of a queue', {
      hint: 'ask for a rate with --throughput; --steps finds the highest that the connector keeps up with',
    })
  }
}
