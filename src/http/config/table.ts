/** What is known of a property, as data: each dialect has a table of them. */
import type { HttpSetup } from '../setup.ts'

/** How a value is written; numbers come out in the units used inside: ms, bytes, per second, a share of 0 to 1. */
export type ValueType =
  | 'text'
  | 'boolean'
  | 'count'
  | 'ms'
  | 'seconds'
  | 'minutes'
  | 'bytes'
  | 'ratio'
  | 'perSec'
  /** By commas, or a JSON array of texts. */
  | 'list'
  | 'json'
  /** Never shown. */
  | 'secret'

/** A member of a setup: `plan.paging.limit`. */
export type SetupPath =
  | (keyof HttpSetup & string)
  | `plan.${string}`
  | `connection.${string}`
  | `cache.${string}`
  | `transform.${string}`
  | `converters.${string}`
  | `producer.${string}`
  | `balancing.${string}`
  | `scaling.${string}`
  | `healthChecks.${string}`
  | `secrets.${string}`

export interface PropertyRow {
  readonly type: ValueType
  /** What it does to a run, in a few words. */
  readonly about: string
  /** What of the setup follows from it; empty where it has no meaning outside a connector. */
  readonly sets: readonly SetupPath[]
  /** Where nothing is said; as it would be written. */
  readonly default?: string
  /** One of these, in any case. */
  readonly choices?: readonly string[]
  readonly min?: number
  readonly max?: number
  /** The switch without which it does nothing. */
  readonly under?: string
  /** Why it means nothing in this tool. */
  readonly outside?: string
  /** What reads it, of all that can be had: Connect, a connector. Absent in a guide's dialect: nothing does. */
  readonly readBy?: string
}

/** A row of what is known and means nothing in this tool. */
export const outside = (about: string, why: string, type: ValueType = 'text'): PropertyRow => ({
  type,
  about,
  sets: [],
  outside: why,
})

export type PropertyTable = Readonly<Record<string, PropertyRow>>
