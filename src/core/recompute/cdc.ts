import type { SendingResult } from '../result.ts'
import { checkSummary } from './latencies.ts'
import { expectSame, type Problem, sum } from './problem.ts'

/** Transactions, changes, slot and snapshot of a run against a database. */
export function checkCdc(result: SendingResult): Problem[] {
  if (result.kind !== 'cdc') return []
  const { metrics, database, databaseCommit, slot, snapshot, accounting } = result
  const lags = slot?.lag.map(({ lagBytes }) => lagBytes) ?? []
  const changes = database.changes.insert + database.changes.update + database.changes.delete
  return [
    ...(databaseCommit === undefined ? [] : checkSummary('databaseCommit', databaseCommit)),
    ...expectSame(
      'databaseCommit.count',
      databaseCommit?.count ?? 0,
      database.transactions.committed,
      'database.transactions.committed',
    ),
    ...expectSame('database.changes', changes, accounting.acked, 'accounting.acked'),
    ...expectSame(
      'plan.mix',
      sum(Object.values(result.plan.mix), (share) => share),
      1,
      'its meaning',
    ),
    ...expectSame('metrics.slotLagBytes', metrics.slotLagBytes, lags.at(-1), 'slot.lag'),
    ...expectSame(
      'metrics.slotLagMaxBytes',
      metrics.slotLagMaxBytes,
      lags.length === 0 ? undefined : Math.max(...lags),
      'slot.lag',
    ),
    ...expectSame(
      'snapshot.rowsPerSec',
      snapshot?.rowsPerSec,
      snapshot && (snapshot.rows * 1000) / snapshot.tookMs,
      'snapshot.rows / tookMs',
    ),
    ...expectSame(
      'metrics.snapshotRowsPerSec',
      metrics.snapshotRowsPerSec,
      snapshot?.rowsPerSec,
      'snapshot.rowsPerSec',
    ),
  ]
}
