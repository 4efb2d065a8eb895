import { describe, expect, it } from 'vitest'
import { checkResult } from '../../src/core/recompute.ts'
import type { ProducerResult } from '../../src/core/result.ts'
import type { Threshold } from '../../src/core/threshold.ts'
import { gateFails, judge } from '../../src/core/verdict.ts'
import { pacedResult } from '../fixtures/result.ts'

const threshold = (
  metric: Threshold['metric'],
  target: Threshold['target'],
  critical: Threshold['critical'],
) => ({
  metric,
  target,
  critical,
  source: 'test',
})
const p99 = threshold('latency.p99Ms', { below: 500 }, { below: 2000 })

function level(change: Partial<ProducerResult>, one: Threshold) {
  return judge({ ...pacedResult(), ...change }, [one])[0]?.level
}

const withP99 = (p99Ms: number): Partial<ProducerResult> => {
  const { latency } = pacedResult()
  return latency === undefined ? {} : { latency: { ...latency, p99Ms } }
}
const remote = (): Partial<ProducerResult> => {
  const { environment } = pacedResult()
  return { environment: { ...environment, broker: { ...environment.broker, onThisMachine: false } } }
}

describe('a verdict', () => {
  it.each([
    ['below the target', 499, 'ok'],
    ['at the target', 500, 'ok'],
    ['between target and critical', 501, 'warn'],
    ['at the critical bound', 2000, 'warn'],
    ['beyond it', 2001, 'critical'],
  ])('%s', (_, value, expected) => {
    expect(level(withP99(value), p99)).toBe(expected)
  })

  it('is "not measured" where there is no number, and fails a gate', () => {
    const { latency: _, ...rest } = pacedResult()
    const verdicts = judge(rest, [p99])
    expect(verdicts).toMatchObject([{ level: 'not measured', value: null }])
    expect(gateFails(verdicts, 'critical')).toHaveLength(1)
  })

  it('is "not applicable" to latency when unpaced', () => {
    const { plan } = pacedResult()
    expect(level({ plan: { ...plan, load: { shape: 'unpaced', maxInFlight: 10 } } }, p99)).toBe(
      'not applicable',
    )
  })

  it('is "not applicable" to a rate above the asked one', () => {
    const high = threshold('recordsPerSec', { above: 1e9 }, { above: 1e8 })
    expect(level({}, high)).toBe('not applicable')
  })

  describe('of a rate of which less than the target was asked for', () => {
    // 2,000/s were asked for.
    const rate = threshold('recordsPerSec', { above: 5000 }, { above: 1000 })
    const at = (recordsPerSec: number) => {
      const { metrics } = pacedResult()
      return judge({ ...pacedResult(), metrics: { ...metrics, recordsPerSec } }, [rate])
    }

    it('leaves out the target, and says so', () => {
      expect(at(1999)).toMatchObject([{ level: 'ok', reason: expect.stringContaining('critical bound') }])
    })

    it('fails a gate when the broker does not reach the critical bound', () => {
      expect(at(900)).toMatchObject([{ level: 'critical' }])
      expect(gateFails(at(900), 'critical')).toHaveLength(1)
    })

    it('follows from the document', () => {
      const result = { ...pacedResult(), verdicts: at(pacedResult().metrics.recordsPerSec ?? 0) }
      expect(checkResult(result)).toEqual([])
    })
  })

  it('is "not applicable" to the machine of a broker elsewhere, and to loopback', () => {
    const cpu = threshold('host.cpuRatio', { between: [0.6, 0.8] }, { below: 0.9 })
    const network = threshold('host.networkRatio', { below: 0.7 }, { below: 0.85 })
    expect(level(remote(), cpu)).toBe('not applicable')
    expect(level({}, network)).toBe('not applicable')
  })

  it('of the network is on this machine’s line to a broker elsewhere, where its speed is known', () => {
    const network = threshold('host.networkRatio', { below: 0.7 }, { below: 0.85 })
    expect(level({ ...remote(), host: { networkRatio: 0.9 } }, network)).toBe('critical')
    expect(level({ ...remote(), host: { networkRatio: 0.1 } }, network)).toBe('ok')
    const unknown = { ...pacedResult(), ...remote(), host: {} }
    expect(judge(unknown, [network])).toMatchObject([
      { level: 'not applicable', reason: expect.stringContaining('line speed') },
    ])
  })

  it.each([
    ['below the range, room is left', 0.2, 'ok'],
    ['in the range', 0.7, 'ok'],
    ['above the range', 0.85, 'warn'],
    ['beyond critical', 0.95, 'critical'],
  ])('of a utilisation %s', (_, cpuRatio, expected) => {
    const cpu = threshold('host.cpuRatio', { between: [0.6, 0.8] }, { below: 0.9 })
    expect(level({ host: { cpuRatio } }, cpu)).toBe(expected)
  })

  it('of "warn" fails only a gate that asks for it', () => {
    const verdicts = judge({ ...pacedResult(), ...withP99(600) }, [p99])
    expect(gateFails(verdicts, 'critical')).toHaveLength(0)
    expect(gateFails(verdicts, 'warn')).toHaveLength(1)
  })
})
