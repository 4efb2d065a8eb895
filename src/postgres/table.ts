/** The table whose changes are measured: its columns, and the statements that change it. */
import { quotedTable, type TableName } from './names.ts'
import type { Value } from './session.ts'
import type { Statement } from './transaction.ts'

/** `id` carries the run and the row, `change` the run and the change, `changed_at` when it was due. */
const COLUMNS = {
  id: 'bigint primary key',
  change: 'bigint not null',
  changed_at: 'timestamptz not null',
  body: 'text not null',
} as const
export const COLUMN_NAMES: readonly string[] = Object.keys(COLUMNS)

/** What `change` says of rows that are there before the first change: their events tell nothing. */
export const NO_CHANGE = -1

export function createTable(table: TableName): string {
  const columns = Object.entries(COLUMNS).map(([name, type]) => `${name} ${type}`)
  return `create table ${quotedTable(table)} (${columns.join(', ')})`
}

/** One row of an insert or update. */
export interface Written {
  readonly id: number
  readonly change: number
  readonly changedAtEpochMs: number
  readonly body: string
}

/** A statement a kind, whatever the number of rows. */
export function statementsFor(table: TableName) {
  const name = quotedTable(table)
  const insert = `insert into ${name} (id, change, changed_at, body)
    select id, change, to_timestamp(at / 1000.0), body
    from unnest($1::bigint[], $2::bigint[], $3::float8[], $4::text[]) as v(id, change, at, body)`
  const update = `update ${name} as t set change = v.change, changed_at = to_timestamp(v.at / 1000.0), body = v.body
    from unnest($1::bigint[], $2::bigint[], $3::float8[], $4::text[]) as v(id, change, at, body) where t.id = v.id`
  const remove = `delete from ${name} where id = any($1::bigint[])`
  const columnsOf = (rows: readonly Written[]): Value[] => [
    rows.map(({ id }) => id),
    rows.map(({ change }) => change),
    rows.map(({ changedAtEpochMs }) => changedAtEpochMs),
    rows.map(({ body }) => body),
  ]
  return {
    insert(rows: readonly Written[]): Statement {
      return { name: 'tune-insert', sql: insert, values: columnsOf(rows), rows: rows.length }
    },
    update(rows: readonly Written[]): Statement {
      return { name: 'tune-update', sql: update, values: columnsOf(rows), rows: rows.length }
    },
    delete(ids: readonly number[]): Statement {
      return { name: 'tune-delete', sql: remove, values: [ids], rows: ids.length }
    },
  }
}

/** Fills the table on the server: rows `firstId` and following, with letters of md5 in them. Values: first id, rows, bytes of body. */
export function fillTable(table: TableName): string {
  return `insert into ${quotedTable(table)} (id, change, changed_at, body)
    select $1::bigint + n, ${NO_CHANGE}, now(), left(repeat(md5(n::text), ($3::int + 31) / 32), $3::int)
    from generate_series(0, $2::int - 1) as n`
}
