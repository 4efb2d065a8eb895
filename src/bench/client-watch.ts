/** Follows what the client says of itself over the measured time. */
import { batchFigures } from '../core/batch-figures.ts'
import type { ClientResult } from '../core/result.ts'
import type { ClientStats, ProducerClient } from '../drivers/driver.ts'
import { BATCH_SUMS, joinStats, TIMES } from './client-stats.ts'
import { defined } from './defined.ts'

export interface ClientSeen {
  readonly health: ClientResult['health']['client']
  readonly retries?: number
  readonly batchRecords?: number
  readonly batchBytes?: number
  readonly compressionRatio?: number
}

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
      for (const key of TIMES) {
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
  const sums: Sums = Object.assign({}, ...BATCH_SUMS.map(grown))
  return { ...grown('retries'), ...batchFigures(sums), sums }
}

/** Several clients' as if they were one. */
export function mergeClients(parts: readonly ClientSeen[]): ClientSeen {
  const stats = joinStats(
    parts.map(({ health: { sums, ...health }, retries }) => ({ ...health, ...sums, retries })),
  )
  const { queueMs, outbufMs, rttMs, throttleMs, queuedRecords, retries, ...sums } = stats
  return {
    health: {
      ...defined({ queueMs, outbufMs, rttMs, throttleMs, queuedRecords }),
      ...(Object.keys(sums).length === 0 ? {} : { sums }),
    },
    ...defined({ retries }),
    ...batchFigures(sums),
  }
}
