import { describe, expect, it } from 'vitest'
import { type HealthFacts, judgeHealth } from '../../src/core/health.ts'
import type { LatencySummary } from '../../src/core/result.ts'

const summary = (p99Ms: number): LatencySummary => ({
  count: 1000,
  meanMs: p99Ms / 2,
  minMs: 0,
  p50Ms: p99Ms / 2,
  p90Ms: p99Ms,
  p95Ms: p99Ms,
  p99Ms,
  p999Ms: p99Ms,
  maxMs: p99Ms,
  sumMs: p99Ms * 500,
  clamped: 0,
  hdr: '',
})

const healthy: HealthFacts = {
  pacing: 'timer',
  lateness: summary(1),
  latency: summary(10),
  service: summary(9),
  achievedRatio: 1,
  durationMs: 10_000,
  blockedMs: 0,
  unsent: 0,
  tool: { eventLoopUtilization: 0.2, eventLoopP99Ms: 1, eventLoopMaxMs: 5, gcMs: 10 },
  hostCpuRatio: 0.5,
  client: {},
}

describe('the judgement of a run', () => {
  it.each([
    ['a quiet run', {}, 'none', false],
    ['lateness p99 above 5 ms', { lateness: summary(5.1) }, 'event-loop', true],
    [
      'lateness that is small beside the latency',
      { lateness: summary(60), latency: summary(700) },
      'none',
      false,
    ],
    ['less than 99 % of the rate', { achievedRatio: 0.98 }, 'event-loop', true],
    ['less than 99 % while the client was full', { achievedRatio: 0.5, blockedMs: 5000 }, 'broker', false],
    [
      'late with a full main thread',
      { lateness: summary(50), tool: { ...healthy.tool, eventLoopUtilization: 0.97 } },
      'cpu',
      true,
    ],
    ['late on a full machine', { lateness: summary(50), hostCpuRatio: 0.99 }, 'cpu', true],
    ['a throttled client', { client: { throttleMs: 120 } }, 'quota', false],
    [
      'unpaced with a full main thread',
      { pacing: 'unpaced', achievedRatio: undefined, tool: { ...healthy.tool, eventLoopUtilization: 1 } },
      'cpu',
      false,
    ],
    [
      'unpaced, requests wait to leave',
      { pacing: 'unpaced', achievedRatio: undefined, client: { outbufMs: 40, rttMs: 2 } },
      'network',
      false,
    ],
    [
      'unpaced with a late generator is not generator-limited',
      { pacing: 'unpaced', achievedRatio: undefined, lateness: summary(80) },
      'broker',
      false,
    ],
    [
      'a full client before a fast broker',
      { blockedMs: 4000, client: { queueMs: 90, rttMs: 0.5 } },
      'client-queue',
      false,
    ],
  ] as [string, Partial<HealthFacts>, string, boolean][])('%s', (_, change, limitedBy, generatorLimited) => {
    expect(judgeHealth({ ...healthy, ...change })).toMatchObject({ limitedBy, generatorLimited })
  })

  it('gives a reason for whatever it blames', () => {
    expect(judgeHealth({ ...healthy, lateness: summary(50) }).reasons).toHaveLength(2)
    expect(judgeHealth(healthy).reasons).toHaveLength(0)
  })
})
