import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { evaluate } from '../../src/sizing/expression.ts'
import { f } from '../../src/sizing/formula.ts'
import { quantity, rounded, shown } from '../../src/sizing/quantity.ts'

describe('arithmetic', () => {
  test.each([
    ['1 + 2 × 3', 7],
    ['(1 + 2) × 3', 9],
    ['10 - 2 - 3', 5],
    ['100 / 10 / 2', 5],
    ['-4 + 6', 2],
    ['3 - -2', 5],
    ['max(1, 5, 3) + min(2, 4)', 7],
    ['ceil(100000 / (12000 × 0.7))', 12],
    ['floor(7 / 2) × round(2.5)', 9],
    ['sqrt(16) + ln(1) + log2(8)', 7],
    ['lcm(4, 6)', 12],
    ['sum(1, 2, 3) + pow2(3)', 14],
    ['1.5e3', 1500],
    ['0.1', 0.1],
  ])('%s is %d', (text, value) => expect(evaluate(text)).toBeCloseTo(value, 12))

  it('rounds up only what a pocket calculator would: 1.1 × 100 is 110.00000000000001', () => {
    expect(evaluate('ceil(1.1 × 100)')).toBe(110)
    expect(evaluate('floor(0.3 / 0.1)')).toBe(3)
    expect(evaluate('ceil(110.001)')).toBe(111)
  })

  test.each(['', '1 +', '2 3', 'max(1', 'cosine(1)', '1 $ 2', '(1', ')'])("'%s' is a defect", (text) => {
    expect(() => evaluate(text)).toThrow()
  })

  it('agrees with JavaScript on sums of products', () => {
    const number = fc.integer({ min: 1, max: 1e6 })
    fc.assert(
      fc.property(number, number, number, number, (a, b, c, d) => {
        expect(evaluate(`${a} × (${b} + ${c}) / ${d} - ${b}`)).toBe((a * (b + c)) / d - b)
      }),
    )
  })
})

describe('a formula', () => {
  const rate = quantity('rate', 100_000, 'records/s')
  const share = quantity('share', 2 / 3, '')

  it('reads in names and in numbers, and can be computed', () => {
    expect(f`ceil(${rate} × ${share} / ${1000})`).toEqual({
      names: 'ceil(rate × share / 1,000)',
      numbers: 'ceil(100,000 × 0.666667 / 1,000)',
      expression: 'ceil(100000 × 0.666667 / 1000)',
    })
  })

  it('takes a list as arguments', () => {
    expect(f`max(${[rate, share]})`.numbers).toBe('max(100,000, 0.666667)')
  })

  it('is computed from exactly the digits that are printed', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-9, max: 1e15, noNaN: true }), (value) => {
        const one = quantity('one', value, '')
        const { numbers, expression } = f`${one}`
        expect(evaluate(expression)).toBe(one.value)
        expect(Number(numbers.replaceAll(',', ''))).toBe(one.value)
      }),
    )
  })
})

describe('numbers', () => {
  it('keep six significant digits, whole ones all', () => {
    expect([1 / 3, 97.65625, 1_234_567.8, 123_456_789, 0.000012345678].map(rounded)).toEqual([
      0.333333, 97.6563, 1_234_568, 123_456_789, 0.0000123457,
    ])
  })

  it('read short in sentences, one of a thing in the singular', () => {
    expect(shown({ value: 1, unit: 'partitions' })).toBe('1 partition')
    expect(shown({ value: 97.6563, unit: 'MiB/s' })).toBe('97.66 MiB/s')
    expect(shown({ value: 1234.5, unit: 's' })).toBe('1,235 s')
    expect(shown({ value: 0.5, unit: '' })).toBe('0.5')
  })
})
