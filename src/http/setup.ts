/**
 * What a source connector's configuration says, whatever dialect it was written in: the poll model and all around it.
 * A dialect's reader makes one of these; the flags of a bench change it; the poll loop runs it.
 */
import type { PollPlan } from './plan.ts'
import type { ConnectionSettings } from './settings.ts'

export interface HttpSetup {
  /** `name` of the configuration, or the file's. */
  readonly name: string
  /** From one poll's due time to the next, of each lane; undefined: as fast as answers come. */
  readonly pollIntervalMs?: number
  readonly plan: PollPlan
  readonly connection: ConnectionSettings
  /** Undefined: every page is asked for. */
  readonly cache?: CacheSettings
  readonly transform: TransformSettings
  readonly converters: ConverterSettings
  /** Where records go; undefined: a topic of the run's own. */
  readonly topic?: string
  /** Without their prefix (`producer.`, `producer.override.`); Java names. */
  readonly producer: Readonly<Record<string, string>>
  /** Undefined: each target's own address. */
  readonly balancing?: BalancingSettings
  /** Undefined: `plan.tasks` stays as it is. */
  readonly scaling?: ScalingSettings
  /** Judged in the result; the guide's, unless the configuration says otherwise. */
  readonly healthChecks: HealthCheckSettings
  /** What of all this is never shown; undefined: nothing but what a name gives away (`shown` hides that anyway). */
  readonly secrets?: SecretNames
}

/** Whom the requests of a connector go to: with endpoints that share them, these. */
export function askedUrls({ plan, balancing }: Pick<HttpSetup, 'plan' | 'balancing'>): readonly string[] {
  return balancing?.endpoints ?? plan.targets.map(({ url }) => url)
}

/** By name, as values are compared with nothing. */
export interface SecretNames {
  /** In small letters. */
  readonly headers: readonly string[]
  /** Query parameters of the targets. */
  readonly params: readonly string[]
}

export type EvictionPolicy = 'LRU' | 'LFU' | 'FIFO'

export interface CacheTierSettings {
  readonly name: 'L1' | 'L2' | 'L3'
  readonly maxEntries: number
  readonly ttlMs: number
  readonly policy: EvictionPolicy
}

export interface CacheSettings {
  /** From the first asked to the last; one where the configuration knows no tiers. */
  readonly tiers: readonly CacheTierSettings[]
  /** Undefined: what a page's fields are is found out anew for each page. */
  readonly schema?: { readonly maxEntries: number; readonly ttlMs: number }
  /** Of all tiers together. */
  readonly maxBytes?: number
  /** Share of entries or bytes from which some are evicted, `evictionBatch` at a time. */
  readonly evictionThreshold?: number
  readonly evictionBatch?: number
  /** How often what is past its time is taken out. */
  readonly cleanupIntervalMs?: number
  readonly warming?: {
    /** Six fields, seconds first, or five. */
    readonly schedule?: string
    /** Paths; `*` stands for a part of one. */
    readonly patterns: readonly string[]
    readonly strategies: readonly ('PREDICTIVE' | 'LRU')[]
  }
  /** Sizes grow and shrink by hit ratio so often. */
  readonly autoTuningIntervalMs?: number
  /** Hits are counted over so long a window, beside the run; undefined: over the run only. */
  readonly statisticsWindowMs?: number
}

export type FieldType = 'STRING' | 'INTEGER' | 'LONG' | 'DOUBLE' | 'BOOLEAN' | 'TIMESTAMP'

export interface FieldMapping {
  /** A path in the record. */
  readonly source: string
  readonly target: string
  readonly type: FieldType
}

export interface TransformSettings {
  readonly enabled: boolean
  /** Empty: the record as it is. */
  readonly mappings: readonly FieldMapping[]
  /** A record whose mapped field is missing or not of its type is an error, not a null. */
  readonly validation: boolean
  /** Adds where and when a record was read. */
  readonly enrichment: boolean
  readonly maxRecordBytes: number
  /** Records in error go there; undefined: they are counted only. */
  readonly deadLetterTopic?: string
  /** `fail` ends the poll with its first record in error. */
  readonly onError: 'skip' | 'fail'
}

export type Converter = 'string' | 'json' | 'json-with-schema'

export interface ConverterSettings {
  /** Of a record's key: a path in the record; undefined: no keys. */
  readonly keyPath?: string
  readonly key: Converter
  readonly value: Converter
}

export interface BalancingSettings {
  readonly strategy: 'ROUND_ROBIN'
  /** Origins that serve the same paths. */
  readonly endpoints: readonly string[]
  /** Undefined: an endpoint that is down keeps its turn. */
  readonly healthCheck?: { readonly path: string; readonly intervalMs: number }
}

export interface ScalingSettings {
  readonly minTasks: number
  readonly maxTasks: number
  /** Records a second, of all tasks. */
  readonly upAbovePerSec: number
  readonly downBelowPerSec: number
  readonly intervalMs: number
}

export interface HealthCheckSettings {
  readonly enabled: boolean
  readonly responseTimeMs: number
  readonly cacheHitRatio: number
  /** What is aimed at, above what is just good enough; undefined: the thresholds' own. */
  readonly cacheHitTargetRatio?: number
  readonly errorRatio: number
}
