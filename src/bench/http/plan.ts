import type { Load, Warning } from '../../core/result.ts'
import type { Threshold } from '../../core/threshold.ts'
import type { Connection, DriverName, Properties } from '../../drivers/driver.ts'
import type { HttpSetup } from '../../http/setup.ts'
import type { BrokerPlan, TopicPlan, WarmupPlan } from '../plan.ts'

/** Everything a bench of an HTTP source does, checked before the first request. Made from flags by `commands/http-run.ts`. */
export interface HttpBenchPlan {
  /** Connectors that run side by side, each with clients of its own. */
  readonly instances: readonly InstancePlan[]
  readonly api: {
    /** `tune` started it for this run. */
    readonly stub: boolean
    readonly onThisMachine: boolean
  }
  /** Undefined: records are counted and let go. */
  readonly kafka: KafkaPlan | undefined
  readonly durationMs: number
  readonly warmup: WarmupPlan
  readonly pacing: 'timer' | 'precise'
  /** How long answers are waited for after the end. */
  readonly drainMs: number
  readonly profile: string | null
  readonly thresholds: readonly Threshold[]
  readonly thresholdsName: string
  readonly tag: string | undefined
  /** Files that the instances are from, and what of them could not be taken along. */
  readonly configs: readonly ConfigFacts[]
  /** Of the plan, known before anything runs. */
  readonly warnings: readonly Warning[]
}

export interface ConfigFacts {
  readonly file: string
  readonly dialect: string
  readonly title: string
  readonly ignored: readonly { readonly key: string; readonly why: string }[]
  readonly unknown: readonly { readonly key: string; readonly nearest?: string }[]
  /** In a real connector they do nothing. */
  readonly unread: readonly string[]
}

export interface InstancePlan {
  readonly setup: HttpSetup
  /** Polls of all its lanes; unpaced: each lane polls again as soon as it is done. */
  readonly load: Load
}

export interface KafkaPlan {
  readonly driver: DriverName
  readonly connection: Connection
  readonly topic: TopicPlan
  /** Java names. */
  readonly properties: Properties
  readonly broker: BrokerPlan
}

/** Of all instances together; either all are paced or none is. */
export function loadOf(instances: readonly InstancePlan[]): Load {
  const loads = instances.map(({ load }) => load)
  const [first, ...more] = loads
  if (first !== undefined && more.length === 0) return first
  return loads.every(({ shape }) => shape === 'unpaced')
    ? { shape: 'unpaced', maxInFlight: loads.reduce((sum, load) => sum + inFlight(load), 0) }
    : { shape: 'constant', ratePerSec: loads.reduce((sum, load) => sum + rate(load), 0) }
}

function inFlight(load: Load): number {
  return load.shape === 'unpaced' ? load.maxInFlight : 0
}

function rate(load: Load): number {
  return load.shape === 'constant' ? load.ratePerSec : 0
}
