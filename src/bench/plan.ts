import type { Load } from '../core/result.ts'
import type { Share } from '../core/share.ts'
import type { Threshold } from '../core/threshold.ts'
import type { Connection, DriverName, Properties } from '../drivers/driver.ts'
import type { RecordSpec } from '../records/index.ts'

/** Everything a producer bench does, checked before the first record. Made from flags by `commands/producer-run.ts`. */
export interface ProducerBenchPlan {
  readonly driver: DriverName
  readonly connection: Connection
  readonly topic: TopicPlan
  readonly records: RecordSpec
  readonly load: LoadPlan
  /** Of that load, where other processes carry the rest. */
  readonly share?: Share
  /** Java names: profile, then file, then flags; the later wins. */
  readonly properties: Properties
  readonly profile: string | null
  readonly warmup: WarmupPlan
  readonly pacing: 'timer' | 'precise'
  /** Records go in transactions of that duration; the id is in the properties. */
  readonly transactions?: { readonly durationMs: number }
  /** How long answers are waited for, and overdue records still offered, after the end. */
  readonly drainMs: number
  readonly thresholds: readonly Threshold[]
  readonly thresholdsName: string
  readonly tag: string | undefined
  readonly broker: BrokerPlan
}

export interface TopicPlan {
  readonly name: string
  /** Make it when it is missing. */
  readonly create: boolean
  /** It is `tune`'s own: removed after the run. */
  readonly own: boolean
  readonly partitions: number
  readonly replicationFactor: number
  readonly configs: Readonly<Record<string, string>>
}

export interface LoadPlan {
  /** `maxInFlight` 0 = whatever suits the client. */
  readonly shape: Load
  readonly durationMs?: number
  readonly numRecords?: number
}

export type WarmupPlan =
  | { readonly kind: 'time'; readonly ms: number }
  | { readonly kind: 'records'; readonly records: number }
  /** Until MSER-5 sees a steady state, at most `longestMs`. */
  | { readonly kind: 'auto'; readonly longestMs: number }

/** What is known of the cluster from outside it. */
export interface BrokerPlan {
  readonly throwAway: boolean
  readonly engine: 'kafka' | 'mock' | 'unknown'
  readonly version?: string
  readonly onThisMachine: boolean
}
