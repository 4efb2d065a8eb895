/** A run second by second, as a table for a spreadsheet: every number of an interval, its path for a column's name. */
import type { Result } from '../../core/result.ts'
import type { DataTable } from '../model.ts'

type Cell = string | number | undefined

export function seriesTable({ series }: Result): DataTable {
  return tableOf(series.map((second) => flat(second)))
}

/** Rows with the columns of all of them, in the order in which they come up. */
export function tableOf(rows: readonly Readonly<Record<string, Cell>>[]): DataTable {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))]
  return { columns, rows: rows.map((row) => columns.map((column) => row[column])) }
}

/** Encoded histograms are left out: no spreadsheet reads them. */
export function flat(found: object, path = ''): Record<string, Cell> {
  return Object.fromEntries(
    Object.entries(found).flatMap(([key, value]): [string, Cell][] => {
      const name = `${path}${key}`
      if (key === 'hdr') return []
      if (typeof value === 'number' || typeof value === 'string') return [[name, value]]
      if (typeof value === 'boolean') return [[name, String(value)]]
      return typeof value === 'object' && value !== null && !Array.isArray(value)
        ? Object.entries(flat(value, `${name}.`))
        : []
    }),
  )
}
