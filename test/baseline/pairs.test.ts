import { describe, expect, it } from 'vitest'
import { judgePairs, primaryOf } from '../../src/baseline/changes.ts'
import { pairedDiff } from '../../src/baseline/compared.ts'
import { DEFAULT_RULES } from '../../src/baseline/gate.ts'
import { runPairs, type Side } from '../../src/baseline/pairs.ts'
import { diffSchema } from '../../src/core/diff.ts'
import type { ClientResult } from '../../src/core/result.ts'
import { randomOf } from '../../src/records/random.ts'
import { pacedResult } from '../fixtures/result.ts'

const paced = pacedResult()
const METRICS = ['recordsPerSec', 'latency.p50Ms'] as const

/** A run whose median is so many times the fixture's. */
function runOf(times: number): ClientResult {
  const copy = structuredClone(paced)
  if (copy.latency !== undefined) copy.latency.p50Ms *= times
  return copy
}

/** Both sides scatter alike; the candidate is `slower` times slower. */
function tools(slower: number, scatter: number, options: { spoil?: (run: number) => boolean } = {}) {
  const random = randomOf(5, 0)
  const abort = new AbortController()
  const sides: Side[] = []
  let nowMs = 0
  return {
    sides,
    abort,
    signal: abort.signal,
    nowMs: () => nowMs,
    random: () => random.float(),
    async run(side: Side) {
      sides.push(side)
      nowMs += 10_000
      const result = runOf(Math.exp(scatter * random.normal()) * (side === 'now' ? slower : 1))
      if (options.spoil?.(sides.length) === true) result.health.generatorLimited = true
      return result
    },
  }
}

const pairing = { metrics: () => METRICS, rules: DEFAULT_RULES }

describe('pairs', () => {
  it('end at the first look with a regression of 20 %', async () => {
    const { pairs, endedBy, judged } = await runPairs(pairing, tools(1.2, 0.02))
    expect([pairs.length, endedBy, judged.step]).toEqual([10, 'verdict', { verdict: 'regression' }])
    expect(judged.changes.find(({ metric }) => metric === 'latency.p50Ms')?.ratio).toBeCloseTo(1.2, 1)
  })

  it('end at the first look when nothing changed on a quiet machine', async () => {
    const { pairs, judged } = await runPairs(pairing, tools(1, 0.01))
    expect([pairs.length, judged.step]).toEqual([10, { verdict: 'pass' }])
  })

  it('go on to the last look where runs scatter too much, and say how many would do', async () => {
    const { pairs, endedBy, judged } = await runPairs(pairing, tools(1, 0.5))
    expect([pairs.length, endedBy, judged.step]).toEqual([48, 'looks', { verdict: 'inconclusive' }])
    expect(judged.changes[1]?.pairsNeeded).toBeGreaterThan(48)
  })

  it('run either side first about as often', async () => {
    const made = tools(1, 0.5)
    await runPairs(pairing, made)
    const firsts = made.sides.filter((_, run) => run % 2 === 0)
    expect(firsts.filter((side) => side === 'base').length).toBeGreaterThan(15)
    expect(firsts.filter((side) => side === 'now').length).toBeGreaterThan(15)
  })

  it('make a run again that is not to be trusted, without looking at its figures', async () => {
    const { pairs, replaced, judged } = await runPairs(
      pairing,
      tools(1, 0.01, { spoil: (run) => run === 3 || run === 8 }),
    )
    expect([pairs.length, replaced, judged.step]).toEqual([10, 2, { verdict: 'pass' }])
  })

  it('are invalid when too many runs are not to be trusted', async () => {
    const ended = await runPairs(pairing, tools(1, 0.01, { spoil: (run) => run % 3 === 0 }))
    expect(ended.endedBy).toBe('invalid')
    expect(pairedDiff(ended, { ...ABOUT, seed: 1 }).verdict).toBe('invalid')
  })

  it('of which none came about have no figures, not zeros', async () => {
    const { judged } = await runPairs(pairing, tools(1, 0.01, { spoil: () => true }))
    expect(judged).toEqual({ changes: [], step: { verdict: 'inconclusive' } })
  })

  it('begin none that would not end within the budget, and then call nothing a regression', async () => {
    const ended = await runPairs({ ...pairing, budgetMs: 130_000 }, tools(1.2, 0.02))
    expect([ended.pairs.length, ended.endedBy]).toEqual([6, 'budget'])
    expect(ended.judged.step).toEqual({ verdict: 'inconclusive' })
    const p50 = ended.judged.changes.find(({ metric }) => metric === 'latency.p50Ms')
    expect(p50).toMatchObject({ verdict: 'inconclusive', pairsNeeded: 10 })
  })

  it('stop at once when interrupted, and keep what there is', async () => {
    const made = tools(1, 0.01)
    const ended = await runPairs(pairing, {
      ...made,
      onPair: (pairs) => pairs === 4 && made.abort.abort(),
    })
    expect([ended.pairs.length, ended.endedBy]).toEqual([4, 'interrupt'])
  })

  it('become a document that fits its schema', async () => {
    const diff = pairedDiff(await runPairs(pairing, tools(1.2, 0.02)), { ...ABOUT, seed: 7 })
    expect(diffSchema.parse(JSON.parse(JSON.stringify(diff)))).toEqual(diff)
    expect(diff).toMatchObject({
      verdict: 'regression',
      mode: 'paired',
      pairing: { pairs: 10, replaced: 0, seed: 7, endedBy: 'verdict' },
    })
  })
})

describe('what no ratio can tell', () => {
  const failing = structuredClone(paced)
  failing.metrics.errorRatio = 0.05
  const none = structuredClone(paced)
  none.metrics.errorRatio = 0

  /** Candidates of which so many failed a twentieth of their records. */
  async function diffOf(failed: number) {
    let runs = 0
    const made = tools(1, 0.01)
    const ended = await runPairs(pairing, {
      ...made,
      run: async (side) => (side === 'now' && runs++ < failed ? failing : none),
    })
    return pairedDiff(ended, { ...ABOUT, seed: 1 })
  }

  it.each([10, 1])('errors out of nowhere in %i of 10 runs are told of', async (failed) => {
    const { notCompared, verdict } = await diffOf(failed)
    expect(verdict).toBe('pass')
    expect(notCompared).toEqual([{ metric: 'errorRatio', base: 0, now: expect.any(Number) }])
    expect(notCompared?.[0]?.now).toBeCloseTo((0.05 * failed) / 10, 9)
  })

  it('nothing on both sides is not', async () => {
    expect((await diffOf(0)).notCompared).toBeUndefined()
  })
})

const ABOUT = {
  startedAt: '2026-01-31T10:00:00.000Z',
  base: 'a',
  now: 'b',
  rules: DEFAULT_RULES,
  warnings: [],
  metrics: METRICS,
}

describe('what is judged', () => {
  it('of a paced run is throughput, the median and CPU a record', () => {
    expect(primaryOf(paced)).toEqual(['recordsPerSec', 'latency.p50Ms', 'cpuUsPerRecord'])
  })

  it('is no percentile with fewer than 1,000 samples above it', () => {
    const pairs = Array.from({ length: 10 }, () => ({ base: runOf(1), now: runOf(1) }))
    const { changes } = judgePairs(pairs, ['latency.p50Ms', 'latency.p999Ms'], DEFAULT_RULES)
    const tail = changes.find(({ metric }) => metric === 'latency.p999Ms')
    expect(tail?.verdict).toBe('not judged')
    expect(tail?.reason).toContain('samples above it')
  })

  it('is nothing that one run has not measured', () => {
    const lacking = runOf(1)
    delete lacking.metrics.cpuUsPerRecord
    const pairs = Array.from({ length: 10 }, (_, n) => ({
      base: runOf(1),
      now: n === 3 ? lacking : runOf(1),
    }))
    const { changes } = judgePairs(pairs, ['latency.p50Ms', 'cpuUsPerRecord'], DEFAULT_RULES)
    expect(changes.find(({ metric }) => metric === 'cpuUsPerRecord')).toMatchObject({
      verdict: 'not judged',
      reason: 'not measured in every run',
    })
  })
})
