import type { Repeated } from '../core/repeated.ts'
import type { Result } from '../core/result.ts'
import { apache } from './apache.ts'
import { apacheConsumer } from './apache-consumer.ts'
import { hlog } from './hlog.ts'
import type { Style } from './model.ts'
import { noFormat } from './no-format.ts'
import { repeatedReport } from './repeated.ts'
import { REPORTERS } from './reporters.ts'
import { runReport } from './run.ts'

/** Formats of other tools, which know runs only. */
export const RUN_REPORTERS = {
  apache: (result) => {
    if (result.kind === 'connector') throw noFormat('apache')
    return result.kind === 'consumer' ? apacheConsumer(result) : apache(result)
  },
  hlog,
} as const satisfies Record<string, (result: Result) => string>

export type RunReporterName = keyof typeof REPORTERS | keyof typeof RUN_REPORTERS

export const RUN_REPORTER_NAMES: readonly RunReporterName[] = ['table', 'json', 'markdown', 'apache', 'hlog']

export function isRunReporterName(name: string): name is RunReporterName {
  return Object.hasOwn(REPORTERS, name) || Object.hasOwn(RUN_REPORTERS, name)
}

/** Several runs' results in any format; those of other tools one after the other. */
export function renderRepeated(name: RunReporterName, document: Repeated, style: Style): string {
  if (name === 'apache' || name === 'hlog') return document.runs.map(RUN_REPORTERS[name]).join('')
  return REPORTERS[name](repeatedReport(document), style)
}

/**
 * A run's result in any format.
 * @param savedAt where the result is kept, for formats that people read
 */
export function renderRun(name: RunReporterName, result: Result, style: Style, savedAt?: string): string {
  if (name === 'apache' || name === 'hlog') return RUN_REPORTERS[name](result)
  return REPORTERS[name](runReport(result, savedAt), style)
}
