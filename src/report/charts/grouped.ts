/** Series in as many groups as a chart or a table has room for: neighbours are put together. */

export interface Grouped {
  /** Neighbours in a group; 1 where there is room for all. */
  readonly size: number
  of<T>(values: readonly T[]): readonly (readonly T[])[]
}

export function grouped(length: number, most: number): Grouped {
  const size = Math.max(1, Math.ceil(length / most))
  return {
    size,
    of: (values) =>
      Array.from({ length: Math.ceil(values.length / size) }, (_, n) =>
        values.slice(n * size, (n + 1) * size),
      ),
  }
}

/** How neighbours become one value: rates are averaged, counts add up, and of what may not be averaged the worst stays. */
export type Together = 'mean' | 'sum' | 'max'

export function together(values: readonly (number | null | undefined)[], how: Together): number | null {
  const known = values.filter((value) => value !== null && value !== undefined)
  if (known.length === 0) return null
  if (how === 'max') return Math.max(...known)
  const sum = known.reduce((total, value) => total + value, 0)
  return how === 'sum' ? sum : sum / known.length
}
