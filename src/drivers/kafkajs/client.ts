/** One kafkajs instance: where to, how to get in, and where its log goes. */
import kafkajs, { type Kafka, type KafkaConfig } from 'kafkajs'
import type { Connection, Security } from '../driver.ts'
import { fetchToken } from '../oauth.ts'
import { parseServers, serverName } from '../servers.ts'
import { tlsOptions } from '../tls.ts'
import { oauthBearer } from './oauth.ts'

const { NOTHING, INFO, DEBUG } = kafkajs.logLevel

/** kafkajs's own defaults, said aloud: with NODE_ENV=test it has others. */
const RETRY = { retries: 5, initialRetryTime: 300, maxRetryTime: 30_000, factor: 0.2, multiplier: 2 }

/** @param hear gets what kafkajs only tells its log, even the least: errors that it then hides behind others */
export function createKafka(
  connection: Connection,
  options: Partial<KafkaConfig> = {},
  hear?: (entry: Readonly<Record<string, unknown>>) => void,
): Kafka {
  // Read by kafkajs when a producer is made; its message is about upgrading from version 1
  process.env.KAFKAJS_NO_PARTITIONER_WARNING = '1'
  const { log, security } = connection
  const sasl = security.sasl && saslOptions(security.sasl, connection.connectTimeoutMs)
  const tls = tlsOptions(security)
  return new kafkajs.Kafka({
    brokers: parseServers(connection.bootstrapServers).map(serverName),
    clientId: connection.clientId,
    connectionTimeout: connection.connectTimeoutMs,
    authenticationTimeout: connection.connectTimeoutMs,
    ...(tls && { ssl: tls }),
    ...(sasl && { sasl }),
    logLevel: hear !== undefined ? DEBUG : log === undefined ? NOTHING : INFO,
    logCreator:
      () =>
      ({ level, label, namespace, log: entry }) => {
        hear?.(entry)
        if (level > INFO) return
        const { message, timestamp: _, logger: __, stack: ___, ...facts } = entry
        log?.(`${label} ${namespace}: ${message} ${JSON.stringify(facts)}`)
      },
    ...options,
    retry: { ...RETRY, ...options.retry },
  })
}

function saslOptions(
  sasl: NonNullable<Security['sasl']>,
  timeoutMs: number,
): NonNullable<KafkaConfig['sasl']> {
  const { username = '', password = '', token, oauth } = sasl
  switch (sasl.mechanism) {
    case 'PLAIN':
      return { mechanism: 'plain', username, password }
    case 'SCRAM-SHA-256':
      return { mechanism: 'scram-sha-256', username, password }
    case 'SCRAM-SHA-512':
      return { mechanism: 'scram-sha-512', username, password }
    case 'OAUTHBEARER':
      return oauthBearer(async () => (oauth === undefined ? (token ?? '') : fetchToken(oauth, timeoutMs)))
  }
}
