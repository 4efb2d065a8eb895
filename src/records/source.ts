import type { Share } from '../core/share.ts'

/**
 * The records of a run. Contents come from a pool made before the run, so that making them costs nothing while
 * measuring; record n is the same for the same seed.
 */
export interface RecordSource {
  /** How many different values there are; record n has value n % poolSize. */
  readonly poolSize: number
  /** Records come while it runs: one is there from when it is sent until it is answered, and no other is like it. */
  readonly live?: true
  /** Value of record n. The same Buffer object comes again; do not write to it. */
  value(n: number): Buffer
  /** Key of record n, or null when keys are off. */
  key(n: number): Buffer | null
  /** True when keys are on. */
  readonly keyed: boolean
  /** Headers of every record; empty when off. */
  readonly headers: readonly { key: string; value: Buffer }[]
  /** Key, value and header bytes of record n, as throughput counts them. */
  bytes(n: number): number
  /** Mean of `bytes` over the pool. */
  readonly meanBytes: number
  /** Largest value. */
  readonly maxValueBytes: number
  /** For the result: how the records were asked for, and gzip's ratio over the pool as a driver-independent measure. */
  readonly about: RecordsAbout
}

export interface RecordsAbout {
  /** `fixed:1024`, `uniform:100:2000`, `file:events.ndjson`, `template:cdc-event` … */
  readonly values: string
  /** `none`, `uniform:1000`, `zipf:1000:1.1`. */
  readonly keys: string
  readonly headerBytes: number
  readonly seed: number
  readonly poolRecords: number
  readonly poolBytes: number
  readonly meanValueBytes: number
  /** Plain bytes divided by gzip bytes over a sample of the pool. */
  readonly gzipRatio: number
}

/** The records of every `of`-th operation: together, the parts send what one source would. */
export function shareSource(source: RecordSource, { index, of }: Share): RecordSource {
  if (of === 1) return source
  const whole = (n: number) => n * of + index
  return {
    ...source,
    value: (n) => source.value(whole(n)),
    key: (n) => source.key(whole(n)),
    bytes: (n) => source.bytes(whole(n)),
  }
}
