import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { brokerHost } from '../../src/sizing/broker-host.ts'
import { quantity } from '../../src/sizing/quantity.ts'
import { worksheet } from '../../src/sizing/worksheet.ts'
import { sizingOf, stepOf, warningsOf } from './cases.ts'

const brokers = (texts: Record<string, string>) =>
  sizingOf('brokers', { retention: '1h', partitions: '12', ...texts })

describe('the number of brokers', () => {
  it('is what the scarcest resource needs, and one to lose', () => {
    const byDisk = brokers({ ingress: '100MiB/s', retention: '7d' })
    expect(byDisk.answer).toMatchObject({ value: 146, limitedBy: 'byDisk' })
    expect(stepOf(byDisk, 'byDisk')).toBe(
      Math.ceil((100 * 604_800 * 3) / 1024 / (2048 * 0.6)) + Math.ceil(36 / (2048 * 0.6)) - 1,
    )
    const byThroughput = brokers({ ingress: '500MiB/s', cores: '1000' })
    expect(byThroughput.answer).toMatchObject({ value: 11, limitedBy: 'byDiskThroughput' })
    const byLine = brokers({ ingress: '1GiB/s', groups: '20', diskThroughput: '10GiB/s', cores: '1000' })
    expect(byLine.answer).toMatchObject({
      limitedBy: 'byLineOut',
      value: Math.ceil((1024 * 22) / (1192.09 * 0.6)) + 1,
    })
    const byReplicas = brokers({ ingress: '1MiB/s', partitions: '20k', segment: '1MiB' })
    expect(byReplicas.answer).toMatchObject({ value: 16, limitedBy: 'byReplicas' })
  })

  it('has a core for 5 MiB/s that are produced and 15 that are consumed', () => {
    expect(stepOf(brokers({ ingress: '100MiB/s', groups: '3' }), 'busyCores')).toBe(20)
    expect(stepOf(brokers({ ingress: '100MiB/s', groups: '6' }), 'busyCores')).toBe(40)
  })

  it('sustains min(disk × B / r, line × B / (G + r - 1))', () => {
    const sizing = brokers({
      ingress: '100MiB/s',
      groups: '2',
      line: '1000MiB/s',
      diskThroughput: '750MiB/s',
    })
    const { value } = sizing.answer
    expect(stepOf(sizing, 'sustained')).toBeCloseTo(Math.min((750 * value) / 3, (1000 * value) / 4), 2)
  })

  it('keeps a place for each replica and for min.insync.replicas', () => {
    expect(brokers({ ingress: '1MiB/s' }).answer.value).toBe(3)
    expect(
      brokers({ ingress: '1MiB/s', replication: '1', minInsync: '1', survive: 'none' }).answer.value,
    ).toBe(1)
    expect(brokers({ ingress: '1MiB/s', survive: 'none' }).answer.value).toBe(3)
  })

  it('survives a zone with equally many in each', () => {
    const sizing = brokers({ ingress: '500MiB/s', cores: '1000', survive: 'zone' })
    expect(stepOf(sizing, 'need')).toBe(10)
    expect(stepOf(sizing, 'withZone')).toBe(15)
    expect(sizing.answer.value).toBe(15)
    expect(() => brokers({ ingress: '1MiB/s', survive: 'zone', zones: '1' })).toThrow(
      '--zones: must be 2 or more',
    )
  })

  it('warns where a loss stops writes', () => {
    expect(warningsOf(brokers({ ingress: '1MiB/s', minInsync: '3' }))).toContain('no-writes-after-loss')
    expect(warningsOf(brokers({ ingress: '1MiB/s', survive: 'zone', zones: '2' }))).toContain(
      'no-writes-after-loss',
    )
    expect(warningsOf(brokers({ ingress: '1MiB/s', survive: 'zone', zones: '3' }))).toEqual([])
  })

  it('takes cores, memory and replicas from the MSK instance', () => {
    const sizing = brokers({ ingress: '100MiB/s', platform: 'msk-m5.large', partitions: '1000' })
    expect(stepOf(sizing, 'cores')).toBe(2)
    expect(stepOf(sizing, 'byReplicas')).toBe(3)
    expect(stepOf(sizing, 'memory')).toBe(8)
  })

  it('is within the replicas that are advised for a cluster, or it is said', () => {
    // 300,000 replicas: ZooKeeper bears 200,000, KRaft ten times that
    expect(warningsOf(brokers({ rate: '1k', partitions: '100k', platform: 'zookeeper' }))).toContain(
      'cluster-limit',
    )
    expect(warningsOf(brokers({ rate: '1k', partitions: '100k' }))).not.toContain('cluster-limit')
  })

  it('by Alibaba’s rule is max(4, in × (fan-out + 2r - 1) × 2 / 400)', () => {
    expect(stepOf(brokers({ ingress: '400MiB/s', groups: '2' }), 'byAlibaba')).toBe(14)
    expect(stepOf(brokers({ ingress: '1MiB/s' }), 'byAlibaba')).toBe(4)
  })

  it('is never fewer for more load', () => {
    const mib = fc.integer({ min: 1, max: 20_000 })
    fc.assert(
      fc.property(mib, mib, fc.constantFrom('broker', 'zone', 'none'), (one, other, survive) => {
        const at = (value: number) => brokers({ ingress: `${value}MiB/s`, survive }).answer.value
        expect(at(Math.max(one, other))).toBeGreaterThanOrEqual(at(Math.min(one, other)))
      }),
    )
  })

  it('with one lost still is within every limit', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20_000 }), fc.integer({ min: 0, max: 30 }), (mib, groups) => {
        const sizing = brokers({ ingress: `${mib}MiB/s`, groups: `${groups}`, retention: '2d' })
        const left = sizing.answer.value - 1
        const slack = 1 + 1e-4
        expect(stepOf(sizing, 'kept') / left).toBeLessThanOrEqual(2048 * 0.6 * slack)
        expect((mib * 3) / left).toBeLessThanOrEqual(250 * 0.6 * slack)
        expect((mib * (groups + 2)) / left).toBeLessThanOrEqual(1192.09 * 0.6 * slack)
        expect(stepOf(sizing, 'load')).toBeLessThanOrEqual(0.8)
      }),
    )
  })
})

describe('each broker', () => {
  it('needs page cache for 30 s of what it writes', () => {
    const sizing = brokers({ ingress: '500MiB/s', cores: '1000' })
    expect(stepOf(sizing, 'pageCache')).toBeCloseTo(((500 * 3) / 11) * (30 / 1024), 4)
    expect(warningsOf(brokers({ ingress: '500MiB/s', memory: '8GiB' }))).toContain('memory')
  })

  it('golden: 50,000 partitions of one segment each map 100,000 areas', () => {
    const sheet = worksheet()
    const of = (name: string, value: number) => quantity(name, value, '')
    brokerHost(
      sheet,
      {
        cores: undefined,
        memory: of('memory', 32),
        heap: of('heap', 6),
        segment: of('segment', 1024),
        throttle: undefined,
        partitions: of('partitions', 50_000),
        replication: of('replication', 1),
        line: of('line', 1000),
        diskThroughput: of('diskThroughput', 250),
      },
      {
        written: of('written', 1),
        kept: of('kept', 50_000),
        brokers: of('brokers', 1),
        memoryGiB: undefined,
      },
    )
    const { steps, warnings } = sheet.sized(of('any', 0), '')
    expect(steps.find(({ name }) => name === 'mapsEach')?.value).toBe(100_000)
    // 50 TiB at 250 MiB/s also take more than a day to copy.
    expect(warnings.map(({ id }) => id)).toEqual(['memory-maps', 'slow-rebuild'])
  })

  it('dies of too many maps near 32,765 segments, and is told how to get more', () => {
    const many = brokers({
      ingress: '100MiB/s',
      retention: '7d',
      segment: '16MiB',
      partitions: '12',
      disk: '16TiB',
    })
    expect(stepOf(many, 'segmentsEach')).toBeGreaterThan(32_765)
    expect(warningsOf(many)).toContain('memory-maps')
    expect(many.commands.flatMap(({ lines }) => lines)[0]).toMatch(/^sudo sysctl -w vm\.max_map_count=\d+$/)
  })

  it('is rebuilt at the slowest of line, disk and throttle; a throttle below the writes never ends', () => {
    const sizing = brokers({ ingress: '500MiB/s', cores: '1000', throttle: '50MiB/s' })
    expect(stepOf(sizing, 'rebuildSpeed')).toBe(50)
    expect(warningsOf(sizing)).toContain('throttle')
    expect(warningsOf(brokers({ ingress: '500MiB/s', cores: '1000', throttle: '200MiB/s' }))).not.toContain(
      'throttle',
    )
  })
})
