/** How a lag is looked at, and what the looks come to; on a test clock. */
import { describe, expect, it } from 'vitest'
import { catchUpOf, watchLag } from '../../../src/bench/consumer/catch-up.ts'
import type { ConsumerBenchPlan } from '../../../src/bench/consumer/plan.ts'
import { createTestClock } from '../../core/test-clock.ts'
import { catchUpPlan, loadedFor } from '../../fixtures/consumer-result.ts'

describe('the lag of a run that catches up', () => {
  it('is looked at four times a second, until it is below the threshold', async () => {
    const clock = createTestClock()
    let position = 0
    // 20,000/s are read, 5,000/s written, with 30,000 to begin with
    const timer = () => {
      position += 2000
      clock.schedule(clock.nowMs() + 100, timer)
    }
    clock.schedule(100, timer)
    let caughtUpAtMs: number | undefined
    const done = new Promise<void>((resolve) => {
      watchLag(
        { topic: { name: 't' }, catchUp: catchUpPlan } as ConsumerBenchPlan & { catchUp: typeof catchUpPlan },
        () => [position],
        {
          clock,
          admin: { endOffsets: async () => [30_000 + clock.nowMs() * 5] },
          onCaughtUp() {
            caughtUpAtMs = clock.nowMs()
            resolve()
          },
        },
      )
    })
    await clock.play(done)
    // 15,000/s less: 2,000 are left at 2 s, since what is read comes in steps of 0.1 s, and none at the next look
    expect(caughtUpAtMs).toBe(2250)
  })

  it('tells how fast it shrank, and what those who write felt before and meanwhile', () => {
    const samples = [
      { atMs: 10, lagRecords: 30_000 },
      { atMs: 1010, lagRecords: 15_000 },
      { atMs: 2010, lagRecords: 0 },
    ]
    const found = catchUpOf(catchUpPlan, samples, { loaded: loadedFor(10), startedMs: 500, readingMs: 5700 })
    expect(found).toMatchObject({ backlogRecords: 30_000, caughtUpMs: 2010, drainedPerSec: 15_000 })
    // Reading began in the sixth second of the load, which is neither
    expect(found.writing.before).toMatchObject({ durationMs: 5000, latency: { count: 10_000 } })
    expect(found.writing.during).toMatchObject({ durationMs: 4000, latency: { count: 8000 } })
    expect(found.writing).toMatchObject({ sent: 20_000, acked: 20_000, failed: 0, unknown: 0 })
  })

  it('says that it was not gone, and that it grew', () => {
    const samples = [
      { atMs: 0, lagRecords: 3000 },
      { atMs: 2000, lagRecords: 5000 },
    ]
    const found = catchUpOf(catchUpPlan, samples, { loaded: loadedFor(2), startedMs: 0, readingMs: 1000 })
    expect(found.caughtUpMs).toBeUndefined()
    expect(found.drainedPerSec).toBe(-1000)
  })
})
