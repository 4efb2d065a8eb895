import type { Threshold } from '../../core/threshold.ts'
import type { Connection, DriverName, Properties } from '../../drivers/driver.ts'
import type { RecordSpec } from '../../records/index.ts'
import type { BrokerPlan, TopicPlan } from '../plan.ts'
import type { DelaySpec } from './delay.ts'

/** Everything a consumer bench does, checked before the first record. Made from flags by `commands/`. */
export interface ConsumerBenchPlan {
  readonly driver: DriverName
  readonly connection: Connection
  readonly topic: TopicPlan
  /** What is written into a topic of `tune`'s own before it is read; undefined: the topic has its records. */
  readonly preload: PreloadPlan | undefined
  readonly read: ReadPlan
  /** Load that goes on while it is read. */
  readonly catchUp?: CatchUpPlan
  readonly application: ApplicationPlan
  /** Java names: profile, then file, then flags; the later wins. */
  readonly properties: Properties
  readonly profile: string | null
  readonly thresholds: readonly Threshold[]
  readonly thresholdsName: string
  readonly tag: string | undefined
  readonly broker: BrokerPlan
}

export interface PreloadPlan {
  readonly records: RecordSpec
  readonly numRecords: number
  /** Of the producer that writes: acks, compression.type, … */
  readonly properties: Properties
}

export interface CatchUpPlan {
  readonly ratePerSec: number
  /** Caught up: fewer than these are left. */
  readonly lagRecords: number
  /** How long the load runs before anybody reads. */
  readonly aloneMs: number
  readonly records: RecordSpec
  /** Of the producer that sends: acks, compression.type, … */
  readonly properties: Properties
}

export interface ReadPlan {
  readonly consumers: number
  /** undefined: partitions are assigned, without a group. */
  readonly groupId: string | undefined
  readonly from: ReadFrom
  /** Measured time at most. */
  readonly durationMs: number | undefined
  /** All records that are read, those before measured time included, as kafka-consumer-perf-test counts. */
  readonly numRecords: number | undefined
  /** Stop where the topic ended when reading began. */
  readonly toEnd: boolean
  /** Give up after so long without a record; never counted as reading time. */
  readonly idleMs: number
}

/** Where to begin where nothing is committed. Times and offsets are for assigned partitions only. */
export type ReadFrom =
  | { readonly kind: 'earliest' | 'latest' }
  | { readonly kind: 'offset'; readonly offset: number }
  | { readonly kind: 'timestamp'; readonly epochMs: number }

/** The application that the consumer works for. */
export interface ApplicationPlan {
  /** Its time for a record or batch; undefined: none. */
  readonly process: DelaySpec | undefined
  readonly per: 'record' | 'batch'
  /** Gathers so many records before it works; undefined: works on what a poll brings. */
  readonly batchSize: number | undefined
  /** Works on fewer after so long. */
  readonly batchTimeoutMs: number | undefined
  /** `auto`: the client commits in the background; `batch`: the application, after each batch, and waits for it. */
  readonly commit: 'auto' | 'batch' | 'none'
}

export function describeFrom(from: ReadFrom): string {
  switch (from.kind) {
    case 'offset':
      return `offset ${from.offset}`
    case 'timestamp':
      return `timestamp ${new Date(from.epochMs).toISOString()}`
    default:
      return from.kind
  }
}
