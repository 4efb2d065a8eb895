import { murmur2 as libraryMurmur2 } from '@platformatic/kafka'
import { assert, property, uint8Array } from 'fast-check'
import { describe, expect, it } from 'vitest'
import { murmur2, partitionOfKey } from '../../../src/drivers/wire/murmur2.ts'

describe("Java's murmur2", () => {
  // The values of org.apache.kafka.common.utils.UtilsTest
  it.each([
    ['21', -973932308],
    ['foobar', -790332482],
    ['a-little-bit-long-string', -985981536],
    ['a-little-bit-longer-string', -1486304829],
    ['lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8', -58897971],
    ['abc', 479470107],
  ])('of %s is what Kafka says', (key, hash) => {
    expect(murmur2(Buffer.from(key))).toBe(hash)
  })

  it('agrees with the library', () => {
    assert(
      property(uint8Array({ maxLength: 100 }), (key) => murmur2(key) === libraryMurmur2(Buffer.from(key))),
    )
  })

  it('puts keys into partitions without a sign', () => {
    expect(partitionOfKey(Buffer.from('21'), 1000)).toBe((-973932308 & 0x7fffffff) % 1000)
    assert(
      property(uint8Array({ maxLength: 30 }), (key) => {
        const partition = partitionOfKey(key, 12)
        return partition >= 0 && partition < 12
      }),
    )
  })
})
