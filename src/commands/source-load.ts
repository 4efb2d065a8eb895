/** `--source-load ADDRESS=RATE`: what drives the source of a connector that is watched, by the scheme of the address. */
import { rowLoad } from '../bench/cdc/row-load.ts'
import { realClock } from '../core/clock.ts'
import { TuneError } from '../errors.ts'
import { type Asker, shownUrl } from '../http/ask.ts'
import { type SourceLoad, stubLoad } from '../monitor/source-load.ts'
import { parseTable, plainName, type TableName } from '../postgres/names.ts'
import { openSession } from '../postgres/session.ts'
import { type DatabaseTarget, databaseTarget } from '../postgres/target.ts'
import { parseRate } from '../units.ts'
import type { Io } from './io.ts'
import { readUrl, withoutLogin } from './urls.ts'

export type SourceLoadRequest = { readonly recordsPerSec: number } & (
  | { readonly kind: 'api'; readonly target: URL }
  | { readonly kind: 'rows'; readonly database: DatabaseTarget; readonly table: TableName }
)

const FLAG = '--source-load'
const EXAMPLE = {
  hint: `for example ${FLAG} http://127.0.0.1:8080/records=500/s, or 'postgres://me@db/shop?table=public.orders=500/s'`,
}
const CONNECT_MS = 10_000

/** @throws TuneError USAGE, UNSUPPORTED */
export function readSourceLoad(text: string, io: Io): SourceLoadRequest {
  const [, address = '', rate = ''] = /^(.*)=([^=]*)$/.exec(text) ?? []
  if (address === '' || !URL.canParse(address)) {
    throw new TuneError('USAGE', `${FLAG}: '${withoutLogin(text)}' is not ADDRESS=RATE`, EXAMPLE)
  }
  const recordsPerSec = parseRate(rate, FLAG, { paced: true })
  const { protocol } = new URL(address)
  if (/^https?:$/.test(protocol)) {
    return { kind: 'api', target: new URL(readUrl(address, FLAG, io)), recordsPerSec }
  }
  if (/^postgres(ql)?:$/.test(protocol)) return { kind: 'rows', recordsPerSec, ...readRows(address, io) }
  throw new TuneError('UNSUPPORTED', `${FLAG} cannot drive ${protocol}//`, EXAMPLE)
}

/** The table is in the query, which is ours and not the server's. */
function readRows(address: string, io: Io): { database: DatabaseTarget; table: TableName } {
  const [, before = '', query = ''] = /^([^?]*)\??(.*)$/.exec(address) ?? []
  const parameters = query.split('&').filter((part) => part !== '')
  const table = parameters.find((part) => part.startsWith('table='))?.slice('table='.length)
  if (table === undefined) throw new TuneError('USAGE', `${FLAG} names no table`, EXAMPLE)
  const rest = parameters.filter((part) => !part.startsWith('table='))
  const url = rest.length === 0 ? before : `${before}?${rest.join('&')}`
  return {
    database: databaseTarget(url, FLAG, io.env, true),
    table: parseTable(decodeURIComponent(table), FLAG),
  }
}

/** Whose source it is. */
export function hostOf(load: SourceLoadRequest): string {
  return load.kind === 'api' ? load.target.host : load.database.host
}

/** Without its secrets. */
export function shownTarget(load: SourceLoadRequest): string {
  return load.kind === 'api'
    ? shownUrl(load.target.href)
    : `${plainName(load.table)} of ${load.database.shown}`
}

export function openSourceLoad(load: SourceLoadRequest, asker: Asker): SourceLoad {
  if (load.kind === 'api') return stubLoad(load.target, load.recordsPerSec, asker)
  const { database, table, recordsPerSec } = load
  return rowLoad(
    { database, table, rowsPerSec: recordsPerSec },
    { clock: realClock, open: () => openSession(database, CONNECT_MS) },
  )
}
