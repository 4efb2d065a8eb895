/** The document of a watched connector: a run in which `tune` only looks on. */
import { z } from 'zod'
import { count, every, machine, ms, ratio } from './result-parts.ts'

/** About one second: from one look at all sources to the next. What is absent was not measured. */
const watchedIntervalSchema = z.object({
  atMs: ms,
  durationMs: ms,
  /** Written in `spanMs`, from the source's last answer to this one. */
  recordsWritten: count.optional(),
  spanMs: ms.optional(),
  recordsPerSec: ratio.optional(),
  polledPerSec: ratio.optional(),
  /** As the connector itself says, over a time that only it knows. */
  toldRecordsPerSec: ratio.optional(),
  connectorLatencyMs: ms.optional(),
  cacheHitRatio: ratio.optional(),
  errorRatio: z.number().optional(),
  pollBatchMs: ms.optional(),
  offsetCommitMs: ms.optional(),
  offsetCommitFailureRatio: ratio.optional(),
  activeRecords: ratio.optional(),
  heapUsedBytes: ratio.optional(),
  heapRatio: ratio.optional(),
  gcRatio: ratio.optional(),
  tasks: count.optional(),
  tasksRunning: count.optional(),
  /** Kinds of sources that did not answer. */
  missed: z.array(z.string()).optional(),
})

const alertSchema = z.object({
  id: z.string(),
  metric: z.string(),
  when: z.union([z.object({ above: z.number() }), z.object({ below: z.number() })]),
  forMs: ms,
  judge: z.enum(['every', 'mean']),
  source: z.string(),
  state: z.enum(['fired', 'pending', 'quiet', 'too short', 'not measured']),
  times: count,
  firstAtMs: ms.optional(),
  firingMs: ms,
  pendingMs: ms.optional(),
  worst: z.number().optional(),
})

const stateSchema = { state: z.string(), trace: z.string().optional() }

export const connectorResultSchema = z.object({
  ...every,
  kind: z.literal('connector'),
  environment: z.object(machine),
  plan: z.object({
    durationMs: ms,
    intervalMs: ms,
    rules: z.string(),
    thresholds: z.string(),
    /** What drove the source meanwhile. */
    sourceLoad: z
      .object({
        target: z.string(),
        recordsPerSec: z.number().positive(),
        /** Of a database; failed: not committed for certain. */
        rows: z.object({ committed: count, failed: count }).optional(),
      })
      .optional(),
  }),
  /** Absent where no Connect worker was asked. */
  connector: z
    .object({
      name: z.string(),
      ...stateSchema,
      tasks: z.array(z.object({ id: count, ...stateSchema, workerId: z.string().optional() })),
      /** Without its secrets. */
      config: z.record(z.string(), z.string()),
      /** That it has written to, as the worker saw. */
      topics: z.array(z.string()),
    })
    .optional(),
  /** What ended the run: the connector, or one of its tasks. */
  failure: z.object({ what: z.string(), reason: z.string() }).optional(),
  /** In the order in which they were given. */
  sources: z.array(
    z.object({
      kind: z.enum(['topic', 'jolokia', 'prometheus', 'health', 'connect']),
      /** Without its secrets. */
      at: z.string(),
      /** Records are counted by this one. */
      counted: z.boolean(),
      readings: count,
      missed: count,
      errors: z.record(z.string(), count),
      recordsWritten: count.optional(),
      recordsPolled: count.optional(),
      /** From its first answer to its last. */
      spanMs: ms,
      /** Counters that began again, and that were lower than before without that. */
      resets: count,
      backwards: count,
    }),
  ),
  series: z.array(watchedIntervalSchema),
  alerts: z.array(alertSchema),
})

export interface ConnectorResult extends z.infer<typeof connectorResultSchema> {}
