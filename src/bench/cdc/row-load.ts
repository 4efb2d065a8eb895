/** Rows that come into a table at a rate, for as long as they are wanted: what a connector that is watched has to read. */
import { randomBytes } from 'node:crypto'
import type { Clock } from '../../core/clock.ts'
import type { Operation } from '../../core/operation.ts'
import { createAnswers } from '../../core/phase.ts'
import { Recorder } from '../../core/recorder.ts'
import { runPhase } from '../../core/run.ts'
import { explain } from '../../postgres/errors.ts'
import { plainName, quotedTable, type TableName } from '../../postgres/names.ts'
import { refuseTable } from '../../postgres/preflight.ts'
import type { Session } from '../../postgres/session.ts'
import { NO_CHANGE, statementsFor } from '../../postgres/table.ts'
import type { DatabaseTarget } from '../../postgres/target.ts'
import { openPool } from './pool.ts'
import type { TransactionMaker } from './transactions.ts'
import { createWriter } from './writer.ts'

export interface RowLoadPlan {
  readonly database: DatabaseTarget
  /** With the columns of `tune bench cdc`. */
  readonly table: TableName
  readonly rowsPerSec: number
}

export interface RowLoadIo {
  readonly clock: Clock
  readonly open: () => Promise<Session>
}

/** Committed for certain, and all else. */
export interface RowsWritten {
  readonly committed: number
  readonly failed: number
}

const CONNECTIONS = 4
/** What is due while all connections are busy goes together. */
const ROWS_PER_TRANSACTION = 100
const BODY_BYTES = 100
const BODIES = 64
const DRAIN_MS = 10_000

/** @throws TuneError from `start`: the database, or the table, is not as it must be */
export function rowLoad({ database, table, rowsPerSec }: RowLoadPlan, { clock, open }: RowLoadIo) {
  let end: (() => Promise<void>) | undefined
  const recorder = new Recorder({ intervalMs: 1000, answered: true, keepSeries: false })

  return {
    target: `rows into ${plainName(table)} of ${database.shown}`,
    recordsPerSec: rowsPerSec,

    async start(): Promise<void> {
      const firstId = await lookAt(database, table, open)
      const pool = await openPool({
        ...{ size: CONNECTIONS, open, nowMs: clock.nowMs, shown: database.shown },
        pause: (ms) => clock.wait(clock.nowMs() + ms, false).done,
      })
      const answers = createAnswers()
      const writer = createWriter({
        ...{ pool, rowsPerTransaction: ROWS_PER_TRANSACTION, nowMs: clock.nowMs, onDone: answers.onDone },
        maker: insertsFrom(firstId, table, ({ dueMs }) => clock.epochMs() + dueMs - clock.nowMs()),
        bytesOf: () => BODY_BYTES,
      })
      const stopping = new AbortController()
      const running = runPhase(
        {
          load: { shape: 'constant', ratePerSec: rowsPerSec },
          numRecords: Number.MAX_SAFE_INTEGER,
          precise: false,
          drainMs: DRAIN_MS,
        },
        { clock, client: writer, recorder, signal: AbortSignal.any([stopping.signal, pool.gone]) },
        answers,
      )
      // It is heard of by who ends it
      running.catch(() => {})
      end = async () => {
        stopping.abort()
        try {
          await running
        } finally {
          await writer.close()
        }
      }
    },

    async stop(): Promise<void> {
      await end?.()
      end = undefined
    },

    written: (): RowsWritten => ({ committed: recorder.acked, failed: recorder.errorCount }),
  }
}

/** @returns the first id that is free */
async function lookAt(database: DatabaseTarget, table: TableName, open: RowLoadIo['open']): Promise<number> {
  const session = await open()
  try {
    await refuseTable(session, table, database)
    const [row] = await session
      .query(`select coalesce(max(id), -1) + 1 as first from ${quotedTable(table)}`)
      .catch((error: unknown) => Promise.reject(explain(error, database)))
    return Number(row?.first)
  } finally {
    await session.close()
  }
}

/** New rows only, so that a connector has as many events. */
function insertsFrom(
  firstId: number,
  table: TableName,
  dueEpochMs: (operation: Operation) => number,
): TransactionMaker {
  const { insert } = statementsFor(table)
  const bodies = Array.from({ length: BODIES }, () => randomBytes(BODY_BYTES / 2).toString('hex'))
  let next = firstId
  return {
    make(operations) {
      const rows = operations.map((operation) => ({
        id: next++,
        change: NO_CHANGE,
        changedAtEpochMs: dueEpochMs(operation),
        body: bodies[operation.first % BODIES] ?? '',
      }))
      return { statements: [insert(rows)], changes: [] }
    },
    ended: () => {},
  }
}
