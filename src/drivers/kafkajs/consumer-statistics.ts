/** What can be learnt of a kafkajs consumer from outside: its fetches, and what they brought. */
import type { RequestEvent } from 'kafkajs'
import type { Received } from '../consumer.ts'
import type { ClientStats } from '../driver.ts'
import { THROTTLE_MS } from './statistics.ts'

export interface ConsumerStatistics {
  request(event: RequestEvent): void
  received(received: Received): void
  stats(): ClientStats
}

/**
 * kafkajs does not tell that a broker throttles it, and holds its requests back then (RequestQueue.maybeThrottle). A
 * consumer's wait for nothing else: it has one fetch under way with each broker.
 */
export function createConsumerStatistics(): ConsumerStatistics {
  let batchRecords = 0
  let batchPayloadBytes = 0
  let batchWireBytes = 0
  let fetches = 0
  let durationMs = 0
  let throttledMs = 0
  /** Brokers whose last fetch waited. */
  const waited = new Set<string>()
  let means: Pick<ClientStats, 'rttMs' | 'throttleMs'> = {}
  return {
    request({ payload: { apiName, broker, duration, pendingDuration, size } }) {
      if (apiName !== 'Fetch') return
      fetches++
      durationMs += duration
      // A quota makes the next one wait as well; one alone was held up by this machine
      if (pendingDuration < THROTTLE_MS) waited.delete(broker)
      else if (waited.has(broker)) throttledMs += pendingDuration
      else waited.add(broker)
      // The whole answer; what is no batch in it is some ten bytes a partition
      batchWireBytes += size
    },
    received({ records, bytes }) {
      batchRecords += records
      batchPayloadBytes += bytes
    },
    stats() {
      // Of fetches only, and with the time that the broker waits for records
      if (fetches > 0) means = { rttMs: durationMs / fetches, throttleMs: throttledMs / fetches }
      fetches = 0
      durationMs = 0
      throttledMs = 0
      return { ...means, batchRecords, batchPayloadBytes, batchWireBytes }
    },
  }
}
