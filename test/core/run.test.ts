import { describe, expect, it } from 'vitest'
import type { Operation } from '../../src/core/operation.ts'
import { createAnswers, type PhasePlan } from '../../src/core/phase.ts'
import { Recorder } from '../../src/core/recorder.ts'
import type { Load } from '../../src/core/result.ts'
import { runPhase } from '../../src/core/run.ts'
import { type FakeOptions, fakeClient } from './fake-client.ts'
import { createTestClock, type TestClock } from './test-clock.ts'

interface Play {
  load: Load
  durationMs?: number
  numRecords?: number
  clock?: TestClock
  client: Omit<FakeOptions, 'clock'>
  abortAtMs?: number
  /** The cluster is no more from then on. */
  goneAtMs?: number
  drainMs?: number
}

async function play(options: Play) {
  const clock = options.clock ?? createTestClock()
  const answers = createAnswers()
  const client = fakeClient({ clock, ...options.client }, answers.onDone)
  const recorder = new Recorder({ intervalMs: 1000, answered: true, keepSeries: true })
  const abort = new AbortController()
  const gone = new AbortController()
  if (options.abortAtMs !== undefined) clock.schedule(options.abortAtMs, () => abort.abort())
  if (options.goneAtMs !== undefined) clock.schedule(options.goneAtMs, () => gone.abort())
  const plan: PhasePlan = {
    load: options.load,
    precise: false,
    drainMs: options.drainMs ?? 30_000,
    ...(options.durationMs === undefined ? {} : { durationMs: options.durationMs }),
    ...(options.numRecords === undefined ? {} : { numRecords: options.numRecords }),
  }
  const phase = {
    clock,
    client,
    recorder,
    signal: AbortSignal.any([abort.signal, gone.signal]),
    gone: gone.signal,
  }
  const outcome = await clock.play(runPhase(plan, phase, answers))
  const endedMs = clock.nowMs()
  const measured = recorder.finish(Math.max(outcome.endMs, recorder.lastDoneMs ?? 0))
  return { outcome, measured, client, endedMs }
}

const perSec = (ratePerSec: number): Load => ({ shape: 'constant', ratePerSec })
const always = (ms: number) => () => ms

describe('a paced run', () => {
  it('sends every record when it is due, and measures what the client takes', async () => {
    const { outcome, measured } = await play({
      load: perSec(1000),
      durationMs: 10_000,
      client: { answerMs: always(2) },
    })
    expect(outcome).toMatchObject({
      endMs: 10_000,
      achievedRatio: 1,
      unsent: 0,
      blockedMs: 0,
      aborted: false,
    })
    expect(measured).toMatchObject({ sent: 10_000, acked: 10_000, failed: 0, unknown: 0 })
    expect(measured.latency).toMatchObject({ count: 10_000, maxMs: 2, meanMs: 2 })
    expect(measured.lateness).toMatchObject({ count: 10_000, maxMs: 0 })
    expect(measured.series.filter((one) => one.phase === 'measure')).toHaveLength(10)
  })

  it('counts a stall against every record that was due in it', async () => {
    // The broker answers nothing between 10.0 and 11.0 s; every other answer takes 1 ms.
    const { measured } = await play({
      load: perSec(1000),
      durationMs: 30_000,
      client: { answerMs: (_, now) => (now >= 10_000 && now < 11_000 ? 11_000 - now + 1 : 1) },
    })
    expect(measured.latency?.p99Ms).toBeGreaterThan(690)
    expect(measured.latency?.p99Ms).toBeLessThan(710)
    expect(measured.latency?.maxMs).toBe(1001)
    expect(measured.lateness?.maxMs).toBe(0)
  })

  it.each([
    ['while it is loaded', 5000],
    ['while its last answers are waited for', 12_000],
  ])('hardly waits for a cluster that has gone %s', async (_, goneAtMs) => {
    const { outcome, endedMs } = await play({
      load: perSec(100),
      durationMs: 10_000,
      goneAtMs,
      client: { answerMs: (_, now) => (now > 4000 ? 3_600_000 : 1) },
    })
    expect(outcome.aborted).toBe(goneAtMs < 10_000)
    expect(endedMs).toBeGreaterThanOrEqual(goneAtMs)
    expect(endedMs).toBeLessThan(goneAtMs + 1000)
  })

  it('counts a stall that the client passes on as blocked, never as lateness', async () => {
    // At most 10 in flight: for most of the stalled second nothing can be offered.
    const { outcome, measured } = await play({
      load: perSec(1000),
      durationMs: 30_000,
      client: { capacity: 10, answerMs: (_, now) => (now >= 10_000 && now < 11_000 ? 11_000 - now + 1 : 1) },
    })
    expect(measured.latency?.p99Ms).toBeGreaterThan(690)
    expect(measured.lateness?.maxMs).toBe(0)
    expect(measured.blocked?.p99Ms).toBeGreaterThan(680)
    expect(outcome.blockedMs).toBeGreaterThan(980)
    expect(outcome.blockedMs).toBeLessThan(1200)
    expect(outcome.unsent).toBe(0)
  })

  it('counts its own stall as lateness, not as service', async () => {
    const clock = createTestClock()
    clock.schedule(10_000.5, () => clock.spend(1000))
    const { measured } = await play({
      clock,
      load: perSec(1000),
      durationMs: 30_000,
      client: { answerMs: always(1) },
    })
    expect(measured.lateness?.p99Ms).toBeGreaterThan(690)
    expect(measured.lateness?.maxMs).toBeGreaterThan(990)
    expect(measured.service?.p99Ms).toBeLessThan(1.01)
  })

  it('makes four histograms whose parts add up', async () => {
    const clock = createTestClock(0.7)
    const { measured } = await play({
      clock,
      load: perSec(500),
      durationMs: 5000,
      client: { capacity: 3, answerMs: (operation) => 1 + (operation.first % 17) },
    })
    const parts =
      (measured.lateness?.sumMs ?? 0) + (measured.blocked?.sumMs ?? 0) + (measured.service?.sumMs ?? 0)
    expect(measured.latency?.sumMs).toBeCloseTo(parts, 6)
    expect(measured.blocked?.sumMs).toBeGreaterThan(0)
    expect(measured.lateness?.sumMs).toBeGreaterThan(0)
  })

  it('keeps the due time of a refused operation', async () => {
    const { client } = await play({
      load: perSec(100),
      numRecords: 5,
      client: { capacity: 1, answerMs: always(100) },
    })
    expect(client.sent.map((one: Operation) => one.dueMs)).toEqual([0, 10, 20, 30, 40])
    expect(client.sent.map((one: Operation) => one.sentMs)).toEqual([0, 100, 200, 300, 400])
    expect(client.sent.map((one: Operation) => one.offeredMs)).toEqual([0, 10, 20, 30, 40])
  })

  it('ends a run by records with its last answer', async () => {
    const { outcome, measured } = await play({
      load: perSec(1000),
      numRecords: 1500,
      client: { answerMs: always(20) },
    })
    expect(outcome.endMs).toBe(1499 + 20)
    expect(measured.acked).toBe(1500)
    expect(measured.series.at(-1)).toMatchObject({ phase: 'measure', durationMs: 519 })
  })

  it.each([1, 100])('has reached its rate when %i records left a timer’s slip late', async (numRecords) => {
    const clock = createTestClock(1)
    const { outcome } = await play({ clock, load: perSec(5000), numRecords, client: { answerMs: always(1) } })
    expect(outcome.achievedRatio).toBe(1)
  })

  it('has reached its rate in 20 ms when the last records left a timer’s slip late', async () => {
    const clock = createTestClock(1)
    const { outcome } = await play({
      clock,
      load: perSec(5000),
      durationMs: 20,
      client: { answerMs: always(1) },
    })
    expect(outcome.achievedRatio).toBe(1)
  })

  it('has not reached its rate when its records left later than that', async () => {
    const clock = createTestClock()
    clock.schedule(10.5, () => clock.spend(30))
    const { outcome } = await play({
      clock,
      load: perSec(5000),
      numRecords: 100,
      client: { answerMs: always(1) },
    })
    expect(outcome.achievedRatio).toBeLessThan(0.6)
  })

  it('drains and tells what was measured when it is interrupted', async () => {
    const { outcome, measured } = await play({
      load: perSec(1000),
      durationMs: 60_000,
      abortAtMs: 4000.5,
      client: { answerMs: always(50) },
    })
    expect(outcome).toMatchObject({ aborted: true, endMs: 4000.5 })
    expect(measured.sent).toBe(measured.acked)
    expect(measured.sent).toBe(4001)
  })

  it.each([
    ['while it measures', 4000.5, 4500.5],
    ['while it drains', 11_000, 11_500],
  ])('waits half a second and no longer when the broker is gone for good %s', async (_, goneAtMs, endMs) => {
    const clock = createTestClock()
    await play({
      clock,
      load: perSec(1000),
      durationMs: 10_000,
      goneAtMs,
      client: { answerMs: (_one, now) => (now >= 4000 ? 100_000 : 5) },
    })
    expect(clock.nowMs()).toBe(endMs)
  })

  it('says how many records were due and never taken when the client stays full', async () => {
    const { outcome, measured } = await play({
      load: perSec(1000),
      durationMs: 1000,
      drainMs: 500,
      client: { capacity: 1, answerMs: always(10) },
    })
    expect(measured.sent + outcome.unsent).toBe(1000)
    expect(outcome.unsent).toBeGreaterThan(800)
    expect(measured.lateness?.maxMs).toBe(0)
  })

  it('files failures by code and keeps them out of the histograms', async () => {
    const { measured } = await play({
      load: perSec(1000),
      durationMs: 1000,
      client: { answerMs: always(1), error: (one) => (one.first % 10 === 0 ? 'NOT_LEADER' : undefined) },
    })
    expect(measured).toMatchObject({ sent: 1000, acked: 900, failed: 100, errors: { NOT_LEADER: 100 } })
    expect(measured.latency?.count).toBe(900)
    expect(measured.lateness?.count).toBe(900)
  })
})

describe('an unpaced run', () => {
  it('keeps so many records in flight and no more', async () => {
    const { outcome, measured } = await play({
      load: { shape: 'unpaced', maxInFlight: 100 },
      durationMs: 10_000,
      client: { groupRecords: 10, answerMs: always(10) },
    })
    expect(outcome.achievedRatio).toBeUndefined()
    // 10 groups of 10 in flight, 10 ms each: 10,000 records a second.
    expect(measured.acked).toBeGreaterThanOrEqual(100_000)
    expect(measured.acked).toBeLessThanOrEqual(100_100)
    expect(measured.latency?.maxMs).toBe(10)
  })

  it('counts one failed record of a group as one, and frees its slot once', async () => {
    const { measured, client } = await play({
      load: { shape: 'unpaced', maxInFlight: 128 },
      numRecords: 6400,
      client: {
        groupRecords: 64,
        failed: 1,
        answerMs: always(10),
        error: ({ first }) => (first === 640 ? 'TOO_LARGE' : undefined),
      },
    })
    expect(measured).toMatchObject({
      sent: 6400,
      acked: 6399,
      failed: 1,
      ackedBytes: 639_900,
      errors: { TOO_LARGE: 1 },
    })
    expect(measured.latency?.count).toBe(6399)
    expect(measured.series.reduce((sum, { records, errors }) => sum + records + errors, 0)).toBe(6400)
    // Two groups in flight, never three: a slot that is freed twice would hold one too many.
    const at = (ms: number) => client.sent.filter(({ sentMs }) => sentMs === ms).length
    expect([at(0), at(50), at(60), at(100), at(490)]).toEqual([2, 2, 2, 2, 2])
  })

  it('ends exactly at the number of records asked for', async () => {
    const { outcome, measured } = await play({
      load: { shape: 'unpaced', maxInFlight: 64 },
      numRecords: 1003,
      client: { groupRecords: 10, answerMs: always(5) },
    })
    expect(measured.acked).toBe(1003)
    expect(outcome.endMs).toBe(measured.lastDoneMs)
  })
})
