/** Makes transactions of changes: which rows they are about, what is written, and what is so when they have ended. */
import type { Operation } from '../../core/operation.ts'
import type { TableName } from '../../postgres/names.ts'
import { statementsFor, type Written } from '../../postgres/table.ts'
import type { Statement } from '../../postgres/transaction.ts'
import type { Random } from '../../records/random.ts'
import { packStamp } from '../e2e/json-field.ts'
import type { Changes } from './changes.ts'
import type { ByKind, Kind } from './plan.ts'
import type { Rows } from './rows.ts'

export interface Change {
  readonly kind: Kind
  readonly row: number
  /** It should have been another kind, and no row was free. */
  readonly becameInsert: boolean
}

export interface PlannedTransaction {
  readonly statements: readonly Statement[]
  readonly changes: readonly Change[]
}

export interface TransactionMaker {
  make(operations: readonly Operation[]): PlannedTransaction
  /** Rows go back to where others may have them. `unknown`: whether they are there is not known, so they do not. */
  ended(transaction: PlannedTransaction, outcome: 'committed' | 'failed' | 'unknown'): void
}

export interface MakerOptions {
  readonly table: TableName
  readonly mix: ByKind
  readonly random: Random
  readonly rows: Rows
  readonly changes: Changes
  /** When an operation was due, ms since 1970. */
  readonly dueEpochMs: (operation: Operation) => number
  readonly bodyOf: (operation: Operation) => string
}

export function transactionMaker(options: MakerOptions): TransactionMaker {
  const { table, mix, random, rows, changes, dueEpochMs, bodyOf } = options
  const statements = statementsFor(table)

  const kindOf = (): Kind => {
    const at = random.float()
    if (at < mix.insert) return 'insert'
    return at < mix.insert + mix.update ? 'update' : 'delete'
  }

  const change = (): Change => {
    const wanted = kindOf()
    const row = wanted === 'insert' ? undefined : rows.take()
    if (row === undefined) {
      return { kind: 'insert', row: rows.fresh(), becameInsert: wanted !== 'insert' }
    }
    return { kind: wanted, row, becameInsert: false }
  }

  return {
    make(operations) {
      const written: Record<'insert' | 'update', Written[]> = { insert: [], update: [] }
      const deleted: number[] = []
      const made = operations.map((operation) => {
        const one = change()
        const id = changes.rowKey(one.row)
        const stamped = changes.identify(operation)
        if (one.kind === 'delete') {
          // Its event may be there before the answer of COMMIT
          changes.deleting(id, stamped.id)
          deleted.push(id)
        } else {
          const row = { id, change: packStamp(stamped), changedAtEpochMs: dueEpochMs(operation) }
          written[one.kind].push({ ...row, body: bodyOf(operation) })
        }
        return one
      })
      return {
        changes: made,
        statements: [
          ...(written.insert.length === 0 ? [] : [statements.insert(written.insert)]),
          ...(written.update.length === 0 ? [] : [statements.update(written.update)]),
          ...(deleted.length === 0 ? [] : [statements.delete(deleted)]),
        ],
      }
    },
    ended({ changes: ended }, outcome) {
      for (const { kind, row } of ended) {
        if (outcome === 'failed' && kind === 'delete') changes.notDeleted(changes.rowKey(row))
        const isThere = outcome === 'committed' ? kind !== 'delete' : kind !== 'insert'
        if (outcome !== 'unknown' && isThere) rows.add(row)
      }
    },
  }
}
