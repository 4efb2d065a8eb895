/** The one door to `pg`: sessions of a PostgreSQL database. */
import type { Client } from 'pg'
import { messageOf, TuneError } from '../errors.ts'
import { explain, isLost } from './errors.ts'
import type { DatabaseTarget } from './target.ts'

export type Value = string | number | boolean | null | readonly (string | number)[]
export type Row = Readonly<Record<string, unknown>>

/** What set-up and watching ask of a database. */
export type Queries = Pick<Session, 'query'>

/** One connection. What fails rejects with the server's or the system's own error, its code in `code`. */
export interface Session {
  query(sql: string, values?: readonly Value[]): Promise<readonly Row[]>
  /** Prepared once for each name. @returns how many rows it changed */
  run(name: string, sql: string, values: readonly Value[]): Promise<number>
  /** Aborted, with the error, when the connection is no more. */
  readonly lost: AbortSignal
  /** Never throws. */
  close(): Promise<void>
}

const PACKAGE = 'pg'

/** @throws TuneError MISSING, UNREACHABLE, UNAUTHORIZED, DATABASE */
export async function openSession(target: DatabaseTarget, connectTimeoutMs: number): Promise<Session> {
  const { Client } = await loadPackage()
  const client = new Client({
    connectionString: target.url,
    connectionTimeoutMillis: connectTimeoutMs,
    application_name: 'tune',
    keepAlive: true,
  })
  const lost = new AbortController()
  // Without a listener a broken connection would end the process
  client.on('error', (error) => lost.abort(error))
  client.on('end', () => lost.abort(new Error('the connection was closed')))
  try {
    await client.connect()
  } catch (error) {
    await client.end().catch(() => {})
    throw explain(error, target)
  }
  return sessionOf(client, lost)
}

function sessionOf(client: Client, lost: AbortController): Session {
  const told = <T>(error: unknown): Promise<T> => {
    if (isLost(error)) lost.abort(error)
    return Promise.reject(error)
  }
  return {
    query: (sql, values = []) =>
      client.query<Record<string, unknown>>(sql, [...values]).then(({ rows }) => rows, told<Row[]>),
    run: (name, text, values) =>
      client.query({ name, text, values: [...values] }).then(({ rowCount }) => rowCount ?? 0, told<number>),
    lost: lost.signal,
    close: () => client.end().catch(() => {}),
  }
}

async function loadPackage(): Promise<typeof import('pg')['default']> {
  try {
    const loaded = await import('pg')
    return loaded.default
  } catch (cause) {
    throw new TuneError(
      'MISSING',
      `the PostgreSQL client (${PACKAGE}) is not installed: ${messageOf(cause)}`,
      {
        hint: `install it beside tune: npm install ${PACKAGE}`,
        cause,
      },
    )
  }
}
