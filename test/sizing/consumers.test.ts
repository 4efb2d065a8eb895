import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { size } from '../../src/sizing/calculator.ts'
import { CALCULATORS } from '../../src/sizing/index.ts'
import { CONSUMER_FIXTURES } from '../fixtures/consumer-result.ts'
import { guideOf, hasStep, sizingOf, stepOf, warningsOf } from './cases.ts'

const consumers = (texts: Record<string, string>) => sizingOf('consumers', texts)

describe('the number of consumers', () => {
  it("is rate × time: golden of Confluent's eventsizer, 1,000,000/s at 1 ms are 1,000 instances", () => {
    const all = { processTime: '1ms', utilization: '100%' }
    expect(consumers({ ...all, rate: '1M/s' }).answer.value).toBe(1000)
    expect(consumers({ ...all, rate: '1M/s', growth: '4x' }).answer.value).toBe(4000)
    // A second input of the same rate doubles it.
    expect(consumers({ ...all, rate: '2M/s' }).answer.value).toBe(2000)
  })

  it('leaves the headroom that is asked for, and counts threads', () => {
    expect(consumers({ rate: '1M/s', processTime: '1ms', utilization: '80%' }).answer.value).toBe(1250)
    expect(
      consumers({ rate: '1M/s', processTime: '1ms', utilization: '80%', threads: '4' }).answer.value,
    ).toBe(313)
  })

  it('is the same from the time of a record and from the rate of a consumer', () => {
    expect(consumers({ rate: '1M/s', consumeRate: '1000' }).answer.value).toBe(
      consumers({ rate: '1M/s', processTime: '1ms' }).answer.value,
    )
  })

  it('beyond the partitions is idle', () => {
    const sizing = consumers({ rate: '1k/s', processTime: '30ms', partitions: '12' })
    expect(sizing.answer.value).toBe(43)
    expect(stepOf(sizing, 'usable')).toBe(12)
    expect(warningsOf(sizing)).toEqual(['too-few-partitions', 'overloaded'])
  })

  it('of the guide: 12 partitions are read by 12 consumers, or by 6 with two each', () => {
    const six = consumers({ rate: '6k/s', processTime: '1ms', utilization: '100%', partitions: '12' })
    expect(six.answer.value).toBe(6)
    expect(stepOf(six, 'partitionsEach')).toBe(2)
    expect(guideOf(six, 'rule')).toBe(12)
  })

  it('counts in whole partitions: 15 consumers of 24 partitions are as busy as 12', () => {
    const sizing = consumers({ rate: '100k/s', processTime: '0.1ms', partitions: '24' })
    expect(stepOf(sizing, 'toKeepUp')).toBe(15)
    expect(sizing.answer).toMatchObject({ value: 24, limitedBy: 'toShare' })
    const twelve = consumers({ rate: '80k/s', processTime: '0.1ms', partitions: '24' })
    expect(twelve.answer.value).toBe(12)
    expect(stepOf(twelve, 'busiest')).toBeCloseTo(80_000 / 12, 1)
  })

  it('is never fewer for more load', () => {
    const rate = fc.integer({ min: 1, max: 1e7 })
    fc.assert(
      fc.property(rate, rate, (one, other) => {
        const at = (value: number) =>
          consumers({ rate: `${value}`, processTime: '0.7ms', partitions: '48' }).answer.value
        expect(at(Math.max(one, other))).toBeGreaterThanOrEqual(at(Math.min(one, other)))
      }),
    )
  })

  it('meets what it was computed for: load at most the utilization, one fewer would be above it', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1e6 }),
        fc.integer({ min: 1, max: 5000 }),
        (rate, microseconds) => {
          const { answer } = consumers({ rate: `${rate}`, processTime: `${microseconds}us` })
          const load = (n: number) => (rate * microseconds) / 1e6 / n
          expect(load(answer.value)).toBeLessThanOrEqual(0.7 * (1 + 1e-5))
          if (answer.value > 1) expect(load(answer.value - 1)).toBeGreaterThan(0.7 * (1 - 1e-5))
        },
      ),
    )
  })
})

it('follows what a bench measured: half the rate of a consumer, twice the consumers', () => {
  const [make] = Object.values(CONSUMER_FIXTURES)
  const result = make?.()
  if (result?.kind !== 'consumer') throw new Error('the fixture is no run of consumers')
  const at = (recordsPerSec: number) =>
    size(CALCULATORS.consumers, {
      texts: { rate: '1M/s', utilization: '100%' },
      saved: [{ path: 'c.json', result: { ...result, metrics: { ...result.metrics, recordsPerSec } } }],
    })
  const { consumers: ran } = result.plan
  expect(at(10_000 * ran).inputs.consumeRate).toMatchObject({ value: 10_000, from: 'measured' })
  expect(at(10_000 * ran).answer.value).toBe(100)
  expect(at(5000 * ran).answer.value).toBe(200)
})

describe('a backlog', () => {
  it('drains by what is spare: T = lag / (capacity - rate)', () => {
    const sizing = consumers({ rate: '700/s', processTime: '1ms', lag: '30000', partitions: '1' })
    expect(sizing.answer.value).toBe(1)
    expect(stepOf(sizing, 'drainTime')).toBe(100)
  })

  it('that has to be gone in time needs rate + lag / T', () => {
    const sizing = consumers({ rate: '700/s', processTime: '1ms', lag: '30000', drainWithin: '10s' })
    expect(stepOf(sizing, 'rateToDrain')).toBe(3700)
    expect(sizing.answer).toMatchObject({ value: 4, limitedBy: 'toDrain' })
    expect(stepOf(sizing, 'drainTime')).toBeLessThanOrEqual(10)
  })

  it('of an outage d needs rate × (1 + d / T): 5 minutes caught up in 10 need half as much again', () => {
    const sizing = consumers({ rate: '1k/s', processTime: '1ms', lag: `${1000 * 300}`, drainWithin: '10m' })
    expect(stepOf(sizing, 'rateToDrain')).toBe(1000 * (1 + 5 / 10))
  })

  it('put back in is gone within the time asked for', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1e5 }),
        fc.integer({ min: 1, max: 1e8 }),
        fc.integer({ min: 1, max: 3600 }),
        (rate, lag, seconds) => {
          const sizing = consumers({
            rate: `${rate}`,
            processTime: '1ms',
            lag: `${lag}`,
            drainWithin: `${seconds}s`,
          })
          expect(stepOf(sizing, 'drainTime')).toBeLessThanOrEqual(seconds * (1 + 1e-4))
        },
      ),
    )
  })

  it('drains no faster than the consumers that have a partition: 3 of 202 have one', () => {
    const sizing = consumers({
      rate: '10k/s',
      consumeRate: '5k/s',
      partitions: '3',
      lag: '1M',
      drainWithin: '1s',
    })
    expect(sizing.answer.value).toBe(202)
    expect(stepOf(sizing, 'usable')).toBe(3)
    // 3 × 5,000/s against 10,000/s leave 5,000/s for 1,000,000 records
    expect(stepOf(sizing, 'drainTime')).toBeCloseTo(200, 2)
    expect(warningsOf(sizing)).toContain('drained-late')
  })

  it('is gone when the consumer with the most partitions has drained its own', () => {
    const given = { rate: '150k/s', consumeRate: '30k/s', partitions: '30', lag: '45M' }
    const sizing = consumers(given)
    expect(sizing.answer.value).toBe(8)
    expect(stepOf(sizing, 'partitionsEach')).toBe(4)
    // 4 of 30 partitions: 6,000,000 records, and 30,000/s - 20,000/s to spare
    expect(stepOf(sizing, 'drainTime')).toBe(600)
    // Ten with three partitions each: 4,500,000 records, and 15,000/s to spare
    const sooner = consumers({ ...given, drainWithin: '599s' })
    expect(sooner.answer).toMatchObject({ value: 10, limitedBy: 'toDrain' })
    expect(stepOf(sooner, 'drainTime')).toBe(300)
  })

  it('put back in is gone in time, in whole partitions too', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 20_000 }),
        fc.integer({ min: 1, max: 1e7 }),
        fc.integer({ min: 1, max: 3600 }),
        fc.integer({ min: 1, max: 200 }),
        (rate, lag, seconds, partitions) => {
          const sizing = consumers({
            rate: `${rate}`,
            processTime: '1ms',
            lag: `${lag}`,
            drainWithin: `${seconds}s`,
            partitions: `${partitions}`,
          })
          const isLate = warningsOf(sizing).some((id) => id === 'drained-late' || id === 'never-drained')
          // Only where partitions are too few for the consumers that are needed
          expect(isLate && sizing.answer.value <= partitions).toBe(false)
          if (!isLate) expect(stepOf(sizing, 'drainTime')).toBeLessThanOrEqual(seconds * (1 + 1e-3))
        },
      ),
    )
  })

  it('stays where nothing is spare', () => {
    const sizing = consumers({ rate: '1k/s', processTime: '1ms', utilization: '100%', lag: '5' })
    expect(warningsOf(sizing)).toEqual(['never-drained', 'overloaded'])
    expect(hasStep(sizing, 'drainTime')).toBe(false)
  })

  it('has to be told before a time for it', () => {
    expect(() => consumers({ rate: '1k/s', processTime: '1ms', drainWithin: '10s' })).toThrow(
      '--drain-within: needs a backlog',
    )
  })
})

describe('the time of a record', () => {
  it.each([
    [50, 2],
    [70, 3.33333],
    [80, 5],
    [90, 10],
  ])('at a load of %d %% is stretched %d times', (percent, stretch) => {
    const sizing = consumers({ rate: `${percent}/s`, processTime: '10ms', utilization: '100%' })
    expect(stepOf(sizing, 'load')).toBe(percent / 100)
    expect(stepOf(sizing, 'meanTime')).toBeCloseTo(10 * stretch, 3)
  })

  it('stretches by 1 / (1 - load): 2 at 50 %, 5 at 80 %; p99 is 4.605 times the mean', () => {
    const at = (rate: string) => consumers({ rate, processTime: '10ms', utilization: '100%' })
    const half = at('50/s')
    expect(stepOf(half, 'meanTime')).toBe(20)
    expect(stepOf(half, 'p99Time')).toBeCloseTo(20 * 4.60517, 3)
    expect(stepOf(at('80/s'), 'meanTime')).toBe(50)
    expect(half.curve?.points.at(-2)).toEqual({ x: 0.9, y: 460.517 })
  })
})

describe('the poll budget', () => {
  it('leaves twice the time of a poll', () => {
    const sizing = consumers({ rate: '1/s', processTime: '1s', maxPollRecords: '500', maxPollInterval: '5m' })
    expect(stepOf(sizing, 'pollTime')).toBe(500)
    expect(stepOf(sizing, 'mostPollRecords')).toBe(150)
    expect(warningsOf(sizing)).toContain('poll-budget')
    expect(sizing.commands.flatMap(({ lines }) => lines)).toEqual(['max.poll.records=150'])
    expect(warningsOf(consumers({ rate: '1/s', processTime: '300ms' }))).not.toContain('poll-budget')
  })
})
