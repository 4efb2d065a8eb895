/** What each of several processes did: where the load was carried unevenly, and which was late. */
import type { ConsumerResult, SendingResult } from '../core/result.ts'
import { formatBytes } from '../units.ts'
import { countCell, msCell, shareCell } from './format.ts'
import type { Section } from './model.ts'

const TABLE = { id: 'workers', kind: 'table', title: 'Workers' } as const

export function workersSection({ workers }: Pick<SendingResult, 'workers'>): Section[] {
  if (workers === undefined) return []
  return [
    {
      ...TABLE,
      columns: [
        { title: '', align: 'right' },
        { title: 'records/s', align: 'right' },
        { title: 'p50 ms', align: 'right', drop: 3 },
        { title: 'p99 ms', align: 'right' },
        { title: 'late p99', align: 'right' },
        { title: 'CPU', align: 'right', drop: 1 },
        { title: 'RSS', align: 'right', drop: 2 },
        { title: 'limited by', align: 'left' },
      ],
      rows: workers.map(({ recordsPerSec, latency, lateness, health }, n) => ({
        cells: [
          String(n + 1),
          countCell(recordsPerSec),
          msCell(latency?.p50Ms),
          msCell(latency?.p99Ms),
          msCell(lateness?.p99Ms),
          ...costCells(health.tool),
          health.generatorLimited ? 'tune itself' : health.limitedBy,
        ],
      })),
      notes: ['their histograms add up to the ones above; event loops of the worst of them are under Health'],
    },
  ]
}

/** The same of processes that had the consumers. */
export function readingWorkersSection({ workers }: Pick<ConsumerResult, 'workers'>): Section[] {
  if (workers === undefined) return []
  return [
    {
      ...TABLE,
      columns: [
        { title: '', align: 'right' },
        { title: 'consumers', align: 'right' },
        { title: 'records', align: 'right' },
        { title: 'CPU', align: 'right' },
        { title: 'RSS', align: 'right' },
        { title: 'loop busy', align: 'right' },
      ],
      rows: workers.map(({ consumers, records, tool }, n) => ({
        cells: [
          String(n + 1),
          countCell(consumers),
          countCell(records),
          ...costCells(tool),
          shareCell(tool.eventLoopUtilization, 0),
        ],
      })),
    },
  ]
}

function costCells({ cpuRatio, rssBytes }: SendingResult['health']['tool']): string[] {
  return [shareCell(cpuRatio, 0), formatBytes(rssBytes, 0)]
}
