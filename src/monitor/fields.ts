/** What sources of figures can tell of a connector, in one vocabulary. A source knows some of it. */

/** Counters only go up, unless they begin again; how gauges of several tasks make one. */
export const FIELDS = {
  recordsWritten: { kind: 'counter' },
  /** By the tasks, before transformation. */
  recordsPolled: { kind: 'counter' },
  requests: { kind: 'counter' },
  requestsFailed: { kind: 'counter' },
  cacheHits: { kind: 'counter' },
  cacheMisses: { kind: 'counter' },
  gcMs: { kind: 'counter' },
  /** The connector's own word, over a time that only it knows. */
  toldRecordsPerSec: { kind: 'gauge', together: 'sum' },
  connectorLatencyMs: { kind: 'gauge', together: 'mean' },
  cacheHitRatio: { kind: 'gauge', together: 'mean' },
  errorRatio: { kind: 'gauge', together: 'mean' },
  pollBatchMs: { kind: 'gauge', together: 'mean' },
  offsetCommitMs: { kind: 'gauge', together: 'mean' },
  offsetCommitFailureRatio: { kind: 'gauge', together: 'max' },
  /** Polled, and not yet written. */
  activeRecords: { kind: 'gauge', together: 'sum' },
  heapUsedBytes: { kind: 'gauge', together: 'sum' },
  heapMaxBytes: { kind: 'gauge', together: 'sum' },
} as const satisfies Record<string, { kind: 'counter' } | { kind: 'gauge'; together: 'sum' | 'mean' | 'max' }>

export type Field = keyof typeof FIELDS

export const FIELD_NAMES = Object.keys(FIELDS) as readonly Field[]

export function isField(name: string): name is Field {
  return Object.hasOwn(FIELDS, name)
}

/** One number that was read. */
export interface Point {
  readonly field: Field
  /** Whose it is: a task, a partition, a collector. Each counts by itself, and begins again by itself. */
  readonly of: string
  readonly value: number
}

/** Gauges of several as one; undefined of none. */
export function together(how: 'sum' | 'mean' | 'max', values: readonly number[]): number | undefined {
  if (values.length === 0) return undefined
  if (how === 'max') return Math.max(...values)
  const sum = values.reduce((a, b) => a + b, 0)
  return how === 'sum' ? sum : sum / values.length
}
