/** A client's own counters: of a producer, of a consumer, and what both count. */
import type { ClientStats } from '../driver.ts'
import type { Batch } from './batch.ts'
import type { Decoded } from './decode.ts'
import { windowMean } from './window-mean.ts'

interface Traffic {
  batches(count: number, records: number, wireBytes: number, payloadBytes: number): void
  answered(rttMs: number, throttleMs: number): void
  stats(): ClientStats
}

/** Of requests, and of the batches in them. */
function createTraffic(): Traffic {
  const rttMs = windowMean()
  const throttleMs = windowMean()
  const sums = { batches: 0, batchRecords: 0, batchWireBytes: 0, batchPayloadBytes: 0 }
  return {
    batches(count, records, wireBytes, payloadBytes) {
      sums.batches += count
      sums.batchRecords += records
      sums.batchWireBytes += wireBytes
      sums.batchPayloadBytes += payloadBytes
    },
    answered(rtt, throttle) {
      rttMs.add(rtt)
      throttleMs.add(throttle)
    },
    stats: () => ({ ...sums, ...meanOf('rttMs', rttMs), ...meanOf('throttleMs', throttleMs) }),
  }
}

/** Absent where nothing came since the last look. */
function meanOf(name: keyof ClientStats, mean: ReturnType<typeof windowMean>): ClientStats {
  const value = mean.read()
  return value === undefined ? {} : { [name]: value }
}

export interface Tally extends Pick<Traffic, 'answered' | 'stats'> {
  taken(records: number): void
  left(batch: Batch, wireBytes: number): void
  answeredRecords(records: number): void
  retried(): void
}

export function createTally(): Tally {
  const traffic = createTraffic()
  const queueMs = windowMean()
  let retries = 0
  let waiting = 0
  let queuedRecords = 0
  return {
    answered: traffic.answered,
    taken(records) {
      waiting += records
      if (waiting > queuedRecords) queuedRecords = waiting
    },
    left(batch, wireBytes) {
      queueMs.add(performance.now() - batch.openedMs)
      batch.attempts += 1
      // A batch that is sent again is counted once
      if (batch.attempts > 1) return
      traffic.batches(1, batch.records, wireBytes, batch.set.payload[batch.records] ?? 0)
    },
    answeredRecords(records) {
      waiting -= records
    },
    retried() {
      retries += 1
    },
    stats: () => ({ ...traffic.stats(), retries, queuedRecords, ...meanOf('queueMs', queueMs) }),
  }
}

export interface ConsumerTally extends Pick<Traffic, 'answered' | 'stats'> {
  decoded(decoded: Decoded): void
}

export function createConsumerTally(): ConsumerTally {
  const traffic = createTraffic()
  return {
    answered: traffic.answered,
    decoded({ batches, wireBytes, received }) {
      traffic.batches(batches, received?.records ?? 0, wireBytes, received?.bytes ?? 0)
    },
    stats: traffic.stats,
  }
}
