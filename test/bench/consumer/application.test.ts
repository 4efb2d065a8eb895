import { describe, expect, it } from 'vitest'
import { createApplication } from '../../../src/bench/consumer/application.ts'
import type { ApplicationPlan } from '../../../src/bench/consumer/plan.ts'
import type { Received } from '../../../src/drivers/consumer.ts'
import { createTestClock } from '../../core/test-clock.ts'

const received = (partition: number, firstOffset: number, records: number): Received => ({
  partition,
  records,
  bytes: records,
  firstOffset,
  lastOffset: firstOffset + records - 1,
  timestampMs: 0,
})

function make(more: Partial<ApplicationPlan>, delayMs = 2) {
  const clock = createTestClock()
  const processed: [number, number][] = []
  const commits: [number, number][][] = []
  const failures: unknown[] = []
  let refuse: Error | undefined
  const application = createApplication({
    plan: {
      process: undefined,
      per: 'record',
      batchSize: undefined,
      batchTimeoutMs: undefined,
      commit: 'none',
      ...more,
    },
    clock,
    delayMs: () => delayMs,
    async commit(offsets) {
      if (refuse !== undefined) throw refuse
      commits.push([...offsets])
    },
    onProcessed: (records, ms) => processed.push([records, ms]),
    onCommitted: (_, error) => failures.push(...(error === undefined ? [] : [error])),
  })
  return {
    application,
    clock,
    processed,
    commits,
    failures,
    refuse(error: Error) {
      refuse = error
    },
  }
}

const FIXED = { kind: 'fixed', ms: 2 } as const

describe('the application behind a consumer', () => {
  it('costs nothing where there is none', () => {
    const { application } = make({})
    expect(application.take([received(0, 0, 10)])).toBeUndefined()
  })

  it('works for each record, and the client waits', async () => {
    const { application, clock, processed } = make({ process: FIXED })
    const busy = application.take([received(0, 0, 10)])
    expect(busy).toBeInstanceOf(Promise)
    await clock.play(busy ?? Promise.resolve())
    expect(processed).toEqual([[10, 20]])
  })

  it('works once for a batch, and commits after it', async () => {
    const { application, clock, processed, commits } = make({
      process: FIXED,
      per: 'batch',
      batchSize: 15,
      commit: 'batch',
    })
    expect(application.take([received(0, 0, 10)])).toBeUndefined()
    expect(commits).toEqual([])
    await clock.play(application.take([received(0, 10, 3), received(1, 7, 2)]) ?? Promise.resolve())
    expect(processed).toEqual([[15, 2]])
    expect(commits).toEqual([
      [
        [0, 13],
        [1, 9],
      ],
    ])
  })

  it('works on what is left at the end', async () => {
    const { application, clock, commits } = make({ batchSize: 100, commit: 'batch' })
    application.take([received(0, 0, 10)])
    await clock.play(application.finish())
    expect(commits).toEqual([[[0, 10]]])
  })

  it('tells a commit that was refused, and goes on', async () => {
    const { application, clock, failures, refuse } = make({ commit: 'batch' })
    refuse(new Error('REBALANCE_IN_PROGRESS'))
    await clock.play(application.take([received(0, 0, 1)]) ?? Promise.resolve())
    expect(failures).toHaveLength(1)
    await clock.play(application.take([received(0, 1, 1)]) ?? Promise.resolve())
    expect(failures).toHaveLength(2)
  })
})
