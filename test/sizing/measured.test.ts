import { describe, expect, it } from 'vitest'
import { size } from '../../src/sizing/calculator.ts'
import { CALCULATORS } from '../../src/sizing/index.ts'
import { factOf } from '../../src/sizing/measured.ts'
import { CONSUMER_FIXTURES } from '../fixtures/consumer-result.ts'
import { pacedResult, unpacedResult } from '../fixtures/result.ts'
import { stepOf, warningsOf } from './cases.ts'

const [makeConsumer] = Object.values(CONSUMER_FIXTURES)
const consumer = makeConsumer?.() ?? pacedResult()
const unpaced = unpacedResult()

describe('a saved run', () => {
  it('tells what one partition took', () => {
    const fact = factOf('producePerPartition', unpaced)
    expect(fact?.value).toBe((unpaced.metrics.recordsPerSec ?? 0) / unpaced.plan.partitions)
    expect(fact?.source).toContain('metrics.recordsPerSec')
    expect(factOf('producePerPartition', consumer)).toBeUndefined()
  })

  it('tells what one consumer read', () => {
    const expected =
      consumer.kind === 'consumer' ? (consumer.metrics.recordsPerSec ?? 0) / consumer.plan.consumers : 0
    expect(expected).toBeGreaterThan(0)
    expect(factOf('consumePerConsumer', consumer)?.value).toBe(expected)
    expect(factOf('consumePerConsumer', unpaced)).toBeUndefined()
  })

  it('tells the size of a record and how it compressed', () => {
    expect(factOf('recordSize', unpaced)?.value).toBeCloseTo(100, 6)
    expect(factOf('compression', { metrics: { compressionRatio: 3.2 } })?.value).toBe(3.2)
    // Framing can make a batch larger than its records; no plan counts on growth.
    expect(factOf('compression', { metrics: { compressionRatio: 0.97 } })?.value).toBe(1)
  })

  it('says what speaks against its rate', () => {
    const ids = (result: unknown) => factOf('producePerPartition', result)?.cautions.map(({ id }) => id)
    expect(ids(pacedResult())).toContain('paced')
    expect(ids(unpaced)).not.toContain('paced')
    expect(ids({ ...unpaced, plan: { ...unpaced.plan, partitions: 1 } })).not.toContain('several-partitions')
    expect(ids({ ...unpaced, health: { generatorLimited: true } })).toContain('generator-limited')
  })

  it('of several is the one in the middle', () => {
    const runs = [50, 10, 30].map((recordsPerSec) => ({ metrics: { recordsPerSec } }))
    expect(factOf('rate', { schema: 'tune.runs/1', runs })).toMatchObject({
      value: 30,
      source: 'metrics.recordsPerSec 30/s, the middle one of 3 runs',
    })
  })

  it('tells nothing where figures are missing or no numbers', () => {
    for (const result of [
      undefined,
      null,
      7,
      {},
      { kind: 'producer', metrics: { recordsPerSec: 'many' }, plan: { partitions: 3 } },
    ]) {
      expect(factOf('producePerPartition', result)).toBeUndefined()
    }
  })

  it('moves the partitions with what it measured', () => {
    const answer = (recordsPerSec: number) =>
      size(CALCULATORS.partitions, {
        texts: { rate: '1M/s' },
        saved: [
          { path: 'p.json', result: { ...unpaced, metrics: { ...unpaced.metrics, recordsPerSec } } },
          { path: 'c.json', result: consumer },
        ],
      })
    const slow = answer(40_000)
    const fast = answer(80_000)
    expect(slow.inputs.produceRate?.from).toBe('measured')
    expect(slow.inputs.produceRate?.value).toBeCloseTo(40_000 / unpaced.plan.partitions, 1)
    expect(slow.inputs.produceRate?.source).toMatch(/^p\.json: /)
    expect(slow.inputs.consumeRate?.source).toMatch(/^c\.json: /)
    expect(slow.inputs.recordSize?.from).toBe('measured')
    expect(stepOf(slow, 'toProduce')).toBe(Math.ceil(1e6 / ((40_000 / unpaced.plan.partitions) * 0.7)))
    expect(stepOf(slow, 'toProduce')).toBeGreaterThan(stepOf(fast, 'toProduce'))
    expect(warningsOf(slow)).not.toContain('not-measured')
    expect(warningsOf(slow)).toContain('several-partitions')
  })
})
