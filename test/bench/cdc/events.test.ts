import { describe, expect, it } from 'vitest'
import { readEvent } from '../../../src/bench/cdc/events.ts'

const ROW = { id: 12, change: 7, changed_at: '2026-11-28T18:50:02.945Z', body: 'ABC' }
const SOURCE = {
  version: '3.6.3.Final',
  connector: 'postgresql',
  ts_ms: 1795447872747,
  table: 'rows',
  lsn: 1,
}
const envelope = (op: string, before: unknown, after: unknown) => ({
  before,
  after,
  source: SOURCE,
  transaction: null,
  op,
  ts_ms: 1795447872964,
})
/** What the JSON converter puts before it with schemas.enable=true; the names of its own fields are in it. */
const SCHEMA = {
  type: 'struct',
  fields: [
    { type: 'struct', fields: [{ type: 'int64', optional: false, field: 'id' }], field: 'before' },
    { type: 'string', field: 'op' },
    { type: 'string', field: 'payload' },
  ],
  name: 'mine.public.rows.Envelope',
}
const bytes = (document: unknown) => Buffer.from(JSON.stringify(document))
const KEY = bytes({ id: 12 })

const SHAPES: Readonly<Record<string, (payload: unknown) => Buffer>> = {
  'without a schema': bytes,
  'with its schema': (payload) => bytes({ schema: SCHEMA, payload }),
  'with its schema behind it': (payload) => bytes({ payload, schema: SCHEMA }),
}

describe('an event', () => {
  for (const [shape, wrap] of Object.entries(SHAPES)) {
    it(`says which change of which row it is, ${shape}`, () => {
      const written = { kind: 'written', row: 12, change: 7 }
      expect(readEvent(KEY, wrap(envelope('c', null, ROW)))).toEqual(written)
      expect(readEvent(KEY, wrap(envelope('u', null, ROW)))).toEqual(written)
      expect(readEvent(KEY, wrap(envelope('u', { ...ROW, change: 3 }, ROW)))).toEqual(written)
      expect(readEvent(KEY, wrap(envelope('r', null, ROW)))).toEqual(written)
    })

    it(`says which row was deleted, by its key or all of it, ${shape}`, () => {
      const deleted = { kind: 'deleted', row: 12 }
      const keyOnly = { id: 12, change: 0, changed_at: '1970-01-01T00:00:00Z', body: '' }
      expect(readEvent(KEY, wrap(envelope('d', keyOnly, null)))).toEqual(deleted)
      expect(readEvent(KEY, wrap(envelope('d', ROW, null)))).toEqual(deleted)
      expect(readEvent(wrap({ id: 12 }), wrap(envelope('d', null, null)))).toEqual(deleted)
    })

    it(`is understood as ExtractNewRecordState leaves it, ${shape}`, () => {
      expect(readEvent(KEY, wrap(ROW))).toEqual({ kind: 'written', row: 12, change: 7 })
      expect(readEvent(KEY, wrap({ ...ROW, __deleted: 'false' }))).toMatchObject({ kind: 'written' })
      expect(readEvent(KEY, wrap({ ...ROW, __deleted: 'true' }))).toEqual({ kind: 'deleted', row: 12 })
      expect(readEvent(KEY, wrap({ ...ROW, __op: 'd' }))).toEqual({ kind: 'deleted', row: 12 })
    })

    it(`may be a null, ${shape}`, () => {
      expect(readEvent(wrap({ id: 12 }), wrap(null))).toEqual({ kind: 'tombstone', row: 12 })
      expect(readEvent(wrap({ id: 12 }), null)).toEqual({ kind: 'tombstone', row: 12 })
    })
  }

  it('is none of a row of another table, a truncation, or bytes that are no JSON', () => {
    expect(readEvent(KEY, bytes(envelope('c', null, { id: 12, name: 'x' })))).toBeUndefined()
    expect(readEvent(null, bytes(envelope('t', null, null)))).toBeUndefined()
    expect(readEvent(KEY, Buffer.from([0, 0, 0, 0, 9, 2, 24, 14]))).toBeUndefined()
    expect(readEvent(null, null)).toBeUndefined()
    expect(readEvent(KEY, bytes({ ...ROW, id: 1.5 }))).toBeUndefined()
  })

  it('may have its numbers as text', () => {
    expect(readEvent(KEY, bytes({ ...ROW, id: '12', change: '4503599627370495' }))).toEqual({
      kind: 'written',
      row: 12,
      change: 2 ** 52 - 1,
    })
  })
})
