import { describe, expect, it } from 'vitest'
import type { Progress } from '../../src/bench/progress.ts'
import { createTogether } from '../../src/workers/together.ts'

const progress = (change: Partial<Progress>): Progress => ({
  ...{ phase: 'measuring', elapsedMs: 1000, recordsDone: 10, recordsPerSec: 10, bytesPerSec: 100, errors: 0 },
  ...change,
})

describe('the progress of several workers', () => {
  it('is told once all have spoken, as one', () => {
    const seen: Progress[] = []
    const together = createTogether(2, (one) => seen.push(one))
    together.tell(0, progress({ p99Ms: 3, meanServiceMs: 1, targetPerSec: 20, totalMs: 5000 }))
    expect(seen).toEqual([])
    together.tell(
      1,
      progress({ recordsPerSec: 30, p99Ms: 9, meanServiceMs: 2, targetPerSec: 20, totalMs: 5000, errors: 2 }),
    )
    expect(seen).toEqual([
      progress({
        ...{
          recordsDone: 20,
          recordsPerSec: 40,
          bytesPerSec: 200,
          errors: 2,
          targetPerSec: 40,
          totalMs: 5000,
        },
        ...{ p99Ms: 9, meanServiceMs: 1.75 },
      }),
    ])
  })

  it('does not wait for one that is behind, and shows the phase of the slowest', () => {
    const seen: Progress[] = []
    const together = createTogether(2, (one) => seen.push(one))
    together.tell(0, progress({ phase: 'warm-up', elapsedMs: 100 }))
    together.tell(1, progress({}))
    together.tell(0, progress({ elapsedMs: 1000 }))
    together.tell(0, progress({ elapsedMs: 2000 }))
    expect(seen.map(({ phase, elapsedMs }) => [phase, elapsedMs])).toEqual([
      ['warm-up', 1000],
      ['measuring', 1000],
    ])
  })
})
