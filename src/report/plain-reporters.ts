/** Formats that need nothing but the report: a sizing prints at once, and loads no more than these. */
import { json } from './json.ts'
import { markdown } from './markdown.ts'
import type { Report, Style } from './model.ts'
import { table } from './table.ts'

/** Prints any report; the text ends in a line feed. */
export type Reporter = (report: Report, style: Style) => string

export const PLAIN_REPORTERS = { table, json, markdown } as const satisfies Record<string, Reporter>

export function isPlain(name: string): name is keyof typeof PLAIN_REPORTERS {
  return Object.hasOwn(PLAIN_REPORTERS, name)
}
