import { describe, expect, it } from 'vitest'
import type { Operation } from '../../../src/core/operation.ts'
import { partitionOfKey } from '../../../src/drivers/wire/murmur2.ts'
import { nextUsable, weightedTurns } from '../../../src/drivers/wire/partitioner.ts'
import { planRoutes } from '../../../src/drivers/wire/routes.ts'
import { sourceOf, values } from './source.ts'

const operation = (first: number, records = 1): Operation => {
  return { first, records, dueMs: 0, offeredMs: 0, sentMs: 0, bytes: 0 }
}
const always = () => true

describe('weighted turns', () => {
  it('give each its share exactly over a round, spread out', () => {
    const turn = weightedTurns([3, 0, 1])
    expect(Array.from({ length: 8 }, turn)).toEqual([0, 0, 2, 0, 0, 0, 2, 0])
  })
})

describe('the next usable partition', () => {
  it('skips those that rest, and goes on where all rest', () => {
    expect(nextUsable(0, 4, (partition) => partition === 3)).toBe(3)
    expect(nextUsable(3, 4, () => false)).toBe(0)
  })
})

describe('routes without keys', () => {
  const source = sourceOf(values(100, 100))

  it('stick to a partition until a batch of bytes went there', () => {
    const routes = planRoutes({ source, partitions: 3, recordsBytes: 1000, paced: true, usable: always })
    const seen = Array.from({ length: 20 }, (_, n) => {
      const partition = routes.partitionOf(operation(n))
      routes.sent(110)
      return partition
    })
    expect(seen).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1])
  })

  it('leave a partition that cannot be written to', () => {
    let resting = -1
    const usable = (partition: number) => partition !== resting
    const routes = planRoutes({ source, partitions: 3, recordsBytes: 1000, paced: true, usable })
    expect(routes.partitionOf(operation(0))).toBe(0)
    resting = 0
    expect(routes.partitionOf(operation(1))).toBe(1)
  })

  it('give every group of an unpaced run the next partition', () => {
    const routes = planRoutes({ source, partitions: 3, recordsBytes: 1000, paced: false, usable: always })
    expect(routes.groupRecords).toBe(9)
    expect(Array.from({ length: 4 }, () => routes.partitionOf(operation(0, 9)))).toEqual([1, 2, 0, 1])
  })
})

describe('routes with keys', () => {
  const keys = Array.from({ length: 50 }, (_, n) => Buffer.from(`key-${n}`))
  const source = sourceOf(values(50, 100), keys)
  const plan = { source, partitions: 4, recordsBytes: 1000, usable: always }

  it('send a record where its key belongs', () => {
    const routes = planRoutes({ ...plan, paced: true })
    for (let n = 0; n < 50; n += 1) {
      expect(routes.partitionOf(operation(n))).toBe(partitionOfKey(keys[n] ?? Buffer.alloc(0), 4))
    }
  })

  it('fill a partition only with records whose keys belong there', () => {
    const routes = planRoutes({ ...plan, paced: false })
    for (let partition = 0; partition < 4; partition += 1) {
      const text = routes.nextSet(partition, operation(0)).records.toString('latin1')
      const found = [...text.matchAll(/key-\d+/g)].map(([key]) => partitionOfKey(Buffer.from(key), 4))
      expect(found.length).toBeGreaterThan(3)
      expect(new Set(found)).toEqual(new Set([partition]))
    }
  })

  it('give partitions their share of the groups', () => {
    const routes = planRoutes({ ...plan, paced: false })
    const groups = 2000
    const got = [0, 0, 0, 0]
    for (let n = 0; n < groups; n += 1) {
      const partition = routes.partitionOf(operation(0, routes.groupRecords))
      got[partition] = (got[partition] ?? 0) + 1
    }
    const wanted = [0, 0, 0, 0]
    for (const key of keys)
      wanted[partitionOfKey(key, 4)] = (wanted[partitionOfKey(key, 4)] ?? 0) + 1 / keys.length
    got.forEach((count, partition) => {
      expect(count / groups).toBeCloseTo(wanted[partition] ?? 0, 2)
    })
  })
})
