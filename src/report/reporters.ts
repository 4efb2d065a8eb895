import { json } from './json.ts'
import { markdown } from './markdown.ts'
import type { Report, Style } from './model.ts'
import { table } from './table.ts'

/** Prints any report; the text ends in a line feed. */
export type Reporter = (report: Report, style: Style) => string

/** For every command's report. */
export const REPORTERS = { table, json, markdown } as const satisfies Record<string, Reporter>
