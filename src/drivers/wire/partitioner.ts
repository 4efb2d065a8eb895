/** Which partition the next batch or record goes to. */
import type { RecordSource } from '../../records/source.ts'
import { partitionOfKey } from './murmur2.ts'

/** Record numbers of each partition, by their keys. */
export interface KeySpread {
  /** How many records were looked at; record n is taken for n % sampled. */
  readonly sampled: number
  readonly partitionOf: Uint32Array
  /** numbers[p]: the records whose key belongs to partition p. */
  readonly numbers: readonly (readonly number[])[]
}

/** Enough that a skewed key's share is right within a per cent, and hashed in some 10 ms. */
const KEY_SAMPLE = 65_536

/** Sorts the source's keys by Java's partitioner; records without a key go round robin. */
export function spreadKeys(source: RecordSource, partitions: number): KeySpread {
  const sampled = Math.max(KEY_SAMPLE, source.poolSize)
  const partitionOf = new Uint32Array(sampled)
  const numbers: number[][] = Array.from({ length: partitions }, () => [])
  for (let n = 0; n < sampled; n += 1) {
    const key = source.key(n)
    const partition = key === null ? n % partitions : partitionOfKey(key, partitions)
    partitionOf[n] = partition
    numbers[partition]?.push(n)
  }
  return { sampled, partitionOf, numbers }
}

/**
 * Indices in proportion to their weights, as evenly as can be: each turn everyone gains its share, and who has
 * most pays one. The same weights give the same order every time.
 */
export function weightedTurns(weights: readonly number[]): () => number {
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  const credit = new Float64Array(weights.length)
  return () => {
    let best = 0
    let most = Number.NEGATIVE_INFINITY
    weights.forEach((weight, index) => {
      const now = (credit[index] ?? 0) + weight
      credit[index] = now
      if (weight > 0 && now > most) {
        most = now
        best = index
      }
    })
    credit[best] = (credit[best] ?? 0) - total
    return best
  }
}

/** Round robin over the partitions that can be written to; stays on one where none can. */
export function nextUsable(from: number, partitions: number, usable: (partition: number) => boolean): number {
  for (let step = 1; step <= partitions; step += 1) {
    const partition = (from + step) % partitions
    if (usable(partition)) return partition
  }
  return (from + 1) % partitions
}
