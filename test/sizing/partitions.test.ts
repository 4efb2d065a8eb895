import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { guideOf, hasStep, sizingOf, stepOf, warningsOf } from './cases.ts'

const partitions = (texts: Record<string, string>) => sizingOf('partitions', { rate: '100k/s', ...texts })

describe('the number of partitions', () => {
  it('is max(t/p, t/c) over the utilization: one partition at 20,000/s, one consumer at 12,000/s', () => {
    const sizing = partitions({ produceRate: '20k', consumeRate: '12k' })
    expect(stepOf(sizing, 'toProduce')).toBe(8)
    expect(stepOf(sizing, 'toConsume')).toBe(12)
    expect(sizing.answer).toMatchObject({ value: 12, unit: 'partitions', limitedBy: 'toConsume' })
  })

  it('grows with the growth that is planned for', () => {
    expect(partitions({ produceRate: '20k', consumeRate: '12k', growth: '2x' }).answer.value).toBe(24)
  })

  it('is at least the consumers of the largest group', () => {
    const sizing = partitions({ produceRate: '1M', consumeRate: '1M', consumers: '24' })
    expect(sizing.answer).toMatchObject({ value: 24, limitedBy: 'consumers' })
  })

  it('is a multiple of brokers and of consumers, where that does not double it', () => {
    expect(partitions({ produceRate: '20k', consumeRate: '12k', consumers: '8' }).answer.value).toBe(24)
    const uneven = partitions({ produceRate: '20k', consumeRate: '12k', consumers: '7', brokers: '5' })
    expect(uneven.answer.value).toBe(14)
    expect(warningsOf(uneven)).toContain('uneven')
  })

  it('plans with what the platform says until a rate is measured, and says so', () => {
    const cloud = partitions({ platform: 'confluent-dedicated', recordSize: '1KiB' })
    expect(stepOf(cloud, 'produceRate')).toBe(12_288)
    expect(stepOf(cloud, 'consumeRate')).toBe(36_864)
    expect(warningsOf(cloud)).toContain('not-measured')
    expect(warningsOf(partitions({ produceRate: '20k', consumeRate: '12k' }))).toEqual([])
  })

  it('is never fewer for more load, nor for slower partitions', () => {
    const rate = fc.integer({ min: 1, max: 5e6 })
    fc.assert(
      fc.property(rate, rate, fc.integer({ min: 10, max: 1e5 }), (one, other, produceRate) => {
        const less = sizingOf('partitions', {
          rate: `${Math.min(one, other)}`,
          produceRate: `${produceRate}`,
        })
        const more = sizingOf('partitions', {
          rate: `${Math.max(one, other)}`,
          produceRate: `${produceRate}`,
        })
        const slower = sizingOf('partitions', {
          rate: `${Math.max(one, other)}`,
          produceRate: `${produceRate / 2}`,
        })
        expect(more.answer.value).toBeGreaterThanOrEqual(less.answer.value)
        expect(slower.answer.value).toBeGreaterThanOrEqual(more.answer.value)
      }),
    )
  })

  it('meets what it was computed for, when put back in', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 5e6 }),
        fc.integer({ min: 10, max: 1e5 }),
        fc.integer({ min: 10, max: 1e5 }),
        fc.integer({ min: 3, max: 30 }),
        (rate, produce, consume, brokers) => {
          const { value } = sizingOf('partitions', {
            rate: `${rate}`,
            produceRate: `${produce}`,
            consumeRate: `${consume}`,
            brokers: `${brokers}`,
          }).answer
          expect(value % brokers).toBe(0)
          const each = rate / value
          // Steps count with six digits.
          expect(each).toBeLessThanOrEqual(Math.min(produce, consume) * 0.7 * (1 + 1e-5))
          expect(rate / Math.max(1, value - brokers)).toBeGreaterThan(0)
          if (value > brokers)
            expect(rate / (value - brokers)).toBeGreaterThan(Math.min(produce, consume) * 0.7 * (1 - 1e-5))
        },
      ),
    )
  })
})

describe('keys', () => {
  const rates = { produceRate: '20k', consumeRate: '12k' }

  it('bound what partitions can do: the hottest must fit into one', () => {
    expect(warningsOf(partitions({ ...rates, hotKey: '20%' }))).toContain('hot-key')
    expect(warningsOf(partitions({ ...rates, hotKey: '12%' }))).not.toContain('hot-key')
    expect(warningsOf(partitions({ ...rates, hotKey: '12.1%' }))).toContain('hot-key')
  })

  it('fewer than partitions leave some empty', () => {
    expect(warningsOf(partitions({ ...rates, keys: '11', growth: '2x' }))).toEqual(['few-keys'])
  })

  it('fill partitions unevenly where there are fewer than 20 for each', () => {
    const few = partitions({ ...rates, keys: '50', growth: '1.001x' })
    expect(warningsOf(few)).toEqual(['uneven-keys'])
    const [n, keys] = [few.answer.value, 50]
    expect(stepOf(few, 'keysFullest')).toBeCloseTo(keys / n + Math.sqrt(2 * (keys / n) * Math.log(n)), 3)
    expect(warningsOf(partitions({ ...rates, keys: '10k', growth: '2x' }))).toEqual([])
  })

  it('make growth a matter of now', () => {
    expect(warningsOf(partitions({ ...rates, keys: '10k' }))).toEqual(['keyed-growth'])
  })
})

describe('limits', () => {
  it('are by platform: replicas a broker on MSK instances', () => {
    const at = (platform: string) =>
      partitions({ platform, existingPartitions: '1500', produceRate: '1M', consumeRate: '1M' })
    expect(stepOf(at('msk-m5.large'), 'replicasEach')).toBe(1503)
    expect(warningsOf(at('msk-m5.large'))).toContain('broker-limit')
    expect(warningsOf(at('msk-m5.2xlarge'))).toEqual([])
    expect(warningsOf(at('kraft'))).toEqual([])
  })

  it('of ZooKeeper are a tenth of those of KRaft, and moving leaders takes time', () => {
    const at = (platform: string) =>
      partitions({
        platform,
        brokers: '100',
        existingPartitions: '100k',
        produceRate: '1M',
        consumeRate: '1M',
      })
    expect(warningsOf(at('zookeeper'))).toContain('cluster-limit')
    expect(stepOf(at('zookeeper'), 'leaderMove')).toBe(((100_000 + 100) / 100) * 5)
    expect(stepOf(at('zookeeper'), 'controllerMove')).toBe(100_100 * 2)
    expect(warningsOf(at('kraft'))).toEqual([])
    expect(hasStep(at('kraft'), 'leaderMove')).toBe(false)
  })

  it('golden: 1,000 leaders lost with a broker are 5 s, 10,000 partitions are 20 s for a new controller', () => {
    const lost = partitions({
      platform: 'zookeeper',
      existingPartitions: '2994',
      produceRate: '100k',
      consumeRate: '100k',
    })
    expect(lost.answer.value).toBe(3)
    expect(stepOf(lost, 'leaderMove')).toBe((2997 / 3) * 5)
    const all = partitions({
      platform: 'zookeeper',
      existingPartitions: '9997',
      produceRate: '100k',
      consumeRate: '100k',
    })
    expect(stepOf(all, 'controllerMove')).toBe(20_000)
  })

  it.each([
    ['basic', 5, 15],
    ['standard', 5, 15],
    ['enterprise', 6, 18],
    ['freight', 6, 18],
    ['dedicated', 12, 36],
  ])('of a partition of Confluent Cloud %s are planned with %d MiB/s in and %d out', (type, into, out) => {
    const sizing = partitions({ platform: `confluent-${type}`, recordSize: '1KiB' })
    expect(stepOf(sizing, 'produceRate')).toBe(into * 1024)
    expect(stepOf(sizing, 'consumeRate')).toBe(out * 1024)
  })

  it.each([
    ['t3.small', 300],
    ...['m5', 'm7g'].flatMap((family) =>
      [
        ['large', 1000],
        ['xlarge', 1000],
        ['2xlarge', 2000],
        ['4xlarge', 4000],
        ['8xlarge', 4000],
        ['12xlarge', 4000],
        ['16xlarge', 4000],
      ].map(([size, most]) => [`${family}.${size}`, Number(most)] as const),
    ),
    ['m5.24xlarge', 4000],
  ] as const)('of MSK %s are %d replicas a broker', (instance, most) => {
    const at = (existing: number) =>
      warningsOf(
        partitions({
          platform: `msk-${instance}`,
          existingPartitions: `${existing}`,
          produceRate: '1M',
          consumeRate: '1M',
        }),
      )
    // Three brokers and three replicas: each broker has one of each partition.
    expect(at(most - 3)).toEqual([])
    expect(at(most - 2)).toEqual(['broker-limit'])
  })

  it('of a broker where latency matters are 100 × brokers × replication', () => {
    expect(stepOf(partitions({ platform: 'zookeeper', brokers: '5' }), 'latencyCap')).toBe(1500)
  })

  it('of Confluent Cloud are by cluster type, before replication', () => {
    expect(warningsOf(partitions({ platform: 'confluent-basic', existingPartitions: '1490' }))).toContain(
      'cluster-limit',
    )
    expect(
      warningsOf(partitions({ platform: 'confluent-standard', existingPartitions: '1490' })),
    ).not.toContain('cluster-limit')
  })
})

describe('an input that does nothing', () => {
  it('on Confluent Cloud is named when it is given', () => {
    const { warnings } = partitions({ platform: 'confluent-standard', brokers: '3', replication: '2' })
    expect(warnings.filter(({ id }) => id === 'no-effect').map(({ text }) => text)).toEqual([
      expect.stringMatching(/^--brokers has no effect with confluent-standard/),
      expect.stringMatching(/^--replication has no effect with confluent-standard/),
    ])
    expect(warningsOf(partitions({ platform: 'confluent-standard' }))).not.toContain('no-effect')
    expect(warningsOf(partitions({ platform: 'zookeeper', brokers: '6' }))).not.toContain('no-effect')
  })
})

describe('the guide', () => {
  const sizing = partitions({ produceRate: '20k', consumeRate: '12k' })

  it('says 100, 11,111 and 12 for the same 100,000 messages/s; all three are shown, with the reason', () => {
    expect(guideOf(sizing, 'rule of thumb')).toBe(100)
    expect(guideOf(sizing, 'calculation')).toBe(11_111)
    expect(guideOf(sizing, 'example')).toBe(12)
    expect(sizing.guide.every(({ why }) => why.length > 20)).toBe(true)
  })

  it('allows 10,000 partitions a broker where 4,000 replicas are advised', () => {
    expect(guideOf(sizing, 'maximum')).toBe(10_000)
    expect(sizing.guide.find(({ name }) => name === 'maximum')?.why).toContain('4,000')
  })
})

describe('contradictions', () => {
  it.each([
    [{ minInsync: '4' }, '--min-insync: must be at most the replication factor 3, not 4'],
    [{ brokers: '2' }, '--replication (by default): must be at most the number of brokers 2, not 3'],
  ])('%j', (texts, message) => {
    expect(() => partitions(texts)).toThrow(message)
  })
})

describe('commands', () => {
  it('are those of the platform', () => {
    const kafka = partitions({ produceRate: '20k', consumeRate: '12k' }).commands.flatMap(
      ({ lines }) => lines,
    )
    expect(kafka[0]).toMatch(
      /^kafka-topics\.sh .*--create --topic TOPIC --partitions 12 --replication-factor 3/,
    )
    const cloud = partitions({ platform: 'confluent-standard' }).commands.flatMap(({ lines }) => lines)
    // The guide's --config partitions=12 is refused by the CLI: its key is num.partitions.
    expect(cloud[1]).toBe('confluent kafka topic update TOPIC --config num.partitions=28')
  })
})
