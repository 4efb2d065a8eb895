import { describe, expect, it } from 'vitest'
import type { Interval } from '../../src/core/result.ts'
import { longestSilence } from '../../src/core/silence.ts'

/** Seconds of a run as [sent, acknowledged, given up]. */
function series(...seconds: [sent: number, records: number, errors?: number][]): Interval[] {
  return seconds.map(([sent, records, errors = 0], second) => ({
    atMs: second * 1000,
    durationMs: 1000,
    phase: 'measure',
    records,
    bytes: 0,
    sent,
    recordsPerSec: records,
    bytesPerSec: 0,
    errors,
  }))
}

describe('the longest silence of a run', () => {
  it('is where nothing came back though something was open', () => {
    expect(longestSilence(series([9, 9], [9, 5], [9, 0], [9, 0], [9, 22], [9, 8], [9, 0]))).toEqual({
      atMs: 2000,
      durationMs: 2000,
    })
  })

  it('is none while nothing is open: a slow schedule, a rest between steps', () => {
    expect(longestSilence(series([1, 1], [0, 0], [0, 0], [1, 1]))).toBeUndefined()
  })

  it('ends with an error as with an answer', () => {
    expect(longestSilence(series([9, 5], [9, 0, 4], [9, 9]))).toBeUndefined()
  })

  it('is not begun before something was sent', () => {
    expect(longestSilence(series([9, 0], [9, 18]))).toBeUndefined()
    expect(longestSilence([])).toBeUndefined()
  })
})
