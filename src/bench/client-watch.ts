/** Follows what the client says of itself over the measured time. */
import { batchFigures } from '../core/batch-figures.ts'
import type { Result } from '../core/result.ts'
import type { ClientStats, ProducerClient } from '../drivers/driver.ts'

export interface ClientSeen {
  readonly health: Result['health']['client']
  readonly retries?: number
  readonly batchRecords?: number
  readonly batchBytes?: number
  readonly compressionRatio?: number
}

const AVERAGES = ['queueMs', 'outbufMs', 'rttMs', 'throttleMs'] as const

export interface ClientWatch {
  /** Once a second. */
  sample(): void
  stop(): ClientSeen
}

export function watchClient(client: Pick<ProducerClient, 'stats'>): ClientWatch {
  const first = client.stats()
  const sums = new Map<string, { sum: number; count: number }>()
  let queuedRecords: number | undefined
  return {
    sample() {
      const now = client.stats()
      for (const key of AVERAGES) {
        const value = now[key]
        if (value === undefined) continue
        const entry = sums.get(key) ?? { sum: 0, count: 0 }
        sums.set(key, { sum: entry.sum + value, count: entry.count + 1 })
      }
      if (now.queuedRecords !== undefined) queuedRecords = Math.max(queuedRecords ?? 0, now.queuedRecords)
    },
    stop() {
      const last = client.stats()
      const means = Object.fromEntries([...sums].map(([key, { sum, count }]) => [key, sum / count]))
      const { sums: batchSums, ...quotients } = differences(first, last)
      return {
        health: {
          ...means,
          ...(queuedRecords === undefined ? {} : { queuedRecords }),
          ...(Object.keys(batchSums).length === 0 ? {} : { sums: batchSums }),
        },
        ...quotients,
      }
    },
  }
}

type Sums = NonNullable<ClientSeen['health']['sums']>

function differences(first: ClientStats, last: ClientStats): Omit<ClientSeen, 'health'> & { sums: Sums } {
  const grown = (key: keyof Sums | 'retries') => {
    const value = last[key]
    return value === undefined ? {} : { [key]: value - (first[key] ?? 0) }
  }
  const sums: Sums = {
    ...grown('batches'),
    ...grown('batchRecords'),
    ...grown('batchWireBytes'),
    ...grown('batchPayloadBytes'),
  }
  return { ...grown('retries'), ...batchFigures(sums), sums }
}
