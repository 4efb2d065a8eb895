import { assert, bigInt, integer, property } from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  readInt64,
  readVarint,
  readVarlong,
  skipVarint,
  writeInt64,
} from '../../../src/drivers/wire/bytes.ts'

/** Zigzag and seven bits a byte, in BigInts: slow and plain. */
function varint(value: bigint): Buffer {
  let rest = value >= 0n ? value * 2n : -value * 2n - 1n
  const bytes: number[] = []
  for (; rest > 127n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128)
  return Buffer.from([...bytes, Number(rest)])
}

describe('numbers of the protocol', () => {
  it('are read as they were written: varints', () => {
    assert(
      property(integer(), (value) => {
        const bytes = Buffer.concat([Buffer.of(0xff), varint(BigInt(value)), Buffer.of(0xff)])
        expect(readVarint(bytes, 1)).toBe(value)
        expect(readVarlong(bytes, 1)).toBe(value)
        expect(skipVarint(bytes, 1)).toBe(bytes.length - 1)
      }),
    )
  })

  it('are read as they were written: long varints, as far as a double is exact', () => {
    assert(
      property(bigInt({ min: -(2n ** 51n), max: 2n ** 51n }), (value) => {
        expect(readVarlong(varint(value), 0)).toBe(Number(value))
      }),
    )
  })

  it('are read as they were written: 64 bits', () => {
    assert(
      property(bigInt({ min: -(2n ** 53n), max: 2n ** 53n }), (value) => {
        const bytes = Buffer.alloc(10)
        bytes.writeBigInt64BE(value, 1)
        expect(readInt64(bytes, 1)).toBe(Number(value))
        const again = Buffer.alloc(10)
        expect(writeInt64(again, 1, Number(value))).toBe(9)
        expect(again).toEqual(bytes)
      }),
    )
  })

  it('end: more than 32 or 64 bits are no number', () => {
    const endless = Buffer.alloc(20, 0xff)
    expect(() => readVarint(endless, 0)).toThrow('more than 32 bits')
    expect(() => readVarlong(endless, 0)).toThrow('more than 64 bits')
    expect(skipVarint(endless, 0)).toBe(21)
  })
})
