import { describe, expect, it } from 'vitest'
import { createTokenBucket } from '../../src/http/token-bucket.ts'

describe('a token bucket', () => {
  it('gives its burst at once, and then one token at a time', () => {
    const bucket = createTokenBucket({ perSec: 10, burst: 3 }, 0)
    expect([bucket.take(0), bucket.take(0), bucket.take(0)]).toEqual([0, 0, 0])
    expect(bucket.take(0)).toBe(100)
    expect(bucket.take(99)).toBe(1)
    expect(bucket.take(100)).toBe(0)
  })

  it('never holds more than its burst, however long the pause', () => {
    const bucket = createTokenBucket({ perSec: 10, burst: 2 }, 0)
    expect([bucket.take(60_000), bucket.take(60_000)]).toEqual([0, 0])
    expect(bucket.take(60_000)).toBe(100)
  })

  it('hands out times in the order in which they were asked for', () => {
    const bucket = createTokenBucket({ perSec: 20, burst: 1 }, 0)
    expect([0, 0, 0, 0].map((nowMs) => bucket.reserve(nowMs))).toEqual([0, 50, 100, 150])
    expect(bucket.reserve(1000)).toBe(1000)
  })

  it('gives nothing before the time that a server asked to wait for, and its burst then', () => {
    const bucket = createTokenBucket({ perSec: 10, burst: 2 }, 0)
    bucket.holdUntil(5000)
    expect([0, 10, 20, 30].map((nowMs) => bucket.reserve(nowMs))).toEqual([5000, 5000, 5100, 5200])
    expect(bucket.take(4000)).toBeGreaterThanOrEqual(1000)
  })

  it('never gives more than burst + rate × time', () => {
    const bucket = createTokenBucket({ perSec: 7, burst: 5 }, 0)
    let given = 0
    for (let nowMs = 0; nowMs <= 10_000; nowMs += 3) if (bucket.take(nowMs) === 0) given++
    expect(given).toBeLessThanOrEqual(5 + 70)
    expect(given).toBeGreaterThan(5 + 65)
  })
})
