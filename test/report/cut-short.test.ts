import { describe, expect, it } from 'vitest'
import { cutShort } from '../../src/report/cut-short.ts'

describe('a run that did not come to its end', () => {
  it.each([
    [{ complete: true, durationMs: 5000 }, undefined],
    [{ complete: false, durationMs: 2500 }, 'interrupted after 2.5 s: some'],
    [
      { complete: false, endedEarly: 'the broker is gone', durationMs: 90_000 },
      'ended early after 1m 30s: some',
    ],
    [{ complete: false, durationMs: 0.029 }, 'interrupted before anything was measured: some'],
  ])('%j', (result, text) => {
    expect(cutShort(result, 'some')).toBe(text)
  })
})
