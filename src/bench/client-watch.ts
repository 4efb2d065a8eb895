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
const SUMS = ['batches', 'batchRecords', 'batchWireBytes', 'batchPayloadBytes'] as const

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
  const sums: Sums = Object.assign({}, ...SUMS.map(grown))
  return { ...grown('retries'), ...batchFigures(sums), sums }
}

/** Several clients' as if they were one: sums and counts add up, times are the mean of those that tell one. */
export function mergeClients(parts: readonly ClientSeen[]): ClientSeen {
  const healths = parts.map(({ health }) => health)
  const total = (values: readonly number[]) => values.reduce((a, b) => a + b, 0)
  const known = <K extends string>(key: K, values: readonly (number | undefined)[], join = total) => {
    const told = values.filter((value) => value !== undefined)
    return told.length === 0 ? {} : ({ [key]: join(told) } as Record<K, number>)
  }
  const mean = (values: readonly number[]) => total(values) / values.length
  const sums: Sums = Object.assign(
    {},
    ...SUMS.map((key) =>
      known(
        key,
        healths.map((health) => health.sums?.[key]),
      ),
    ),
  )
  const averages = AVERAGES.map((key) =>
    known(
      key,
      healths.map((health) => health[key]),
      mean,
    ),
  )
  return {
    health: {
      ...Object.assign({}, ...averages),
      ...known(
        'queuedRecords',
        healths.map(({ queuedRecords }) => queuedRecords),
      ),
      ...(Object.keys(sums).length === 0 ? {} : { sums }),
    },
    ...known(
      'retries',
      parts.map(({ retries }) => retries),
    ),
    ...batchFigures(sums),
  }
}
