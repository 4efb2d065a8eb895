/** What is still to be read: records of a topic, bytes of a database's log. */
import type { CdcResult, ConsumerResult } from '../../core/result.ts'
import { formatBytes } from '../../units.ts'
import type { LinesChart } from '../chart.ts'
import { countCell } from '../format.ts'
import { secondsChart } from './seconds.ts'

/** Looks as seconds: each lasts until the next. */
function asSeconds<T extends { readonly atMs: number }>(looks: readonly T[]): (T & { durationMs: number })[] {
  return looks.map((look) => ({ ...look, durationMs: 0 }))
}

export function catchUpChart({ catchUp }: ConsumerResult): LinesChart[] {
  if (catchUp === undefined) return []
  const { lag, backlogRecords, thresholdRecords } = catchUp
  return secondsChart(asSeconds(lag), {
    id: 'lag-over-time',
    title: 'Records left to read',
    about: `${countCell(backlogRecords)} were left at the start; caught up is fewer than ${countCell(thresholdRecords)}.`,
    left: { title: 'records', scale: 'count' },
    lines: [
      { title: 'lag', style: 'area', color: 'first', together: 'mean', pick: ({ lagRecords }) => lagRecords },
      {
        title: 'caught up below',
        style: 'dashed',
        color: 'quiet',
        together: 'mean',
        pick: () => thresholdRecords,
      },
    ],
  })
}

export function slotChart({ slot }: CdcResult): LinesChart[] {
  if (slot === undefined) return []
  const most = Math.max(0, ...slot.lag.map(({ lagBytes }) => lagBytes))
  return secondsChart(asSeconds(slot.lag), {
    id: 'slot-over-time',
    title: 'Replication slot',
    about: `Written by the database and not confirmed by the connector; at most ${formatBytes(most, 1)}.`,
    left: { title: 'bytes', scale: 'bytes' },
    lines: [
      { title: 'lag', style: 'area', color: 'first', together: 'max', pick: ({ lagBytes }) => lagBytes },
      {
        title: 'kept on disk',
        style: 'dashed',
        color: 'second',
        together: 'max',
        pick: ({ retainedBytes }) => retainedBytes,
      },
    ],
  })
}
