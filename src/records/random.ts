/**
 * Seeded randomness: the same seed gives the same numbers on every machine and Node version.
 * sfc32 (Chris Doty-Humphrey's PractRand) for streams, the murmur3 finalizer for "the n-th number" without a stream.
 */

export interface Random {
  /** 0 to 2^32 - 1. */
  uint32(): number
  /** 0 inclusive to 1 exclusive, 32 bits. */
  float(): number
  /** 0 to `limit` - 1, whole. */
  below(limit: number): number
  /** Mean 0, standard deviation 1. */
  normal(): number
}

/** A well mixed 32-bit number of a 32-bit number. */
export function mix32(value: number): number {
  let h = value | 0
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return (h ^ (h >>> 16)) >>> 0
}

/**
 * @param seed a whole number of up to 53 bits
 * @param stream keeps independent uses of one seed apart: values, keys, headers
 */
export function randomOf(seed: number, stream: number): Random {
  let a = mix32(seed)
  let b = mix32(Math.floor(seed / 2 ** 32) ^ 0x9e3779b9)
  let c = mix32(stream ^ 0x243f6a88)
  let counter = 1
  function uint32(): number {
    const sum = (a + b + counter) | 0
    counter = (counter + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = ((c << 21) | (c >>> 11)) + sum
    c |= 0
    return sum >>> 0
  }
  // The state is full of zeros for small seeds; 12 rounds spread them (the generator's own recommendation).
  for (let round = 0; round < 12; round += 1) uint32()
  const float = () => uint32() / 2 ** 32
  return {
    uint32,
    float,
    below: (limit) => (limit <= 2 ** 32 ? Math.floor(float() * limit) : Math.floor(float53(uint32) * limit)),
    // Box-Muller; 1 - float() is never 0.
    normal: () => Math.sqrt(-2 * Math.log(1 - float())) * Math.cos(2 * Math.PI * float()),
  }
}

function float53(uint32: () => number): number {
  return ((uint32() >>> 5) * 2 ** 26 + (uint32() >>> 6)) / 2 ** 53
}

/** Fills with uniform capital letters, as kafka-producer-perf-test does: no codec gets much more than 1.6x out of them. */
export function fillLetters(target: Uint8Array, random: Random): void {
  for (let at = 0; at < target.length; at += 2) {
    const bits = random.uint32()
    target[at] = 65 + (((bits >>> 16) * 26) >>> 16)
    // Past the end a typed array drops the write.
    target[at + 1] = 65 + (((bits & 0xffff) * 26) >>> 16)
  }
}

/** Fills with random bytes, which no codec compresses. */
export function fillBytes(target: Uint8Array, random: Random): void {
  for (let at = 0; at < target.length; at += 4) {
    const bits = random.uint32()
    target[at] = bits
    target[at + 1] = bits >>> 8
    target[at + 2] = bits >>> 16
    target[at + 3] = bits >>> 24
  }
}
