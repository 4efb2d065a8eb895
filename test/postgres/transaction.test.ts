import { describe, expect, it } from 'vitest'
import { statementsFor } from '../../src/postgres/table.ts'
import { transact } from '../../src/postgres/transaction.ts'
import { fakeDatabase } from '../bench/cdc/fake-sessions.ts'

const statements = statementsFor({ schema: 'public', table: 't' })
const row = (id: number) => ({ id, change: id, changedAtEpochMs: 0, body: 'A' })
const withCode = (message: string, code: string) => Object.assign(new Error(message), { code })

describe('a transaction', () => {
  it('is one statement where it is one row', async () => {
    const database = fakeDatabase()
    const session = await database.open()
    expect(await transact(session, [statements.insert([row(1)])])).toEqual({ outcome: 'committed' })
    expect(database.log).toEqual(['tune-insert 1'])
  })

  it('begins, changes and commits, a statement for each kind of change', async () => {
    const database = fakeDatabase([1, 2])
    const session = await database.open()
    const all = [statements.insert([row(3), row(4)]), statements.update([row(1)]), statements.delete([2])]
    expect(await transact(session, all)).toEqual({ outcome: 'committed' })
    expect(database.log).toEqual(['begin', 'tune-insert 2', 'tune-update 1', 'tune-delete 1', 'commit'])
    expect([...database.rows].toSorted()).toEqual([1, 3, 4])
  })

  it('is taken back as a whole when a row is not there', async () => {
    const database = fakeDatabase([1])
    const session = await database.open()
    const all = [statements.insert([row(3)]), statements.delete([1, 2])]
    expect(await transact(session, all)).toEqual({ outcome: 'failed', code: 'ROW_GONE' })
    expect(database.log.at(-1)).toBe('rollback')
    expect([...database.rows]).toEqual([1])
  })

  it('has failed for certain when it is refused, or lost before it commits', async () => {
    const database = fakeDatabase()
    const session = await database.open()
    const all = [statements.insert([row(1), row(2)])]
    database.fail('commit', withCode('deadlock detected', '40P01'))
    expect(await transact(session, all)).toEqual({ outcome: 'failed', code: 'DEADLOCK' })
    database.fail('tune-insert', withCode('read ECONNRESET', 'ECONNRESET'))
    expect(await transact(session, all)).toEqual({ outcome: 'failed', code: 'CONNECTION_LOST' })
  })

  it('is unknown when the connection is lost while it commits', async () => {
    const database = fakeDatabase()
    const session = await database.open()
    database.fail('commit', withCode('terminating connection due to administrator command', '57P01'))
    expect(await transact(session, [statements.insert([row(1), row(2)])])).toEqual({
      outcome: 'unknown',
      code: 'CONNECTION_LOST',
    })
    database.fail('tune-insert', new Error('Connection terminated unexpectedly'))
    expect(await transact(session, [statements.insert([row(3)])])).toMatchObject({ outcome: 'unknown' })
  })
})
