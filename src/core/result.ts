/**
 * The documents of runs, `tune.result/1`: everything that reports, baselines and sizing read later. Described once, here;
 * `schemas/tune.result-1.schema.json` is made from it (`npm run schemas`). Fields are added freely, so a reader passes
 * over what it does not know; none is renamed without a new schema name.
 */
import { z } from 'zod'
import {
  common,
  count,
  intervalSchema,
  type LIMITS,
  latencySchema,
  loadSchema,
  ms,
  ratio,
  readingWorkerSchema,
  receivedIntervalSchema,
  recordsSchema,
  type verdictSchema,
  workerSchema,
  writingSchema,
} from './result-parts.ts'

const changesOf = <T extends z.ZodType>(type: T) => z.object({ insert: type, update: type, delete: type })

/** A run that sends. */
export const producerResultSchema = z.object({
  ...common,
  kind: z.literal('producer'),
  /** What was asked for. */
  plan: z.object({
    load: loadSchema,
    /** The end of the measured part, whichever was asked for. */
    durationMs: ms.optional(),
    numRecords: count.optional(),
    warmup: z.object({
      asked: z.union([z.literal('auto'), ms]),
      /** What it took, its drain included. */
      tookMs: ms,
      records: count,
      /** `auto`: where the steady state was found; null = none. */
      steadyAtMs: ms.nullable().optional(),
    }),
    pacing: z.enum(['timer', 'precise']),
    topic: z.string(),
    topicCreated: z.boolean(),
    partitions: count,
    records: recordsSchema,
    properties: z.record(z.string(), z.string()),
    thresholds: z.string(),
  }),
  /** due to acknowledged = lateness + blocked + service. Absent = not measured. */
  latency: latencySchema.optional(),
  lateness: latencySchema.optional(),
  blocked: latencySchema.optional(),
  service: latencySchema.optional(),
  /** Of transactions: from asking, what was still open included, to the coordinator's confirmation. */
  commit: latencySchema.optional(),
  series: z.array(intervalSchema),
  /** Where the records went in transactions. Acknowledged means by the broker, committed or not. */
  transactions: z
    .object({
      durationMs: ms,
      committed: count,
      /** Taken back after a commit that failed, for these reasons. */
      aborted: count,
      /** Acknowledged, and in none that was committed; among `accounting.acked` and `accounting.found`. */
      recordsAborted: count.optional(),
      errors: z.record(z.string(), count),
      /** Markers at their ends, which take offsets and are not counted as records. */
      controlRecords: count,
    })
    .optional(),
  /** Where several processes shared the load: what each measured. */
  workers: z.array(workerSchema).optional(),
  /** sent = acked + failed + unknown; found is what offsets say. */
  accounting: z.object({
    sent: count,
    acked: count,
    failed: count,
    unknown: count,
    found: count.optional(),
    lost: count.optional(),
    duplicated: count.optional(),
    /** What the counts of lost and duplicated can promise here. */
    exact: z.boolean(),
    note: z.string(),
    perPartition: z.array(count).optional(),
  }),
})

/** A run that sends, and receives what comes out: latency is from due to received. */
export const e2eResultSchema = producerResultSchema.extend({
  kind: z.literal('e2e'),
  plan: producerResultSchema.shape.plan.extend({
    /** Where records come out: the topic itself, or the other end of a pipeline. */
    outputTopic: z.string(),
    outputPartitions: count,
    /** `header:NAME`, or `place`: by partition and offset. */
    correlate: z.string(),
    consumers: count,
  }),
  /** Due to acknowledged. */
  acknowledged: latencySchema.optional(),
  /** Acknowledged to received; 0 where the record was received first. */
  receive: latencySchema.optional(),
  reception: z.object({
    received: count,
    /** Acknowledged, and not received until the end. */
    missing: count,
    /** Acknowledged, taken back with their transaction, and not received. */
    aborted: count.optional(),
    repeated: count,
    /** Given up as unknown or missing, and received all the same. */
    late: count.optional(),
    /** Behind a later record of the same partition. */
    outOfOrder: count,
    /** Of others, or of an earlier run. */
    foreign: count,
    lagRecords: count.optional(),
    /** What the consumers met and went on after: code -> times. */
    errors: z.record(z.string(), count).optional(),
  }),
})

/** A run that writes rows into a database, and receives its change events: a record is the change of a row. */
export const cdcResultSchema = e2eResultSchema.extend({
  kind: z.literal('cdc'),
  plan: e2eResultSchema.shape.plan.extend({
    /** `host:port/name`. */
    database: z.string(),
    /** With its schema. */
    table: z.string(),
    /** Absent where nobody said which it is. */
    connector: z.string().optional(),
    /** `tune` made connector, slot, publication, table and topic, and removed them. */
    own: z.boolean(),
    /** Shares of the changes; together 1. */
    mix: changesOf(ratio),
    rowsPerTransaction: count,
    /** Transactions at once, at most. */
    connections: count,
  }),
  /** Of transactions: from BEGIN to the answer of COMMIT. */
  databaseCommit: latencySchema.optional(),
  database: z.object({
    server: z.string(),
    /** In measured time. Those that are unknown lost their connection while they committed. */
    transactions: z.object({ committed: count, failed: count, unknown: count }),
    /** Changes that were committed, by kind; an update or delete that found no row free became an insert. */
    changes: changesOf(count).extend({ becameInserts: count }),
    /** Connections that were lost and made again. */
    reconnects: count,
  }),
  /** The slot that the connector reads by; absent where it cannot be seen. */
  slot: z
    .object({
      name: z.string(),
      plugin: z.string(),
      /** Written and not confirmed by the connector; what the database keeps on disk for it. */
      lag: z.array(z.object({ atMs: ms, lagBytes: ms, retainedBytes: ms, active: z.boolean() })),
    })
    .optional(),
  /** Of the table as it was when the connector began. */
  snapshot: z
    .object({
      rows: count,
      /** From asking for the connector until the first event, and the last, was in the topic. */
      firstEventMs: ms,
      tookMs: ms,
      /** Over all of that. */
      rowsPerSec: ratio,
    })
    .optional(),
})

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

export const resultSchema = z.discriminatedUnion('kind', [
  producerResultSchema,
  e2eResultSchema,
  cdcResultSchema,
  consumerResultSchema,
])

export interface ProducerResult extends z.infer<typeof producerResultSchema> {}
export interface ConsumerResult extends z.infer<typeof consumerResultSchema> {}
export interface E2eResult extends z.infer<typeof e2eResultSchema> {}
export interface CdcResult extends z.infer<typeof cdcResultSchema> {}
/** A run that sends, and receives what comes out. */
export type ReceivingResult = E2eResult | CdcResult
/** A run that sends. */
export type SendingResult = ProducerResult | ReceivingResult
export type Result = SendingResult | ConsumerResult
export type LatencySummary = z.infer<typeof latencySchema>
export type Interval = z.infer<typeof intervalSchema>
export type ReceivedInterval = z.infer<typeof receivedIntervalSchema>
export type Worker = z.infer<typeof workerSchema>
export type Verdict = z.infer<typeof verdictSchema>
export type Load = z.infer<typeof loadSchema>
export type Limit = (typeof LIMITS)[number]
export type Warning = Result['warnings'][number]
