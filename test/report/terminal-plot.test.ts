import { join, resolve } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { Chalk } from 'chalk'
import { describe, expect, it } from 'vitest'
import { styleFor } from '../../src/commands/style.ts'
import type { LinesChart } from '../../src/report/chart.ts'
import { diffReport } from '../../src/report/diff.ts'
import type { Report, Style } from '../../src/report/model.ts'
import { REPORTERS } from '../../src/report/reporters.ts'
import { runReport } from '../../src/report/run.ts'
import { percentilePlot } from '../../src/report/terminal-plot.ts'
import { pairedDiffDocument } from '../fixtures/diff.ts'
import { pacedResult } from '../fixtures/result.ts'
import { testIo } from '../test-io.ts'

const GOLDEN = resolve(import.meta.dirname, '../golden')
const TERMINAL: Style = { columns: 80, color: false, unicode: true, plots: true }
const BRAILLE = /[\u2801-\u28ff]/

const shown = (report: Report, style: Partial<Style>) => REPORTERS.table(report, { ...TERMINAL, ...style })

/** A curve over 1, 10 and 100, that is where the values are given. */
const curve = (values: readonly (number | null)[]): LinesChart => ({
  kind: 'lines',
  id: 'x',
  title: 'x',
  about: 'x',
  x: { title: 'x', scale: 'percentile', values: values.map((_, n) => 10 ** n) },
  left: { title: 'ms', scale: 'ms' },
  lines: [{ title: 'latency', style: 'line', color: 'first', values }],
  numbers: { columns: [], rows: [] },
})

const plot = (values: readonly (number | null)[], columns = 60) =>
  percentilePlot(curve(values), { columns, chalk: new Chalk({ level: 0 }), hasColor: false })

/** Of each column of characters, the row of its highest dot; undefined where it is empty. */
function heights(lines: readonly string[], from = 9): (number | undefined)[] {
  const rows = lines.filter((line) => line.includes('│')).map((line) => [...line].slice(from))
  const width = Math.max(...rows.map((row) => row.length))
  return Array.from({ length: width }, (_, column) => {
    const found = rows.findIndex((row) => BRAILLE.test(row[column] ?? ''))
    return found < 0 ? undefined : found
  })
}

describe('a percentile plot on a terminal', () => {
  it('looks as it did', async () => {
    await expect(shown(runReport(pacedResult()), {})).toMatchFileSnapshot(
      join(GOLDEN, 'run-paced.terminal.txt'),
    )
  })

  it('is left out in pipes and files, in ASCII, and where there is no room', () => {
    expect(shown(runReport(pacedResult()), {})).toMatch(BRAILLE)
    for (const style of [{ plots: false }, { unicode: false }, { columns: 45 }]) {
      expect(shown(runReport(pacedResult()), style)).not.toMatch(BRAILLE)
    }
    expect(styleFor(testIo({ outIsTerminal: true }), false).plots).toBe(true)
    expect(styleFor(testIo({ outIsTerminal: true }), true).plots).toBe(false)
    expect(styleFor(testIo(), false).plots).toBe(false)
  })

  it('of two sides needs colours to tell them apart', () => {
    const report = diffReport(pairedDiffDocument())
    expect(shown(report, { color: false })).not.toMatch(BRAILLE)
    expect(shown(report, { color: true })).toMatch(BRAILLE)
  })

  it('rises from the lowest value at the left to the highest at the right, without gaps', () => {
    const rows = heights(plot([1, 10, 100]))
    expect(rows.at(0)).toBe(8)
    expect(rows.at(-1)).toBe(0)
    for (const [n, row] of rows.entries()) {
      expect(row).toBeDefined()
      expect(row).toBeLessThanOrEqual(rows[n - 1] ?? 8)
      expect((rows[n - 1] ?? 8) - (row ?? 0)).toBeLessThanOrEqual(1)
    }
  })

  it('ends where its curve does', () => {
    const rows = heights(plot([1, 10, null]))
    const drawn = rows.filter((row) => row !== undefined).length
    expect(drawn / rows.length).toBeGreaterThan(0.45)
    expect(drawn / rows.length).toBeLessThan(0.55)
    expect(rows.slice(drawn).every((row) => row === undefined)).toBe(true)
    expect(plot([null, null])).toEqual([])
  })

  it('has round numbers beside it, each in the row that it lies in', () => {
    const ticks = plot([1, 10, 100]).flatMap((line) => /^ *(\d+) │/.exec(line)?.[1] ?? [])
    expect(ticks).toEqual(['100', '50', '20', '10', '5', '2', '1'])
  })

  it('fits its columns', () => {
    for (const columns of [50, 60, 80, 120]) {
      for (const line of plot([1, 10, 100, 1000], columns))
        expect([...line].length).toBeLessThanOrEqual(columns)
    }
    for (const color of [false, true]) {
      for (const columns of [60, 80, 100, 200]) {
        const text = stripVTControlCharacters(shown(runReport(pacedResult()), { columns, color }))
        for (const line of text.split('\n')) expect([...line].length).toBeLessThanOrEqual(columns)
      }
    }
  })
})
