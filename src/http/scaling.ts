/** How many tasks there should be, by what they bring together. Pure. */
import type { ScalingSettings } from './setup.ts'

export interface ScalingState {
  readonly tasks: number
  /** Evaluations for which nothing changes. */
  readonly coolDown: number
}

export interface ScalingStep {
  readonly atMs: number
  readonly recordsPerSec: number
  readonly from: number
  readonly to: number
}

/** After a change one evaluation is let pass: its interval was measured while the tasks were changing. */
const COOL_DOWN = 1

/**
 * Up when tasks bring more than the upper threshold, down when they bring less than the lower: load that is there is
 * shared by more tasks (the guide's `auto.scaling.scale.up.threshold.throughput`). One task at a time.
 */
export function nextTasks(
  settings: ScalingSettings,
  state: ScalingState,
  recordsPerSec: number,
): ScalingState {
  const { minTasks, maxTasks, upAbovePerSec, downBelowPerSec } = settings
  const { tasks, coolDown } = state
  const clamped = Math.min(maxTasks, Math.max(minTasks, tasks))
  if (clamped !== tasks) return { tasks: clamped, coolDown: COOL_DOWN }
  if (coolDown > 0) return { tasks, coolDown: coolDown - 1 }
  if (recordsPerSec > upAbovePerSec && tasks < maxTasks) return { tasks: tasks + 1, coolDown: COOL_DOWN }
  if (recordsPerSec < downBelowPerSec && tasks > minTasks) return { tasks: tasks - 1, coolDown: COOL_DOWN }
  return { tasks, coolDown: 0 }
}

/** Measures what tasks bring, and keeps how many there are. */
export function createScaler(settings: ScalingSettings, firstTasks: number) {
  let state: ScalingState = { tasks: firstTasks, coolDown: 0 }
  let records = 0
  let sinceMs = 0
  let steps: ScalingStep[] = []
  return {
    settings,
    brought(more: number): void {
      records += more
    },
    /** Polls begin, maybe after a pause that is nobody's throughput. */
    begin(nowMs: number): void {
      records = 0
      sinceMs = nowMs
    },
    /** @returns how many tasks there are to be now; undefined: as many as there were */
    evaluate(nowMs: number): number | undefined {
      const recordsPerSec = (records * 1000) / Math.max(1, nowMs - sinceMs)
      const { tasks: from } = state
      state = nextTasks(settings, state, recordsPerSec)
      steps.push({ atMs: nowMs, recordsPerSec, from, to: state.tasks })
      records = 0
      sinceMs = nowMs
      return state.tasks === from ? undefined : state.tasks
    },
    steps: (): readonly ScalingStep[] => [...steps],
    reset(): void {
      steps = []
    },
  }
}
