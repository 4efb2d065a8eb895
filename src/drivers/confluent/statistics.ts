/** librdkafka's statistics (STATISTICS.md), added up over the windows that it emits. */
import { z } from 'zod'
import type { ClientStats } from '../driver.ts'

const window = z.object({ avg: z.number(), sum: z.number(), cnt: z.number() })

const statistics = z.object({
  msg_cnt: z.number(),
  brokers: z.record(
    z.string(),
    z.object({
      txretries: z.number(),
      int_latency: window,
      outbuf_latency: window,
      rtt: window,
      throttle: window,
      rxbytes: z.number(),
    }),
  ),
  topics: z.record(
    z.string(),
    z.object({
      batchsize: window,
      batchcnt: window,
      partitions: z.record(z.string(), z.object({ fetchq_cnt: z.number() })),
    }),
  ),
})

export interface Statistics {
  /** One `event.stats` message. */
  take(json: string): void
  /** @param meanRecordBytes of the records taken so far, for the bytes before compression */
  stats(meanRecordBytes: number): ClientStats
  /** A consumer's. */
  consumerStats(): ClientStats
}

export function createStatistics(): Statistics {
  let batches = 0
  let batchRecords = 0
  let batchBytes = 0
  let receivedBytes = 0
  let queuedRecords = 0
  let fetchedRecords = 0
  let last: Pick<ClientStats, 'retries' | 'queueMs' | 'outbufMs' | 'rttMs' | 'throttleMs'> = {}
  return {
    take(json) {
      const parsed = statistics.safeParse(JSON.parse(json))
      if (!parsed.success) return
      const { msg_cnt, brokers, topics } = parsed.data
      queuedRecords = Math.max(queuedRecords, msg_cnt)
      let fetched = 0
      for (const { batchsize, batchcnt, partitions } of Object.values(topics)) {
        // Windows start anew with each emission, so their sums add up to the whole. batchsize is the size of the
        // finished batch, compressed, its header included (rd_kafka_msgset_writer_finalize); a consumer's is that of
        // the keys and values which one answer had of a partition (rd_kafka_msgset_parse).
        batches += batchcnt.cnt
        batchRecords += batchcnt.sum
        batchBytes += batchsize.sum
        for (const { fetchq_cnt } of Object.values(partitions)) fetched += fetchq_cnt
      }
      fetchedRecords = Math.max(fetchedRecords, fetched)
      const all = Object.values(brokers)
      receivedBytes = all.reduce((sum, { rxbytes }) => sum + rxbytes, 0)
      const mean = (pick: (broker: (typeof all)[number]) => z.infer<typeof window>, perMs: number) => {
        const count = all.reduce((sum, broker) => sum + pick(broker).cnt, 0)
        return count === 0
          ? undefined
          : all.reduce((sum, broker) => sum + pick(broker).sum, 0) / count / perMs
      }
      const defined = (key: string, value: number | undefined) =>
        value === undefined ? {} : { [key]: value }
      last = {
        retries: all.reduce((sum, { txretries }) => sum + txretries, 0),
        // Microseconds all, but throttle
        ...defined(
          'queueMs',
          mean(({ int_latency }) => int_latency, 1000),
        ),
        ...defined(
          'outbufMs',
          mean(({ outbuf_latency }) => outbuf_latency, 1000),
        ),
        ...defined(
          'rttMs',
          mean(({ rtt }) => rtt, 1000),
        ),
        ...defined(
          'throttleMs',
          mean(({ throttle }) => throttle, 1),
        ),
      }
    },
    stats: (meanRecordBytes) => ({
      ...last,
      batches,
      batchRecords,
      batchWireBytes: batchBytes,
      batchPayloadBytes: Math.round(batchRecords * meanRecordBytes),
      queuedRecords,
    }),
    consumerStats: () => ({
      ...last,
      // What came in one answer may be several batches, so there is no count of them; and of the bytes there is only
      // the sum over all answers, a few per cent of which are no batches
      batchRecords,
      batchPayloadBytes: batchBytes,
      batchWireBytes: receivedBytes,
      queuedRecords: fetchedRecords,
    }),
  }
}
