/** Connection and Kafka properties as librdkafka's configuration, and what of it the result shows. */
import type { Connection, EffectiveConfig, ProducerPlan } from '../driver.ts'
import { clientDefaults, differingDefaults, type Setting, toLibrdkafka } from '../properties.ts'

export type LibrdkafkaConfig = Record<string, Setting>

/** Statistics come once a second: the report's own interval. */
export const STATISTICS_INTERVAL_MS = 1000

/**
 * What the driver sets where the user does not. Java's partitioner, so that the same keys land on the same partitions
 * with every driver; librdkafka's own is consistent_random (CRC32).
 */
const OWN_DEFAULTS: LibrdkafkaConfig = { partitioner: 'murmur2_random' }

/** Pure: what would run. @throws TuneError CONFIG, UNSUPPORTED */
export function effectiveConfig(plan: Pick<ProducerPlan, 'connection' | 'properties'>): EffectiveConfig {
  const { settings, unsupported } = producerSettings(plan.properties)
  const differing = differingDefaults('librdkafka', 'producer', plan.properties)
  return {
    values: {
      ...shownConnection(plan.connection),
      ...clientDefaults('librdkafka', 'producer'),
      'queue.buffering.max.messages': 100_000,
      ...settings,
      'statistics.interval.ms': STATISTICS_INTERVAL_MS,
    },
    unsupported,
    notes: notesOf(differing),
  }
}

/** What of the connection may be shown. */
export function shownConnection({
  bootstrapServers,
  clientId,
  security,
}: Connection): EffectiveConfig['values'] {
  return {
    'bootstrap.servers': bootstrapServers,
    'client.id': clientId,
    'security.protocol': security.protocol,
    ...(security.sasl && { 'sasl.mechanism': security.sasl.mechanism }),
  }
}

export function notesOf(differing: readonly string[]): string[] {
  if (differing.length === 0) return []
  return [`defaults of librdkafka in use where Java's differ (in brackets): ${differing.join(', ')}`]
}

function producerSettings(properties: ProducerPlan['properties']) {
  const { settings, unsupported } = toLibrdkafka(properties, 'producer')
  return { settings: { ...OWN_DEFAULTS, ...settings }, unsupported }
}

/** Everything the client is made with; has secrets in it. */
export function clientConfig(plan: Pick<ProducerPlan, 'connection' | 'properties'>): LibrdkafkaConfig {
  return {
    ...producerSettings(plan.properties).settings,
    ...connectionConfig(plan.connection),
    'statistics.interval.ms': STATISTICS_INTERVAL_MS,
  }
}

/** Where to, and how to get in. */
export function connectionConfig(connection: Connection): LibrdkafkaConfig {
  const { security } = connection
  const { sasl, tls } = security
  return {
    'bootstrap.servers': connection.bootstrapServers,
    'client.id': connection.clientId,
    'security.protocol': security.protocol.toLowerCase(),
    ...(connection.log && { debug: 'broker,topic,security' }),
    ...(sasl && { 'sasl.mechanisms': sasl.mechanism }),
    ...(sasl?.username !== undefined && { 'sasl.username': sasl.username }),
    ...(sasl?.password !== undefined && { 'sasl.password': sasl.password }),
    ...(sasl?.oauth && {
      'sasl.oauthbearer.method': 'oidc',
      'sasl.oauthbearer.client.id': sasl.oauth.clientId,
      'sasl.oauthbearer.client.secret': sasl.oauth.clientSecret,
      'sasl.oauthbearer.token.endpoint.url': sasl.oauth.tokenEndpoint,
      ...(sasl.oauth.scope !== undefined && { 'sasl.oauthbearer.scope': sasl.oauth.scope }),
    }),
    ...(tls?.ca !== undefined && { 'ssl.ca.pem': tls.ca }),
    ...(tls?.cert !== undefined && { 'ssl.certificate.pem': tls.cert }),
    ...(tls?.key !== undefined && { 'ssl.key.pem': tls.key }),
    ...(tls?.keyPassword !== undefined && { 'ssl.key.password': tls.keyPassword }),
    ...(tls && { 'ssl.endpoint.identification.algorithm': tls.verifyHostname ? 'https' : 'none' }),
  }
}
