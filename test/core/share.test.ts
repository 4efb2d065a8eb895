import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createPacer } from '../../src/core/pacer.ts'
import { shareCount, sharePacer } from '../../src/core/share.ts'
import { makeRecordSource, shareSource } from '../../src/records/index.ts'

const shares = fc.integer({ min: 1, max: 9 })

describe('a load that several processes share', () => {
  it('has the same due times as the whole, each once', () => {
    fc.assert(
      fc.property(
        shares,
        fc.double({ min: 1, max: 1e5, noNaN: true }),
        fc.integer({ min: 1, max: 200 }),
        (of, rate, count) => {
          const whole = createPacer({ shape: 'ramp', fromPerSec: rate / 2, toPerSec: rate, overMs: 5000 })
          const parts = Array.from({ length: of }, (_, index) => {
            const part = sharePacer(whole, { index, of })
            return Array.from({ length: shareCount(count, { index, of }) }, (_, n) => part.dueMs(n))
          })
          const due = Array.from({ length: count }, (_, n) => whole.dueMs(n))
          expect(parts.flat().toSorted((a, b) => a - b)).toEqual(due)
        },
      ),
    )
  })

  it('asks each for its part of the rate', () => {
    const part = sharePacer(createPacer({ shape: 'constant', ratePerSec: 900 }), { index: 2, of: 3 })
    expect(part.ratePerSec(0)).toBe(300)
    expect([part.dueMs(0), part.dueMs(1)]).toEqual([2 / 0.9, 5 / 0.9])
  })

  it('sends every record once, with the keys and values of one process', () => {
    const source = makeRecordSource({ monotonic: true, keys: { kind: 'range', keys: 7 } })
    const parts = [0, 1, 2].map((index) => shareSource(source, { index, of: 3 }))
    const sent = [0, 1, 2, 3].flatMap((n) => parts.map((part) => `${part.key(n)}:${part.value(n)}`))
    expect(sent).toEqual(Array.from({ length: 12 }, (_, n) => `${n % 7}:${n}`))
    expect(parts[2]?.bytes(3)).toBe(source.bytes(11))
  })
})
