import { describe, expect, it } from 'vitest'
import { warmUp, warmupLoad } from '../../src/bench/warmup.ts'
import { createAnswers } from '../../src/core/phase.ts'
import type { Load } from '../../src/core/result.ts'
import { fakeClient } from '../core/fake-client.ts'
import { createTestClock } from '../core/test-clock.ts'

async function warm(
  plan: Parameters<typeof warmUp>[0],
  answerMs: (nowMs: number) => number,
  load: Load = { shape: 'constant', ratePerSec: 500 },
) {
  const clock = createTestClock()
  const answers = createAnswers()
  const client = fakeClient({ clock, answerMs: (_, now) => answerMs(now) }, answers.onDone)
  const signal = new AbortController().signal
  const base = { load, precise: false, drainMs: 1000 }
  const outcome = await clock.play(warmUp(plan, base, { clock, client, signal }, answers, () => {}))
  return { outcome, client, endMs: clock.nowMs() }
}

const noise = (nowMs: number) => 2 + ((Math.floor(nowMs) * 7919) % 101) / 500

describe('a warm-up', () => {
  it('by time sends for so long and waits for the last answer', async () => {
    const { outcome, endMs } = await warm({ kind: 'time', ms: 2000 }, () => 40)
    expect(outcome).toMatchObject({ records: 1000 })
    expect(endMs).toBeGreaterThanOrEqual(2000)
    expect(outcome).not.toHaveProperty('steadyAtMs')
  })

  it('by records sends exactly so many', async () => {
    const { outcome, client } = await warm({ kind: 'records', records: 123 }, () => 1)
    expect(outcome.records).toBe(123)
    expect(client.sent).toHaveLength(123)
  })

  it('is kept by the second, up to the moment where measured time begins', async () => {
    const { outcome } = await warm({ kind: 'time', ms: 3000 }, () => 40)
    const { series = [], tookMs, records } = outcome
    expect(series[0]?.atMs).toBeCloseTo(-tookMs, 6)
    for (const [n, { atMs, durationMs }] of series.entries()) {
      expect(atMs + durationMs).toBeCloseTo(series[n + 1]?.atMs ?? 0, 6)
    }
    expect(series.slice(0, 3).map(({ durationMs }) => durationMs)).toEqual([1000, 1000, 1000])
    expect(series.reduce((sum, second) => sum + second.records, 0)).toBe(records)
    expect(series.reduce((sum, { latency }) => sum + (latency?.count ?? 0), 0)).toBe(records)
    expect(series[1]?.latency?.p50Ms).toBeCloseTo(40, 0)
  })

  it('of nothing sends nothing', async () => {
    expect((await warm({ kind: 'time', ms: 0 }, () => 1)).outcome).toEqual({ tookMs: 0, records: 0 })
  })

  it('finds a steady state by itself and stops there', async () => {
    const { outcome } = await warm({ kind: 'auto', longestMs: 60_000 }, (now) =>
      now < 4000 ? 60 - now / 100 : noise(now),
    )
    expect(outcome.steadyAtMs).toBeGreaterThanOrEqual(3000)
    expect(outcome.steadyAtMs).toBeLessThanOrEqual(6000)
    expect(outcome.tookMs).toBeLessThan(20_000)
  })

  it('says that there is none when values keep growing', async () => {
    const { outcome } = await warm({ kind: 'auto', longestMs: 12_000 }, (now) => 1 + now / 50)
    expect(outcome.steadyAtMs).toBeNull()
    expect(outcome.tookMs).toBeGreaterThanOrEqual(12_000)
  })

  it('holds the first rate of steps, and a tenth of the last of a ramp from rest', () => {
    expect(warmupLoad({ shape: 'steps', ratesPerSec: [10, 100], holdMs: 1000 })).toEqual({
      shape: 'constant',
      ratePerSec: 10,
    })
    expect(warmupLoad({ shape: 'ramp', fromPerSec: 0, toPerSec: 100, overMs: 1000 })).toEqual({
      shape: 'constant',
      ratePerSec: 10,
    })
  })
})
