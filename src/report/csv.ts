/** For spreadsheets and notebooks: a run second by second, a comparison metric by metric, a sizing step by step (RFC 4180). */
import type { Report } from './model.ts'
import { noView } from './no-format.ts'

export function csv({ views, title }: Report): string {
  const table = views?.rows?.()
  if (table === undefined) throw noView('csv', title)
  const lines = [table.columns, ...table.rows].map((cells) => cells.map(cell).join(','))
  return `${lines.join('\n')}\n`
}

/** Nothing where nothing was measured. */
function cell(value: string | number | undefined): string {
  if (value === undefined) return ''
  const text = String(value)
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
