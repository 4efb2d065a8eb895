/** What PostgreSQL says, as a person needs it: cause, and the SQL that helps. */
import { codeIn, messageOf, TuneError } from '../errors.ts'
import { withoutLogins } from '../secrets.ts'
import type { DatabaseTarget } from './target.ts'

/** SQLSTATE: https://www.postgresql.org/docs/current/errcodes-appendix.html; class 57P is about the server's end. */
const LOST = /^(08...|57P0[1-4]|ECONNRESET|EPIPE|ECONNREFUSED|ETIMEDOUT|ENOTFOUND|EHOSTUNREACH)$/
/** What `pg` says without a code. */
const LOST_MESSAGE = /connection terminated|not queryable|client was closed|connection was closed/i

/** Whether a connection is no more. */
export function isLost(error: unknown): boolean {
  const code = codeIn(error)
  return code === undefined ? LOST_MESSAGE.test(messageOf(error)) : LOST.test(code)
}

/** A transaction's error, as it is counted: an SQLSTATE with its usual name, or the system's code. */
export function countedAs(error: unknown): string {
  const code = codeIn(error)
  if (isLost(error)) return 'CONNECTION_LOST'
  return code === undefined ? 'DATABASE_ERROR' : (NAMES[code] ?? `SQLSTATE_${code}`)
}

const NAMES: Readonly<Record<string, string>> = {
  '23505': 'UNIQUE_VIOLATION',
  '25006': 'READ_ONLY',
  '40001': 'SERIALIZATION_FAILURE',
  '40P01': 'DEADLOCK',
  '42501': 'INSUFFICIENT_PRIVILEGE',
  '42P01': 'UNDEFINED_TABLE',
  '53100': 'DISK_FULL',
  '53300': 'TOO_MANY_CONNECTIONS',
  '55P03': 'LOCK_NOT_AVAILABLE',
  '57014': 'QUERY_CANCELED',
}

/** Of a connection that could not be made, or a statement of the set-up. */
export function explain(error: unknown, target: DatabaseTarget): TuneError {
  if (error instanceof TuneError) return error
  const { shown, user, database, host, port } = target
  const text = hide(messageOf(error), target)
  const code = codeIn(error) ?? ''
  const make = (kind: ConstructorParameters<typeof TuneError>[0], message: string, hint: string) =>
    new TuneError(kind, message, { hint, cause: error })
  if (code === '28P01' || code === '28000' || /password must be a string|SCRAM|SASL/.test(text)) {
    return make(
      'UNAUTHORIZED',
      `${shown} refuses the login of ${user}: ${text}`,
      `set PGPASSWORD, or write '\${env:NAME}' for the password in --database-url; pg_hba.conf of the server says who may enter`,
    )
  }
  if (code === '3D000') {
    return make(
      'DATABASE',
      `there is no database ${database} on ${host}:${port}`,
      `create database ${database};`,
    )
  }
  if (code === '42501') {
    return make(
      'UNAUTHORIZED',
      `${user} may not do this in ${shown}: ${text}`,
      `a superuser may grant it: grant create on database ${database} to ${user}; grant usage, create on schema public to ${user};`,
    )
  }
  if (code === '53300') {
    return make(
      'DATABASE',
      `${shown} takes no more connections: ${text}`,
      'ask for fewer with --connections, or raise max_connections',
    )
  }
  if (code === '57P03' || LOST.test(code) || LOST_MESSAGE.test(text) || /timeout/i.test(text)) {
    return make(
      'UNREACHABLE',
      `no PostgreSQL answers at ${host}:${port}: ${text}`,
      'check host and port of --database-url, and that the server listens there (listen_addresses)',
    )
  }
  return make('DATABASE', `${shown}: ${text}`, 'see the log of the server for more')
}

/** A server may repeat what it was told. */
export function hide(text: string, { password }: Pick<DatabaseTarget, 'password'>): string {
  return withoutLogins(password === undefined ? text : text.replaceAll(password, '[hidden]'))
}
