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
    }),
  ),
  topics: z.record(z.string(), z.object({ batchsize: window, batchcnt: window })),
})

export interface Statistics {
  /** One `event.stats` message. */
  take(json: string): void
  /** @param meanRecordBytes of the records taken so far, for the bytes before compression */
  stats(meanRecordBytes: number): ClientStats
}

export function createStatistics(): Statistics {
  let batches = 0
  let batchRecords = 0
  let batchWireBytes = 0
  let queuedRecords = 0
  let last: Pick<ClientStats, 'retries' | 'queueMs' | 'outbufMs' | 'rttMs' | 'throttleMs'> = {}
  return {
    take(json) {
      const parsed = statistics.safeParse(JSON.parse(json))
      if (!parsed.success) return
      const { msg_cnt, brokers, topics } = parsed.data
      queuedRecords = Math.max(queuedRecords, msg_cnt)
      for (const { batchsize, batchcnt } of Object.values(topics)) {
        // Windows start anew with each emission, so their sums add up to the whole. batchsize is the size of the
        // finished batch, compressed, its header included (rd_kafka_msgset_writer_finalize).
        batches += batchcnt.cnt
        batchRecords += batchcnt.sum
        batchWireBytes += batchsize.sum
      }
      const all = Object.values(brokers)
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
      batchWireBytes,
      batchPayloadBytes: Math.round(batchRecords * meanRecordBytes),
      queuedRecords,
    }),
  }
}
