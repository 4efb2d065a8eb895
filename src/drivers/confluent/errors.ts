/** What librdkafka's errors mean for a consumer: a name to count, or an end with a reason. */
import { TuneError } from '../../errors.ts'
import { mayNotRead, noSuchTopic } from '../consumer-errors.ts'
import type { Connection } from '../driver.ts'

/** The binding passes error events on as text without a code (rd_kafka_err2str, in lower case). */
const EVENTS: Readonly<Record<string, string>> = {
  'broker transport failure': '_TRANSPORT',
  'all broker connections are down': '_ALL_BROKERS_DOWN',
  'host resolution failure': '_RESOLVE',
  'authentication failure': '_AUTHENTICATION',
  'ssl error': '_SSL',
  'timed out': '_TIMED_OUT',
  'fatal error': '_FATAL',
}

/** The name of an `event.error`, as codes.ts would say it. */
export function eventName(error: { readonly message: string }): string {
  return EVENTS[error.message.toLowerCase().replace(/^local: /, '')] ?? '_FAIL'
}

/** The number of what the binding throws or passes on. */
export function codeOf(error: unknown): number | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined
  return typeof error.code === 'number' ? error.code : undefined
}

export function refused(reason: string, kind: 'producer' | 'consumer'): TuneError {
  return new TuneError('CONFIG', `librdkafka refuses the configuration: ${reason}`, {
    hint: `tune bench ${kind} --dry-run shows what it is made with`,
  })
}

/** The login that a broker did not take. */
export function loginRefused({ bootstrapServers, security: { sasl } }: Connection): TuneError {
  const user = sasl?.username === undefined ? '' : ` of ${sasl.username}`
  return new TuneError(
    'UNAUTHORIZED',
    `${bootstrapServers} refuses the ${sasl?.mechanism ?? 'SASL'} login${user}`,
    {
      hint: 'check user name and password in sasl.jaas.config',
    },
  )
}

const NO_TOPIC: ReadonlySet<string> = new Set([
  'UNKNOWN_TOPIC_OR_PART',
  '_UNKNOWN_TOPIC',
  '_UNKNOWN_PARTITION',
])

const UNSUPPORTED: ReadonlySet<string> = new Set(['_UNSUPPORTED_FEATURE', 'UNSUPPORTED_VERSION'])

/** Java's consumer throws these too; librdkafka would ask again for ever. */
const REFUSED_BY_GROUP: ReadonlySet<string> = new Set([
  'INCONSISTENT_GROUP_PROTOCOL',
  'INVALID_GROUP_ID',
  'INVALID_SESSION_TIMEOUT',
  'GROUP_MAX_SIZE_REACHED',
  'FENCED_INSTANCE_ID',
  'UNSUPPORTED_ASSIGNOR',
  'UNRELEASED_INSTANCE_ID',
])

/** @returns why a consumer cannot go on after this, or undefined where it can */
export function endOf(name: string, topic: string, connection: Connection): TuneError | undefined {
  const where = connection.bootstrapServers
  if (NO_TOPIC.has(name)) return noSuchTopic(topic)
  if (name === '_AUTHENTICATION') return loginRefused(connection)
  if (/AUTHORIZATION_FAILED$/.test(name)) return mayNotRead(connection, topic, name)
  if (UNSUPPORTED.has(name)) {
    return new TuneError(
      'UNSUPPORTED',
      `the brokers at ${where} cannot do what the consumer asks for (${name})`,
      {
        hint: 'group.protocol=consumer needs Kafka 4.0, or 3.7 and newer where it is turned on',
      },
    )
  }
  if (REFUSED_BY_GROUP.has(name)) {
    return new TuneError('CONFIG', `the group refuses this member (${name})`, {
      hint: 'check partition.assignment.strategy, session.timeout.ms and group.instance.id beside those of other members',
    })
  }
  if (name === '_FATAL') {
    return new TuneError('ABORTED', 'librdkafka gives up on this consumer (fatal error)', {
      hint: 'run again with --debug to see the client’s own log',
    })
  }
  return undefined
}
