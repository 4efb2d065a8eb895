import { join, resolve } from 'node:path'
import { HistogramLogReader, listTags } from 'hdr-histogram-js'
import { describe, expect, it } from 'vitest'
import { decodeHistogram } from '../../src/core/histogram.ts'
import { checkResult } from '../../src/core/recompute.ts'
import { repeated } from '../../src/core/repeated.ts'
import { type Result, resultSchema } from '../../src/core/result.ts'
import { apacheIntervalLine, apacheMetrics, createApacheLines } from '../../src/report/apache.ts'
import { render, renderRun, reportOf } from '../../src/report/index.ts'
import type { Style } from '../../src/report/model.ts'
import { runReport } from '../../src/report/run.ts'
import { CDC_FIXTURES } from '../fixtures/cdc-result.ts'
import { CONNECTOR_FIXTURES } from '../fixtures/connector-result.ts'
import { CONSUMER_FIXTURES, readToTheEnd, slowApplication } from '../fixtures/consumer-result.ts'
import { HTTP_FIXTURES } from '../fixtures/http-result.ts'
import {
  FIXTURES,
  generatorLimitedResult,
  pacedResult,
  unpacedResult,
  workersResult,
  writtenResult,
} from '../fixtures/result.ts'

const GOLDEN = resolve(import.meta.dirname, '../golden')
const PLAIN: Style = { columns: 80, color: false, unicode: true }
const SAVED = '.tune/results/2025-11-23T21-30-00.123Z-producer.json'
/** Those whose whole text is kept; a page is too long for that. */
const GOLDEN_FORMATS = ['table', 'json', 'markdown', 'apache', 'hlog'] as const
const EXTENSIONS = { table: 'txt', json: 'json', markdown: 'md', apache: 'apache.txt', hlog: 'hlog' } as const
const fixtures: readonly (readonly [string, () => Result])[] = [
  ...Object.entries(FIXTURES),
  ...Object.entries(CONSUMER_FIXTURES),
  ...Object.entries(HTTP_FIXTURES),
  ...Object.entries(CDC_FIXTURES),
]

// biome-ignore lint/suspicious/noControlCharactersInRegex: colours are what is looked for
const COLOR = /\u001b\[\d+m/g

describe('reports of a run', () => {
  for (const [name, make] of fixtures) {
    for (const reporter of GOLDEN_FORMATS) {
      it(`look as they did: ${name} as ${reporter}`, async () => {
        const text = renderRun(reporter, make(), PLAIN, SAVED)
        expect(text.endsWith('\n')).toBe(true)
        await expect(text).toMatchFileSnapshot(join(GOLDEN, `run-${name}.${EXTENSIONS[reporter]}`))
      })
    }
  }

  for (const reporter of ['table', 'markdown'] as const) {
    it(`look as they did: three fresh runs as ${reporter}`, async () => {
      const runs = repeated([pacedResult(), generatorLimitedResult(), workersResult()])
      const text = render(reporter, reportOf(runs), runs.runs, PLAIN)
      await expect(text).toMatchFileSnapshot(join(GOLDEN, `runs.${EXTENSIONS[reporter]}`))
    })
  }

  for (const [name, make] of Object.entries(CONNECTOR_FIXTURES)) {
    for (const reporter of ['table', 'json', 'markdown'] as const) {
      it(`look as they did: ${name} as ${reporter}`, async () => {
        const text = renderRun(reporter, make(), PLAIN, SAVED)
        // Eleven minutes of samples say in JSON no more than their number
        const shown =
          reporter === 'json'
            ? `${JSON.stringify({ ...make(), series: make().series.length }, null, 2)}\n`
            : text
        await expect(shown).toMatchFileSnapshot(join(GOLDEN, `run-${name}.${EXTENSIONS[reporter]}`))
      })
    }

    it(`are of results whose figures follow from each other: ${name}`, () => {
      expect(checkResult(make())).toEqual([])
      expect(resultSchema.parse(JSON.parse(renderRun('json', make(), PLAIN)))).toEqual(make())
    })

    it(`are refused in formats that are made of histograms: ${name}`, () => {
      for (const reporter of ['apache', 'hlog'] as const) {
        expect(() => renderRun(reporter, make(), PLAIN)).toThrow(/cannot be told/)
      }
    })
  }

  it('look as they did in 60 columns and in ASCII', async () => {
    const text = renderRun(
      'table',
      FIXTURES['generator-limited'](),
      { columns: 60, color: false, unicode: false },
      SAVED,
    )
    expect(text).toMatch(/^[\n -~]*$/)
    await expect(text).toMatchFileSnapshot(join(GOLDEN, 'run-generator-limited-60.txt'))
  })
})

describe('the metrics of --print-metrics', () => {
  it('are in the columns of the original', () => {
    const [empty, head, ...rows] = apacheMetrics(pacedResult()).trimEnd().split('\n')
    expect([empty, head]).toEqual(['', expect.stringMatching(/^Metric Name +Value$/)])
    expect(rows.filter((row) => !/^(producer|client):\w+ +: \d+\.\d{3}$/.test(row))).toEqual([])
    expect(rows).toEqual(rows.toSorted())
    expect(rows.join('\n')).toMatch(/^producer:batchRecords +: 9\.800$/m)
    expect(rows.join('\n')).toMatch(/^client:rttMs +: 1\.940$/m)
  })
})

describe('the first line', () => {
  const bannerOf = (change: Partial<ReturnType<typeof pacedResult>['accounting']>) => {
    const result = pacedResult()
    return runReport({ ...result, accounting: { ...result.accounting, ...change } }).banner
  }

  it('is critical where records are lost or doubled and that is counted exactly', () => {
    expect(bannerOf({ lost: 2 })).toMatchObject({
      level: 'critical',
      text: expect.stringContaining('2 lost'),
    })
    expect(bannerOf({ duplicated: 1 })).toMatchObject({
      level: 'critical',
      text: expect.stringContaining('1 duplicated'),
    })
  })

  it('is a warning where records failed, or may be lost', () => {
    for (const change of [{ failed: 1 }, { unknown: 1 }, { lost: 1, exact: false }]) {
      expect(bannerOf(change).level).toBe('warn')
    }
    expect(bannerOf({}).level).toBe('ok')
  })
})

describe('the table', () => {
  for (const [name, make] of fixtures) {
    for (const columns of [60, 80, 100, 200]) {
      it(`fits ${columns} columns: ${name}`, () => {
        const text = renderRun('table', make(), { ...PLAIN, columns }, SAVED)
        // A path is never broken: it is there to be copied.
        const lines = text.split('\n').filter((line) => !line.endsWith(SAVED))
        expect(lines.filter((line) => line.length > columns)).toEqual([])
      })
    }
  }

  it('shows the same with and without colour', () => {
    for (const [, make] of fixtures) {
      const result = make()
      const colored = renderRun('table', result, { ...PLAIN, color: true }, SAVED)
      expect(colored).toMatch(COLOR)
      expect(colored.replace(COLOR, '')).toBe(renderRun('table', result, PLAIN, SAVED))
    }
  })

  it('puts verdicts before numbers before warnings', () => {
    const ids = runReport(FIXTURES['generator-limited']()).sections.map(({ id }) => id)
    expect(ids.slice(0, 5)).toEqual(['verdicts', 'throughput', 'latency', 'errors', 'warnings'])
  })

  it('never shows what was not measured as a number', () => {
    const section = runReport(writtenResult()).sections.find(({ id }) => id === 'latency')
    const rows = section?.kind === 'table' ? section.rows : []
    for (const name of ['latency', 'service']) {
      const row = rows.find(({ cells }) => cells[0]?.trim() === name)
      expect(row?.cells.slice(1)).toEqual(Array(7).fill('–'))
    }
  })

  it('calls unpaced latency queueing', () => {
    const section = runReport(unpacedResult()).sections.find(({ id }) => id === 'latency')
    expect(section?.kind === 'table' ? section.rows[0]?.cells[0] : '').toBe('latency (queueing)')
  })
})

describe('the banner', () => {
  it('is invalid when the generator was the limit or the run was interrupted', () => {
    expect(runReport(FIXTURES['generator-limited']()).banner.level).toBe('invalid')
    expect(runReport({ ...pacedResult(), complete: false }).banner.level).toBe('invalid')
  })

  it('is as bad as the worst verdict', () => {
    const result = pacedResult()
    expect(runReport(result).banner.level).toBe('ok')
    for (const level of ['not measured', 'warn', 'critical'] as const) {
      result.verdicts = result.verdicts.map((verdict, n) => (n === 0 ? { ...verdict, level } : verdict))
      expect(runReport(result).banner.level).toBe(level)
    }
  })
})

describe('JSON', () => {
  it('is the result and nothing else', () => {
    for (const [, make] of fixtures) {
      const result = make()
      const parsed: unknown = JSON.parse(renderRun('json', result, PLAIN))
      expect(parsed).toEqual(JSON.parse(JSON.stringify(result)))
      expect(resultSchema.safeParse(parsed).success).toBe(true)
    }
  })
})

/** As kafkatest's producer_performance.py reads it: the last line, split at commas. */
function kafkatest(text: string) {
  const parts = (text.trimEnd().split('\n').at(-1) ?? '').split(',')
  const first = (n: number) => Number((parts[n] ?? '').trim().split(' ')[0])
  return {
    records: first(0),
    recordsPerSec: first(1),
    mbps: Number((parts[1] ?? '').split('(')[1]?.split(' ')[0]),
    avgMs: first(2),
    maxMs: first(3),
    p50Ms: first(4),
    p95Ms: first(5),
    p99Ms: first(6),
    p999Ms: first(7),
  }
}

describe('Apache lines', () => {
  it('are the literal ones of kafka-producer-perf-test', () => {
    const lines = renderRun('apache', pacedResult(), PLAIN).trimEnd().split('\n')
    const interval =
      /^\d+ records sent, \d+\.\d records\/sec \(\d+\.\d\d MB\/sec\), \d+\.\d ms avg latency, \d+\.\d ms max latency\.$/
    const final =
      /^\d+ records sent, \d+\.\d{6} records\/sec \(\d+\.\d\d MB\/sec\), \d+\.\d\d ms avg latency, \d+\.\d\d ms max latency, \d+ ms 50th, \d+ ms 95th, \d+ ms 99th, \d+ ms 99\.9th\.$/
    expect(lines).toHaveLength(3)
    expect(lines.slice(0, -1).every((line) => interval.test(line))).toBe(true)
    expect(lines.at(-1)).toMatch(final)
  })

  it('give parsers service time, and MB of 2^20 bytes', () => {
    const result = pacedResult()
    const seen = kafkatest(renderRun('apache', result, PLAIN))
    expect(seen.records).toBe(20_000)
    expect(seen.recordsPerSec).toBeCloseTo(result.metrics.recordsPerSec ?? 0, 5)
    expect(seen.mbps).toBeCloseTo((result.metrics.bytesPerSec ?? 0) / 1_048_576, 2)
    expect(seen.avgMs).toBeCloseTo(result.service?.meanMs ?? 0, 2)
    expect(seen.maxMs).toBeCloseTo(result.service?.maxMs ?? 0, 2)
    expect(seen.p99Ms).toBe(Math.round(result.service?.p99Ms ?? 0))
  })

  it('say NaN, as Java does, where nobody answered', () => {
    const seen = kafkatest(renderRun('apache', writtenResult(), PLAIN))
    expect(seen.records).toBe(4000)
    expect(seen.avgMs).toBeNaN()
  })

  it('put seconds together, the mean weighted by records', () => {
    const lines = createApacheLines(2000)
    const second = { durationMs: 1000, bytes: 1_048_576 }
    expect(lines.add({ ...second, records: 100, meanServiceMs: 1, maxServiceMs: 5 })).toBeUndefined()
    expect(lines.add({ ...second, records: 300, meanServiceMs: 3, maxServiceMs: 4 })).toBe(
      '400 records sent, 200.0 records/sec (1.00 MB/sec), 2.5 ms avg latency, 5.0 ms max latency.',
    )
    expect(lines.add({ ...second, records: 1, meanServiceMs: 1, maxServiceMs: 1 })).toBeUndefined()
  })

  it('say NaN for a silent interval', () => {
    expect(
      apacheIntervalLine({
        records: 0,
        durationMs: 5000,
        bytes: 0,
        meanServiceMs: undefined,
        maxServiceMs: undefined,
      }),
    ).toBe('0 records sent, 0.0 records/sec (0.00 MB/sec), NaN ms avg latency, NaN ms max latency.')
  })
})

describe('the HDR log', () => {
  it('is read back by HistogramLogReader, and its intervals add up to the run', () => {
    const result = pacedResult()
    const text = renderRun('hlog', result, PLAIN)
    expect(listTags(text).toSorted()).toEqual(['blocked', 'latency', 'lateness', 'service'])
    const reader = new HistogramLogReader(text)
    const counts: Record<string, number> = {}
    const startMs = Date.parse(result.startedAt)
    for (
      let histogram = reader.nextIntervalHistogram();
      histogram;
      histogram = reader.nextIntervalHistogram()
    ) {
      const tag = histogram.tag ?? ''
      counts[tag] = (counts[tag] ?? 0) + histogram.totalCount
      expect(histogram.startTimeStampMsec).toBeGreaterThanOrEqual(startMs - 1)
      expect(histogram.endTimeStampMsec).toBeLessThanOrEqual(startMs + 11_000)
    }
    expect(counts).toEqual({ latency: 20_000, lateness: 20_000, blocked: 20_000, service: 20_000 })
    const service = /^Tag=service,[^,]+,[^,]+,([^,]+),(.+)$/m.exec(text)
    expect(decodeHistogram(service?.[2] ?? '').percentileMs(99)).toBe(result.service?.p99Ms)
    expect(Number(service?.[1])).toBeCloseTo(result.service?.maxMs ?? 0, 3)
  })
})

describe('several runs', () => {
  const headOf = (...runs: Result[]) => {
    const section = reportOf(repeated(runs)).sections.find(({ id }) => id === 'runs')
    return section?.kind === 'table' ? section.columns.map(({ title }) => title) : []
  }

  it('have the columns that at least one of them fills', () => {
    expect(headOf(pacedResult(), writtenResult())).toEqual([
      ...['', 'started', 'records/s', 'p50 ms', 'p99 ms', 'limited by'],
    ])
    expect(headOf(readToTheEnd(), slowApplication())).toEqual([
      ...['', 'started', 'records/s', 'join ms', 'limited by'],
    ])
  })
})
