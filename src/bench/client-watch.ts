/** Follows what the client says of itself over the measured time. */
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
      return {
        health: { ...means, ...(queuedRecords === undefined ? {} : { queuedRecords }) },
        ...differences(first, last),
      }
    },
  }
}

function differences(first: ClientStats, last: ClientStats): Omit<ClientSeen, 'health'> {
  const grown = (key: 'batches' | 'batchRecords' | 'batchWireBytes' | 'batchPayloadBytes' | 'retries') => {
    const value = last[key]
    return value === undefined ? undefined : value - (first[key] ?? 0)
  }
  const batches = grown('batches')
  const records = grown('batchRecords')
  const wireBytes = grown('batchWireBytes')
  const payloadBytes = grown('batchPayloadBytes')
  const retries = grown('retries')
  return {
    ...(retries === undefined ? {} : { retries }),
    ...(batches && records !== undefined ? { batchRecords: records / batches } : {}),
    ...(batches && wireBytes !== undefined ? { batchBytes: wireBytes / batches } : {}),
    ...(wireBytes && payloadBytes !== undefined ? { compressionRatio: payloadBytes / wireBytes } : {}),
  }
}
