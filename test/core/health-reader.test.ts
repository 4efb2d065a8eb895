import { expect, it } from 'vitest'
import { judgeReader, type ReaderFacts } from '../../src/core/health-reader.ts'
import type { LatencySummary } from '../../src/core/result.ts'

const summary = (sumMs: number): LatencySummary => ({
  count: 3,
  clamped: 0,
  ...{ meanMs: sumMs / 3, p50Ms: 0, p90Ms: 0, p95Ms: 0, p99Ms: 0, p999Ms: 0, maxMs: sumMs, sumMs },
  minMs: 0,
  hdr: '',
})

const facts = (applicationMs: number, commitMs = 0): ReaderFacts => ({
  tool: { eventLoopUtilization: 0.1 },
  hostCpuRatio: 0.2,
  client: {},
  processing: summary(applicationMs),
  commit: summary(commitMs),
  consumersMs: 9160,
})

it('the application worked for no more than all of the time, also where work lasted beyond what was measured', () => {
  // Three batches of 9 s around a measured time of 9.16 s
  const { limitedBy, reasons } = judgeReader(facts(27_000))
  expect(limitedBy).toBe('application')
  expect(reasons).toEqual([expect.stringContaining('worked for 100 % of')])
})

it('work and commits share the time', () => {
  expect(judgeReader(facts(6000, 12_000)).reasons).toEqual([expect.stringContaining('for 67 % of the time')])
  expect(judgeReader(facts(8244)).reasons).toEqual([expect.stringContaining('worked for 90 % of')])
  expect(judgeReader(facts(1000)).limitedBy).toBe('broker')
})
