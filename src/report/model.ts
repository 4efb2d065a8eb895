/**
 * What every reporter prints and every command builds: a small document of titles, tables and lists, texts ready to
 * read. M commands that build one and N reporters that print one cost M + N.
 */

import type { CoarseDigits } from '../core/histogram.ts'
import type { Chart, LinesChart } from './chart.ts'

/** How good something is; 'invalid' = the numbers are not to be trusted. */
export type Level = 'ok' | 'warn' | 'critical' | 'not measured' | 'not applicable' | 'invalid'

export interface Column {
  readonly title: string
  readonly align: 'left' | 'right'
  /** Left out where the terminal is too narrow for all; the highest goes first. */
  readonly drop?: number
}

export interface Row {
  /** One text a column. */
  readonly cells: readonly string[]
  readonly level?: Level
  /** Drawn beside it where that is possible: a range, what is most likely, and where 'no change' is. */
  readonly interval?: { readonly low: number; readonly at: number; readonly high: number }
}

interface Part {
  /** Stable, for tests and links. */
  readonly id: string
  readonly title: string
}

export interface TableSection extends Part {
  readonly kind: 'table'
  readonly columns: readonly Column[]
  readonly rows: readonly Row[]
  /** Which column a row's level colours. */
  readonly levelColumn?: number
  /** Sentences under the table. */
  readonly notes?: readonly string[]
  /** Values that intervals of rows are seen against: no change, what is too much. */
  readonly marks?: readonly { readonly at: number; readonly title: string }[]
}

export interface ListSection extends Part {
  readonly kind: 'list'
  readonly items: readonly {
    readonly label: string
    readonly text: string
    readonly level?: Level
    /** Smaller print under the text. */
    readonly notes?: readonly string[]
  }[]
}

export interface TextSection extends Part {
  readonly kind: 'text'
  readonly lines: readonly string[]
}

/** Lines to copy: never broken, whatever the width. */
export interface CodeSection extends Part {
  readonly kind: 'code'
  readonly language: string
  readonly lines: readonly string[]
}

export type Section = TableSection | ListSection | TextSection | CodeSection

export interface Report {
  readonly title: string
  /** What ran, one fact a line. */
  readonly subtitle: readonly string[]
  /** The answer in one sentence, and what it rests on. */
  readonly banner: { readonly level: Level; readonly text: string; readonly notes: readonly string[] }
  /** In the order of reading: verdicts, numbers, warnings, then details. */
  readonly sections: readonly Section[]
  /** The document it was made from; the `json` reporter prints exactly this. */
  readonly data: unknown
  /** The same for who draws, judges or counts. */
  readonly views?: Views
}

/** Made when asked for: most reporters need none of it. */
export interface Views {
  /** The few numbers that are looked for first. */
  highlights?(): readonly Highlight[]
  charts?(): readonly Chart[]
  /** Of those, what a terminal has room for. */
  curves?(): readonly LinesChart[]
  /** Too long for a terminal: every setting, the whole environment. */
  details?(): readonly Section[]
  /** What passes or fails, for who gates by it. */
  cases?(): readonly Case[]
  /** Numbers for who keeps them over time. */
  figures?(): readonly Figure[]
  /** A table for who goes on counting. */
  rows?(): DataTable
  /** The document in less room: every figure as it is, histograms of seconds to so many significant digits. */
  smaller?(digits: CoarseDigits): unknown
}

export interface Case {
  /** Stable: a test's name over many runs. */
  readonly id: string
  readonly level: Level
  /** What was found, in a sentence. */
  readonly text: string
}

/** In base units: seconds, bytes, shares of 1. */
export interface Figure {
  /** Snake case, without the prefix of all: `records_per_second`. */
  readonly name: string
  readonly help: string
  readonly labels: Readonly<Record<string, string>>
  /** A summary has quantiles, a sum and a count of the same name. */
  readonly value: number | Quantiles
}

export interface Quantiles {
  readonly quantiles: Readonly<Record<string, number>>
  readonly sum: number
  readonly count: number
}

export interface DataTable {
  readonly columns: readonly string[]
  readonly rows: readonly (readonly (string | number | undefined)[])[]
}

export interface Highlight {
  readonly title: string
  readonly text: string
  readonly note?: string
}

/** What the place that is written to can show. */
export interface Style {
  readonly columns: number
  readonly color: boolean
  /** False: only ASCII. */
  readonly unicode: boolean
  /** A person looks at it: curves are drawn where there is room. */
  readonly plots?: boolean
}

/** The same report with every text changed; `data` stays. */
export function mapTexts(report: Report, change: (text: string) => string): Report {
  const all = (texts: readonly string[]) => texts.map(change)
  const changed = (section: Section): Section => {
    const title = change(section.title)
    switch (section.kind) {
      case 'table':
        return {
          ...section,
          title,
          columns: section.columns.map((column) => ({ ...column, title: change(column.title) })),
          rows: section.rows.map((row) => ({ ...row, cells: all(row.cells) })),
          notes: all(section.notes ?? []),
        }
      case 'list':
        return {
          ...section,
          title,
          items: section.items.map((item) => ({
            ...item,
            label: change(item.label),
            text: change(item.text),
            notes: all(item.notes ?? []),
          })),
        }
      case 'text':
      case 'code':
        return { ...section, title, lines: all(section.lines) }
    }
  }
  const { level, text, notes } = report.banner
  return {
    ...report,
    title: change(report.title),
    subtitle: all(report.subtitle),
    banner: { level, text: change(text), notes: all(notes) },
    sections: report.sections.map(changed),
  }
}
