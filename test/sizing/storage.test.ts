import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { sizingOf, stepOf, warningsOf } from './cases.ts'

const storage = (texts: Record<string, string>) => sizingOf('storage', texts)
const TB_IN_GIB = 1e12 / 1024 ** 3

describe('disk', () => {
  it('is rate × retention × replication: 0.4 GB/s for a day, three times, is 103.7 TB', () => {
    // Confluent's eventsizer prints 31,104 TB for the same inputs, which does not follow from them.
    const sizing = storage({ ingress: '3.2Gbit/s', retention: '1d', replication: '3' })
    expect(sizing.answer.value / TB_IN_GIB).toBeCloseTo(103.68, 2)
  })

  it('after compression that saves 60 % is that of 400 MB/s, where 1 GB/s is produced', () => {
    const compressed = storage({ ingress: '8Gbit/s', compression: '2.5x', retention: '1d' })
    expect(stepOf(compressed, 'written')).toBeCloseTo(400e6 / 1024 ** 2, 2)
  })

  it('shrinks by compression, and fills by the average rate', () => {
    const plain = storage({ ingress: '100MiB/s' }).answer.value
    expect(storage({ ingress: '100MiB/s', compression: '4x' }).answer.value).toBeCloseTo(plain / 4, 0)
    expect(storage({ ingress: '100MiB/s', average: '25%' }).answer.value).toBeCloseTo(plain / 4, 0)
  })

  it('is the same by records and by bytes', () => {
    expect(storage({ rate: '102400/s', recordSize: '1KiB' }).answer.value).toBe(
      storage({ ingress: '100MiB/s' }).answer.value,
    )
  })

  it('holds an open segment for each replica', () => {
    const sizing = storage({ ingress: '1KiB/s', partitions: '100', segment: '512MiB' })
    expect(stepOf(sizing, 'open')).toBe(150)
  })

  it('with tiers holds what is young; the rest is kept once', () => {
    const sizing = storage({ ingress: '1MiB/s', retention: '30d', localRetention: '1d' })
    expect(sizing.answer.value).toBeCloseTo((86_400 * 3) / 1024, 2)
    expect(stepOf(sizing, 'remote')).toBeCloseTo((30 * 86_400) / 1024, 1)
    expect(() => storage({ ingress: '1MiB/s', retention: '1d', localRetention: '2d' })).toThrow(
      '--local-retention: must be at most the retention',
    )
  })

  it('that is given is filled no more than asked, by as many brokers as it says', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5000 }), fc.integer({ min: 10, max: 20_000 }), (mib, disk) => {
        const texts = { ingress: `${mib}MiB/s`, disk: `${disk}GiB` }
        const brokers = stepOf(storage(texts), 'brokersForDisk')
        fc.pre(brokers <= 10_000)
        const again = storage({ ...texts, brokers: `${brokers}` })
        expect(stepOf(again, 'full')).toBeLessThanOrEqual(0.6 * (1 + 1e-5))
        expect(warningsOf(again)).toEqual([])
      }),
    )
  })
})
