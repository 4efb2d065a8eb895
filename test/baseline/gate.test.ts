import { describe, expect, it } from 'vitest'
import { judge, nextStep } from '../../src/baseline/gate.ts'

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
    // So nothing smaller would have been seen, either
    expect(p50.detectable).toBe(0.03)
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
})

const zeros = (count: number): number[] => new Array<number>(count).fill(0)
