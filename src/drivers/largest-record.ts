import type { RecordSource } from '../records/source.ts'

/** Keys are drawn, so the longest of so many stands for all. */
const KEYS_SEEN = 10_000

export interface LargestRecord {
  readonly keyBytes: number
  readonly valueBytes: number
  /** Names and values. */
  readonly headerBytes: number
  readonly headers: number
}

/** The largest record that can come: the longest key may meet the largest value. */
export function largestRecord({ keyed, key, headers, maxValueBytes }: RecordSource): LargestRecord {
  let keyBytes = 0
  if (keyed) for (let n = 0; n < KEYS_SEEN; n += 1) keyBytes = Math.max(keyBytes, key(n)?.length ?? 0)
  const headerBytes = headers.reduce((sum, one) => sum + Buffer.byteLength(one.key) + one.value.length, 0)
  return { keyBytes, valueBytes: maxValueBytes, headerBytes, headers: headers.length }
}
