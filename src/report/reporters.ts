import { csv } from './csv.ts'
import { github } from './github.ts'
import { htmlPage } from './html/page.ts'
import { junit } from './junit.ts'
import type { ReportName } from './names.ts'
import { PLAIN_REPORTERS, type Reporter } from './plain-reporters.ts'
import { prometheus } from './prometheus.ts'

/** For every command's report. */
export const REPORTERS = {
  ...PLAIN_REPORTERS,
  html: htmlPage,
  github,
  junit,
  csv,
  prometheus,
} as const satisfies Record<ReportName, Reporter>
