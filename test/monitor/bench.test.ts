/** Whole runs on a test clock, with sources that say what they are told to. */
import { describe, expect, it } from 'vitest'
import type { TaskStatus } from '../../src/connect/status.ts'
import { checkResult } from '../../src/core/recompute.ts'
import type { ConnectorResult } from '../../src/core/result.ts'
import { benchConnector, type ConnectorPlan } from '../../src/monitor/bench.ts'
import type { Point } from '../../src/monitor/fields.ts'
import type { Reading, Source } from '../../src/monitor/source.ts'
import { createTestClock, type TestClock } from '../core/test-clock.ts'
import { MACHINE } from '../fixtures/connector-result.ts'

type Say = (atMs: number, call: number) => Reading | Error

interface Fake {
  readonly kind: Source['kind']
  readonly say: Say
  /** Until it answers. */
  readonly tookMs?: (call: number) => number
}

function fake(clock: TestClock, { kind, say, tookMs = () => 0 }: Fake): Source {
  let calls = 0
  return {
    kind,
    shown: kind,
    async read() {
      const call = calls++
      const took = tookMs(call)
      if (took > 0) await clock.wait(clock.nowMs() + took, false).done
      const said = say(clock.nowMs(), call)
      if (said instanceof Error) throw said
      return said
    },
  }
}

function run(
  fakes: readonly Fake[],
  change: Partial<ConnectorPlan> = {},
  stopAtMs?: number,
  clock = createTestClock(),
): Promise<ConnectorResult> {
  const abort = new AbortController()
  if (stopAtMs !== undefined) clock.schedule(stopAtMs, () => abort.abort())
  const plan: ConnectorPlan = {
    durationMs: 10_000,
    intervalMs: 1000,
    sources: fakes.map((one) => fake(clock, one)),
    rules: [],
    rulesName: 'none',
    thresholds: [],
    thresholdsName: 'none',
    load: undefined,
    tag: undefined,
    ...change,
  }
  const info = async () => ({
    name: 'c',
    config: { 'database.password': 'hunter2', topic: 't' },
    topics: ['t'],
  })
  return clock.play(
    benchConnector(plan, { clock, signal: abort.signal, environment: MACHINE, info, onSample: () => {} }),
  )
}

const points = (...all: [Point['field'], number][]): Reading => ({
  points: all.map(([field, value]) => ({ field, of: '0', value })),
})
/** 200 records/s. */
const steady: Fake = { kind: 'topic', say: (atMs) => points(['recordsWritten', 1000 + atMs / 5]) }
const task = (state: string, more: Partial<TaskStatus> = {}): TaskStatus => ({ id: 0, state, ...more })
const connect = (tasks: (call: number) => readonly TaskStatus[]): Fake => ({
  kind: 'connect',
  say: (_, call) => ({ points: [], status: { state: 'RUNNING', tasks: tasks(call) } }),
})
const ids = ({ warnings }: ConnectorResult) => warnings.map(({ id }) => id)

describe('a watched run', () => {
  it('has a baseline, a sample a second and a final one', async () => {
    const result = await run([steady])
    expect(result).toMatchObject({ durationMs: 10_000, complete: true, sources: [{ readings: 11 }] })
    expect(result.series.map(({ atMs, recordsPerSec }) => [atMs, recordsPerSec])).toEqual(
      Array.from({ length: 10 }, (_, n) => [n * 1000, 200]),
    )
    expect(result.metrics).toMatchObject({ recordsWritten: 2000, recordsPerSec: 200, throughputVariation: 0 })
    expect(checkResult(result)).toEqual([])
  })

  it('ends with its duration where that is no whole number of intervals', async () => {
    const result = await run([steady], { durationMs: 2500 })
    expect(result.series.map(({ durationMs }) => durationMs)).toEqual([1000, 1000, 500])
    expect(result.metrics.recordsPerSec).toBeCloseTo(200)
  })

  it('has no sample more where timers are early by a hair, as Node’s are', async () => {
    const result = await run([steady], {}, undefined, createTestClock(-0.7))
    expect(result.series.map(({ recordsPerSec }) => recordsPerSec?.toFixed(3))).toEqual(
      Array(10).fill('200.000'),
    )
  })

  it('has rates right across a counter that begins again', async () => {
    // Started anew at 4.5 s: what was written from 4 to 4.5 s cannot be known
    const say: Say = (atMs) => points(['recordsWritten', atMs < 4500 ? 1000 + atMs / 5 : (atMs - 4500) / 5])
    const result = await run([{ kind: 'jolokia', say }])
    expect(result.metrics).toMatchObject({ recordsWritten: 1900, recordsPerSec: 190, counterResets: 1 })
    expect(result.metrics.recordsPerSecMin).toBe(100)
    expect(ids(result)).toContain('counter-reset')
    expect(checkResult(result)).toEqual([])
  })

  it('counts by the topic where Jolokia says something else', async () => {
    const jolokia: Fake = {
      kind: 'jolokia',
      say: (atMs) => points(['recordsWritten', atMs], ['recordsPolled', 2 * atMs]),
    }
    const result = await run([jolokia, steady])
    expect(result.metrics).toMatchObject({ recordsPerSec: 200, polledPerSec: 2000 })
    expect(result.sources.map(({ counted, recordsWritten }) => [counted, recordsWritten])).toEqual([
      [false, 10_000],
      [true, 2000],
    ])
  })

  it('goes on where a source is away, and says for how long', async () => {
    const say: Say = (atMs, call) =>
      call >= 3 && call <= 5 ? new Error('refused') : points(['recordsWritten', atMs / 5])
    const result = await run([{ kind: 'topic', say }, connect(() => [task('RUNNING')])])
    expect(result.series[2]?.recordsPerSec).toBeUndefined()
    // All that was written meanwhile is in the next one, over its time
    expect(result.series[5]).toMatchObject({ recordsWritten: 800, spanMs: 4000, recordsPerSec: 200 })
    expect(result.metrics.recordsPerSec).toBe(200)
    expect(result.errors).toEqual({ 'topic FAILED': 3 })
    expect(ids(result)).toEqual(['missed'])
    expect(checkResult(result)).toEqual([])
  })

  it('is not held up by a source that is slow', async () => {
    const slow: Fake = { ...connect(() => [task('RUNNING')]), tookMs: (call) => (call === 3 ? 3500 : 0) }
    const result = await run([steady, slow])
    expect(result.series.every(({ recordsPerSec }) => recordsPerSec !== undefined)).toBe(true)
    expect(result.metrics.recordsPerSec).toBe(200)
    expect(result.errors).toEqual({ 'connect SLOW': 3 })
  })

  it('does not begin where a source does not answer', async () => {
    await expect(run([{ kind: 'connect', say: () => new Error('refused') }])).rejects.toThrow('refused')
  })

  it('ends when a task fails, with the first line of its trace', async () => {
    const trace = 'org.apache.kafka.connect.errors.ConnectException: boom\n\tat somewhere'
    const result = await run([
      steady,
      connect((call) => [call < 4 ? task('RUNNING') : task('FAILED', { trace }), task('RUNNING', { id: 1 })]),
    ])
    expect(result).toMatchObject({
      durationMs: 4000,
      complete: false,
      failure: { what: 'task 0', reason: 'org.apache.kafka.connect.errors.ConnectException: boom' },
      metrics: { tasksFailed: 1 },
    })
    expect(checkResult(result)).toEqual([])
  })

  it('calls out what is RUNNING and writes nothing', async () => {
    const polling: Fake = {
      kind: 'jolokia',
      say: (atMs) => points(['recordsPolled', atMs], ['recordsWritten', 7]),
    }
    const result = await run([polling, connect(() => [task('RUNNING')])])
    expect(result.metrics).toMatchObject({ recordsWritten: 0, recordsPerSec: 0 })
    expect(result.warnings).toEqual([
      { id: 'running-but-silent', text: expect.stringMatching(/RUNNING.*nothing was written.*it polls/) },
    ])
    const idle = await run([steady, connect(() => [task('RUNNING')])])
    expect(ids(idle)).toEqual([])
  })

  it('counts restarts: a task that runs again, or elsewhere', async () => {
    const states = ['RUNNING', 'RESTARTING', 'RUNNING', 'RUNNING', 'RUNNING']
    const result = await run([
      steady,
      connect((call) => [task(states[call] ?? 'RUNNING', { workerId: call < 6 ? 'a' : 'b' })]),
    ])
    expect(result.metrics.restarts).toBe(2)
  })

  it('is cut short by an interruption, with a last sample', async () => {
    const result = await run([steady], {}, 3400)
    expect(result).toMatchObject({ durationMs: 3400, complete: false, metrics: { recordsWritten: 680 } })
  })

  it('judges shares by what was counted, not by the mean of seconds', async () => {
    // One second with 900 requests and no failure, the others with 10 and 5 failures each
    const requests = [0, 900, 910, 920]
    const failed = [0, 0, 5, 10]
    const say: Say = (_, call) =>
      points(['requests', requests[call] ?? 920], ['requestsFailed', failed[call] ?? 10])
    const result = await run([{ kind: 'health', say }], { durationMs: 3000 })
    expect(result.series.map(({ errorRatio }) => errorRatio)).toEqual([0, 0.5, 0.5])
    expect(result.metrics.errorRatio).toBeCloseTo(10 / 920)
  })

  it('hides the secrets of the connector’s configuration', async () => {
    const result = await run([steady, connect(() => [task('RUNNING')])])
    expect(result.connector?.config).toEqual({ 'database.password': '[hidden]', topic: 't' })
  })

  it('drives its source from the baseline to the end', async () => {
    const calls: string[] = []
    const load = {
      target: 'stub',
      recordsPerSec: 50,
      start: async () => void calls.push('start'),
      stop: async () => void calls.push('stop'),
    }
    const result = await run([steady], { load })
    expect(calls).toEqual(['start', 'stop'])
    expect(result.plan.sourceLoad).toEqual({ target: 'stub', recordsPerSec: 50 })
    await expect(run([{ kind: 'topic', say: () => new Error('away') }], { load })).rejects.toThrow('away')
    expect(calls).toEqual(['start', 'stop', 'start', 'stop'])
  })

  it('says where the source was not driven as it was to be', async () => {
    const driven = (committed: number, failed = 0) => ({
      target: 'rows',
      recordsPerSec: 50,
      start: async () => {},
      stop: async () => {},
      written: () => ({ committed, failed }),
    })
    expect(ids(await run([steady], { load: driven(480) }))).not.toContain('source-not-driven')
    const { warnings } = await run([steady], { load: driven(200, 3) })
    expect(warnings.find(({ id }) => id === 'source-not-driven')?.text).toBe(
      'of 500 rows that were to come at 50/s, 200 were committed, 3 failed: the database held the connector back, or went away',
    )
  })

  it('judges no figure that only a connector with an endpoint of its own can tell', async () => {
    const thresholds = [
      { metric: 'cacheHitRatio', target: { above: 0.8 }, critical: { above: 0.7 }, source: 'test' },
      { metric: 'recordsPerSec', target: { above: 100 }, critical: { above: 100 }, source: 'test' },
    ] as const
    const without = await run([steady], { thresholds })
    expect(without.verdicts.map(({ level }) => level)).toEqual(['not applicable', 'ok'])
    expect(checkResult(without)).toEqual([])
    const health: Fake = { kind: 'health', say: () => points(['connectorLatencyMs', 3]) }
    const withIt = await run([steady, health], { thresholds })
    expect(withIt.verdicts.map(({ level }) => level)).toEqual(['not measured', 'ok'])
  })
})
