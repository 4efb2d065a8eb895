/**
 * What a record of a change topic says: Debezium's envelope, with and without the JSON converter's schema, or the row
 * alone as ExtractNewRecordState leaves it.
 * https://debezium.io/documentation/reference/stable/connectors/postgresql.html#postgresql-events
 */
import { member } from '../../member.ts'

/** `row` and `change` are the table's columns `id` and `change`. */
export type ChangeEvent =
  | { readonly kind: 'written'; readonly row: number; readonly change: number }
  | { readonly kind: 'deleted'; readonly row: number }
  /** The null that follows a delete, so that compaction forgets the row. A flattened topic may have nothing else. */
  | { readonly kind: 'tombstone'; readonly row: number }

/** The JSON converter writes `{"schema":…,"payload":…}`, in this order. Schemas are most of it, so they are passed over. */
const HEAD = Buffer.from('{"schema":')
const PAYLOAD = Buffer.from(',"payload":')

/** undefined where it is no change of a row of `tune`'s. */
export function readEvent(key: Buffer | null, value: Buffer | null): ChangeEvent | undefined {
  // With a schema the converter writes even a null out
  const event = value === null ? null : parse(value)
  if (event === null) {
    const row = idOf(key === null ? undefined : parse(key))
    return row === undefined ? undefined : { kind: 'tombstone', row }
  }
  const op = member(event, 'op')
  if (typeof op === 'string')
    return op === 'd' ? deleted(member(event, 'before'), key) : written(member(event, 'after'))
  const isDeleted = String(member(event, '__deleted')) === 'true' || member(event, '__op') === 'd'
  return isDeleted ? deleted(event, key) : written(event)
}

function written(row: unknown): ChangeEvent | undefined {
  const id = idOf(row)
  const change = numberIn(row, 'change')
  return id === undefined || change === undefined ? undefined : { kind: 'written', row: id, change }
}

/** With REPLICA IDENTITY DEFAULT the row before has its key and nothing else. */
function deleted(before: unknown, key: Buffer | null): ChangeEvent | undefined {
  const row = idOf(before) ?? idOf(key === null ? undefined : parse(key))
  return row === undefined ? undefined : { kind: 'deleted', row }
}

const idOf = (row: unknown): number | undefined => numberIn(row, 'id')

/** A bigint is a number in JSON; connectors may be told to write text. */
function numberIn(row: unknown, column: string): number | undefined {
  const found = member(row, column)
  const number = typeof found === 'string' && found !== '' ? Number(found) : found
  return typeof number === 'number' && Number.isSafeInteger(number) ? number : undefined
}

/** Without its schema. */
function parse(bytes: Buffer): unknown {
  try {
    const at = bytes.subarray(0, HEAD.length).equals(HEAD) ? bytes.indexOf(PAYLOAD) : -1
    if (at < 0) return unwrapped(JSON.parse(bytes.toString()))
    return JSON.parse(bytes.toString('utf8', at + PAYLOAD.length, bytes.lastIndexOf('}')))
  } catch {
    return undefined
  }
}

function unwrapped(document: unknown): unknown {
  const payload = member(document, 'payload')
  return member(document, 'schema') === undefined || payload === undefined ? document : payload
}
