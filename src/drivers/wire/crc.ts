/**
 * CRC-32C (Castagnoli), as Kafka's record batches carry it, and its sum over two parts that were summed apart.
 * A batch is sent again with a new timestamp: 40 bytes of its header change, its records do not. With the records'
 * sum kept, the new sum costs the same for a batch of one record and for one of a megabyte.
 */

/** Castagnoli's polynomial, bit-reversed: bit 31 is x^0. */
const POLYNOMIAL = 0x82f63b78
/** x^0 in the same order. */
const ONE = 0x80000000

const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte
  for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ POLYNOMIAL : crc >>> 1
  return crc >>> 0
})

/**
 * CRC-32C of `bytes[start, end)`.
 * @param before sum of what stands before, so that a sum can be carried on.
 */
export function crc32c(bytes: Uint8Array, start = 0, end = bytes.length, before = 0): number {
  let crc = ~before
  for (let at = start; at < end; at += 1) {
    crc = (TABLE[(crc ^ (bytes[at] ?? 0)) & 0xff] ?? 0) ^ (crc >>> 8)
  }
  return ~crc >>> 0
}

/** The product of two polynomials over GF(2), modulo Castagnoli's: at most 32 steps. */
function multiply(a: number, b: number): number {
  let product = 0
  let left = a
  let right = b
  while (left !== 0) {
    if (left & ONE) product ^= right
    left <<= 1
    right = right & 1 ? (right >>> 1) ^ POLYNOMIAL : right >>> 1
  }
  return product >>> 0
}

/** x^(2^n): POWERS[3] is x^8, one byte. */
const POWERS = (() => {
  const powers = [ONE >>> 1]
  for (let n = 1; n < 64; n += 1) {
    const last = powers[n - 1] ?? 0
    powers.push(multiply(last, last))
  }
  return powers
})()

/** What a sum is multiplied by when `byteLength` bytes follow: x^(8 * byteLength). Worth keeping for a fixed length. */
export function shiftBy(byteLength: number): number {
  let shift = ONE
  let left = byteLength
  for (let n = 3; left > 0; n += 1) {
    if (left % 2 === 1) shift = multiply(POWERS[n] ?? 0, shift)
    left = Math.floor(left / 2)
  }
  return shift >>> 0
}

/**
 * CRC-32C of A followed by B, from the sums of both.
 * @param shift `shiftBy(length of B)`
 */
export function combine(crcA: number, crcB: number, shift: number): number {
  return (multiply(crcA, shift) ^ crcB) >>> 0
}
