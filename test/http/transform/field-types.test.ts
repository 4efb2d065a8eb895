import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { FieldType } from '../../../src/http/setup.ts'
import { castTo } from '../../../src/http/transform/field-types.ts'

describe('a field', () => {
  it.each<[FieldType, unknown, unknown]>([
    ['STRING', 7, '7'],
    ['STRING', true, 'true'],
    ['STRING', { a: [1] }, '{"a":[1]}'],
    ['INTEGER', '42', 42],
    ['INTEGER', 42.0, 42],
    ['INTEGER', 42.5, undefined],
    ['INTEGER', 2_147_483_648, undefined],
    ['INTEGER', -2_147_483_648, -2_147_483_648],
    ['INTEGER', true, undefined],
    ['INTEGER', '', undefined],
    ['LONG', '9007199254740991', 9_007_199_254_740_991],
    ['LONG', '9007199254740993', undefined],
    ['LONG', 1e21, undefined],
    ['DOUBLE', '1.5e3', 1500],
    ['DOUBLE', '0x10', undefined],
    ['DOUBLE', 'Infinity', undefined],
    ['DOUBLE', [], undefined],
    ['BOOLEAN', 'TRUE', true],
    ['BOOLEAN', false, false],
    ['BOOLEAN', 1, undefined],
    ['BOOLEAN', 'yes', undefined],
    ['TIMESTAMP', '2026-01-01T00:00:00Z', Date.UTC(2026, 0, 1)],
    ['TIMESTAMP', '2026-01-01T02:00:00+02:00', Date.UTC(2026, 0, 1)],
    ['TIMESTAMP', '2026-01-01 00:00:00', Date.UTC(2026, 0, 1)],
    ['TIMESTAMP', '2026-01-01', Date.UTC(2026, 0, 1)],
    ['TIMESTAMP', 1_767_225_600_000, Date.UTC(2026, 0, 1)],
    ['TIMESTAMP', '1767225600000', Date.UTC(2026, 0, 1)],
    ['TIMESTAMP', '2026-13-01', undefined],
    ['TIMESTAMP', 'yesterday', undefined],
  ])('as %s, %j is %j', (type, value, cast) => {
    expect(castTo(type, value)).toBe(cast)
  })

  it('comes back as it was from its text', () => {
    const values: [FieldType, fc.Arbitrary<string | number | boolean>][] = [
      ['STRING', fc.string()],
      ['INTEGER', fc.integer()],
      ['LONG', fc.maxSafeInteger()],
      ['DOUBLE', fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0)],
      ['BOOLEAN', fc.boolean()],
      ['TIMESTAMP', fc.date({ noInvalidDate: true }).map((date) => date.getTime())],
    ]
    for (const [type, arbitrary] of values) {
      fc.assert(
        fc.property(arbitrary, (value) => {
          expect(castTo(type, castTo('STRING', value))).toBe(value)
          expect(castTo(type, value)).toBe(value)
        }),
      )
    }
  })

  it('reads a date as it was written', () => {
    const dates = fc.date({ min: new Date('0001-01-01'), max: new Date('9999-12-31'), noInvalidDate: true })
    fc.assert(
      fc.property(dates, (date) => {
        expect(castTo('TIMESTAMP', date.toISOString())).toBe(date.getTime())
      }),
    )
  })

  it('never becomes a number that JSON cannot write', () => {
    fc.assert(
      fc.property(
        fc.constantFrom<FieldType>('INTEGER', 'LONG', 'DOUBLE', 'TIMESTAMP'),
        fc
          .oneof(fc.anything(), fc.string(), fc.double())
          .filter((value) => value !== null && value !== undefined),
        (type, value) => {
          const cast = castTo(type, value)
          if (cast !== undefined) expect(JSON.parse(JSON.stringify(cast))).toBe(cast)
        },
      ),
    )
  })
})
