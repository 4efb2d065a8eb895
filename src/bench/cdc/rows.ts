/** Rows that are in the table and that no open transaction has: no two wait for each other's locks. */
import type { Random } from '../../records/random.ts'

export interface Rows {
  /** The number of a row that was never there. */
  fresh(): number
  /** It is there, and free. */
  add(row: number): void
  /** Any of them, for one transaction; undefined where none is free. */
  take(): number | undefined
}

export function createRows(random: Random): Rows {
  const free: number[] = []
  let next = 0
  return {
    fresh: () => next++,
    add: (row) => void free.push(row),
    take() {
      const last = free.pop()
      if (last === undefined) return undefined
      const at = random.below(free.length + 1)
      const taken = free[at] ?? last
      if (at < free.length) free[at] = last
      return taken
    },
  }
}
