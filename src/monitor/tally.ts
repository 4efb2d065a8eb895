/** What one source told so far: growth of its counters, its gauges now. Pure; time comes with the readings. */
import { type Counter, createCounter } from './counter.ts'
import { FIELDS, type Field, together } from './fields.ts'
import type { Reading } from './source.ts'

/** Between two readings of a source. */
export interface Growth {
  readonly spanMs: number
  /** By field; counters that the source has. */
  readonly grown: Partial<Record<Field, number>>
  readonly gauges: Partial<Record<Field, number>>
}

export interface Tally {
  /** @returns undefined for the first reading, which is what the rest is compared with */
  take(atMs: number, reading: Reading): Growth | undefined
  /** Since the first reading. */
  readonly total: Growth
  readonly readings: number
  readonly resets: number
  readonly backwards: number
}

export function createTally(): Tally {
  const counters = new Map<string, Counter>()
  const total: Partial<Record<Field, number>> = {}
  let firstMs: number | undefined
  let lastMs = 0
  let readings = 0
  let gauges: Partial<Record<Field, number>> = {}

  const count = (of: (counter: Counter) => number) =>
    [...counters.values()].reduce((sum, one) => sum + of(one), 0)

  return {
    take(atMs, { points }) {
      const isFirst = firstMs === undefined
      firstMs ??= atMs
      const grown: Partial<Record<Field, number>> = {}
      const values = new Map<Field, number[]>()
      for (const { field, of, value } of points) {
        if (FIELDS[field].kind === 'gauge') {
          values.set(field, [...(values.get(field) ?? []), value])
          continue
        }
        const key = `${field} ${of}`
        let counter = counters.get(key)
        if (counter === undefined) {
          // A task or partition that was not there before has counted from 0
          counter = createCounter(isFirst ? value : 0)
          counters.set(key, counter)
        }
        grown[field] = (grown[field] ?? 0) + counter.take(value)
      }
      for (const [field, grew] of Object.entries(grown) as [Field, number][]) {
        total[field] = (total[field] ?? 0) + grew
      }
      gauges = Object.fromEntries(
        [...values].flatMap(([field, all]) => {
          const rule = FIELDS[field]
          return rule.kind === 'gauge' ? [[field, together(rule.together, all)]] : []
        }),
      )
      const spanMs = atMs - lastMs
      lastMs = atMs
      readings++
      return isFirst ? undefined : { spanMs, grown, gauges }
    },
    get total() {
      return { spanMs: firstMs === undefined ? 0 : lastMs - firstMs, grown: total, gauges }
    },
    get readings() {
      return readings
    },
    get resets() {
      return count((counter) => counter.resets)
    },
    get backwards() {
      return count((counter) => counter.backwards)
    },
  }
}
