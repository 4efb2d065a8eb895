import { describe, expect, it } from 'vitest'
import { mser5 } from '../../src/core/steady.ts'

/** Small, repeatable noise around 1. */
const noise = (i: number) => 1 + (((i * 7919) % 101) - 50) / 1000

describe('the end of a warm-up', () => {
  it('is where slow first values stop', () => {
    const values = Array.from({ length: 60 }, (_, i) => (i < 12 ? 10 - i * 0.5 : noise(i)))
    const cut = mser5(values)
    expect(cut).toBe(15)
  })

  it('is at once when every value is alike', () => {
    expect(mser5(Array.from({ length: 60 }, (_, i) => noise(i)))).toBeLessThanOrEqual(10)
  })

  it('is nowhere while values keep falling', () => {
    expect(mser5(Array.from({ length: 60 }, (_, i) => 100 - i))).toBeUndefined()
  })

  it('is unknown from a few values', () => {
    expect(mser5([1, 1, 1, 1, 1, 1, 1, 1])).toBeUndefined()
  })
})
