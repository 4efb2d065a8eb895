import { csv } from './csv.ts'
import { github } from './github.ts'
import { htmlPage } from './html/page.ts'
import { json } from './json.ts'
import { junit } from './junit.ts'
import { markdown } from './markdown.ts'
import type { Report, Style } from './model.ts'
import type { ReportName } from './names.ts'
import { prometheus } from './prometheus.ts'
import { table } from './table.ts'

/** Prints any report; the text ends in a line feed. */
export type Reporter = (report: Report, style: Style) => string

/** For every command's report. */
export const REPORTERS = {
  table,
  json,
  markdown,
  html: htmlPage,
  github,
  junit,
  csv,
  prometheus,
} as const satisfies Record<ReportName, Reporter>
