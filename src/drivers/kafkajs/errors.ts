/** What kafkajs throws, as codes for the report and as errors for people. */
import { messageOf, TuneError } from '../../errors.ts'
import type { Connection, Security } from '../driver.ts'
import { userName } from '../principal.ts'

/** An error, its causes and what it is an aggregate of; kafkajs wraps what made it give up. */
export function chain(error: unknown, errors: Error[] = []): Error[] {
  if (!(error instanceof Error) || errors.includes(error)) return errors
  errors.push(error)
  if ('errors' in error && Array.isArray(error.errors)) for (const each of error.errors) chain(each, errors)
  return chain(error.cause, errors)
}

const typeOf = (error: Error): string | undefined =>
  'type' in error && typeof error.type === 'string' && error.type !== '' ? error.type : undefined

/** Errors without a protocol code, by librdkafka's names for the same. */
const NAMED: Readonly<Record<string, string>> = {
  KafkaJSRequestTimeoutError: '_TIMED_OUT',
  KafkaJSTimeout: '_TIMED_OUT',
  KafkaJSLockTimeout: '_TIMED_OUT',
  KafkaJSConnectionClosedError: '_TRANSPORT',
  KafkaJSConnectionError: '_TRANSPORT',
  KafkaJSBrokerNotFound: '_TRANSPORT',
  KafkaJSNoBrokerAvailableError: '_ALL_BROKERS_DOWN',
  KafkaJSSASLAuthenticationError: '_AUTHENTICATION',
}

/** The code of a failed send: the protocol's name where the broker answered. */
export function codeOf(error: unknown): string {
  const errors = chain(error)
  for (const each of errors) {
    const type = typeOf(each)
    if (type !== undefined) return type
  }
  for (const each of errors) {
    const name = NAMED[each.name]
    if (name !== undefined) return name
  }
  return errors.at(-1)?.name ?? '_FAIL'
}

/** After these a record may be in the log. */
const MAYBE_STORED: ReadonlySet<string> = new Set([
  '_TIMED_OUT',
  '_TRANSPORT',
  'REQUEST_TIMED_OUT',
  'NETWORK_EXCEPTION',
  'NOT_ENOUGH_REPLICAS_AFTER_APPEND',
  'UNKNOWN',
])

/**
 * @param partitions how many the send may have touched: kafkajs fails the whole send when one partition is refused, and
 * does not tell what became of the others
 */
export function outcomeOf(code: string, partitions: number): 'failed' | 'unknown' {
  return partitions > 1 || MAYBE_STORED.has(code) ? 'unknown' : 'failed'
}

/**
 * A failure of first contact or of an admin request, for people.
 * @param doing what was not to be: `create topic t`
 * @param right the hint where ACLs forbid it
 */
export function explain(error: unknown, connection: Connection, doing: string, right?: string): TuneError {
  const errors = chain(error)
  const known = errors.find((each) => each instanceof TuneError)
  if (known instanceof TuneError) return known
  const where = connection.bootstrapServers
  const { sasl } = connection.security
  if (errors.some(({ name }) => name === 'KafkaJSSASLAuthenticationError')) {
    const user = sasl?.username === undefined ? '' : ` of ${sasl.username}`
    return new TuneError('UNAUTHORIZED', `${where} refuses the ${sasl?.mechanism ?? 'SASL'} login${user}`, {
      hint: loginHint(sasl?.mechanism),
      cause: error,
    })
  }
  const code = codeOf(error)
  if (/AUTHORIZATION_FAILED$/.test(code)) {
    return new TuneError(
      'UNAUTHORIZED',
      `${userName(connection.security)} may not ${doing} on ${where} (${code})`,
      {
        hint: right ?? 'grant the ACL, or use another user',
        cause: error,
      },
    )
  }
  if (code === '_TRANSPORT' || code === '_TIMED_OUT') {
    const broker = errors
      .map((each) => ('broker' in each ? String(each.broker) : ''))
      .find((each) => each !== '')
    const elsewhere = broker !== undefined && !where.includes(broker)
    return new TuneError(
      'UNREACHABLE',
      elsewhere
        ? `${where} answers, but its broker ${broker} cannot be reached`
        : `no answer from ${where} to ${doing}`,
      {
        hint: elsewhere
          ? 'the broker’s advertised.listeners name an address that this machine cannot reach'
          : 'is the broker up? --connect-timeout waits longer',
        cause: error,
      },
    )
  }
  return new TuneError('TOPIC', `cannot ${doing} on ${where}: ${reason(error)}`, { cause: error })
}

/** A broker tells neither a wrong password from an unknown user, nor a SCRAM user that was made for the other hash. */
function loginHint(mechanism: NonNullable<Security['sasl']>['mechanism'] | undefined): string {
  const look = 'check user name and password in sasl.jaas.config'
  if (mechanism === 'OAUTHBEARER') return 'check the token’s issuer, audience and scope'
  if (mechanism === 'PLAIN' || mechanism === undefined) return look
  return `${look}, and that the user has credentials for ${mechanism}`
}

/** The innermost words; an aggregate of one is that one. */
function reason(error: unknown): string {
  if (typeof error === 'object' && error !== null && 'errors' in error && Array.isArray(error.errors)) {
    return error.errors.map(messageOf).join('; ')
  }
  return messageOf(chain(error).at(-1) ?? error)
}
