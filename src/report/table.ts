/** For people at a terminal: fits its width, colours only where they are wanted. */
import { Chalk, type ChalkInstance } from 'chalk'
import Table from 'cli-table3'
import { MARKS } from './marks.ts'
import {
  type Level,
  type ListSection,
  mapTexts,
  type Report,
  type Row,
  type Section,
  type Style,
  type TableSection,
} from './model.ts'
import { percentilePlot } from './terminal-plot.ts'
import { asciiOnly, wrap } from './text.ts'

const INDENT = '  '
const GAP = 2
/** Wider lines are hard to follow. */
const WIDEST = 120

const ASCII_MARKS: Readonly<Record<Level, string>> = {
  ok: '+',
  warn: '!',
  critical: 'X',
  invalid: 'X',
  'not measured': '?',
  'not applicable': '-',
}

interface Paint {
  readonly marks: Readonly<Record<Level, string>>
  readonly chalk: ChalkInstance
  readonly columns: number
}

export function table(original: Report, style: Style): string {
  // Before the layout: some characters become two.
  const report = style.unicode ? original : mapTexts(original, asciiOnly)
  const paint: Paint = {
    chalk: new Chalk({ level: style.color ? 1 : 0 }),
    columns: Math.min(style.columns, WIDEST),
    marks: style.unicode ? MARKS : ASCII_MARKS,
  }
  const curves = style.plots && style.unicode ? curvesOf(report, paint, style.color) : []
  const at = PLOT_AFTER.find((id) => report.sections.some((section) => section.id === id))
  const sections = report.sections.flatMap((section) => [
    '',
    ...body(section, paint),
    ...(section.id === at ? curves : []),
  ])
  return `${[...head(report, paint), ...sections].map((line) => line.trimEnd()).join('\n')}\n`
}

/** Curves belong to the numbers that they show more of: the first of these that there is. */
const PLOT_AFTER = ['latency', 'changes', 'runs']

function curvesOf({ views }: Report, { chalk, columns }: Paint, hasColor: boolean): string[] {
  return (views?.curves?.() ?? []).flatMap((chart) => {
    const lines = percentilePlot(chart, { columns: columns - INDENT.length, chalk, hasColor })
    return lines.length === 0 ? [] : ['', ...lines.map((line) => INDENT + line)]
  })
}

function head({ title, subtitle, banner }: Report, { chalk, columns, marks }: Paint): string[] {
  const color = colorOf(banner.level, chalk)
  return [
    chalk.bold(title),
    ...subtitle
      .flatMap((line) => wrap(line, columns - INDENT.length))
      .map((line) => INDENT + chalk.dim(line)),
    '',
    ...wrap(`${marks[banner.level]} ${banner.text}`, columns - INDENT.length).map((line, n) =>
      n === 0 ? color.bold(line) : INDENT + color.bold(line),
    ),
    ...banner.notes.flatMap((note) => wrap(note, columns - INDENT.length)).map((line) => INDENT + line),
  ]
}

function body(section: Section, paint: Paint): string[] {
  const title = paint.chalk.bold(section.title)
  if (section.kind === 'table') return [title, ...tableBody(section, paint)]
  if (section.kind === 'list') return [title, ...listBody(section, paint)]
  if (section.kind === 'code') return [title, ...section.lines.map((line) => INDENT + line)]
  return [
    title,
    ...section.lines.flatMap((line) => wrap(line, paint.columns - 2)).map((line) => INDENT + line),
  ]
}

function tableBody({ columns, rows, levelColumn, notes = [] }: TableSection, paint: Paint): string[] {
  const { chalk, marks } = paint
  const textOf = ({ cells, level }: Row, n: number) =>
    level !== undefined && n === levelColumn ? `${marks[level]} ${cells[n]}` : (cells[n] ?? '')
  const widths = columns.map(({ title }, n) =>
    Math.max(title.length, ...rows.map((row) => textOf(row, n).length)),
  )
  const shown = fitting(columns, widths, paint.columns - INDENT.length)
  const made = new Table({
    head: shown.map((n) => chalk.dim(columns[n]?.title ?? '')),
    colAligns: shown.map((n) => columns[n]?.align ?? 'left'),
    chars: { ...NO_LINES, middle: ' '.repeat(GAP) },
    style: { head: [], border: [], compact: true, 'padding-left': 0, 'padding-right': 0 },
  })
  for (const row of rows) {
    made.push(
      shown.map((n) => {
        const text = textOf(row, n)
        return row.level !== undefined && n === levelColumn ? colorOf(row.level, chalk)(text) : text
      }),
    )
  }
  return [
    ...made
      .toString()
      .split('\n')
      .map((line) => INDENT + line),
    ...notes
      .flatMap((note) => wrap(note, paint.columns - INDENT.length))
      .map((line) => INDENT + chalk.dim(line)),
  ]
}

const NO_LINES = Object.fromEntries(
  [
    'top',
    'top-mid',
    'top-left',
    'top-right',
    'bottom',
    'bottom-mid',
    'bottom-left',
    'bottom-right',
    'left',
    'left-mid',
    'mid',
    'mid-mid',
    'right',
    'right-mid',
  ].map((name) => [name, '']),
)

/** Indexes of the columns that fit side by side; the highest `drop` goes first. */
function fitting(columns: TableSection['columns'], widths: readonly number[], room: number): number[] {
  let shown = columns.map((_, n) => n)
  const needed = () => shown.reduce((sum, n) => sum + (widths[n] ?? 0) + GAP, -GAP)
  while (needed() > room) {
    const droppable = shown.filter((n) => columns[n]?.drop !== undefined)
    const first = droppable.toSorted((a, b) => (columns[b]?.drop ?? 0) - (columns[a]?.drop ?? 0))[0]
    if (first === undefined) break
    shown = shown.filter((n) => n !== first)
  }
  return shown
}

function listBody({ items }: ListSection, { chalk, columns }: Paint): string[] {
  const width = Math.max(...items.map(({ label }) => label.length)) + GAP
  return items.flatMap(({ label, text, level, notes = [] }) => {
    const paintLabel = level === undefined ? chalk.dim : colorOf(level, chalk)
    const wrapped = (lines: string) => wrap(lines, columns - INDENT.length - width)
    const lines = [...wrapped(text), ...notes.flatMap(wrapped).map((line) => chalk.dim(line))]
    return lines.map((line, n) =>
      n === 0
        ? INDENT + paintLabel(label) + ' '.repeat(width - label.length) + line
        : INDENT + ' '.repeat(width) + line,
    )
  })
}

function colorOf(level: Level, chalk: ChalkInstance): ChalkInstance {
  switch (level) {
    case 'ok':
      return chalk.green
    case 'warn':
      return chalk.yellow
    case 'critical':
    case 'invalid':
      return chalk.red
    default:
      return chalk.dim
  }
}
