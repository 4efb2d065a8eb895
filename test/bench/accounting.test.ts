import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { account, partitionSkew } from '../../src/bench/accounting.ts'

const measured = (sent: number, acked: number, failed = 0, unknown = 0) => ({ sent, acked, failed, unknown })
const own = { own: true, exactlyOnce: true, acks: 'all' }

describe('the accounting of a run', () => {
  it.each([
    ['everything arrived', measured(10, 10), 10, { found: 10, lost: 0, duplicated: 0 }],
    ['an unknown record was stored', measured(10, 9, 0, 1), 10, { found: 10, lost: 0, duplicated: 0 }],
    ['an unknown record was not stored', measured(10, 9, 0, 1), 9, { found: 9, lost: 0, duplicated: 0 }],
    ['an acknowledged record is gone', measured(10, 10), 9, { found: 9, lost: 1, duplicated: 0 }],
    ['a record is there twice', measured(10, 10), 11, { found: 11, lost: 0, duplicated: 1 }],
    ['a failed record was stored after all', measured(10, 9, 1), 10, { found: 10, lost: 0, duplicated: 1 }],
  ])('on an own topic with idempotence: %s', (_, counts, found, expected) => {
    const offsets = { before: [3, 0], after: [3 + found, 0] }
    expect(account({ ...own, measured: counts, offsets })).toMatchObject({ ...expected, exact: true })
  })

  it('promises less without idempotence, and says so', () => {
    const offsets = { before: [0], after: [10] }
    const answer = account({ own: true, exactlyOnce: false, acks: '1', measured: measured(10, 10), offsets })
    expect(answer).toMatchObject({ exact: false, lost: 0, duplicated: 0 })
    expect(answer.note).toContain('acks=1')
  })

  it('sees only a loss on a topic that others write to', () => {
    const shared = { own: false, exactlyOnce: true, acks: 'all', measured: measured(10, 10) }
    const more = account({ ...shared, offsets: { before: [0], after: [50] } })
    expect(more).toMatchObject({ found: 50, exact: false })
    expect(more).not.toHaveProperty('lost')
    expect(more).not.toHaveProperty('duplicated')
    expect(account({ ...shared, offsets: { before: [0], after: [8] } })).toMatchObject({ lost: 2 })
  })

  it('says that it knows nothing without offsets, and why', () => {
    const answer = account({ ...own, measured: measured(10, 10), offsets: 'topic t is no longer there' })
    expect(answer.note).toContain('no longer there')
    expect(answer).not.toHaveProperty('found')
    expect(answer.exact).toBe(false)
  })

  it('never counts one record as lost and as duplicated', () => {
    const count = fc.nat({ max: 1000 })
    fc.assert(
      fc.property(count, count, count, count, (acked, failed, unknown, found) => {
        const offsets = { before: [7, 7], after: [7 + found, 7] }
        const answer = account({
          ...own,
          measured: measured(acked + failed + unknown, acked, failed, unknown),
          offsets,
        })
        expect(Math.min(answer.lost ?? 0, answer.duplicated ?? 0)).toBe(0)
        expect(found).toBeGreaterThanOrEqual(acked - (answer.lost ?? 0))
        expect(found).toBeLessThanOrEqual(acked + unknown + (answer.duplicated ?? 0))
      }),
    )
  })
})

describe('the skew of partitions', () => {
  it('is 1 when even and the number of partitions when all is in one', () => {
    expect(partitionSkew([5, 5, 5, 5])).toBe(1)
    expect(partitionSkew([20, 0, 0, 0])).toBe(4)
    expect(partitionSkew([0, 0])).toBeUndefined()
    expect(partitionSkew(undefined)).toBeUndefined()
  })
})
