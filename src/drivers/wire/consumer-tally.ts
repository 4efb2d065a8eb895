/** The consumer's own counters. */
import type { ClientStats } from '../driver.ts'
import type { Decoded } from './decode.ts'
import { windowMean } from './window-mean.ts'

export interface ConsumerTally {
  answered(rttMs: number, throttleMs: number): void
  decoded(decoded: Decoded): void
  stats(): ClientStats
}

export function createConsumerTally(): ConsumerTally {
  const rttMs = windowMean()
  const throttleMs = windowMean()
  let batches = 0
  let batchRecords = 0
  let batchWireBytes = 0
  let batchPayloadBytes = 0
  return {
    answered(rtt, throttle) {
      rttMs.add(rtt)
      throttleMs.add(throttle)
    },
    decoded(decoded) {
      batches += decoded.batches
      batchWireBytes += decoded.wireBytes
      batchRecords += decoded.received?.records ?? 0
      batchPayloadBytes += decoded.received?.bytes ?? 0
    },
    stats() {
      const means = { rttMs: rttMs.read(), throttleMs: throttleMs.read() }
      return {
        batches,
        batchRecords,
        batchWireBytes,
        batchPayloadBytes,
        ...(means.rttMs !== undefined && { rttMs: means.rttMs }),
        ...(means.throttleMs !== undefined && { throttleMs: means.throttleMs }),
      }
    },
  }
}
