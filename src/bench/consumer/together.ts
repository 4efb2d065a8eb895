/** What several clients say of themselves, as if they were one. */
import type { ClientStats } from '../../drivers/driver.ts'

const SUMS = [
  'batches',
  'batchRecords',
  'batchWireBytes',
  'batchPayloadBytes',
  'retries',
  'queuedRecords',
] as const
const MEANS = ['queueMs', 'outbufMs', 'rttMs', 'throttleMs'] as const

/** Counts add up; times are the mean of those that tell one. */
export function togetherStats(clients: readonly { stats(): ClientStats }[]): { stats(): ClientStats } {
  return {
    stats() {
      const all = clients.map((client) => client.stats())
      const known = (key: keyof ClientStats) =>
        all.map((one) => one[key]).filter((value) => value !== undefined)
      const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0)
      const entries: [string, number][] = []
      for (const key of SUMS) {
        const values = known(key)
        if (values.length > 0) entries.push([key, sum(values)])
      }
      for (const key of MEANS) {
        const values = known(key)
        if (values.length > 0) entries.push([key, sum(values) / values.length])
      }
      return Object.fromEntries(entries)
    },
  }
}
