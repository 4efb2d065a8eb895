/** Connector configurations that work on the stack. */
import type { Postgres } from './postgres.ts'

type Config = Readonly<Record<string, string>>

/** Topics are made by the worker: the tests' brokers make none by themselves. */
const TOPIC_CREATION = {
  'topic.creation.default.replication.factor': '1',
  'topic.creation.default.partitions': '1',
}

/** One task an API; as fast as the API answers. */
export function httpSourceConfig({
  urls,
  topic,
  more = {},
}: {
  readonly urls: readonly string[]
  readonly topic: string
  readonly more?: Config
}): Config {
  return {
    'connector.class': 'tune.fixture.HttpSource',
    'tasks.max': String(urls.length),
    'api.urls': urls.join(','),
    topic,
    'poll.interval.ms': '0',
    'value.converter': 'org.apache.kafka.connect.storage.StringConverter',
    ...TOPIC_CREATION,
    ...more,
  }
}

/** Changes of some tables go to PREFIX.SCHEMA.TABLE. */
export function debeziumConfig({
  postgres,
  prefix,
  tables,
  more = {},
}: {
  readonly postgres: Postgres
  readonly prefix: string
  /** SCHEMA.TABLE */
  readonly tables: readonly string[]
  readonly more?: Config
}): Config {
  const slot = prefix.replace(/\W/g, '_').toLowerCase()
  return {
    'connector.class': 'io.debezium.connector.postgresql.PostgresConnector',
    'tasks.max': '1',
    'database.hostname': postgres.host,
    'database.port': String(postgres.port),
    'database.user': postgres.user,
    'database.password': postgres.password,
    'database.dbname': postgres.database,
    'topic.prefix': prefix,
    'table.include.list': tables.join(','),
    // the default, decoderbufs, is an extension of its own
    'plugin.name': 'pgoutput',
    'publication.autocreate.mode': 'filtered',
    'publication.name': `${slot}_publication`,
    'slot.name': `${slot}_slot`,
    'slot.drop.on.stop': 'true',
    'poll.interval.ms': '50',
    ...TOPIC_CREATION,
    ...more,
  }
}
