/** A range as a bar in a table's row, on one scale for all rows; the numbers stand beside it. */
import type { Level, Row, TableSection } from '../model.ts'
import { html, type Markup, raw } from './markup.ts'

export interface Span {
  readonly low: number
  readonly high: number
  readonly marks: NonNullable<TableSection['marks']>
}

const WIDTH = 170
const HEIGHT = 20
/** So that the ends of the widest bar are seen. */
const MARGIN = 6

/** What all rows' ranges fit into; undefined where no row has one. */
export function spanOf(rows: readonly Row[], marks: TableSection['marks'] = []): Span | undefined {
  const ranges = rows.flatMap(({ interval }) => (interval === undefined ? [] : [interval]))
  if (ranges.length === 0) return undefined
  const seen = [...ranges.flatMap(({ low, at, high }) => [low, at, high]), ...marks.map(({ at }) => at)]
  return { low: Math.min(...seen), high: Math.max(...seen), marks }
}

export function intervalBar(
  { low, at, high }: NonNullable<Row['interval']>,
  span: Span,
  level: Level | undefined,
): Markup {
  const x = (value: number) => {
    const share = span.high === span.low ? 0.5 : (value - span.low) / (span.high - span.low)
    return Math.round((MARGIN + share * (WIDTH - 2 * MARGIN)) * 10) / 10
  }
  const lines = span.marks.map(
    (mark) =>
      html`<line class="mark-line" x1="${x(mark.at)}" x2="${x(mark.at)}" y1="0" y2="${HEIGHT}"><title>${mark.title}</title></line>`,
  )
  const name = level === undefined ? '' : ` level-${level.replaceAll(' ', '-')}`
  return html`<svg class="interval${name}" width="${WIDTH}" height="${HEIGHT}" viewBox="0 0 ${WIDTH} ${HEIGHT}" aria-hidden="true">${lines}${raw(
    `<rect x="${x(low)}" y="${HEIGHT / 2 - 3}" width="${Math.max(1, x(high) - x(low))}" height="6" rx="3"/><circle cx="${x(at)}" cy="${HEIGHT / 2}" r="5"/>`,
  )}</svg>`
}
