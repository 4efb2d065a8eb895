/** Who leads each partition of the topic, asked from whichever broker answers. */
import { messageOf, TuneError } from '../../errors.ts'
import type { Connection } from '../driver.ts'
import { grantCommand, userName } from '../principal.ts'
import { socketError } from '../probe-errors.ts'
import { type Server, serverName } from '../servers.ts'
import {
  apiVersionsV3,
  type ConnectionOptions,
  LibraryConnection,
  type MetadataResponse,
  metadataV9,
  metadataV10,
  metadataV11,
  metadataV12,
  ResponseError,
} from './library.ts'
import { securityOptions } from './security.ts'

export interface TopicLeaders {
  readonly brokers: ReadonlyMap<number, Server>
  /** Broker id for each partition, -1 where there is none now. */
  readonly leaders: readonly number[]
}

/** The request that a broker has to know beside Metadata. */
export interface NeededApi {
  readonly key: number
  readonly version: number
}

const METADATA_KEY = 3
/** Newest first; the library names each version's requests apart. */
const METADATA_APIS = [metadataV12, metadataV11, metadataV10, metadataV9]

/** The library's options for a connection to `server`. */
export function connectionOptions(where: Connection, server: Server): ConnectionOptions {
  return {
    connectTimeout: where.connectTimeoutMs,
    requestTimeout: where.connectTimeoutMs,
    ...securityOptions(where, server.host),
  }
}

/**
 * Asks the servers in turn, each over a connection of its own that is closed again.
 * @throws TuneError UNREACHABLE, UNAUTHORIZED, UNSUPPORTED (a broker before 2.8) or TOPIC
 */
export async function findLeaders(
  where: Connection,
  servers: readonly Server[],
  topic: string,
  needed: NeededApi,
): Promise<TopicLeaders> {
  const failures: TuneError[] = []
  for (const server of servers) {
    try {
      return await ask(where, server, topic, needed)
    } catch (error) {
      const failure = explain(error, server, where)
      if (failure.code !== 'UNREACHABLE') throw failure
      failures.push(failure)
    }
  }
  throw failures[0] ?? new TuneError('UNREACHABLE', 'no broker to ask')
}

async function ask(
  where: Connection,
  server: Server,
  topic: string,
  needed: NeededApi,
): Promise<TopicLeaders> {
  const connection = new LibraryConnection(where.clientId, connectionOptions(where, server))
  connection.on('error', (error) => where.log?.(`${serverName(server)} ${error.message}`))
  try {
    await connection.connect(server.host, server.port)
    const versions = await apiVersionsV3.api.async(connection, 'tune', '1')
    const newest = (key: number) => versions.apiKeys.find(({ apiKey }) => apiKey === key)?.maxVersion ?? -1
    const api = METADATA_APIS.find(({ api }) => api.version <= newest(METADATA_KEY))
    if (newest(needed.key) < needed.version || api === undefined) {
      throw new TuneError(
        'UNSUPPORTED',
        `${serverName(server)} speaks an older protocol than the wire driver`,
        {
          hint: 'the wire driver needs Kafka 2.8 or later; use --driver confluent',
        },
      )
    }
    return leadersOf(await metadataEvenWithErrors(() => api.api.async(connection, [topic])), topic, where)
  } finally {
    connection.close(() => {})
    // A server that hangs would hold the process: nothing is left to say on this connection
    connection.socket?.destroy()
  }
}

/** The library throws the whole answer away for one partition without a leader; the answer is in the error. */
async function metadataEvenWithErrors(request: () => Promise<MetadataResponse>): Promise<MetadataResponse> {
  try {
    return await request()
  } catch (error) {
    const response: unknown = error instanceof ResponseError ? Reflect.get(error, 'response') : undefined
    if (isMetadata(response)) return response
    throw error
  }
}

function isMetadata(response: unknown): response is MetadataResponse {
  return typeof response === 'object' && response !== null && 'topics' in response && 'brokers' in response
}

const TOPIC_AUTHORIZATION_FAILED = 29

function leadersOf(response: MetadataResponse, name: string, where: Connection): TopicLeaders {
  const topic = response.topics.find((one) => one.name === name)
  if (topic?.errorCode === TOPIC_AUTHORIZATION_FAILED) {
    throw new TuneError('UNAUTHORIZED', `${userName(where.security)} may not see topic ${name}`, {
      hint: `grant it: ${grantCommand(where.security, name, ['Describe', 'Write'])}`,
    })
  }
  if (topic === undefined || topic.partitions.length === 0) {
    throw new TuneError(
      'TOPIC',
      `topic ${name} does not exist (or ${userName(where.security)} may not see it)`,
      {
        hint: 'create it with --create-topic',
      },
    )
  }
  const leaders: number[] = new Array(topic.partitions.length).fill(-1)
  for (const { partitionIndex, leaderId } of topic.partitions) leaders[partitionIndex] = leaderId
  return {
    brokers: new Map(response.brokers.map(({ nodeId, host, port }) => [nodeId, { host, port }])),
    leaders,
  }
}

function explain(error: unknown, server: Server, where: Connection): TuneError {
  if (error instanceof TuneError) return error
  const name = serverName(server)
  const causes = [error]
  for (let at: unknown = error; at instanceof Error && at.cause !== undefined; at = at.cause)
    causes.push(at.cause)
  const known = causes.find((cause) => cause instanceof TuneError)
  if (known instanceof TuneError) return known
  const { protocol } = where.security
  const socket = causes.find((cause) => cause instanceof Error && isTlsFailure(cause))
  if (protocol.endsWith('SSL') && socket instanceof Error) return socketError(socket, { at: name, protocol })
  const text = causes.map(messageOf).join(': ')
  if (/SASL|authenticat/i.test(text)) {
    return new TuneError('UNAUTHORIZED', `${name} refused the login`, {
      hint: 'check the mechanism, user name and password in sasl.mechanism and sasl.jaas.config',
      cause: error,
    })
  }
  if (/timed out/i.test(text)) {
    const message = `no answer from ${name} in ${where.connectTimeoutMs / 1000} s`
    return new TuneError('UNREACHABLE', message, {
      hint: 'start a broker with: tune broker start',
      cause: error,
    })
  }
  return new TuneError('UNREACHABLE', `${name} cannot be reached: ${messageOf(causes.at(-1))}`, {
    hint: 'start a broker with: tune broker start',
    cause: error,
  })
}

/** Node's codes for what went wrong between two that speak TLS; the library has codes of its own around them. */
function isTlsFailure(error: Error): boolean {
  const code = 'code' in error ? String(error.code) : ''
  return /^(ERR_(TLS|SSL|OSSL)_|CERT_|DEPTH_|SELF_SIGNED_|UNABLE_TO_)/.test(code)
}
