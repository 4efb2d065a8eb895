/**
 * The document of a run, `tune.result/1`: everything that reports, baselines and sizing read later. Described once,
 * here; `schemas/tune.result-1.schema.json` is made from it (`npm run schemas`). Fields are added freely, so a reader
 * passes over what it does not know; none is renamed without a new schema name.
 */
import { z } from 'zod'

const count = z.int().nonnegative()
const ms = z.number().nonnegative()
const ratio = z.number().nonnegative()

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
  networkBytesPerSec: ratio.optional(),
  diskWriteBytesPerSec: ratio.optional(),
})

/** About one second of the run, filed by when the answers came. */
export const intervalSchema = z.object({
  /** Start, from the start of the measured time. */
  atMs: ms,
  durationMs: ms,
  /** 'drain': after the last record was due, while answers were still coming. */
  phase: z.enum(['measure', 'drain']),
  /** Acknowledged. */
  records: count,
  bytes: z.number().nonnegative(),
  sent: count,
  recordsPerSec: ratio,
  bytesPerSec: ratio,
  errors: count,
  latency: z.object({ count, p50Ms: ms, p99Ms: ms, maxMs: ms, hdr: z.string() }).optional(),
  /** What the interval lines of kafka-producer-perf-test are made of. */
  service: z.object({ count, meanMs: ms, maxMs: ms }).optional(),
  host: hostSampleSchema.optional(),
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

export const loadSchema = z.discriminatedUnion('shape', [
  z.object({ shape: z.literal('constant'), ratePerSec: z.number().positive() }),
  z.object({
    shape: z.literal('ramp'),
    fromPerSec: z.number().nonnegative(),
    toPerSec: z.number().nonnegative(),
    overMs: z.number().positive(),
  }),
  z.object({
    shape: z.literal('steps'),
    ratesPerSec: z.array(z.number().positive()).min(1),
    holdMs: z.number().positive(),
  }),
  z.object({ shape: z.literal('unpaced'), maxInFlight: z.int().positive() }),
])

export const LIMITS = ['none', 'cpu', 'event-loop', 'client-queue', 'network', 'broker', 'quota'] as const

const healthSchema = z.object({
  /** What held the run back. */
  limitedBy: z.enum(LIMITS),
  /** True when `tune` itself was late: the numbers tell of this machine, not of the broker. */
  generatorLimited: z.boolean(),
  /** Sentences: what ran out, and what to try. */
  reasons: z.array(z.string()),
  pacing: z.enum(['timer', 'precise', 'unpaced']),
  tool: z.object({
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
  }),
})

export const resultSchema = z.object({
  schema: z.literal('tune.result/1'),
  kind: z.enum(['producer', 'consumer', 'e2e', 'http', 'connector', 'cdc']),
  startedAt: z.iso.datetime(),
  /** Measured time: warm-up and drain left out. */
  durationMs: ms,
  /** False after Ctrl-C: what was measured until then. */
  complete: z.boolean(),
  tag: z.string().optional(),
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
    records: z.object({
      values: z.string(),
      keys: z.string(),
      headerBytes: count,
      seed: z.number(),
      poolRecords: count,
      poolBytes: count,
      meanValueBytes: ratio,
      gzipRatio: ratio,
    }),
    properties: z.record(z.string(), z.string()),
    thresholds: z.string(),
  }),
  profile: z.string().nullable(),
  driver: z.string(),
  driverLabel: z.string(),
  environment: z.object({
    tune: z.string(),
    node: z.string(),
    driver: z.string(),
    os: z.string(),
    arch: z.string(),
    cpuModel: z.string(),
    cores: count,
    memoryBytes: z.number().nonnegative(),
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
  metrics: z.record(z.string(), z.number()),
  /** due to acknowledged = lateness + blocked + service. Absent = not measured. */
  latency: latencySchema.optional(),
  lateness: latencySchema.optional(),
  blocked: latencySchema.optional(),
  service: latencySchema.optional(),
  series: z.array(intervalSchema),
  health: healthSchema,
  host: z
    .object({
      cpuRatio: ratio.optional(),
      memoryRatio: ratio.optional(),
      networkRatio: ratio.optional(),
      networkBytesPerSec: ratio.optional(),
      diskWriteBytesPerSec: ratio.optional(),
    })
    .optional(),
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
  preflight: z.object({
    leadersPerBroker: z.record(z.string(), count),
    replicationFactor: count,
    minInSyncReplicas: count.optional(),
    underReplicated: count,
    timestampType: z.string().optional(),
    topicConfigs: z.record(z.string(), z.string()),
  }),
  verdicts: z.array(verdictSchema),
  errors: z.record(z.string(), count),
  warnings: z.array(z.object({ id: z.string(), text: z.string() })),
})

export type Result = z.infer<typeof resultSchema>
export type LatencySummary = z.infer<typeof latencySchema>
export type Interval = z.infer<typeof intervalSchema>
export type Verdict = z.infer<typeof verdictSchema>
export type Load = z.infer<typeof loadSchema>
export type Limit = (typeof LIMITS)[number]
export type Warning = Result['warnings'][number]
