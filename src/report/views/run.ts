import { withCoarseSeconds } from '../../core/coarse-seconds.ts'
import type { Result } from '../../core/result.ts'
import { runCharts, runCurves } from '../charts/of-run.ts'
import type { Views } from '../model.ts'
import { runCases } from './cases.ts'
import { runDetails } from './details.ts'
import { runFigures } from './figures.ts'
import { runHighlights } from './highlights.ts'
import { seriesTable } from './series.ts'

export function runViews(result: Result): Views {
  return {
    highlights: () => runHighlights(result),
    charts: () => runCharts(result),
    curves: () => runCurves(result),
    details: () => runDetails(result),
    cases: () => runCases(result),
    figures: () => runFigures(result),
    rows: () => seriesTable(result),
    smaller: (digits) => withCoarseSeconds(result, digits),
  }
}
