/**
 * A client that writes into a database: operations are rows, taken one by one and sent in transactions of so many. A
 * transaction goes when it is full, or when nothing more is due; while all connections are busy the client is full.
 */
import { Histogram } from '../../core/histogram.ts'
import type { OnDone, Operation } from '../../core/operation.ts'
import type { CdcResult, LatencySummary } from '../../core/result.ts'
import type { ProducerClient } from '../../drivers/driver.ts'
import type { Session } from '../../postgres/session.ts'
import { transact } from '../../postgres/transaction.ts'
import type { Kind } from './plan.ts'
import type { Pool } from './pool.ts'
import type { PlannedTransaction, TransactionMaker } from './transactions.ts'

/** Of measured time. */
export interface Wrote {
  readonly transactions: CdcResult['database']['transactions']
  readonly changes: CdcResult['database']['changes']
  /** From BEGIN to the answer of COMMIT. */
  readonly commit: LatencySummary | undefined
}

export interface Writer extends ProducerClient {
  /** What went before was a warm-up. */
  reset(): void
  wrote(): Wrote
}

export interface WriterOptions {
  readonly pool: Pool
  readonly maker: TransactionMaker
  readonly rowsPerTransaction: number
  readonly nowMs: () => number
  readonly bytesOf: (operation: Operation) => number
  readonly onDone: OnDone
}

interface Gathering {
  readonly session: Session
  readonly operations: Operation[]
}

/** As other clients call what they have given up at the end of a drain. */
const TIMED_OUT = '_TIMED_OUT'

export function createWriter(options: WriterOptions): Writer {
  const { pool, maker, rowsPerTransaction, nowMs, bytesOf, onDone } = options
  const open = new Set<Operation>()
  let gathering: Gathering | undefined
  let room = () => {}
  let idle = () => {}
  let counts = zero()
  let commit = new Histogram()
  pool.onFree(() => room())

  async function go({ session, operations }: Gathering): Promise<void> {
    const planned = maker.make(operations)
    const beganMs = nowMs()
    const ended = await transact(session, planned.statements)
    maker.ended(planned, ended.outcome)
    // Given up in the meantime, all of it: counted as unknown then
    const isGivenUp = !operations.some((operation) => open.has(operation))
    if (!isGivenUp) {
      count(planned, ended.outcome, nowMs() - beganMs)
      for (const operation of operations) {
        open.delete(operation)
        if (ended.outcome === 'committed') onDone(operation)
        else onDone(operation, ended.code, ended.outcome)
      }
    }
    pool.give(session)
    if (open.size === 0) idle()
  }

  function count({ changes }: PlannedTransaction, outcome: keyof Wrote['transactions'], tookMs: number) {
    counts.transactions[outcome]++
    if (outcome !== 'committed') return
    commit.record(tookMs)
    for (const { kind, becameInsert } of changes) {
      counts.changes[kind]++
      if (becameInsert) counts.changes.becameInserts++
    }
  }

  const send = () => {
    if (gathering === undefined) return
    const full = gathering
    gathering = undefined
    void go(full)
  }

  return {
    groupRecords: 1,
    inFlightRecords: rowsPerTransaction,
    send(operation) {
      if (gathering === undefined) {
        const session = pool.take()
        if (session === undefined) return false
        gathering = { session, operations: [] }
      }
      operation.bytes = bytesOf(operation)
      open.add(operation)
      gathering.operations.push(operation)
      if (gathering.operations.length >= rowsPerTransaction) send()
      return true
    },
    flushHint: send,
    onRoom(listener) {
      room = listener
    },
    async drain(timeoutMs) {
      send()
      if (open.size > 0) {
        let timer: NodeJS.Timeout | undefined
        await Promise.race([
          new Promise<void>((resolve) => {
            idle = resolve
          }),
          new Promise<void>((resolve) => {
            timer = setTimeout(resolve, timeoutMs)
          }),
        ])
        clearTimeout(timer)
      }
      for (const operation of [...open]) {
        open.delete(operation)
        onDone(operation, TIMED_OUT, 'unknown')
      }
    },
    stats: () => ({}),
    reset() {
      counts = zero()
      commit = new Histogram()
    },
    wrote: () => ({ ...counts, commit: commit.summary() }),
    close: () => pool.close(),
  }
}

function zero() {
  return {
    transactions: { committed: 0, failed: 0, unknown: 0 },
    changes: { insert: 0, update: 0, delete: 0, becameInserts: 0 } satisfies Record<Kind, number> & {
      becameInserts: number
    },
  }
}
