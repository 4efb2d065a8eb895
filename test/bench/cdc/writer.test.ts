/** Rows, transactions and their events on a database of tests. */
import { describe, expect, it } from 'vitest'
import { createChanges } from '../../../src/bench/cdc/changes.ts'
import type { ByKind } from '../../../src/bench/cdc/plan.ts'
import { openPool } from '../../../src/bench/cdc/pool.ts'
import { createRows } from '../../../src/bench/cdc/rows.ts'
import { transactionMaker } from '../../../src/bench/cdc/transactions.ts'
import { createWriter } from '../../../src/bench/cdc/writer.ts'
import { createTracker } from '../../../src/bench/e2e/tracker.ts'
import type { Operation } from '../../../src/core/operation.ts'
import type { ReceivedRecord } from '../../../src/drivers/consumer.ts'
import { randomOf } from '../../../src/records/random.ts'
import { type FakeDatabase, fakeDatabase } from './fake-sessions.ts'

const RUN = 7
const operation = (first: number): Operation => ({
  first,
  records: 1,
  dueMs: first,
  offeredMs: first,
  sentMs: first,
  bytes: 0,
})
const MIX: ByKind = { insert: 0.5, update: 0.3, delete: 0.2 }

interface Case {
  readonly mix?: ByKind
  readonly rowsPerTransaction?: number
  readonly connections?: number
  readonly firstRows?: number
}

async function stage({ mix = MIX, rowsPerTransaction = 1, connections = 1, firstRows = 0 }: Case = {}) {
  const changes = createChanges(RUN)
  const rows = createRows(randomOf(1, 1))
  const first: number[] = []
  for (let n = 0; n < firstRows; n++) {
    const row = rows.fresh()
    rows.add(row)
    first.push(changes.rowKey(row))
  }
  const database = fakeDatabase(first)
  let nowMs = 0
  const failures: [number, string][] = []
  const tracker = createTracker(RUN, () => nowMs, {
    onReceived: () => {},
    onFailed: ({ first }, code) => failures.push([first, code]),
  })
  const known = changes.correlator(tracker)
  const pool = await openPool({
    size: connections,
    open: database.open,
    nowMs: () => nowMs,
    pause: async (ms) => {
      nowMs += ms
      await new Promise(setImmediate)
    },
    shown: 'db',
  })
  const written: { key: number; change: number }[] = []
  const maker = transactionMaker({
    ...{ table: { schema: 'public', table: 't' }, mix, random: randomOf(1, 2), rows, changes },
    dueEpochMs: ({ dueMs }) => dueMs,
    bodyOf: () => 'BODY',
  })
  const watched: typeof maker = {
    ...maker,
    make(operations) {
      const planned = maker.make(operations)
      for (const { name, values } of planned.statements) {
        const [ids, numbers] = values
        if (!Array.isArray(ids)) continue
        ids.forEach((id, n) => {
          const change = Array.isArray(numbers) ? Number(numbers[n]) : -1
          written.push({ key: Number(id), change: name === 'tune-delete' ? -1 : change })
        })
      }
      return planned
    },
  }
  const writer = createWriter({
    ...{ pool, maker: watched, rowsPerTransaction, nowMs: () => nowMs },
    bytesOf: () => 4,
    onDone: tracker.answered,
  })
  const deliver = (key: number, change: number) => {
    const value =
      change < 0 ? { op: 'd', before: { id: key }, after: null } : { op: 'c', after: { id: key, change } }
    const record: ReceivedRecord = {
      ...{ offset: 0, timestampMs: 0, header: () => undefined },
      key: Buffer.from(JSON.stringify({ id: key })),
      value: Buffer.from(JSON.stringify(value)),
    }
    known.received(record, 0, nowMs)
    if (change < 0) known.received({ ...record, value: null }, 0, nowMs)
  }
  return {
    writer,
    database,
    tracker,
    pool,
    written,
    deliver,
    failures,
    passed: (ms: number) => (nowMs += ms),
  }
}

const settled = () => new Promise((resolve) => setTimeout(resolve, 5))

describe('a writer', () => {
  it('sends transactions of so many rows, and the rest when nothing more is due', async () => {
    const { writer, database } = await stage({
      mix: { insert: 1, update: 0, delete: 0 },
      rowsPerTransaction: 3,
    })
    for (let n = 0; n < 3; n++) expect(writer.send(operation(n))).toBe(true)
    await settled()
    expect(database.log).toEqual(['begin', 'tune-insert 3', 'commit'])
    expect(writer.send(operation(3))).toBe(true)
    writer.flushHint?.()
    await settled()
    expect(database.log.slice(3)).toEqual(['tune-insert 1'])
    expect(writer.wrote()).toMatchObject({
      transactions: { committed: 2, failed: 0, unknown: 0 },
      changes: { insert: 4, update: 0, delete: 0, becameInserts: 0 },
      commit: { count: 2 },
    })
  })

  it('is full while all connections are busy, and says when one is free', async () => {
    const { writer } = await stage({ connections: 2 })
    let rung = 0
    writer.onRoom(() => rung++)
    expect([0, 1, 2].map((n) => writer.send(operation(n)))).toEqual([true, true, false])
    await settled()
    expect(rung).toBeGreaterThan(0)
    expect(writer.send(operation(2))).toBe(true)
  })

  it('never has a row in two transactions, nor one that is not there', async () => {
    const { writer, database, written } = await stage({
      rowsPerTransaction: 5,
      connections: 3,
      firstRows: 40,
    })
    for (let n = 0; n < 600; ) {
      if (writer.send(operation(n))) n++
      else await settled()
    }
    await writer.drain(1000)
    const { transactions, changes } = writer.wrote()
    expect(transactions).toEqual({ committed: 120, failed: 0, unknown: 0 })
    expect(changes.insert + changes.update + changes.delete).toBe(600)
    expect(changes.becameInserts).toBe(0)
    expect(database.rows.size).toBe(40 + changes.insert - changes.delete)
    expect(written).toHaveLength(600)
  })

  it('inserts where no row is free to be changed, and says how often', async () => {
    const { writer } = await stage({ mix: { insert: 0, update: 0, delete: 1 }, firstRows: 2 })
    for (let n = 0; n < 5; n++) {
      writer.send(operation(n))
      await settled()
    }
    // 2 rows go; the third delete has none, and its insert is what the next one deletes
    expect(writer.wrote().changes).toEqual({ insert: 2, update: 0, delete: 3, becameInserts: 2 })
  })

  it('is told of every event once, whatever kind of change it was', async () => {
    const { writer, tracker, written, deliver } = await stage({ firstRows: 30 })
    for (let n = 0; n < 200; n++) {
      writer.send(operation(n))
      await new Promise(setImmediate)
    }
    await writer.drain(1000)
    for (const { key, change } of written) deliver(key, change)
    expect(tracker.tally()).toMatchObject({
      ...{ acked: 200, received: 200, missing: 0, duplicated: 0, outOfOrder: 0, foreign: 0 },
    })
    // Debezium sends again what its worker had not flushed
    for (const { key, change } of written.slice(-50)) deliver(key, change)
    deliver(12345, -1)
    expect(tracker.tally()).toMatchObject({ received: 200, duplicated: 50, foreign: 1 })
  })

  it('fails what was refused, and its rows can be had again', async () => {
    const { writer, database, failures } = await stage({
      mix: { insert: 0, update: 0, delete: 1 },
      firstRows: 1,
    })
    database.fail('tune-delete', Object.assign(new Error('deadlock'), { code: '40P01' }))
    writer.send(operation(0))
    await settled()
    expect(failures).toEqual([[0, 'DEADLOCK']])
    writer.send(operation(1))
    await settled()
    expect(writer.wrote()).toMatchObject({
      transactions: { committed: 1, failed: 1 },
      changes: { insert: 0, delete: 1 },
    })
    expect(database.rows.size).toBe(0)
  })

  it('does not know what became of a change whose connection was lost', async () => {
    const { writer, database, failures, tracker, written, deliver } = await stage({ firstRows: 1 })
    database.fail('tune-insert', new Error('Connection terminated unexpectedly'))
    database.fail('tune-update', new Error('Connection terminated unexpectedly'))
    database.fail('tune-delete', new Error('Connection terminated unexpectedly'))
    writer.send(operation(0))
    await settled()
    expect(failures).toEqual([[0, 'CONNECTION_LOST']])
    for (const { key, change } of written) deliver(key, change)
    expect(tracker.tally()).toMatchObject({ unknown: 1, received: 0, late: 1 })
  })
})

describe('a pool', () => {
  const down = async (database: FakeDatabase, forMs: number, passed: () => number) => {
    database.down()
    const untilMs = passed() + forMs
    while (passed() < untilMs) await new Promise(setImmediate)
  }

  it('makes lost connections again, and is gone when none can be had for 10 s', async () => {
    let nowMs = 0
    const database = fakeDatabase()
    const pool = await openPool({
      ...{ size: 2, open: database.open, nowMs: () => nowMs, shown: 'h:1/db' },
      pause: async (ms) => {
        nowMs += ms
        await new Promise(setImmediate)
      },
    })
    await down(database, 3000, () => nowMs)
    expect(pool.take()).toBeUndefined()
    expect(pool.gone.aborted).toBe(false)
    database.up()
    while (pool.reconnects() < 2) await new Promise(setImmediate)
    const taken = pool.take()
    expect(taken).toBeDefined()
    if (taken !== undefined) pool.give(taken)

    await down(database, 60_000, () => nowMs)
    expect(pool.gone.aborted).toBe(true)
    expect(String(pool.gone.reason)).toContain('h:1/db has not answered for 10 s')
    await pool.close()
  })
})
