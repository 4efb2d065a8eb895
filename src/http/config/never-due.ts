/** What a setup does from time to time, and too seldom to be seen in a run. */
import { formatDurationMs } from '../../units.ts'
import { parseSchedule } from '../cache/schedule.ts'
import type { HttpSetup } from '../setup.ts'
import type { ConfigWarning } from './warnings.ts'

/**
 * @param durationMs how long the run measures
 * @param nowEpochMs about when it begins, for schedules
 * @throws TuneError CONFIG where a schedule is none
 */
export function neverDue(setup: HttpSetup, durationMs: number, nowEpochMs: number): readonly ConfigWarning[] {
  const { name, scaling, cache, balancing } = setup
  const every: Readonly<Record<string, number | undefined>> = {
    'auto scaling': scaling?.intervalMs,
    'health checks': balancing?.healthCheck?.intervalMs,
    'cache clean-up': cache?.cleanupIntervalMs,
    'cache tuning': cache?.autoTuningIntervalMs,
  }
  const late = Object.entries(every).flatMap(([what, intervalMs]) =>
    intervalMs === undefined || intervalMs <= durationMs
      ? []
      : [`${what} (every ${formatDurationMs(intervalMs)})`],
  )
  const schedule = cache?.warming?.schedule
  const nextMs = schedule === undefined ? undefined : parseSchedule(schedule)(nowEpochMs)
  if (schedule !== undefined && (nextMs === undefined || nextMs > nowEpochMs + durationMs)) {
    late.push(`cache warming (${schedule})`)
  }
  if (late.length === 0) return []
  return [
    {
      id: 'never-due',
      text: `${name}: the ${formatDurationMs(durationMs)} that are measured are too short for ${late.join(', ')}: measure longer (--duration) to see what it does`,
    },
  ]
}
