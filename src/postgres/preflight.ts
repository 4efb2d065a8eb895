/** What a database must be like before its changes can be measured; each refusal names the SQL that helps. */
import { TuneError } from '../errors.ts'
import { plainName, quoted, quotedTable, type TableName } from './names.ts'
import type { Queries, Row } from './session.ts'
import { COLUMN_NAMES, createTable } from './table.ts'
import type { DatabaseTarget } from './target.ts'

export interface ServerState {
  readonly version: string
  readonly walLevel: string
  readonly standby: boolean
  /** The user may make replication slots. */
  readonly replication: boolean
  /** … and publications, which take CREATE on the database; and tables. */
  readonly createInDatabase: boolean
  readonly createInSchema: boolean
  readonly slots: number
  readonly slotsUsed: number
}

export async function serverState(session: Queries): Promise<ServerState> {
  const [row = {}] = await session.query(
    `select current_setting('server_version') as version,
            current_setting('wal_level') as wal_level,
            pg_is_in_recovery() as standby,
            (select rolsuper or rolreplication from pg_roles where rolname = current_user) as replication,
            has_database_privilege(current_database(), 'CREATE') as create_in_database,
            has_schema_privilege('public', 'CREATE') as create_in_schema,
            current_setting('max_replication_slots')::int as slots,
            (select count(*)::int from pg_replication_slots) as slots_used`,
  )
  return {
    version: String(row.version),
    walLevel: String(row.wal_level),
    standby: row.standby === true,
    replication: row.replication === true,
    createInDatabase: row.create_in_database === true,
    createInSchema: row.create_in_schema === true,
    slots: Number(row.slots),
    slotsUsed: Number(row.slots_used),
  }
}

/** @throws TuneError DATABASE */
export function refuseServer({ walLevel, standby }: ServerState, { shown }: DatabaseTarget): void {
  if (standby) {
    throw new TuneError('DATABASE', `${shown} is a standby: nothing can be written there`, {
      hint: 'name the primary in --database-url',
    })
  }
  if (walLevel === 'logical') return
  throw new TuneError(
    'DATABASE',
    `wal_level of ${shown} is ${walLevel}: no change can be read from its log`,
    {
      hint: "as a superuser: alter system set wal_level = 'logical'; then restart the server",
    },
  )
}

/** What a connector of one's own needs besides. @throws TuneError UNAUTHORIZED, DATABASE */
export function refuseOwn(state: ServerState, { shown, user, database }: DatabaseTarget): void {
  const who = quoted(user)
  const lacks = (what: string, grant: string) =>
    new TuneError('UNAUTHORIZED', `${user} may not ${what} in ${shown}`, {
      hint: `as a superuser: ${grant}; or name a connector, its table and its topic`,
    })
  if (!state.replication) throw lacks('make a replication slot', `alter role ${who} with replication`)
  if (!state.createInDatabase) {
    throw lacks('make a publication', `grant create on database ${quoted(database)} to ${who}`)
  }
  if (!state.createInSchema) throw lacks('make a table', `grant create on schema public to ${who}`)
  if (state.slotsUsed < state.slots) return
  throw new TuneError(
    'DATABASE',
    `all ${state.slots} replication slots of ${shown} are taken (max_replication_slots)`,
    {
      hint: "select slot_name from pg_replication_slots where not active; drop what nobody needs: select pg_drop_replication_slot('NAME')",
    },
  )
}

const RIGHTS = ['SELECT', 'INSERT', 'UPDATE', 'DELETE'] as const

/** A table that somebody else made. @throws TuneError DATABASE, UNAUTHORIZED */
export async function refuseTable(session: Queries, table: TableName, target: DatabaseTarget): Promise<void> {
  const name = plainName(table)
  const rights = RIGHTS.map(
    (right) => `has_table_privilege(c.oid, '${right}') as ${right.toLowerCase()}`,
  ).join(', ')
  const [found] = await session.query(
    `select c.relreplident, ${rights},
            array(select attname::text from pg_attribute where attrelid = c.oid and attnum > 0 and not attisdropped) as columns
     from pg_class c where c.oid = to_regclass($1)`,
    [quotedTable(table)],
  )
  const make = `${createTable(table)}; then let the connector capture it (table.include.list, publication)`
  if (found === undefined) {
    throw new TuneError('DATABASE', `there is no table ${name} in ${target.shown}`, { hint: make })
  }
  const columns = Array.isArray(found.columns) ? found.columns : []
  const missing = COLUMN_NAMES.filter((column) => !columns.includes(column))
  if (missing.length > 0) {
    throw new TuneError(
      'DATABASE',
      `table ${name} lacks ${missing.join(', ')}: tune knows its rows by them`,
      {
        hint: make,
      },
    )
  }
  if (found.relreplident === 'n') {
    throw new TuneError(
      'DATABASE',
      `table ${name} has no replica identity: it takes no updates and deletes`,
      {
        hint: `alter table ${quotedTable(table)} replica identity default;`,
      },
    )
  }
  refuseRights(found, table, target)
}

function refuseRights(found: Row, table: TableName, { user }: DatabaseTarget): void {
  const lacking = RIGHTS.filter((right) => found[right.toLowerCase()] !== true)
  if (lacking.length === 0) return
  throw new TuneError('UNAUTHORIZED', `${user} lacks ${lacking.join(', ')} on ${plainName(table)}`, {
    hint: `grant ${RIGHTS.join(', ').toLowerCase()} on ${quotedTable(table)} to ${quoted(user)};`,
  })
}

/** Publications that have the table. */
export async function publicationsOf(session: Queries, { schema, table }: TableName): Promise<string[]> {
  const rows = await session.query(
    'select pubname from pg_publication_tables where schemaname = $1 and tablename = $2 order by pubname',
    [schema, table],
  )
  return rows.map(({ pubname }) => String(pubname))
}
