import type { Result } from '../../core/result.ts'
import type { Chart } from '../chart.ts'
import { readingCharts } from './reading.ts'
import { timedCharts } from './timed.ts'
import { watchedCharts } from './watched.ts'

/** What a run has to draw, by what was measured in it. */
export function runCharts(result: Result): Chart[] {
  if (result.kind === 'connector') return watchedCharts(result)
  return result.kind === 'consumer' ? readingCharts(result) : timedCharts(result)
}
