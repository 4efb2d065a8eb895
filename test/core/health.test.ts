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
  ackedRatio: 1,
  errorRatio: 0,
  silentMs: 0,
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
    [
      'a queue that grows without ever being full, on a wire that is full',
      { ackedRatio: 0.3, client: { outbufMs: 900, rttMs: 400 } },
      'network',
      false,
    ],
    [
      'a queue that grows, answers that are slow',
      { ackedRatio: 0.3, client: { rttMs: 400 } },
      'broker',
      false,
    ],
    [
      'a high latency that holds: what is due in it is still open at the end',
      { ackedRatio: 0.8, latency: { ...summary(2000), minMs: 1900 } },
      'none',
      false,
    ],
    ['what a short run has open at its end', { ackedRatio: 0.96, durationMs: 2000 }, 'none', false],
    [
      'answers that stayed away, on a full machine',
      { ackedRatio: 0.3, silentMs: 4000, hostCpuRatio: 1 },
      'broker',
      false,
    ],
    ['answers that came late, on a full machine', { ackedRatio: 0.3, hostCpuRatio: 1 }, 'cpu', false],
    ['a silence that was made up for', { silentMs: 4000 }, 'none', false],
    ['a broker that died', { gone: 'broker 1 died' }, 'broker', false],
    ['a broker that died under a late generator', { gone: 'it died', lateness: summary(50) }, 'broker', true],
    ['records that were refused, on a full machine', { errorRatio: 0.2, hostCpuRatio: 1 }, 'broker', false],
  ] as [string, Partial<HealthFacts>, string, boolean][])('%s', (_, change, limitedBy, generatorLimited) => {
    expect(judgeHealth({ ...healthy, ...change })).toMatchObject({ limitedBy, generatorLimited })
  })

  it('gives a reason for whatever it blames', () => {
    expect(judgeHealth({ ...healthy, lateness: summary(50) }).reasons).toHaveLength(2)
    expect(judgeHealth({ ...healthy, ackedRatio: 0.3 }).reasons).toHaveLength(2)
    expect(judgeHealth({ ...healthy, errorRatio: 0.3 }).reasons).toHaveLength(1)
    expect(judgeHealth(healthy).reasons).toHaveLength(0)
  })
})
