import { spawnSync } from 'node:child_process'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { repeated } from '../../src/core/repeated.ts'
import { diffOf } from '../../src/plan/diff.ts'
import { diffReport } from '../../src/report/diff.ts'
import { annotations, SUMMARY_BYTES, stepSummary } from '../../src/report/github.ts'
import { markdown } from '../../src/report/markdown.ts'
import type { Case, Level, Report } from '../../src/report/model.ts'
import { planReport } from '../../src/report/plan.ts'
import { planDiffReport } from '../../src/report/plan-diff.ts'
import { repeatedReport } from '../../src/report/repeated.ts'
import { REPORTERS } from '../../src/report/reporters.ts'
import { runReport } from '../../src/report/run.ts'
import { sizingReport } from '../../src/report/sizing.ts'
import { figureName } from '../../src/report/views/figures.ts'
import { size } from '../../src/sizing/calculator.ts'
import { partitions } from '../../src/sizing/partitions.ts'
import { cdcResult } from '../fixtures/cdc-result.ts'
import { CONNECTOR_FIXTURES } from '../fixtures/connector-result.ts'
import { readToTheEnd } from '../fixtures/consumer-result.ts'
import { pairedDiffDocument } from '../fixtures/diff.ts'
import { failingHttp } from '../fixtures/http-result.ts'
import { generatorLimitedResult, pacedResult, workersResult } from '../fixtures/result.ts'
import { changed, fileOf, planFrom, STARTER } from '../plan/plans.ts'

const GOLDEN = resolve(import.meta.dirname, '../golden/machine')
const ENDINGS = { github: 'github.md', junit: 'junit.xml', csv: 'csv', prometheus: 'prom' } as const
type Format = keyof typeof ENDINGS

const REPORTS: Readonly<Record<string, () => Report>> = {
  producer: () => runReport(generatorLimitedResult()),
  consumer: () => runReport(readToTheEnd()),
  cdc: () => runReport(cdcResult()),
  http: () => runReport(failingHttp),
  connector: () => runReport(CONNECTOR_FIXTURES['connector-failed']()),
  runs: () => repeatedReport(repeated([pacedResult(), generatorLimitedResult(), workersResult()])),
  diff: () => diffReport(pairedDiffDocument()),
  sizing: () =>
    sizingReport(
      size(partitions, {
        texts: { rate: '100k/s', produceRate: '20k/s', consumeRate: '12k/s' },
        saved: [],
      }),
    ),
  plan: () => planReport(planFrom(STARTER)),
}

const formats = Object.keys(ENDINGS).filter((name): name is Format => name in ENDINGS)

describe('formats for machines', () => {
  for (const [name, make] of Object.entries(REPORTS)) {
    for (const format of formats) {
      it(`look as they did: ${name} as ${format}`, async () => {
        const text = REPORTERS[format](make())
        expect(text.endsWith('\n')).toBe(true)
        expect(text).not.toMatch(/undefined|NaN|\[object/)
        await expect(text).toMatchFileSnapshot(join(GOLDEN, `${name}.${ENDINGS[format]}`))
      })
    }
  }

  it('refuse what they cannot tell', () => {
    const changes = planDiffReport(
      diffOf(fileOf(STARTER, 'a.yaml'), fileOf(changed(['peak: 100k/s', 'peak: 200k/s']), 'b.yaml')),
    )
    expect(() => REPORTERS.prometheus(changes)).toThrow(/cannot be told as prometheus/)
    expect(REPORTERS.csv(changes)).toContain('answer,partitions')
  })
})

const ANSWERED: Report = {
  title: 'tune x',
  subtitle: [],
  banner: { level: 'ok', text: 'all is well', notes: [] },
  sections: [],
  data: {},
}

const withCases = (level: Level, cases: readonly Case[]): Report => ({
  ...ANSWERED,
  banner: { ...ANSWERED.banner, level },
  views: { cases: () => cases },
})

describe('JUnit', () => {
  const xml = (cases: readonly Case[]) => REPORTERS.junit(withCases('ok', cases))
  const one = (level: Level) => xml([{ id: 'p99', level, text: 'it took long' }])

  it('fails what is critical, and errs where nothing is to be trusted', () => {
    expect(one('critical')).toContain('tests="1" failures="1" errors="0" skipped="0"')
    expect(one('critical')).toContain('<failure type="critical" message="it took long">')
    expect(one('invalid')).toContain('failures="0" errors="1"')
  })

  it('skips what cannot be told, with its message', () => {
    expect(one('not measured')).toContain('<skipped message="it took long"/>')
    expect(REPORTERS.junit(diffReport(pairedDiffDocument()))).toMatch(
      /name="cpuUsPerRecord"><skipped message="inconclusive: CPU a record \+3\.4 % .*about 40 pairs would tell"\/>/,
    )
  })

  it('passes a warning, and says so', () => {
    expect(one('warn')).toContain('<system-out>warning: it took long</system-out>')
    expect(one('warn')).toContain('failures="0" errors="0" skipped="0"')
  })

  it('escapes what XML would take for its own, and drops what it cannot hold', () => {
    const text = xml([{ id: '<a & "b">', level: 'ok', text: 'bell \u0007 and ]]>' }])
    expect(text).toContain('name="&lt;a &amp; &quot;b&quot;&gt;"')
    expect(text).toContain('bell \ufffd and ]]&gt;')
  })

  it.skipIf(spawnSync('xmllint', ['--version']).status !== 0)('is well-formed XML', () => {
    for (const make of Object.values(REPORTS)) {
      const { status, stderr } = spawnSync('xmllint', ['--noout', '-'], {
        input: REPORTERS.junit(make()),
      })
      expect({ status, stderr: stderr.toString() }).toEqual({ status: 0, stderr: '' })
    }
  })
})

describe('GitHub annotations', () => {
  it('are an error for what is bad, a warning for what cannot be told, none for what is good', () => {
    expect(annotations(withCases('ok', []))).toBe('')
    expect(annotations(withCases('critical', []))).toBe('::error title=tune x::all is well\n')
    expect(annotations(withCases('invalid', []))).toMatch(/^::warning /)
    expect(annotations(withCases('warn', []))).toMatch(/^::warning /)
    expect(annotations(withCases('not measured', []))).toMatch(/^::warning /)
  })

  it('are ten at most, errors first, and say how many more there are', () => {
    const cases = Array.from({ length: 30 }, (_, n) => ({
      id: `case ${n}`,
      level: n === 29 ? ('critical' as const) : ('warn' as const),
      text: `text ${n}`,
    }))
    const lines = annotations(withCases('warn', cases)).trimEnd().split('\n')
    expect(lines).toHaveLength(10)
    expect(lines[0]).toBe('::error title=tune x%3A case 29::text 29')
    expect(lines[9]).toBe('::warning title=tune::22 more are in the summary of the step')
  })

  it('stay a line each, whatever is in their texts', () => {
    const hostile = withCases('ok', [{ id: 'a,b:c', level: 'critical', text: '50 %\r\n::error::x' }])
    expect(annotations(hostile)).toBe('::error title=tune x%3A a%2Cb%3Ac::50 %25%0D%0A::error::x\n')
  })

  it('tell of a regression once', () => {
    const lines = annotations(diffReport(pairedDiffDocument()))
      .split('\n')
      .filter((line) => line.includes('-20.2 %'))
    expect(lines).toHaveLength(1)
  })
})

describe('Markdown for a comment', () => {
  const long: Report = {
    ...ANSWERED,
    sections: Array.from({ length: 40 }, (_, n) => ({
      id: `part-${n}`,
      kind: 'text' as const,
      title: `Part ${n}`,
      lines: ['x'.repeat(4000)],
    })),
  }

  it('is under 64 kB, and names what it leaves out', () => {
    const text = markdown(long)
    expect(Buffer.byteLength(text)).toBeLessThan(65_536)
    expect(Buffer.byteLength(text)).toBeGreaterThan(55_000)
    expect(text).toContain('**all is well**')
    expect(text).toMatch(
      /_Left out, as it would be too long: Part 15, .*Part 39\. The whole is in the result\._/,
    )
  })

  it('as the summary of a step is under 1 MiB, or what is left of that', () => {
    expect(stepSummary(long)).toContain('Part 39')
    const huge = { ...long, sections: Array.from({ length: 10 }, () => long.sections).flat() }
    expect(Buffer.byteLength(stepSummary(huge))).toBeLessThanOrEqual(SUMMARY_BYTES)
    expect(Buffer.byteLength(stepSummary(long, 10_000))).toBeLessThanOrEqual(10_000)
  })

  it('of a diff and of every run fits', () => {
    for (const make of Object.values(REPORTS))
      expect(Buffer.byteLength(markdown(make()))).toBeLessThan(65_536)
  })
})

describe('CSV', () => {
  const rows = (table: readonly (readonly (string | number | undefined)[])[]) =>
    REPORTERS.csv({ ...ANSWERED, views: { rows: () => ({ columns: ['a', 'b'], rows: table }) } })

  it('quotes where it has to, and leaves what is missing empty', () => {
    expect(
      rows([
        ['x,y', 1.5],
        ['say "hi"', undefined],
        ['two\nlines', 0],
      ]),
    ).toBe('a,b\n"x,y",1.5\n"say ""hi""",\n"two\nlines",0\n')
  })

  it('has a row for each second, whose records add up to the run', () => {
    const [head = '', ...lines] = REPORTERS.csv(runReport(pacedResult())).trimEnd().split('\n')
    const at = head.split(',').indexOf('records')
    expect(lines.reduce((sum, line) => sum + Number(line.split(',')[at]), 0)).toBe(20_000)
    expect(head.split(',')).toContain('latency.p99Ms')
    expect(head).not.toContain('hdr')
  })
})

describe('Prometheus', () => {
  it('has names in snake case with base units at the end', () => {
    expect(figureName('recordsPerSec', false)).toBe('records_per_second')
    expect(figureName('cpuUsPerRecord', true)).toBe('cpu_per_record_seconds')
    expect(figureName('host.cpuRatio', false)).toBe('host_cpu_ratio')
    expect(figureName('joinMs', true)).toBe('join_seconds')
  })

  it('gives every sample a valid name, one type a name, and no series twice', () => {
    for (const make of Object.values(REPORTS)) {
      const lines = REPORTERS.prometheus(make()).trimEnd().split('\n')
      const samples = lines.filter((line) => !line.startsWith('#'))
      for (const line of samples) {
        expect(line).toMatch(
          /^tune_[a-z0-9_]+\{(?:[a-z_]+="(?:[^"\\]|\\.)*",?)+\} -?\d+(?:\.\d+)?(?:e[+-]?\d+)?$/,
        )
      }
      const series = samples.map((line) => line.slice(0, line.lastIndexOf(' ')))
      expect(series).toEqual([...new Set(series)])
      const types = lines.filter((line) => line.startsWith('# TYPE'))
      expect(types).toEqual([...new Set(types)])
    }
  })

  it('tells latencies in seconds', () => {
    const result = pacedResult()
    const text = REPORTERS.prometheus(runReport(result))
    const [, value] = /^tune_latency_seconds\{[^}]*quantile="0\.99"\} (.*)$/m.exec(text) ?? []
    expect(Number(value)).toBeCloseTo((result.latency?.p99Ms ?? 0) / 1000, 9)
    expect(text).toMatch(/^tune_latency_seconds_count\{[^}]*\} 20000$/m)
  })

  it('escapes labels', () => {
    const text = REPORTERS.prometheus(runReport({ ...pacedResult(), tag: 'a"b\\c\nd' }))
    expect(text).toContain('tag="a\\"b\\\\c\\nd"')
  })
})
