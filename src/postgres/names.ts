/** Identifiers of SQL. */
import { TuneError } from '../errors.ts'

export interface TableName {
  readonly schema: string
  readonly table: string
}

/** `schema.table`, or a table of `public`. @throws TuneError USAGE */
export function parseTable(text: string, flag: string): TableName {
  const [first, second, ...more] = text.split('.')
  if (first && more.length === 0 && second !== '') {
    return second === undefined ? { schema: 'public', table: first } : { schema: first, table: second }
  }
  throw new TuneError('USAGE', `${flag}: '${text}' is no table`, { hint: 'for example public.orders' })
}

export const plainName = ({ schema, table }: TableName): string => `${schema}.${table}`

/** As SQL takes it, whatever is in it. */
export const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`

export const quotedTable = ({ schema, table }: TableName): string => `${quoted(schema)}.${quoted(table)}`

/** A text in a statement that takes no parameters. */
export const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`
