/** What the results of all kinds of runs are made of; the documents themselves are in `result.ts`. */
import { z } from 'zod'

export const count = z.int().nonnegative()
export const ms = z.number().nonnegative()
export const ratio = z.number().nonnegative()

/** A histogram's summary. Percentiles, count and clamped can be computed again from `hdr`; mean = sumMs / count. */
export const latencySchema = z.object({
  count,
  meanMs: ms,
  minMs: ms,
  p50Ms: ms,
  p90Ms: ms,
  p95Ms: ms,
  p99Ms: ms,
  p999Ms: ms,
  /** Exact, not a bucket's edge. */
  maxMs: ms,
  sumMs: ms,
  /** Values outside 0 … 1 h, counted at the nearest edge. */
  clamped: count,
  /** HdrHistogram V2, compressed, base64; values in µs, 3 significant digits. */
  hdr: z.string(),
})

const hostSampleSchema = z.object({
  cpuRatio: ratio.optional(),
  memoryRatio: ratio.optional(),
  /** Of the fullest line in its fuller direction, where its speed is known. */
  networkRatio: ratio.optional(),
  networkBytesPerSec: ratio.optional(),
  diskReadBytesPerSec: ratio.optional(),
  diskWriteBytesPerSec: ratio.optional(),
})

/** About one second of any run. */
const anyInterval = z.object({
  /** Start, from the start of the run's first interval. */
  atMs: ms,
  durationMs: ms,
  records: count,
  bytes: z.number().nonnegative(),
  recordsPerSec: ratio,
  bytesPerSec: ratio,
  errors: count,
  host: hostSampleSchema.optional(),
})

/** Of a run that sends, filed by when the answers came; `records` were acknowledged. */
export const intervalSchema = anyInterval.extend({
  /** 'drain': after the last record was due, while answers were still coming. */
  phase: z.enum(['measure', 'drain']),
  sent: count,
  latency: z.object({ count, p50Ms: ms, p99Ms: ms, maxMs: ms, hdr: z.string() }).optional(),
  /** What the interval lines of kafka-producer-perf-test are made of. */
  service: z.object({ count, meanMs: ms, maxMs: ms }).optional(),
})

/** About one second of a warm-up, in no other figure. */
export const warmupSecondSchema = anyInterval
  .pick({ durationMs: true, records: true, recordsPerSec: true, errors: true })
  .extend({
    /** Start, before measured time began: below 0. */
    atMs: z.number(),
    latency: intervalSchema.shape.latency,
  })

/** Of a run that reads; `records` were received. */
export const receivedIntervalSchema = anyInterval.extend({
  /** 'start': before all partitions had delivered. */
  phase: z.enum(['start', 'measure']),
  polls: count,
  /** Changes of who reads what. */
  rebalances: count,
})

export const verdictSchema = z.object({
  metric: z.string(),
  level: z.enum(['ok', 'warn', 'critical', 'not measured', 'not applicable']),
  value: z.number().nullable(),
  target: z.string(),
  critical: z.string(),
  source: z.string(),
  /** Why a bound does not apply or has no value. */
  reason: z.string().optional(),
})

/** So many become due together, as the rows of a transaction do; one by one where absent. */
const recordsAtOnce = z.int().min(2).optional()

export const loadSchema = z.discriminatedUnion('shape', [
  z.object({ shape: z.literal('constant'), ratePerSec: z.number().positive(), recordsAtOnce }),
  z.object({
    shape: z.literal('ramp'),
    recordsAtOnce,
    fromPerSec: z.number().nonnegative(),
    toPerSec: z.number().nonnegative(),
    overMs: z.number().positive(),
  }),
  z.object({
    shape: z.literal('steps'),
    recordsAtOnce,
    ratesPerSec: z.array(z.number().positive()).min(1),
    holdMs: z.number().positive(),
  }),
  z.object({ shape: z.literal('unpaced'), maxInFlight: z.int().positive() }),
])

export const LIMITS = [
  'none',
  'cpu',
  'event-loop',
  'client-queue',
  'application',
  'network',
  'broker',
  'quota',
  // Of a run that polls an API: the API itself, connections to it, or a rate that was asked for or imposed
  'api',
  'pool',
  'rate-limit',
] as const

export const healthSchema = z.object({
  /** What held the run back. */
  limitedBy: z.enum(LIMITS),
  /** True when `tune` itself was late: the numbers tell of this machine, not of the broker. */
  generatorLimited: z.boolean(),
  /** Sentences: what ran out, and what to try. */
  reasons: z.array(z.string()),
  pacing: z.enum(['timer', 'precise', 'unpaced']),
  /** What the judgement was made of besides what is elsewhere in the result; absent where nothing is sent by a rate. */
  achievedRatio: ratio.optional(),
  /** Wall time in which the client was full. */
  blockedMs: ms.optional(),
  tool: z.object({
    /** Of all threads, over measured time. */
    cpuUs: z.number().nonnegative().optional(),
    /** Of one core. */
    cpuRatio: ratio,
    eventLoopP50Ms: ms,
    eventLoopP99Ms: ms,
    eventLoopMaxMs: ms,
    eventLoopUtilization: ratio,
    gcCount: count,
    gcMs: ms,
    /** At the start of measured time, at its end, and the highest seen. */
    rssStartBytes: z.number().nonnegative(),
    rssBytes: z.number().nonnegative(),
    rssMaxBytes: z.number().nonnegative(),
  }),
  /** What the client says of itself, where it says it. */
  client: z.object({
    queueMs: ms.optional(),
    outbufMs: ms.optional(),
    rttMs: ms.optional(),
    throttleMs: ms.optional(),
    queuedRecords: count.optional(),
    /** Over measured time; what the figures of a batch are quotients of. */
    sums: z
      .object({
        batches: ratio.optional(),
        batchRecords: ratio.optional(),
        batchWireBytes: ratio.optional(),
        batchPayloadBytes: ratio.optional(),
      })
      .optional(),
  }),
})

/** One of several processes that shared the load; together they are the run. */
export const workerSchema = z.object({
  /** Done in its measured time: acknowledged, or end to end received. */
  records: count,
  durationMs: ms,
  recordsPerSec: ratio,
  sent: count,
  /** Their histograms add up, bucket by bucket, to the run's. */
  latency: latencySchema.optional(),
  lateness: latencySchema.optional(),
  blocked: latencySchema.optional(),
  service: latencySchema.optional(),
  health: healthSchema.pick({
    limitedBy: true,
    generatorLimited: true,
    reasons: true,
    achievedRatio: true,
    blockedMs: true,
    tool: true,
  }),
})

/** One of several processes that had the consumers of a run. */
export const readingWorkerSchema = z.object({
  consumers: count,
  records: count,
  tool: healthSchema.shape.tool,
})

/** Some seconds of a load. */
export const writingSchema = z.object({ durationMs: ms, latency: intervalSchema.shape.latency })

/** What is sent, as `records/source.ts` tells. */
export const recordsSchema = z.object({
  values: z.string(),
  keys: z.string(),
  headerBytes: count,
  seed: z.number(),
  poolRecords: count,
  poolBytes: count,
  meanValueBytes: ratio,
  gzipRatio: ratio,
})

const hostSchema = z
  .object({
    cpuRatio: ratio.optional(),
    memoryRatio: ratio.optional(),
    networkRatio: ratio.optional(),
    networkBytesPerSec: ratio.optional(),
    diskReadBytesPerSec: ratio.optional(),
    diskWriteBytesPerSec: ratio.optional(),
  })
  .optional()

/** The machine that `tune` ran on. */
export const machine = {
  tune: z.string(),
  node: z.string(),
  os: z.string(),
  arch: z.string(),
  cpuModel: z.string(),
  cores: count,
  memoryBytes: z.number().nonnegative(),
} as const

/** Members that every kind of run has. */
export const every = {
  schema: z.literal('tune.result/1'),
  startedAt: z.iso.datetime(),
  /** Measured time: warm-up and drain left out. */
  durationMs: ms,
  /** False after Ctrl-C: what was measured until then. */
  complete: z.boolean(),
  /** Why it could not go on to its end: its broker died, its topic was deleted, a right was taken away. */
  endedEarly: z.string().optional(),
  tag: z.string().optional(),
  metrics: z.record(z.string(), z.number()),
  host: hostSchema,
  verdicts: z.array(verdictSchema),
  errors: z.record(z.string(), count),
  warnings: z.array(z.object({ id: z.string(), text: z.string() })),
} as const

/** Members that every run of a Kafka client has. */
export const common = {
  ...every,
  profile: z.string().nullable(),
  driver: z.string(),
  driverLabel: z.string(),
  environment: z.object({
    ...machine,
    driver: z.string(),
    broker: z.object({
      /** `tune` started it for this run. */
      throwAway: z.boolean(),
      engine: z.enum(['kafka', 'mock', 'unknown']),
      version: z.string().optional(),
      /** On the machine that `tune` runs on. */
      onThisMachine: z.boolean(),
      brokers: count,
      bootstrapServers: z.string(),
    }),
  }),
  effectiveConfig: z.object({
    values: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
    unsupported: z.array(z.string()),
    notes: z.array(z.string()),
  }),
  health: healthSchema,
  preflight: z.object({
    leadersPerBroker: z.record(z.string(), count),
    replicationFactor: count,
    minInSyncReplicas: count.optional(),
    underReplicated: count,
    timestampType: z.string().optional(),
    topicConfigs: z.record(z.string(), z.string()),
  }),
} as const
