/** Names of formats, for who offers them without loading what prints them. */

/** For every command's report. */
export const REPORT_NAMES = [
  'table',
  'json',
  'markdown',
  'html',
  'github',
  'junit',
  'csv',
  'prometheus',
] as const
/** Those of other tools, which know runs only. */
export const RUN_ONLY_NAMES = ['apache', 'hlog'] as const

export type ReportName = (typeof REPORT_NAMES)[number]
export type RunReportName = ReportName | (typeof RUN_ONLY_NAMES)[number]

export const RUN_REPORT_NAMES: readonly RunReportName[] = [...REPORT_NAMES, ...RUN_ONLY_NAMES]

export function isRunReportName(name: string): name is RunReportName {
  return RUN_REPORT_NAMES.some((known) => known === name)
}
