/** The producer's own counters. */
import type { ClientStats } from '../driver.ts'
import type { Batch } from './batch.ts'
import { windowMean } from './window-mean.ts'

export interface Tally {
  taken(records: number): void
  left(batch: Batch, wireBytes: number): void
  answered(rttMs: number, throttleMs: number): void
  answeredRecords(records: number): void
  retried(): void
  stats(): ClientStats
}

export function createTally(): Tally {
  const queueMs = windowMean()
  const rttMs = windowMean()
  const throttleMs = windowMean()
  let batches = 0
  let batchRecords = 0
  let batchWireBytes = 0
  let batchPayloadBytes = 0
  let retries = 0
  let waiting = 0
  let queuedRecords = 0
  return {
    taken(records) {
      waiting += records
      if (waiting > queuedRecords) queuedRecords = waiting
    },
    left(batch, wireBytes) {
      queueMs.add(performance.now() - batch.openedMs)
      batch.attempts += 1
      // A batch that is sent again is counted once
      if (batch.attempts > 1) return
      batches += 1
      batchRecords += batch.records
      batchWireBytes += wireBytes
      batchPayloadBytes += batch.set.payload[batch.records] ?? 0
    },
    answered(rtt, throttle) {
      rttMs.add(rtt)
      throttleMs.add(throttle)
    },
    answeredRecords(records) {
      waiting -= records
    },
    retried() {
      retries += 1
    },
    stats() {
      const means = { queueMs: queueMs.read(), rttMs: rttMs.read(), throttleMs: throttleMs.read() }
      return {
        batches,
        batchRecords,
        batchWireBytes,
        batchPayloadBytes,
        retries,
        queuedRecords,
        ...(means.queueMs !== undefined && { queueMs: means.queueMs }),
        ...(means.rttMs !== undefined && { rttMs: means.rttMs }),
        ...(means.throttleMs !== undefined && { throttleMs: means.throttleMs }),
      }
    },
  }
}
