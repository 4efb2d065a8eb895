/**
 * The documents of runs, `tune.result/1`: everything that reports, baselines and sizing read later. Described once, here;
 * `schemas/tune.result-1.schema.json` is made from it (`npm run schemas`). Fields are added freely, so a reader passes
 * over what it does not know; none is renamed without a new schema name.
 */
import { z } from 'zod'
import { cdcResultSchema } from './cdc-result.ts'
import { type ConnectorResult, connectorResultSchema } from './connector-result.ts'
import { httpResultSchema } from './http-result.ts'
import { e2eResultSchema, producerResultSchema } from './producer-result.ts'
import {
  common,
  count,
  type intervalSchema,
  type LIMITS,
  latencySchema,
  type loadSchema,
  ms,
  readingWorkerSchema,
  receivedIntervalSchema,
  recordsSchema,
  type verdictSchema,
  type warmupSecondSchema,
  type workerSchema,
  writingSchema,
} from './result-parts.ts'

export { cdcResultSchema } from './cdc-result.ts'
export { type HttpInterval, httpResultSchema } from './http-result.ts'
export { e2eResultSchema, producerResultSchema } from './producer-result.ts'

/** A run that reads. */
export const consumerResultSchema = z.object({
  ...common,
  kind: z.literal('consumer'),
  plan: z.object({
    /** Whichever ends it, beside the end of the topic. */
    durationMs: ms.optional(),
    numRecords: count.optional(),
    idleMs: ms,
    topic: z.string(),
    topicCreated: z.boolean(),
    partitions: count,
    consumers: count,
    /** A group, or partitions assigned without one. */
    subscription: z.enum(['group', 'assigned']),
    groupId: z.string().optional(),
    from: z.string(),
    /** What `tune` wrote into the topic before. */
    preload: z
      .object({ recordsWritten: count, bytesWritten: count, tookMs: ms, records: recordsSchema })
      .optional(),
    application: z.object({
      process: z.string(),
      per: z.enum(['record', 'batch']),
      batchSize: count.optional(),
      batchTimeoutMs: ms.optional(),
      commit: z.enum(['auto', 'batch', 'none']),
    }),
    properties: z.record(z.string(), z.string()),
    thresholds: z.string(),
  }),
  /** From one poll's records to the next poll's, the application's time between them included. */
  poll: latencySchema.optional(),
  /** The application's time for a batch. */
  processing: latencySchema.optional(),
  /** From asking to the broker's confirmation. */
  commit: latencySchema.optional(),
  series: z.array(receivedIntervalSchema),
  /** Where several processes had the consumers: what each read and cost; the records add up to `received`. */
  workers: z.array(readingWorkerSchema).optional(),
  /** Where load went on while a backlog was read. */
  catchUp: z
    .object({
      /** Of the load. */
      ratePerSec: z.number().positive(),
      /** Caught up: fewer are left. */
      thresholdRecords: count,
      /** Left when the consumers were started. */
      backlogRecords: count,
      /** From then until caught up; absent: not within the run. */
      caughtUpMs: ms.optional(),
      /** By how much the lag shrank; below 0 it grew. */
      drainedPerSec: z.number().optional(),
      lag: z.array(z.object({ atMs: ms, lagRecords: count })),
      /** Those who wrote: alone, and while the backlog was read. Latency from due to acknowledged. */
      writing: z.object({
        sent: count,
        acked: count,
        failed: count,
        unknown: count,
        before: writingSchema,
        during: writingSchema,
      }),
    })
    .optional(),
  consumption: z.object({
    /**
     * Measured time begins when every partition with records has delivered; with the first record where that came so
     * late that most would be left out; without some of them where these are silent for long.
     */
    measuredFrom: z.enum(['all-delivered', 'first-record', 'not-all-delivered']),
    /** What ended it. */
    endedBy: z.enum(['end-of-topic', 'records', 'duration', 'idle', 'interrupt', 'caught-up', 'failure']),
    /** From the start of the consumers until all partitions were assigned; and until the first record, and all. */
    joinMs: ms.optional(),
    firstRecordMs: ms.optional(),
    allDeliveredMs: ms.optional(),
    /** All that came, and what of it came before measured time. */
    received: count,
    receivedBefore: count,
    bytes: z.number().nonnegative(),
    /** Records by partition; they add up to `received`. */
    perPartition: z.array(count),
    /** Where several topics were read: each one's share, in the order of their partitions. */
    topics: z
      .array(
        z.object({ topic: z.string(), partitions: count, received: count, lagRecords: count.optional() }),
      )
      .optional(),
    /** Read again: their offsets had been read before. */
    repeated: count,
    /** Offsets passed over: control records, compaction, or loss. */
    skipped: count,
    rebalances: count,
    /** Polls that came too late for the group (max.poll.interval.ms). */
    pollsMissed: count,
    commits: count,
    commitsFailed: count,
    /** At the end: what is in the topic and was not read. */
    lagRecords: count.optional(),
    /** Age of the newest record that was read, where some are left. */
    lagMs: ms.optional(),
    /** Where the broker had the records from, as far as this machine's disk tells. */
    reads: z.enum(['page cache', 'disk', 'unknown']),
    note: z.string(),
  }),
})

/** Runs of a client of ours. */
export const clientResultSchema = z.discriminatedUnion('kind', [
  producerResultSchema,
  e2eResultSchema,
  cdcResultSchema,
  consumerResultSchema,
  httpResultSchema,
])

export const resultSchema = z.discriminatedUnion('kind', [
  ...clientResultSchema.options,
  connectorResultSchema,
])

export type { ConnectorResult } from './connector-result.ts'
export interface ProducerResult extends z.infer<typeof producerResultSchema> {}
export interface ConsumerResult extends z.infer<typeof consumerResultSchema> {}
export interface E2eResult extends z.infer<typeof e2eResultSchema> {}
export interface CdcResult extends z.infer<typeof cdcResultSchema> {}
export interface HttpResult extends z.infer<typeof httpResultSchema> {}
/** A run that sends, and receives what comes out. */
export type ReceivingResult = E2eResult | CdcResult
/** A run that sends records of its own. */
export type SendingResult = ProducerResult | ReceivingResult
/** A run whose records have due times and are acknowledged. */
export type TimedResult = SendingResult | HttpResult
/** A run of a Kafka client of ours. */
export type ClientResult = TimedResult | ConsumerResult
export type Result = ClientResult | ConnectorResult
export type LatencySummary = z.infer<typeof latencySchema>
export type Interval = z.infer<typeof intervalSchema>
export type WarmupSecond = z.infer<typeof warmupSecondSchema>
export type ReceivedInterval = z.infer<typeof receivedIntervalSchema>
export type Worker = z.infer<typeof workerSchema>
export type Verdict = z.infer<typeof verdictSchema>
export type Load = z.infer<typeof loadSchema>
export type Limit = (typeof LIMITS)[number]
export type Warning = Result['warnings'][number]
