/** What a watcher is told while a bench goes on, about once a second. */
export interface Progress {
  readonly phase: 'starting' | 'filling' | 'joining' | 'warm-up' | 'measuring' | 'reading' | 'draining'
  readonly elapsedMs: number
  readonly totalMs?: number
  readonly recordsDone: number
  readonly totalRecords?: number
  readonly recordsPerSec: number
  /** Of a run that polls. */
  readonly pagesDone?: number
  readonly bytesPerSec: number
  readonly targetPerSec?: number
  /** Of the last interval. */
  readonly p50Ms?: number
  readonly p99Ms?: number
  /** Service time of the last interval: what kafka-producer-perf-test prints. */
  readonly meanServiceMs?: number
  readonly maxServiceMs?: number
  readonly errors: number
}
