import { describe, expect, it } from 'vitest'
import { DEFAULT_RULES, judge, type MetricVerdict, nextStep } from '../../src/baseline/gate.ts'
import { randomOf } from '../../src/records/random.ts'

describe('the gate', () => {
  it('calls ten pairs that are all 20 % worse a regression, with its size', () => {
    const worse = Array.from({ length: 10 }, (_, pair) => Math.log(1.2) + pair / 1000)
    const { p50 } = judge({ p50: worse, throughput: zeros(10), cpu: zeros(10) })
    expect(p50.verdict).toBe('regression')
    expect(p50.p).toBe(2 ** -10)
    expect(Math.expm1(p50.estimate)).toBeCloseTo(0.2054, 4)
  })

  it('lets a change of 2 % pass, however sure it is', () => {
    const { p50 } = judge({ p50: Array.from({ length: 10 }, (_, pair) => 0.02 + pair / 10_000) })
    expect(p50.verdict).toBe('pass')
  })

  it('passes no metric that could be worse by 5 %', () => {
    const { p50 } = judge({ p50: [0.2, -0.2, 0.1, -0.1, 0.3, -0.3, 0.15, -0.15, 0.25, -0.25] })
    expect(p50.verdict).toBe('inconclusive')
    expect(p50.pairsNeeded).toBeGreaterThan(48)
  })

  it('holds the clearest of three metrics to a third of the level', () => {
    // Nine pairs reach 0.002: enough alone (0.003), not among three (0.001)
    const nine = Array.from({ length: 9 }, (_, pair) => 0.2 + pair / 100)
    expect(judge({ p50: nine }).p50.verdict).toBe('regression')
    const wild = [0.3, -0.3, 0.2, -0.2, 0.1, -0.1, 0.25, -0.25, 0.05]
    expect(judge({ p50: nine, throughput: wild, cpu: wild }).p50.verdict).toBe('inconclusive')
  })

  it('goes on to the next look until all is clear, and ends with the last', () => {
    const wild = [0.3, -0.3, 0.2, -0.2, 0.1, -0.1, 0.25, -0.25, 0.05, -0.05]
    const at = (pairs: number) => Array.from({ length: pairs }, (_, pair) => wild[pair % 10] ?? 0)
    expect(nextStep([judge({ a: at(10) }).a])).toEqual({ next: 16 })
    expect(nextStep([judge({ a: at(48) }).a])).toEqual({ verdict: 'inconclusive' })
    expect(nextStep([judge({ a: zeros(10) }).a])).toEqual({ verdict: 'pass' })
  })

  it.each([
    { noise: 0.027, most: 0.01 },
    { noise: 0.05, most: 0.01 },
    { noise: 0.1, most: 0.01 },
  ])('raises a false alarm in less than 1 % of runs whose noise is $noise', ({ noise, most }) => {
    const { regression } = simulate(3000, noise, 0)
    expect(regression / 3000).toBeLessThan(most)
  })

  it('sees 20 % in at least 99 of 100 cases where runs scatter by 5 %', () => {
    const { regression } = simulate(500, 0.05, Math.log(1.2))
    expect(regression / 500).toBeGreaterThanOrEqual(0.99)
  })

  it('sees 5 % in most cases where runs scatter by 2.7 %', () => {
    const { regression } = simulate(500, 0.027, Math.log(1.05))
    expect(regression / 500).toBeGreaterThan(0.8)
  })
})

const zeros = (count: number): number[] => new Array<number>(count).fill(0)

/** Whole gates on three metrics of which the first may have changed. Noise has wild ones upwards, as machines do. */
function simulate(times: number, noise: number, change: number) {
  const random = randomOf(7, 0)
  const run = () => noise * (random.normal() + (random.float() < 0.05 ? 4 * random.float() : 0))
  const ends: Record<MetricVerdict, number> = { regression: 0, improvement: 0, pass: 0, inconclusive: 0 }
  for (let gate = 0; gate < times; gate++) {
    const pairs: [number[], number[], number[]] = [[], [], []]
    for (const look of DEFAULT_RULES.looks) {
      for (const [at, metric] of pairs.entries()) {
        while (metric.length < look.pairs) metric.push(run() - run() + (at === 0 ? change : 0))
      }
      const step = nextStep(Object.values(judge({ a: pairs[0], b: pairs[1], c: pairs[2] })))
      if ('verdict' in step) {
        ends[step.verdict]++
        break
      }
    }
  }
  return ends
}
