import { isReceiving } from '../receiving.ts'
import type { TimedResult } from '../result.ts'

/** Records that the histograms and the series are about: acknowledged, or end to end received. */
export function doneRecords(result: TimedResult): number {
  return isReceiving(result) ? result.reception.received : result.accounting.acked
}

/** Records that ended as errors: failed, unknown, and end to end missing or taken back. */
export function badRecords(result: TimedResult): number {
  const { missing = 0, aborted = 0 } = isReceiving(result) ? result.reception : {}
  const { accounting } = result
  return accounting.failed + accounting.unknown + missing + aborted
}

type Figure = number | string | boolean | null | undefined

/** A figure of a result that does not follow from the others. */
export interface Problem {
  /** Where it stands in the document, e.g. `latency.p99Ms`. */
  readonly figure: string
  readonly stored: Figure
  readonly computed: Figure
  /** What it was computed from. */
  readonly from: string
}

/** Sums of many floats differ in their last digits by the order of adding. */
const RELATIVE = 1e-9

/** Equal but for the last digits of a float. */
export function isNear(a: number, b: number, relative = RELATIVE): boolean {
  return Math.abs(a - b) <= relative * Math.max(Math.abs(a), Math.abs(b), 1e-3)
}

/** A problem unless both are the same; an absent figure is equal to an absent one only. */
export function expectSame(
  figure: string,
  stored: Figure,
  computed: Figure,
  from: string,
  relative?: number,
): Problem[] {
  const same =
    typeof stored === 'number' && typeof computed === 'number'
      ? isNear(stored, computed, relative)
      : stored === computed
  return same ? [] : [{ figure, stored, computed, from }]
}

/** A problem unless low <= stored <= high, but for the last digits of a float: a mean of equal values may lie above them. */
export function expectWithin(
  figure: string,
  stored: number,
  [low, high]: readonly [number, number],
  from: string,
): Problem[] {
  const broken =
    stored < low && !isNear(stored, low) ? low : stored > high && !isNear(stored, high) ? high : undefined
  return broken === undefined ? [] : [{ figure, stored, computed: broken, from }]
}

export function sum<T>(items: readonly T[], pick: (item: T) => number): number {
  return items.reduce((total, item) => total + pick(item), 0)
}
