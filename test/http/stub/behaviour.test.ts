import { describe, expect, it } from 'vitest'
import { createBehaviour } from '../../../src/http/stub/behaviour.ts'
import { DEFAULT_STUB } from '../../../src/http/stub/options.ts'

describe('when a stub API answers', () => {
  it('is a constant after the request, to the part of a millisecond', () => {
    const behaviour = createBehaviour({ ...DEFAULT_STUB, latency: { kind: 'constant', ms: 20 } })
    expect([0.25, 7.5].map((nowMs) => behaviour.answerAtMs(nowMs))).toEqual([20.25, 27.5])
  })

  it('is log-normal around its median, the same for the same seed', () => {
    const times = (seed: number) => {
      const behaviour = createBehaviour({
        ...DEFAULT_STUB,
        seed,
        latency: { kind: 'lognormal', medianMs: 20, sigma: 0.5 },
      })
      return Array.from({ length: 2001 }, () => behaviour.answerAtMs(0)).toSorted((a, b) => a - b)
    }
    const sorted = times(1)
    expect(sorted).toEqual(times(1))
    expect(sorted[1000]).toBeGreaterThan(19)
    expect(sorted[1000]).toBeLessThan(21)
    // exp(0.5 × 1.2816) = 1.898 times the median is the 90th percentile
    expect(sorted[1800]).toBeGreaterThan(35)
    expect(sorted[1800]).toBeLessThan(41)
  })

  it('is not within a stall, which begins with the first request', () => {
    const stall = { afterMs: 3000, forMs: 1000 }
    const behaviour = createBehaviour({ ...DEFAULT_STUB, stall, latency: { kind: 'constant', ms: 20 } })
    expect(behaviour.answerAtMs(500)).toBe(520)
    expect(behaviour.answerAtMs(3479)).toBe(3499)
    expect(behaviour.answerAtMs(3480)).toBe(4500)
    expect(behaviour.answerAtMs(4479)).toBe(4500)
    expect(behaviour.answerAtMs(4480)).toBe(4500)
  })

  it('is at once with 429 beyond the rate limit', () => {
    const behaviour = createBehaviour({ ...DEFAULT_STUB, rateLimit: { perSec: 2, burst: 2 } })
    expect([0, 0, 0].map((nowMs) => behaviour.limitedMs(nowMs))).toEqual([0, 0, 500])
  })
})

describe('how a stub API misbehaves', () => {
  it('is as often as asked, the same for the same seed', () => {
    const faults = [
      { kind: 'error', share: 0.1 },
      { kind: 'reset', share: 0.2 },
    ] as const
    const drawn = () => {
      const behaviour = createBehaviour({ ...DEFAULT_STUB, faults })
      return Array.from({ length: 10_000 }, () => behaviour.fault())
    }
    const all = drawn()
    expect(all).toEqual(drawn())
    const count = (kind: string | undefined) => all.filter((one) => one === kind).length
    expect(Math.abs(count('error') - 1000)).toBeLessThan(100)
    expect(Math.abs(count('reset') - 2000)).toBeLessThan(130)
  })
})
