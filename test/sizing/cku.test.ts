import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { CLUSTER_TYPES, CONFLUENT_CLUSTERS } from '../../src/sizing/confluent-cloud.ts'
import { guideOf, sizingOf, stepOf, warningsOf } from './cases.ts'

const cku = (texts: Record<string, string>) =>
  sizingOf('cku', { ingress: '1MiB/s', utilization: '100%', ...texts })

describe('units of Confluent Cloud', () => {
  it.each([
    [{ ingress: '240MiB/s', groups: '1' }, 4, 'forIngress'],
    [{ ingress: '60MiB/s', groups: '9' }, 3, 'forEgress'],
    [{ partitions: '20000' }, 5, 'forPartitions'],
    [{ partitions: '20000', compactedPartitions: '18000' }, 5, 'forPartitions'],
    [{ connections: '90000' }, 5, 'forConnections'],
    [{ connectionAttempts: '1600' }, 4, 'forAttempts'],
    [{ requests: '100000' }, 7, 'forRequests'],
  ])('dedicated for %j: %d CKU, decided by %s', (texts, value, limitedBy) => {
    expect(cku(texts).answer).toMatchObject({ value, unit: 'CKU', limitedBy })
  })

  it('leave room in what is a guideline, and none in what is a fixed limit', () => {
    expect(cku({ ingress: '240MiB/s', utilization: '80%' }).answer.value).toBe(5)
    expect(stepOf(cku({ partitions: '9000', utilization: '80%' }), 'forPartitions')).toBe(2)
  })

  it('have a floor: two for several zones, and for Freight always', () => {
    expect(cku({}).answer).toMatchObject({ value: 2, limitedBy: 'units' })
    expect(cku({ zones: 'single' }).answer.value).toBe(1)
    expect(cku({ type: 'freight', zones: 'single', idempotence: 'no' }).answer.value).toBe(2)
    expect(cku({ type: 'basic' }).answer).toMatchObject({ value: 1, unit: 'eCKU' })
  })

  it('have a ceiling, beyond which the types that hold the load are named', () => {
    const sizing = cku({ type: 'standard', ingress: '300MiB/s' })
    expect(warningsOf(sizing)).toEqual(['does-not-fit'])
    expect(sizing.warnings[0]?.text).toBe(
      '12 eCKU are needed and 10 are the most; it fits enterprise with 5 eCKU, dedicated with 5 CKU, freight with 5 eCKU',
    )
    expect(cku({ type: 'dedicated', ingress: '20GiB/s' }).warnings[0]?.text).toContain('no type holds it')
  })

  it('of Basic end at 80 connection attempts/s though 50 units would have 250', () => {
    expect(warningsOf(cku({ type: 'basic', connectionAttempts: '80' }))).toEqual([])
    expect(warningsOf(cku({ type: 'basic', connectionAttempts: '90' }))).toEqual(['does-not-fit'])
  })

  it('of Freight know neither compaction nor idempotence', () => {
    expect(warningsOf(cku({ type: 'freight' }))).toEqual(['no-idempotence'])
    expect(() => cku({ type: 'freight', compactedPartitions: '1' })).toThrow(
      '--compacted-partitions: this cluster type has no compaction',
    )
    expect(() => cku({ compactedPartitions: '7' })).toThrow(
      '--compacted-partitions: must be at most the partitions 6',
    )
  })

  it('beyond 4 and 24 CKU are not sold to everybody', () => {
    expect(cku({ ingress: '300MiB/s' }).warnings[0]?.text).toContain('beyond 4 CKU')
    expect(cku({ ingress: '1500MiB/s' }).warnings[0]?.text).toContain('beyond 24 CKU')
  })

  it('are beside the guide’s 4, which comes with no load', () => {
    expect(guideOf(cku({}), 'example')).toBe(4)
    expect(cku({}).commands[0]?.lines[0]).toBe('confluent kafka cluster update lkc-123456 --cku 2')
    expect(cku({ type: 'enterprise' }).commands[0]?.lines[0]).toContain('--max-ecku 2')
  })

  it('cost what the price says', () => {
    expect(stepOf(cku({ pricePerUnit: '2' }), 'monthly')).toBe(2 * 2 * 730.5)
  })

  it('put back in hold the load, and one fewer would not; more load is never fewer', () => {
    const load = fc.record({
      type: fc.constantFrom(...CLUSTER_TYPES),
      mib: fc.integer({ min: 1, max: 5000 }),
      groups: fc.integer({ min: 0, max: 20 }),
      partitions: fc.integer({ min: 1, max: 20_000 }),
    })
    fc.assert(
      fc.property(load, fc.integer({ min: 1, max: 4 }), ({ type, mib, groups, partitions }, times) => {
        const at = (factor: number) =>
          cku({
            type,
            ingress: `${mib * factor}MiB/s`,
            groups: `${groups}`,
            partitions: `${partitions * factor}`,
            idempotence: 'no',
            zones: 'single',
          }).answer.value
        const units = at(1)
        const { perUnit, minUnits } = CONFLUENT_CLUSTERS[type]
        const holds = (n: number) =>
          mib <= n * perUnit.ingressMiBPerSec &&
          mib * groups <= n * perUnit.egressMiBPerSec &&
          partitions <= n * perUnit.partitions
        expect(holds(units)).toBe(true)
        if (units > minUnits) expect(holds(units - 1)).toBe(false)
        expect(at(times)).toBeGreaterThanOrEqual(units)
      }),
    )
  })
})

/** As Confluent prints it: ingress, egress, partitions, compacted, connections, attempts, requests. */
const PRINTED = {
  basic: [
    [5, 15, 30, 30, 20, 5, 100],
    [250, 750, 1500, 1500, 1000, 80, 15_000],
    [1, 1, 50, 8],
  ],
  standard: [
    [25, 75, 250, 250, 1000, 50, 1500],
    [250, 750, 2500, 2500, 10_000, 500, 15_000],
    [1, 2, 10, 8],
  ],
  enterprise: [
    [60, 180, 3000, 360, 18_000, 500, 7500],
    [1920, 5760, 96_000, 11_520, 576_000, 16_000, 240_000],
    [1, 2, 32, 20],
  ],
  dedicated: [
    [60, 180, 4500, 4500, 18_000, 500, 15_000],
    [9120, 27_360, 100_000, 100_000, 2_736_000, 76_000, 2_280_000],
    [1, 2, 152, 20],
  ],
  freight: [
    [60, 180, 3000, 0, 18_000, 500, 15_000],
    [9120, 27_360, 50_000, 0, 2_736_000, 76_000, 2_280_000],
    [2, 2, 152, 20],
  ],
} as const

describe('the table of limits', () => {
  it.each(CLUSTER_TYPES)('of %s is as Confluent prints it', (name) => {
    const { perUnit, perCluster, minUnits, minUnitsMultiZone, maxUnits, messageMiB } =
      CONFLUENT_CLUSTERS[name]
    const row = (of: typeof perUnit | typeof perCluster) => [
      of.ingressMiBPerSec,
      of.egressMiBPerSec,
      of.partitions,
      of.compactedPartitions,
      of.connections,
      of.connectionAttemptsPerSec,
      of.requestsPerSec,
    ]
    expect([row(perUnit), row(perCluster), [minUnits, minUnitsMultiZone, maxUnits, messageMiB]]).toEqual(
      PRINTED[name],
    )
  })

  it('has ceilings that hold at least one unit, at most what the most units give in throughput and partitions', () => {
    for (const name of CLUSTER_TYPES) {
      const { perUnit, perCluster, maxUnits, minUnits, minUnitsMultiZone } = CONFLUENT_CLUSTERS[name]
      expect(minUnits).toBeLessThanOrEqual(minUnitsMultiZone)
      for (const dimension of ['ingressMiBPerSec', 'egressMiBPerSec', 'partitions'] as const) {
        expect(perCluster[dimension]).toBeGreaterThanOrEqual(perUnit[dimension])
        expect(perCluster[dimension]).toBeLessThanOrEqual(perUnit[dimension] * maxUnits)
      }
    }
  })
})
