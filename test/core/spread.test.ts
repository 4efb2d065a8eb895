import { describe, expect, it } from 'vitest'
import { spread, spreadOf } from '../../src/core/spread.ts'
import { pacedResult, writtenResult } from '../fixtures/result.ts'

describe('the spread of fresh runs', () => {
  it('is the middle, the ends, and the standard deviation over the mean', () => {
    expect(spread([4, 2, 6])).toEqual({ median: 4, min: 2, max: 6, variation: 0.5, count: 3 })
    expect(spread([1, 3])).toMatchObject({ median: 2 })
  })

  it('says nothing of variation with one run, or around 0', () => {
    expect(spread([5]).variation).toBeUndefined()
    expect(spread([0, 0]).variation).toBeUndefined()
  })

  it('counts the runs that have a figure: not measured is not 0', () => {
    const { 'latency.p99Ms': p99, recordsPerSec } = spreadOf([pacedResult(), writtenResult()])
    expect(p99).toMatchObject({ count: 1, min: pacedResult().latency?.p99Ms })
    expect(recordsPerSec).toMatchObject({ count: 2, min: 1997 })
  })
})
