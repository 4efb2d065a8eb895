import type { Repeated } from '../core/repeated.ts'
import type { Result } from '../core/result.ts'
import { TuneError } from '../errors.ts'
import { apache } from './apache.ts'
import { apacheConsumer } from './apache-consumer.ts'
import { hlog } from './hlog.ts'
import type { Report, Style } from './model.ts'
import { REPORT_NAMES, type RUN_ONLY_NAMES, type RunReportName } from './names.ts'
import { noFormat } from './no-format.ts'
import { repeatedReport } from './repeated.ts'
import { REPORTERS } from './reporters.ts'
import { runReport } from './run.ts'

/** Formats of other tools, which know runs only. */
const RUN_REPORTERS = {
  apache: (result) => {
    if (result.kind === 'connector') throw noFormat('apache')
    return result.kind === 'consumer' ? apacheConsumer(result) : apache(result)
  },
  hlog,
} as const satisfies Record<(typeof RUN_ONLY_NAMES)[number], (result: Result) => string>

/**
 * A document that was kept.
 * @param runs whose document it is; none of a comparison, a sizing or a plan
 * @throws TuneError USAGE for a format of runs and a document of something else
 */
export function render(name: RunReportName, report: Report, runs: readonly Result[], style: Style): string {
  if (name !== 'apache' && name !== 'hlog') return REPORTERS[name](report, style)
  if (runs.length > 0) return runs.map(RUN_REPORTERS[name]).join('')
  throw new TuneError('USAGE', `${report.title} is no run, and --report ${name} tells of runs only`, {
    hint: `use --report ${REPORT_NAMES.join(', ')}`,
  })
}

/** @param savedAt where a run's result is kept, for formats that people read */
export function reportOf(document: Result | Repeated, savedAt?: string): Report {
  return document.schema === 'tune.result/1' ? runReport(document, savedAt) : repeatedReport(document)
}

/**
 * A run's result in any format.
 * @param savedAt where the result is kept, for formats that people read
 */
export function renderRun(name: RunReportName, result: Result, style: Style, savedAt?: string): string {
  return render(name, runReport(result, savedAt), [result], style)
}
