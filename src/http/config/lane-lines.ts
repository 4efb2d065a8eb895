/** Who polls what, in words. */
import { dealLanes } from '../plan.ts'
import type { HttpSetup } from '../setup.ts'
import { shown } from './shown.ts'

/** One line a lane, and one for tasks that have nothing to do. */
export function laneLines(setup: HttpSetup): readonly string[] {
  const { plan } = shown(setup)
  const lanes = dealLanes(plan)
  const busy = new Set(lanes.map(({ task }) => task))
  const idle = Array.from({ length: plan.tasks }, (_, task) => task).filter((task) => !busy.has(task))
  return [
    ...lanes.map(({ task, target, copy }) => {
      const same =
        copy === 0 ? '' : `, as task 0 does: its records come ${copy === 1 ? 'twice' : `${copy + 1} times`}`
      return `task ${task} polls ${target.name} at ${target.url}${same}`
    }),
    ...(lanes.length === 0 || idle.length === 0 ? [] : [`nothing to do for task ${idle.join(', ')}`]),
  ]
}
