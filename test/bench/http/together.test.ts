import { describe, expect, it } from 'vitest'
import { addUp, warmupsTogether } from '../../../src/bench/http/together.ts'
import type { Interval } from '../../../src/core/result.ts'

const second = (atMs: number, durationMs: number, records: number): Interval => ({
  atMs,
  durationMs,
  phase: 'measure',
  records,
  bytes: 0,
  sent: records,
  recordsPerSec: (records * 1000) / durationMs,
  bytesPerSec: 0,
  errors: 1,
})

describe('the warm-up of several connectors', () => {
  it('is as long as the longest, and its seconds are those of all before measured time', () => {
    const seconds = [second(0, 1000, 200), second(1000, 1000, 100), second(2000, 500, 50)]
    const warmup = warmupsTogether(
      [
        { tookMs: 2500, records: 3 },
        { tookMs: 2100, records: 4 },
      ],
      seconds,
    )
    expect(warmup).toMatchObject({ tookMs: 2500, records: 7 })
    expect(warmup).not.toHaveProperty('steadyAtMs')
    expect(warmup.series?.map(({ atMs, records, recordsPerSec }) => [atMs, records, recordsPerSec])).toEqual([
      [-2500, 200, 200],
      [-1500, 100, 100],
      [-500, 50, 100],
    ])
  })

  it('is steady when the last of them is, and never where one is not', () => {
    const at = (...steady: (number | null)[]) =>
      warmupsTogether(
        steady.map((steadyAtMs) => ({ tookMs: 1000, records: 1, steadyAtMs })),
        [],
      ).steadyAtMs
    expect(at(400, 800)).toBe(800)
    expect(at(400, null)).toBeNull()
  })

  it('has no seconds where there was none', () => {
    expect(warmupsTogether([{ tookMs: 0, records: 0 }], [])).toEqual({ tookMs: 0, records: 0 })
  })
})

describe('numbers of several', () => {
  it('add up wherever they are, those too that only one has', () => {
    const all = [
      { a: 1, errors: { X: 2 } as Record<string, number>, name: { b: 1 } },
      { a: 2, errors: { Y: 3 } as Record<string, number>, name: { b: 2 } },
    ]
    expect(addUp(all)).toEqual({ a: 3, errors: { X: 2, Y: 3 }, name: { b: 3 } })
  })
})
