/** What a report of change events has that others have not: changes, transactions, the slot, the snapshot. */
import type { CdcResult } from '../core/result.ts'
import { formatBytes, formatCount, formatDurationMs, formatRate } from '../units.ts'
import { countCell, joined, ms, plural, shareCell } from './format.ts'
import type { Section } from './model.ts'
import { item, list, receptionText, seriesLine } from './run-details.ts'

type Mix = CdcResult['plan']['mix']

/** `70 % insert, 20 % update, 10 % delete`. */
export function describeMix(mix: Mix): string {
  const kinds = [
    ['insert', mix.insert],
    ['update', mix.update],
    ['delete', mix.delete],
  ] as const
  return joined(
    kinds.map(([kind, share]) => share > 0 && `${shareCell(share, 0)} ${kind}`),
    ', ',
  )
}

export function changesSection({ database, accounting, plan, reception }: CdcResult): Section[] {
  const { transactions, changes, reconnects, server } = database
  return list('changes', 'Changes', [
    item('database', joined([server, plan.database, `table ${plan.table}`])),
    item(
      'connector',
      joined([
        plan.connector ?? 'not named',
        plan.own && 'of this run, removed with its slot, publication, table and topic',
      ]),
    ),
    item(
      'committed',
      joined([
        `${countCell(changes.insert)} inserts`,
        `${countCell(changes.update)} updates`,
        `${countCell(changes.delete)} deletes`,
        changes.becameInserts > 0 &&
          `${countCell(changes.becameInserts)} of the inserts for want of a free row`,
      ]),
    ),
    item(
      'transactions',
      joined([
        `${countCell(transactions.committed)} committed, of ${plural(plan.rowsPerTransaction, 'row')}`,
        `${countCell(transactions.failed)} failed`,
        `${countCell(transactions.unknown)} unknown`,
        reconnects > 0 && `${plural(reconnects, 'connection')} made again`,
      ]),
    ),
    item(
      'sent',
      `${countCell(accounting.sent)} = ${countCell(accounting.acked)} committed + ${countCell(accounting.failed)} failed + ${countCell(accounting.unknown)} unknown`,
    ),
    item('events', receptionText({ reception, plan })),
  ])
}

export function slotSection({ slot }: CdcResult): Section[] {
  if (slot === undefined) return []
  const last = slot.lag.at(-1)
  const line = (values: readonly number[]) => seriesLine(values, (value) => formatBytes(value, 1))
  return list('slot', `Replication slot ${slot.name} (${slot.plugin})`, [
    item('lag', line(slot.lag.map(({ lagBytes }) => lagBytes))),
    item('kept on disk', line(slot.lag.map(({ retainedBytes }) => retainedBytes))),
    item(
      'at the end',
      last === undefined
        ? ''
        : joined([
            `${formatBytes(last.lagBytes, 1)} not confirmed`,
            `${formatBytes(last.retainedBytes, 1)} kept`,
            last.active ? 'read' : 'nobody reads it',
          ]),
    ),
  ])
}

export function snapshotSection({ snapshot }: CdcResult): Section[] {
  if (snapshot === undefined) return []
  const { rows, firstEventMs, tookMs, rowsPerSec } = snapshot
  return list('snapshot', 'Initial snapshot', [
    item(
      'rows',
      joined([
        `${formatCount(rows)} in ${formatDurationMs(tookMs, 1)}, from asking for the connector`,
        formatRate(rowsPerSec),
      ]),
    ),
    item(
      'first event',
      joined([
        `after ${ms(firstEventMs)}`,
        tookMs > firstEventMs && `from there on ${formatRate((rows * 1000) / (tookMs - firstEventMs))}`,
      ]),
    ),
  ])
}
