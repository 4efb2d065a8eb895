import type { Result } from '../../core/result.ts'
import type { Chart, LinesChart } from '../chart.ts'
import { readingCharts } from './reading.ts'
import { latencyCurves, timedCharts } from './timed.ts'
import { watchedCharts } from './watched.ts'

/** What a run has to draw, by what was measured in it. */
export function runCharts(result: Result): Chart[] {
  if (result.kind === 'connector') return watchedCharts(result)
  return result.kind === 'consumer' ? readingCharts(result) : timedCharts(result)
}

/** The curve of its latencies alone; a consumer has none that a terminal would show. */
export function runCurves(result: Result): LinesChart[] {
  return result.kind === 'connector' || result.kind === 'consumer' ? [] : latencyCurves(result)
}
