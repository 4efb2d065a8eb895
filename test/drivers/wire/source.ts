import type { RecordSource } from '../../../src/records/source.ts'

/** A record source over given values and keys; record n has value n % values and key n % keys. */
export function sourceOf(values: readonly Buffer[], keys: readonly (Buffer | null)[] = [null]): RecordSource {
  const value = (n: number) => values[n % values.length] ?? Buffer.alloc(0)
  const key = (n: number) => keys[n % keys.length] ?? null
  const bytes = (n: number) => value(n).length + (key(n)?.length ?? 0)
  const poolBytes = values.reduce((sum, { length }) => sum + length, 0)
  return {
    poolSize: values.length,
    value,
    key,
    keyed: keys.some((one) => one !== null),
    headers: [],
    bytes,
    meanBytes: values.reduce((sum, _, n) => sum + bytes(n), 0) / values.length,
    maxValueBytes: Math.max(...values.map(({ length }) => length)),
    about: {
      values: 'given',
      keys: 'given',
      headerBytes: 0,
      seed: 1,
      poolRecords: values.length,
      poolBytes,
      meanValueBytes: poolBytes / values.length,
      gzipRatio: 1,
    },
  }
}

/** `count` values of `bytes` bytes, all different. */
export function values(count: number, bytes: number): Buffer[] {
  return Array.from({ length: count }, (_, n) => Buffer.alloc(bytes, `${n};`))
}
