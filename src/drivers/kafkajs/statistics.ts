/** What can be learnt of kafkajs from outside: its request events, its codec, and the answers to its sends. */
import type { RequestEvent } from 'kafkajs'
import type { ClientStats } from '../driver.ts'

/** A record batch's own header, before its records (DefaultRecordBatch). */
const BATCH_HEADER_BYTES = 61

/** Shorter waits than this are the machine's: handing a large request to the socket counts as waiting, too. */
export const THROTTLE_MS = 50

export interface KafkajsStatistics {
  request(event: RequestEvent): void
  /** A batch was compressed. */
  compressed(bytes: number): void
  /** A send left. */
  left(payloadBytes: number): void
  /** A send was acknowledged: one answer per batch. */
  acknowledged(batches: number, records: number): void
  waiting(records: number): void
  stats(): ClientStats
}

/**
 * @param compressing only the codec tells sizes
 * @param bounded whether kafkajs may hold requests back by itself (maxInFlightRequests). Where it may not, it does so
 * only while a broker throttles it (RequestQueue.maybeThrottle): then the wait is the quota's. It tells no other way.
 */
export function createStatistics(compressing: boolean, bounded: boolean): KafkajsStatistics {
  let batches = 0
  let batchRecords = 0
  let wireBytes = 0
  let payloadBytes = 0
  let queuedRecords = 0
  let requests = 0
  let pendingMs = 0
  let durationMs = 0
  let throttledMs = 0
  return {
    request({ payload }) {
      if (payload.apiName !== 'Produce') return
      requests++
      pendingMs += payload.pendingDuration
      durationMs += payload.duration
      if (payload.pendingDuration >= THROTTLE_MS) throttledMs += payload.pendingDuration
    },
    compressed(bytes) {
      wireBytes += bytes + BATCH_HEADER_BYTES
    },
    left(bytes) {
      payloadBytes += bytes
    },
    acknowledged(count, records) {
      batches += count
      batchRecords += records
    },
    waiting(records) {
      queuedRecords = Math.max(queuedRecords, records)
    },
    stats() {
      // Of the requests since the last look: in a second without an answer there is nothing to tell
      const means =
        requests === 0
          ? {}
          : {
              queueMs: pendingMs / requests,
              rttMs: durationMs / requests,
              ...(!bounded && { throttleMs: throttledMs / requests }),
            }
      requests = 0
      pendingMs = 0
      durationMs = 0
      throttledMs = 0
      return {
        ...means,
        batches,
        batchRecords,
        // Only the codec tells sizes
        ...(compressing && { batchWireBytes: wireBytes, batchPayloadBytes: payloadBytes }),
        queuedRecords,
      }
    },
  }
}
