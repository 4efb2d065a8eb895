/** The documents of runs that send records of their own, and of those that also receive them. */
import { z } from 'zod'
import {
  common,
  count,
  intervalSchema,
  latencySchema,
  loadSchema,
  ms,
  recordsSchema,
  warmupSecondSchema,
  workerSchema,
} from './result-parts.ts'

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
  /** Seconds before it, for who wants to see whether it was warm; absent without a warm-up. */
  warmupSeries: z.array(warmupSecondSchema).optional(),
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
