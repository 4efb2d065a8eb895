import { crc32c as libraryCrc32c } from '@platformatic/kafka'
import { assert, property, uint8Array } from 'fast-check'
import { describe, expect, it } from 'vitest'
import { combine, crc32c, shiftBy } from '../../../src/drivers/wire/crc.ts'

const bytes = (maxLength: number) => uint8Array({ maxLength }).map((array) => Buffer.from(array))

describe('CRC-32C', () => {
  it('gives the check value of the standard', () => {
    expect(crc32c(Buffer.from('123456789'))).toBe(0xe3069283)
  })

  it('agrees with the library', () => {
    assert(property(bytes(2000), (data) => crc32c(data) === libraryCrc32c(data)))
  })

  it('carries a sum on over any cut', () => {
    assert(
      property(bytes(300), bytes(300), (a, b) => {
        return crc32c(b, 0, b.length, crc32c(a)) === crc32c(Buffer.concat([a, b]))
      }),
    )
  })

  it('combines the sums of two parts to the sum of the whole', () => {
    assert(
      property(bytes(64), bytes(5000), (a, b) => {
        return combine(crc32c(a), crc32c(b), shiftBy(b.length)) === libraryCrc32c(Buffer.concat([a, b]))
      }),
    )
  })

  it('combines over a megabyte', () => {
    const head = Buffer.alloc(40, 7)
    const body = Buffer.alloc(1_048_577, 'kafka')
    expect(combine(crc32c(head), crc32c(body), shiftBy(body.length))).toBe(
      libraryCrc32c(Buffer.concat([head, body])),
    )
  })
})
