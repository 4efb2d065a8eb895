/** When a stub API answers, and how it misbehaves: the same for the same seed and order of requests. */
import { randomOf } from '../../records/random.ts'
import { createTokenBucket } from '../token-bucket.ts'
import type { StubFault, StubOptions } from './options.ts'

export interface Behaviour {
  /** When a request that came in at `nowMs` is answered. */
  answerAtMs(nowMs: number): number
  /** The misbehaviour that this request gets, if any. */
  fault(): StubFault | undefined
  /** 0, or how long the client has to wait. */
  limitedMs(nowMs: number): number
}

export function createBehaviour(options: StubOptions): Behaviour {
  const { latency, stall, rateLimit, faults, seed } = options
  const times = randomOf(seed, 2)
  const chances = randomOf(seed, 3)
  let firstMs: number | undefined
  let bucket: ReturnType<typeof createTokenBucket> | undefined
  return {
    answerAtMs(nowMs) {
      firstMs ??= nowMs
      const tookMs =
        latency.kind === 'constant' ? latency.ms : latency.medianMs * Math.exp(latency.sigma * times.normal())
      const atMs = nowMs + tookMs
      if (stall === undefined) return atMs
      const fromMs = firstMs + stall.afterMs
      return atMs >= fromMs && atMs < fromMs + stall.forMs ? fromMs + stall.forMs : atMs
    },
    fault() {
      if (faults.length === 0) return undefined
      let left = chances.float()
      for (const { kind, share } of faults) {
        if (left < share) return kind
        left -= share
      }
      return undefined
    },
    limitedMs(nowMs) {
      if (rateLimit === undefined) return 0
      bucket ??= createTokenBucket(rateLimit, nowMs)
      return bucket.take(nowMs)
    },
  }
}
