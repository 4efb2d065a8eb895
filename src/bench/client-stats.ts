/** What clients say of themselves: counts that add up, and times that are averaged. */
import { sum } from '../core/sum.ts'
import type { ClientStats } from '../drivers/driver.ts'

export const BATCH_SUMS = ['batches', 'batchRecords', 'batchWireBytes', 'batchPayloadBytes'] as const
export const TIMES = ['queueMs', 'outbufMs', 'rttMs', 'throttleMs'] as const
const COUNTS = [...BATCH_SUMS, 'retries', 'queuedRecords'] as const

type Told = { readonly [Key in keyof ClientStats]: ClientStats[Key] | undefined }

/** Several clients' as if they were one: counts add up, times are the mean of those that tell one. */
export function joinStats(all: readonly Told[]): ClientStats {
  const known = (key: keyof ClientStats, join: (values: readonly number[]) => number) => {
    const values = all.flatMap((one) => one[key] ?? [])
    return values.length === 0 ? [] : [[key, join(values)]]
  }
  const mean = (values: readonly number[]) => sum(values) / values.length
  return Object.fromEntries([
    ...COUNTS.flatMap((key) => known(key, sum)),
    ...TIMES.flatMap((key) => known(key, mean)),
  ])
}

/** Clients that tell as one. */
export function togetherStats(clients: readonly { stats(): ClientStats }[]): { stats(): ClientStats } {
  return { stats: () => joinStats(clients.map((client) => client.stats())) }
}
