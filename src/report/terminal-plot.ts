/**
 * Percentile curves on a terminal, in dots of Braille: eight to a character, so a curve is seen in a few lines. Only
 * where a person looks: not in pipes, not without colour where several curves would be one, not in narrow windows.
 */
import type { ChalkInstance } from 'chalk'
import type { Color, Line, LinesChart } from './chart.ts'
import { msCell } from './format.ts'

const ROWS = 9
const MOST_COLUMNS = 76
const FEWEST_COLUMNS = 49
/** Of the numbers beside it, and the axis. */
const LABEL = 9

/** Bits of a Braille character's dots: two columns of four, from the top. */
const DOTS: readonly (readonly number[])[] = [
  [0x01, 0x02, 0x04, 0x40],
  [0x08, 0x10, 0x20, 0x80],
]
const bitOf = (column: number, row: number) => DOTS[column]?.[row] ?? 0
const BLANK = 0x2800

const PERCENTS: readonly (readonly [x: number, text: string])[] = [
  [1, '0 %'],
  [2, '50 %'],
  [10, '90 %'],
  [100, '99 %'],
  [1000, '99.9 %'],
  [10_000, '99.99 %'],
  [100_000, '99.999 %'],
]

/** What the axes are of, in as many words as there is room for. */
const ABOUTS = ['ms, by share of the records', 'ms, by share', 'ms']

export interface PlotStyle {
  readonly columns: number
  readonly chalk: ChalkInstance
  readonly hasColor: boolean
}

/** Lines of a plot; none where there is no room, or nothing to see. */
export function percentilePlot(chart: LinesChart, { columns, chalk, hasColor }: PlotStyle): string[] {
  const width = Math.min(columns - LABEL, MOST_COLUMNS)
  const drawn = chart.lines.slice(0, hasColor ? 2 : 1)
  const values = drawn.flatMap((line) => line.values).filter((value) => value !== null)
  if (width < FEWEST_COLUMNS || values.length < 2 || (chart.lines.length > 1 && !hasColor && isPair(chart))) {
    return []
  }
  const [low, high] = [Math.min(...values), Math.max(...values)]
  // A curve of one value would have no height
  const scale = { low: low / 1.05, high: high * 1.05 }
  const layers = drawn.map((line) => dotsOf(line, width, scale))
  const paint = (color: Color) => (color === 'first' ? chalk.cyan : chalk.yellow)
  const rows = Array.from({ length: ROWS }, (_, row) => {
    const cells = Array.from({ length: width }, (_, column) => {
      // The first curve lies over the others, where they meet
      const on = layers.findIndex((layer) => (layer[row]?.[column] ?? 0) > 0)
      if (on < 0) return ' '
      const bits = layers.reduce((all, layer) => all | (layer[row]?.[column] ?? 0), 0)
      return paint(drawn[on]?.color ?? 'first')(String.fromCodePoint(BLANK + bits))
    })
    return `${tickOf(row, scale).padStart(LABEL - 2)} ${chalk.dim('│')}${cells.join('')}`
  })
  const names = drawn.map(({ title, color }) => `${paint(color)('⠒⠒')} ${title}`)
  const taken = LABEL + drawn.reduce((sum, { title }) => sum + title.length + 6, 0)
  const about = ABOUTS.find((text) => taken + text.length <= columns) ?? ''
  return [
    ...rows,
    `${' '.repeat(LABEL - 1)}${chalk.dim(`└${'─'.repeat(width)}`)}`,
    chalk.dim(`${' '.repeat(LABEL)}${percentLine(chart.x.values, width)}`),
    `${' '.repeat(LABEL)}${names.join('   ')}   ${chalk.dim(about)}`.trimEnd(),
  ]
}

/** Two sides of one thing: one of them alone would say nothing. */
function isPair({ lines }: LinesChart): boolean {
  return lines.every(({ style }) => style === 'line')
}

interface Scale {
  readonly low: number
  readonly high: number
}

/** From the bottom to the top, by factors. */
function share(value: number, { low, high }: Scale): number {
  return Math.log(value / low) / Math.log(high / low)
}

function dotsOf({ values }: Line, width: number, scale: Scale): number[][] {
  const bits = Array.from({ length: ROWS }, () => Array.from({ length: width }, () => 0))
  let before: number | undefined
  for (let x = 0; x < width * 2; x++) {
    const value = valueAt(values, x / (width * 2 - 1))
    if (value === undefined) {
      before = undefined
      continue
    }
    const y = Math.round((1 - share(value, scale)) * (ROWS * 4 - 1))
    // A steep piece has no gaps; percentiles only rise, so they lie between this dot and the one before
    for (let dot = y; dot < Math.max(y + 1, before ?? 0); dot++) {
      const row = bits[dot >> 2]
      const column = x >> 1
      if (row !== undefined) row[column] = (row[column] ?? 0) | bitOf(x & 1, dot & 3)
    }
    before = y
  }
  return bits
}

/** Between two points, by factors; undefined where the curve has ended. */
function valueAt(values: Line['values'], position: number): number | undefined {
  const at = position * (values.length - 1)
  const [left, right] = [values[Math.floor(at)], values[Math.ceil(at)]]
  if (left === null || left === undefined || right === null || right === undefined) return undefined
  return left * (right / left) ** (at - Math.floor(at))
}

/** A round number, in the row that it lies in. */
function tickOf(row: number, scale: Scale): string {
  const at = (n: number) => scale.low * (scale.high / scale.low) ** (1 - n / ROWS)
  const [low, high] = [at(row + 1), at(row)]
  const power = 10 ** Math.floor(Math.log10(high))
  const found = [5, 2, 1, 0.5].map((step) => step * power).find((tick) => tick >= low && tick < high)
  return found === undefined ? '' : msCell(found).replace(/\.0+$/, '')
}

function percentLine(x: readonly number[], width: number): string {
  const last = Math.log(x.at(-1) ?? 1)
  let line = ''
  for (const [value, text] of PERCENTS) {
    const column = Math.round((Math.log(value) / last) * (width - 1))
    if (column > width - text.length || (line !== '' && column < line.length + 1)) continue
    line = line.padEnd(column) + text
  }
  return line
}
