/** The document of a run that polls an API; the others are in `result.ts`. */
import { z } from 'zod'
import { producerResultSchema } from './producer-result.ts'
import { common, count, intervalSchema, latencySchema, loadSchema, ms, ratio } from './result-parts.ts'

const countsByName = z.record(z.string(), count)

/** One connector: a configuration, with clients of its own. */
const instanceSchema = z.object({
  name: z.string(),
  /** Polls of all its lanes. */
  load: loadSchema,
  pollIntervalMs: ms.optional(),
  /** What is polled, without secrets. */
  targets: z.array(z.object({ name: z.string(), url: z.string() })),
  tasks: count,
  /** Who polls by itself: a target by the task that has it, or one of several tasks that poll the same (`copy` > 0). */
  lanes: z.array(z.object({ target: z.string(), task: count, copy: count })),
  pagination: z.string(),
  pageSize: count.optional(),
  maxPages: count,
  threads: count,
  parse: z.boolean(),
  batchRecords: count,
  rateLimit: z.object({ perSec: z.number().positive(), burst: z.number().positive() }).optional(),
  retries: z.object({ max: count, backoffMs: ms, policy: z.string() }),
  connection: z.object({
    keepAlive: z.boolean(),
    maxConnections: count,
    maxPerRoute: count,
    http2Streams: count.optional(),
    connectTimeoutMs: ms,
    socketTimeoutMs: ms,
    requestTimeoutMs: ms,
    compression: z.array(z.string()),
  }),
  /** Tiers, from the first asked to the last. */
  cache: z.array(z.object({ name: z.string(), maxEntries: count, ttlMs: ms, policy: z.string() })).optional(),
  transform: z.object({
    enabled: z.boolean(),
    mappings: count,
    validation: z.boolean(),
    enrichment: z.boolean(),
  }),
  /** Of values. */
  converter: z.string(),
  keyPath: z.string().optional(),
  topic: z.string().optional(),
})

/** A configuration that was read, and what of it could not be taken along. */
const configSchema = z.object({
  file: z.string(),
  dialect: z.string(),
  title: z.string(),
  ignored: z.array(z.object({ key: z.string(), why: z.string() })),
  unknown: z.array(z.object({ key: z.string(), nearest: z.string().optional() })),
  /** Of a guide's words those that no connector reads. */
  unread: z.array(z.string()),
})

const cacheTierSchema = z.object({
  name: z.string(),
  lookups: count,
  hits: count,
  hitRatio: ratio.optional(),
  evicted: count,
  entries: count,
  maxEntries: count,
  bytes: count,
})

/** What a connector's cache, conversion and balancing did. */
const connectorSchema = z.object({
  name: z.string(),
  /** hits + misses = lookups. */
  cache: z
    .object({
      lookups: count,
      hits: count,
      misses: count,
      stale: count,
      hitRatio: ratio.optional(),
      windowHitRatio: ratio.optional(),
      stored: count,
      confirmed: count,
      refused: count,
      expired: count,
      promoted: count,
      demoted: count,
      entries: count,
      bytes: count,
      mostBytes: count,
      tiers: z.array(cacheTierSchema),
    })
    .optional(),
  /** Of what the cache served, since it was fetched or confirmed. */
  age: latencySchema.optional(),
  schemas: z.object({ lookups: count, hits: count, hitRatio: ratio.optional(), entries: count }).optional(),
  warming: z.object({ runs: count, pages: count, failed: count }).optional(),
  endpoints: z
    .array(
      z.object({
        endpoint: z.string(),
        isUp: z.boolean(),
        requests: count,
        failures: count,
        checks: count,
        outages: count,
      }),
    )
    .optional(),
  /** Bytes of values: what a consumer wants, and the schemas around it; and the CPU it took. */
  conversion: z.object({
    records: count,
    payloadBytes: count,
    envelopeBytes: count,
    keyBytes: count,
    transformMs: ms,
    convertMs: ms,
  }),
  /** Records that were not written, by why; and how many of them went to the dead-letter topic. */
  rejected: countsByName,
  deadLetters: count,
  /** Pages that waited for the sink at a time, with several threads. */
  mostQueued: count,
  scaling: z.array(z.object({ atMs: ms, recordsPerSec: ratio, from: count, to: count })).optional(),
})

/** A second of it: what was acknowledged, and what was asked for. */
export const httpIntervalSchema = intervalSchema.extend({
  /** Whole polls whose records are all answered. */
  polls: count,
  /** Requests with a good answer, which are pages, and others. */
  pages: count,
  requestsFailed: count,
  /** From a request's leaving to its last byte. */
  api: intervalSchema.shape.latency,
})

export const httpResultSchema = z.object({
  ...common,
  kind: z.literal('http'),
  environment: common.environment.extend({
    api: z.object({
      /** `tune` started it for this run. */
      stub: z.boolean(),
      onThisMachine: z.boolean(),
      origins: z.array(z.string()),
    }),
  }),
  /** Of the topic; absent where records go nowhere. */
  preflight: common.preflight.optional(),
  plan: z.object({
    /** Polls, of all instances together. */
    load: loadSchema,
    durationMs: ms,
    warmup: producerResultSchema.shape.plan.shape.warmup,
    pacing: producerResultSchema.shape.plan.shape.pacing,
    instances: z.array(instanceSchema).min(1),
    configs: z.array(configSchema),
    sink: z.enum(['kafka', 'none']),
    topic: z.string().optional(),
    topicCreated: z.boolean(),
    partitions: count,
    properties: z.record(z.string(), z.string()),
    thresholds: z.string(),
  }),
  /** Of records: due to acknowledged = lateness + blocked + service; service begins when the page's request leaves. */
  latency: latencySchema.optional(),
  lateness: latencySchema.optional(),
  blocked: latencySchema.optional(),
  service: latencySchema.optional(),
  /** Of good answers. */
  api: latencySchema.optional(),
  /** Of whole polls, from their due time to their last record's answer. */
  poll: latencySchema.optional(),
  series: z.array(httpIntervalSchema),
  warmupSeries: producerResultSchema.shape.warmupSeries,
  polls: z.object({
    sent: count,
    done: count,
    failed: count,
    unknown: count,
    errors: countsByName,
    /** The generator's own: first offer - due. */
    lateness: latencySchema.optional(),
    /** How they ended. */
    ends: countsByName,
  }),
  /** Every attempt; sent = good + failed + open. */
  requests: z.object({
    sent: count,
    good: count,
    failed: count,
    /** Without an answer when the run ended. */
    open: count,
    errors: countsByName,
    statuses: countsByName,
    retries: count,
    rateLimited: count,
    wireBytes: count,
  }),
  pages: z.object({
    count,
    empty: count,
    /** Read from them. */
    records: count,
    /** Read by a task although another one polls the same. */
    recordsTwice: count,
    /** Served by the cache, and their records: they were read before. */
    cached: count,
    recordsCached: count,
    /** Confirmed by the API with 304: nothing new. */
    notModified: count,
    /** Not written, for the reasons that `connectors` names. */
    recordsRejected: count,
    /** Read, and never handed over: the run, or the poll, was over. */
    recordsLeft: count,
  }),
  /** Where pages spend their time; the sums of all pages. */
  times: z.object({
    limiterMs: ms,
    poolMs: ms,
    apiMs: ms,
    parseMs: ms,
    convertMs: ms,
    retryMs: ms,
    sinkMs: ms,
  }),
  /** Connections. */
  pool: z.object({
    size: count,
    mostInUse: count,
    waited: count,
    /** Time of all requests together in which a place of the pool was theirs, of so much. */
    busyMs: ms,
    ofMs: ms,
    opened: count,
    closed: count,
    lookups: count,
    /** By negotiated protocol. */
    protocols: countsByName,
  }),
  connectors: z.array(connectorSchema).min(1),
  /** read = sent + rejected + left; sent = acked + failed + unknown; found is what offsets say. */
  accounting: producerResultSchema.shape.accounting,
})

export type HttpInterval = z.infer<typeof httpIntervalSchema>
