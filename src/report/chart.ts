/**
 * What a report draws, as data: every command that has something to draw builds these, every reporter that can draw
 * takes them. Each chart says in a sentence what it shows, for those who do not see it; its numbers are in `numbers`.
 */
import type { TableSection } from './model.ts'

/** How an axis writes its numbers. */
export type Scale = 'seconds' | 'ms' | 'perSec' | 'count' | 'share' | 'bytes' | 'percentile' | 'number'

export interface Axis {
  readonly title: string
  readonly scale: Scale
  /** Equal steps are equal factors. */
  readonly log?: boolean
}

export interface Line {
  readonly title: string
  /** One for each x; null where there is none. */
  readonly values: readonly (number | null)[]
  readonly style: 'line' | 'dashed' | 'area' | 'bars' | 'points'
  /** Which of the page's colours; lines of one meaning have one colour in every chart. */
  readonly color: Color
  readonly axis?: 'left' | 'right'
}

export type Color = 'ink' | 'first' | 'second' | 'third' | 'fourth' | 'fifth' | 'quiet' | 'bad'

/** A part of the x axis that is not like the rest: the warm-up, the drain. */
export interface Shade {
  readonly from: number
  readonly to: number
  readonly title: string
}

interface Drawn {
  /** Stable, for tests and links. */
  readonly id: string
  readonly title: string
  /** What is to be seen in it, in a sentence or two. */
  readonly about: string
  /** The same in numbers. */
  readonly numbers: Pick<TableSection, 'columns' | 'rows' | 'notes'>
  readonly shades?: readonly Shade[]
  /** The section that says the same in signs of a terminal, by its id. */
  readonly instead?: string
}

export interface LinesChart extends Drawn {
  readonly kind: 'lines'
  readonly x: Axis & { readonly values: readonly number[] }
  readonly left: Axis
  readonly right?: Axis
  readonly lines: readonly Line[]
}

/** How many records took how long, when. */
export interface HeatChart extends Drawn {
  readonly kind: 'heat'
  readonly x: Axis
  readonly left: Axis
  /** Of columns, one more than there are. */
  readonly xEdges: readonly number[]
  /** Of rows, one more than there are. */
  readonly yEdges: readonly number[]
  /** Column by column: pairs of a row and its count, those with none left out. */
  readonly counts: readonly (readonly number[])[]
  /** Over it, one value a column. */
  readonly lines: readonly Line[]
}

/** Parts that add up to a whole. */
export interface SplitChart extends Drawn {
  readonly kind: 'split'
  readonly parts: readonly { readonly title: string; readonly value: number; readonly color: Color }[]
  /** What they hang on, a line each. */
  readonly facts: readonly { readonly label: string; readonly text: string }[]
}

export type Chart = LinesChart | HeatChart | SplitChart
