/** A bound on a metric, and how it reads. Verdicts are made in `verdict.ts`. */
import type { MetricName } from './metrics.ts'

/** What is good: above or below a number, or between two (both ends are good). */
export type Bound =
  | { readonly above: number }
  | { readonly below: number }
  | { readonly between: readonly [number, number] }

export const RUN_KINDS = ['producer', 'consumer', 'e2e', 'http', 'connector', 'cdc'] as const
export type RunKind = (typeof RUN_KINDS)[number]

export interface Threshold {
  readonly metric: MetricName
  /** What the metric should be. */
  readonly target: Bound
  /** What it must be: a value outside is critical. */
  readonly critical: Bound
  /** Where the numbers come from, as a person would look it up. */
  readonly source: string
}

/** Ends are good: `above: 100` is met by 100. */
export function meets(bound: Bound, value: number): boolean {
  if ('above' in bound) return value >= bound.above
  if ('below' in bound) return value <= bound.below
  return value >= bound.between[0] && value <= bound.between[1]
}

/** @param format how this metric's numbers are written */
export function describeBound(bound: Bound, format: (value: number) => string): string {
  if ('above' in bound) return `>= ${format(bound.above)}`
  if ('below' in bound) return `<= ${format(bound.below)}`
  return `${format(bound.between[0])} to ${format(bound.between[1])}`
}

const NUMBER = String.raw`(-?[\d.]+(?:e[+-]?\d+)?)( %)?`

/** Reads what `describeBound` wrote into a result; percentages become ratios. undefined when it is no bound. */
export function parseBound(text: string): Bound | undefined {
  const number = (digits: string | undefined, percent: string | undefined) =>
    Number(digits) / (percent === undefined ? 1 : 100)
  const one = new RegExp(`^([<>]=) ${NUMBER}$`).exec(text)
  if (one !== null) {
    const value = number(one[2], one[3])
    return one[1] === '>=' ? { above: value } : { below: value }
  }
  const two = new RegExp(`^${NUMBER} to ${NUMBER}$`).exec(text)
  return two === null ? undefined : { between: [number(two[1], two[2]), number(two[3], two[4])] }
}
