import { describe, expect, it } from 'vitest'
import { decodeHistogram } from '../../src/core/histogram.ts'
import type { ProducerResult } from '../../src/core/result.ts'
import type { Chart, HeatChart, LinesChart } from '../../src/report/chart.ts'
import { grouped, together } from '../../src/report/charts/grouped.ts'
import { runCharts } from '../../src/report/charts/of-run.ts'
import { secondsChart } from '../../src/report/charts/seconds.ts'
import { CONSUMER_FIXTURES } from '../fixtures/consumer-result.ts'
import {
  generatorLimitedResult,
  pacedResult,
  tenMinuteResult,
  unpacedResult,
  writtenResult,
} from '../fixtures/result.ts'

function chartOf<K extends Chart['kind']>(charts: readonly Chart[], id: string, kind: K) {
  const found = charts.find(
    (chart): chart is Extract<Chart, { kind: K }> => chart.id === id && chart.kind === kind,
  )
  if (found === undefined) throw new Error(`no chart ${id}`)
  return found
}

const lineOf = ({ lines }: LinesChart | HeatChart, title: string) =>
  lines.find((line) => line.title === title)?.values ?? []

describe('neighbours put together', () => {
  it('leave nobody out', () => {
    expect(grouped(7, 3)).toMatchObject({ size: 3 })
    expect(grouped(7, 3).of([1, 2, 3, 4, 5, 6, 7])).toEqual([[1, 2, 3], [4, 5, 6], [7]])
    expect(grouped(3, 3).of([1, 2, 3])).toEqual([[1], [2], [3]])
  })

  it('are nothing where none of them was measured', () => {
    expect(together([undefined, null], 'sum')).toBeNull()
    expect(together([1, undefined, 3], 'mean')).toBe(2)
    expect(together([1, null, 3], 'max')).toBe(3)
    expect(together([1, 3], 'sum')).toBe(4)
  })
})

describe('the heat map', () => {
  const counted = ({ counts }: HeatChart) =>
    counts.flatMap((pairs) => pairs.filter((_, n) => n % 2 === 1)).reduce((sum, count) => sum + count, 0)

  it('counts every record that was answered, once', () => {
    for (const result of [pacedResult(), generatorLimitedResult()]) {
      const heat = chartOf(runCharts(result), 'latency-over-time', 'heat')
      expect(counted(heat)).toBe(result.latency?.count)
    }
  })

  it('has each record between the edges of its row', () => {
    const result = pacedResult()
    const heat = chartOf(runCharts(result), 'latency-over-time', 'heat')
    const first = decodeHistogram(result.series[0]?.latency?.hdr ?? '')
    const [row = 0, count] = heat.counts[0] ?? []
    const [low = 0, high = 0] = [heat.yEdges[row], heat.yEdges[row + 1]]
    const within = [...first.buckets()].filter(([ms]) => ms >= low * (1 - 1e-5) && ms < high * (1 - 1e-5))
    expect(within.reduce((sum, [, one]) => sum + one, 0)).toBe(count)
  })

  it('draws no percentile of a moment, which has few records', () => {
    const result = pacedResult()
    const [first] = result.series
    if (first === undefined) throw new Error('no seconds')
    const last = { ...first, atMs: 60_000, durationMs: 20 }
    const heat = chartOf(
      runCharts({ ...result, series: [...result.series, last] }),
      'latency-over-time',
      'heat',
    )
    expect(lineOf(heat, 'p99 of a second').at(-1)).toBeNull()
    expect(heat.counts.at(-1)).toEqual(heat.counts[heat.counts.length - result.series.length - 1])
  })

  it('puts seconds of a long run together, and shows the worst of each percentile', () => {
    const result = tenMinuteResult()
    const heat = chartOf(runCharts(result), 'latency-over-time', 'heat')
    expect(heat.counts.length).toBeLessThanOrEqual(240)
    expect(counted(heat)).toBe(result.latency?.count)
    expect(Math.max(...lineOf(heat, 'p99 of a second').map(Number))).toBe(
      Math.max(...result.series.map(({ latency }) => latency?.p99Ms ?? 0)),
    )
  })
})

describe('percentile curves', () => {
  const curves = (result: ProducerResult) => chartOf(runCharts(result), 'percentiles', 'lines')

  it('go through the percentiles of the result', () => {
    const result = pacedResult()
    const chart = curves(result)
    const at = (x: number) => chart.x.values.findIndex((one) => Math.abs(one - x) < 1e-6 * x)
    expect(lineOf(chart, 'latency')[at(10)]).toBe(result.latency?.p90Ms)
    expect(lineOf(chart, 'latency')[at(100)]).toBe(result.latency?.p99Ms)
    expect(lineOf(chart, 'service')[at(1000)]).toBe(result.service?.p999Ms)
  })

  it('end where there are no more records to tell of', () => {
    const { x, lines } = curves(pacedResult())
    expect(x.values.at(-1)).toBeGreaterThanOrEqual(20_000)
    const beyond = x.values.flatMap((one, n) => (one > 20_000 ? [n] : []))
    expect(
      lines.flatMap(({ values }) => beyond.map((n) => values[n])).filter((value) => value !== null),
    ).toEqual([])
  })

  it('have no line for what was never seen', () => {
    expect(curves(pacedResult()).lines.map(({ title }) => title)).toEqual(['latency', 'service', 'lateness'])
    expect(curves(generatorLimitedResult()).lines.map(({ title }) => title)).toContain('blocked')
  })

  it('are not drawn without answers', () => {
    expect(runCharts(writtenResult()).map(({ id }) => id)).not.toContain('latency-over-time')
  })
})

describe('where the mean record spent its time', () => {
  it('adds up to the mean', () => {
    const result = generatorLimitedResult()
    const { parts } = chartOf(runCharts(result), 'split', 'split')
    expect(parts.reduce((sum, { value }) => sum + value, 0)).toBeCloseTo(result.latency?.meanMs ?? 0, 6)
  })
})

describe('throughput over time', () => {
  const throughput = (charts: readonly Chart[]) => chartOf(charts, 'throughput-over-time', 'lines')

  it('shades the warm-up before it, and shows what was asked for', () => {
    const chart = throughput(runCharts(pacedResult()))
    expect(chart.shades?.[0]).toMatchObject({ to: 0, title: 'warm-up, 3.0 s' })
    expect(new Set(lineOf(chart, 'asked records/s').filter((value) => value !== null))).toEqual(
      new Set([2000]),
    )
    expect(lineOf(throughput(runCharts(unpacedResult())), 'asked records/s')).toEqual([])
  })

  it('shows the warm-up itself where it was kept, and counts it apart', () => {
    const { warmupSeries: _, ...result } = pacedResult()
    const [second] = result.series
    if (second === undefined) throw new Error('no seconds')
    const { latency } = second
    const warmupSeries = [-3000, -2000, -1000].map((atMs) => ({
      atMs,
      durationMs: 1000,
      records: 7,
      recordsPerSec: 7,
      errors: 0,
      ...(latency === undefined ? {} : { latency }),
    }))
    const charts = runCharts({ ...result, warmupSeries })
    const chart = throughput(charts)
    expect(chart.x.values.slice(0, 4)).toEqual([-2.5, -1.5, -0.5, 0.5])
    expect(lineOf(chart, 'acknowledged records/s').slice(0, 3)).toEqual([7, 7, 7])
    expect(lineOf(chart, 'asked records/s').slice(0, 4)).toEqual([null, null, null, 2000])
    expect(chart.shades?.[0]).toMatchObject({ from: -3.0125, to: 0 })
    expect(chart.about).toMatch(/^1,994 to/)
    expect(chart.numbers.rows[0]?.cells[0]).toBe('-0:03')
    expect(chartOf(charts, 'latency-over-time', 'heat').xEdges[0]).toBe(-3)
  })

  it('has errors only where there are some, and all of them', () => {
    expect(throughput(runCharts(pacedResult())).right).toBeUndefined()
    const result = generatorLimitedResult()
    const errors = lineOf(throughput(runCharts(result)), 'errors')
    expect(errors.reduce<number>((sum, one) => sum + Number(one), 0)).toBe(
      Object.values(result.errors).reduce((sum, one) => sum + one, 0),
    )
  })

  it('shades the time in which a consumer joins', () => {
    const result = CONSUMER_FIXTURES['consumer-end']()
    expect(throughput(runCharts(result)).shades?.map(({ title }) => title)).toEqual(['joining'])
  })

  it('is not drawn of fewer than three seconds', () => {
    const second = { atMs: 0, durationMs: 1000, value: 1 }
    const chart = {
      id: 'x',
      title: 'x',
      about: 'x',
      left: { title: 'x', scale: 'count' as const },
      lines: [
        {
          title: 'x',
          style: 'line' as const,
          color: 'first' as const,
          together: 'mean' as const,
          pick: ({ value }: typeof second) => value,
        },
      ],
    }
    expect(secondsChart([second, second], chart)).toEqual([])
    expect(secondsChart([second, second, second], chart)).toHaveLength(1)
  })
})
