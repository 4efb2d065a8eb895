/**
 * Where Kafka's Java client puts a key: `toPositive(murmur2(key)) % partitions`
 * (org.apache.kafka.common.utils.Utils.murmur2, BuiltInPartitioner.partitionForKey). Each client has to agree with it
 * byte for byte, or keyed topics fall apart. The library's own murmur2 computes with BigInts.
 */
const SEED = 0x9747b28c
const M = 0x5bd1e995

/** The hash as Java's signed 32-bit int. */
export function murmur2(key: Uint8Array): number {
  const length = key.length
  const tail = length & ~3
  let hash = SEED ^ length
  for (let at = 0; at < tail; at += 4) {
    let k = byte(key, at) | (byte(key, at + 1) << 8) | (byte(key, at + 2) << 16) | (byte(key, at + 3) << 24)
    k = Math.imul(k, M)
    k ^= k >>> 24
    k = Math.imul(k, M)
    hash = Math.imul(hash, M) ^ k
  }
  const rest = length - tail
  if (rest === 3) hash ^= byte(key, tail + 2) << 16
  if (rest >= 2) hash ^= byte(key, tail + 1) << 8
  if (rest >= 1) hash = Math.imul(hash ^ byte(key, tail), M)
  hash ^= hash >>> 13
  hash = Math.imul(hash, M)
  hash ^= hash >>> 15
  return hash | 0
}

/** The partition of a key among `partitions`. */
export function partitionOfKey(key: Uint8Array, partitions: number): number {
  return (murmur2(key) & 0x7fffffff) % partitions
}

function byte(bytes: Uint8Array, at: number): number {
  return bytes[at] ?? 0
}
