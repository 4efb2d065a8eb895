/** A Debezium PostgreSQL connector of `tune`'s own: the least that streams one table, and what the user adds. */
import type { TableName } from '../postgres/names.ts'
import { plainName } from '../postgres/names.ts'
import type { DatabaseTarget } from '../postgres/target.ts'
import type { ConnectorConfig } from './rest.ts'

export interface OwnNames {
  /** Connector, and prefix of its topics. */
  readonly connector: string
  readonly slot: string
  readonly publication: string
  readonly table: TableName
}

/** Of one run. @param id letters and digits */
export function ownNames(id: string): OwnNames {
  const name = `tune_cdc_${id}`
  return {
    connector: `tune-cdc-${id}`,
    slot: name,
    publication: name,
    table: { schema: 'public', table: name },
  }
}

export const topicOf = (prefix: string, table: TableName): string => `${prefix}.${plainName(table)}`

/** What tells this connector from others is `tune`'s to say: it is what is removed afterwards. */
export const OWN_KEYS = [
  'name',
  'topic.prefix',
  'slot.name',
  'publication.name',
  'publication.autocreate.mode',
  'table.include.list',
  'schema.include.list',
  'slot.drop.on.stop',
] as const

/** @param given wins over the defaults; https://debezium.io/documentation/reference/stable/connectors/postgresql.html */
export function debeziumConfig(
  { connector, slot, publication, table }: OwnNames,
  { host, port, user, password, database }: DatabaseTarget,
  given: ConnectorConfig,
): ConnectorConfig {
  return {
    'connector.class': 'io.debezium.connector.postgresql.PostgresConnector',
    // It makes one whatever is asked
    'tasks.max': '1',
    // The default, decoderbufs, is an extension that few servers have
    'plugin.name': 'pgoutput',
    'database.hostname': host,
    'database.port': String(port),
    'database.user': user,
    ...(password === undefined ? {} : { 'database.password': password }),
    'database.dbname': database,
    'snapshot.mode': 'initial',
    ...given,
    'topic.prefix': connector,
    'slot.name': slot,
    'publication.name': publication,
    'publication.autocreate.mode': 'disabled',
    'table.include.list': plainName(table),
  }
}
