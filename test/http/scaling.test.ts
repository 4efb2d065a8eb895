import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createScaler, nextTasks } from '../../src/http/scaling.ts'
import type { ScalingSettings } from '../../src/http/setup.ts'

/** The guide's. */
const GUIDE: ScalingSettings = {
  minTasks: 2,
  maxTasks: 16,
  upAbovePerSec: 1000,
  downBelowPerSec: 100,
  intervalMs: 300_000,
}

describe('the number of tasks', () => {
  it.each([
    ['goes up above the upper threshold', 4, 1001, 5],
    ['stays at it', 4, 1000, 4],
    ['stays between them', 4, 500, 4],
    ['stays at the lower one', 4, 100, 4],
    ['goes down below it', 4, 99, 3],
    ['never above the most', 16, 5000, 16],
    ['never below the fewest', 2, 0, 2],
    ['comes to the fewest at once', 1, 500, 2],
    ['comes to the most at once', 20, 500, 16],
  ])('%s', (_, tasks, recordsPerSec, next) => {
    expect(nextTasks(GUIDE, { tasks, coolDown: 0 }, recordsPerSec).tasks).toBe(next)
  })

  it('changes every other interval at most: the one between was measured while it changed', () => {
    const tasks: number[] = []
    let state = { tasks: 2, coolDown: 0 }
    for (let n = 0; n < 6; n++) {
      state = nextTasks(GUIDE, state, 5000)
      tasks.push(state.tasks)
    }
    expect(tasks).toEqual([3, 3, 4, 4, 5, 5])
  })

  it('stays within its bounds, whatever comes, and moves by one', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 3000, noNaN: true })), (rates) => {
        let state = { tasks: 5, coolDown: 0 }
        for (const rate of rates) {
          const before = state.tasks
          state = nextTasks(GUIDE, state, rate)
          expect(Math.abs(state.tasks - before)).toBeLessThanOrEqual(1)
          expect(state.tasks).toBeGreaterThanOrEqual(2)
          expect(state.tasks).toBeLessThanOrEqual(16)
        }
      }),
    )
  })

  it('follows what came in the interval, and no pause counts', () => {
    const scaler = createScaler({ ...GUIDE, intervalMs: 1000 }, 2)
    scaler.brought(1_000_000)
    scaler.begin(60_000)
    scaler.brought(1500)
    expect(scaler.evaluate(61_000)).toBe(3)
    scaler.brought(3000)
    expect(scaler.evaluate(62_000)).toBeUndefined()
    expect(scaler.steps()).toEqual([
      { atMs: 61_000, recordsPerSec: 1500, from: 2, to: 3 },
      { atMs: 62_000, recordsPerSec: 3000, from: 3, to: 3 },
    ])
  })
})
