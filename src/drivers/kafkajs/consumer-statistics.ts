/** What can be learnt of a kafkajs consumer from outside: its fetches, and what they brought. */
import type { RequestEvent } from 'kafkajs'
import type { Received } from '../consumer.ts'
import type { ClientStats } from '../driver.ts'

export interface ConsumerStatistics {
  request(event: RequestEvent): void
  received(received: Received): void
  stats(): ClientStats
}

export function createConsumerStatistics(): ConsumerStatistics {
  let batchRecords = 0
  let batchPayloadBytes = 0
  let batchWireBytes = 0
  let fetches = 0
  let durationMs = 0
  let rtt: Pick<ClientStats, 'rttMs'> = {}
  return {
    request({ payload: { apiName, duration, size } }) {
      if (apiName !== 'Fetch') return
      fetches++
      durationMs += duration
      // The whole answer; what is no batch in it is some ten bytes a partition
      batchWireBytes += size
    },
    received({ records, bytes }) {
      batchRecords += records
      batchPayloadBytes += bytes
    },
    stats() {
      // Of fetches only, and with the time that the broker waits for records
      if (fetches > 0) rtt = { rttMs: durationMs / fetches }
      fetches = 0
      durationMs = 0
      return { ...rtt, batchRecords, batchPayloadBytes, batchWireBytes }
    },
  }
}
