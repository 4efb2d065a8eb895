/** The report of `--repeat`: how far fresh runs lie apart, and each of them in a line. */
import { METRICS, type MetricName } from '../core/metrics.ts'
import type { Repeated } from '../core/repeated.ts'
import type { Result, Verdict } from '../core/result.ts'
import { isTrusted } from '../core/trust.ts'
import { countCell, joined, MISSING, msCell, plural, shareCell } from './format.ts'
import { metricTitle, metricValueText } from './metric-text.ts'
import type { Column, Level, Report, Section } from './model.ts'
import { runReport } from './run.ts'
import { repeatedViews } from './views/repeated.ts'

/** What a person looks at first; all of them are in the document. */
const SHOWN: readonly MetricName[] = [
  'recordsPerSec',
  'bytesPerSec',
  'latency.meanMs',
  'latency.p50Ms',
  'latency.p99Ms',
  'latency.p999Ms',
  'latency.maxMs',
  'joinMs',
  'lagRecords',
  'errorRatio',
  'cpuUsPerRecord',
]

export function repeatedReport(document: Repeated): Report {
  const { runs, spread } = document
  const [first] = runs
  const { title = '', subtitle = [] } = first === undefined ? {} : runReport(first)
  const rate = spread.recordsPerSec
  const p99 = spread['latency.p99Ms']
  const untrusted = runs.filter((run) => !isTrusted(run)).length
  const middle = (name: MetricName, found: typeof rate) =>
    found &&
    `${metricValueText(name, found.median)} (${metricValueText(name, found.min)} to ${metricValueText(name, found.max)})`
  const facts = [
    plural(runs.length, 'run'),
    joined([middle('recordsPerSec', rate), p99 && `p99 ${middle('latency.p99Ms', p99)}`], ', '),
    untrusted > 0 && `${plural(untrusted, 'run')} not to be trusted`,
  ]
  return {
    title: `${title} --repeat ${runs.length}`,
    subtitle,
    banner: {
      level: untrusted > 0 ? 'invalid' : worst(runs.flatMap(({ verdicts }) => verdicts)),
      text: joined(facts, ': '),
      notes: [],
    },
    sections: [...verdictCounts(runs), spreadSection(document), runsSection(runs)],
    data: document,
    views: repeatedViews(document),
  }
}

const WORST_FIRST: readonly Verdict['level'][] = ['critical', 'warn', 'not measured', 'ok', 'not applicable']

function worst(verdicts: readonly Verdict[]): Level {
  return WORST_FIRST.find((level) => verdicts.some((verdict) => verdict.level === level)) ?? 'ok'
}

/** Each verdict as its worst run has it, and in how many. */
function verdictCounts(runs: readonly Result[]): Section[] {
  const metrics = [...new Set(runs.flatMap(({ verdicts }) => verdicts.map(({ metric }) => metric)))]
  if (metrics.length === 0) return []
  return [
    {
      id: 'verdicts',
      kind: 'table',
      title: `Verdicts, the worst of ${plural(runs.length, 'run')}`,
      columns: [
        { title: '', align: 'left' },
        { title: 'verdict', align: 'left' },
        { title: 'in runs', align: 'right' },
      ],
      levelColumn: 1,
      rows: metrics.map((metric) => {
        const of = runs.flatMap(({ verdicts }) => verdicts.filter((verdict) => verdict.metric === metric))
        const level = worst(of)
        const count = of.filter((verdict) => verdict.level === level).length
        return {
          cells: [
            metricTitle(metric),
            level === 'not applicable' ? 'n/a' : level,
            `${count} of ${runs.length}`,
          ],
          level,
        }
      }),
    },
  ]
}

function spreadSection({ spread, runs }: Repeated): Section {
  return {
    id: 'spread',
    kind: 'table',
    title: `Spread over ${plural(runs.length, 'run')}`,
    columns: [
      { title: '', align: 'left' },
      { title: 'median', align: 'right' },
      { title: 'lowest', align: 'right' },
      { title: 'highest', align: 'right' },
      { title: 'variation', align: 'right', drop: 1 },
    ],
    rows: SHOWN.flatMap((name) => {
      const found = spread[name]
      if (found === undefined) return []
      const text = (value: number) => metricValueText(name, value)
      return [
        {
          cells: [
            METRICS[name].title,
            text(found.median),
            text(found.min),
            text(found.max),
            shareCell(found.variation),
          ],
        },
      ]
    }),
    notes: ['variation = standard deviation over the mean'],
  }
}

function limitedBy(run: Result): string {
  if (run.kind === 'connector') return MISSING
  return run.health.generatorLimited ? 'tune itself' : run.health.limitedBy
}

interface RunColumn {
  readonly column: Column
  /** undefined: the run has no such figure. */
  readonly of: (run: Result) => number | undefined
  readonly text: (value: number) => string
}

const latencyOf = (run: Result) => ('latency' in run ? run.latency : undefined)

/** Those of which no run has a figure are left out: a reading run has no latency. */
const FIGURES: readonly RunColumn[] = [
  {
    column: { title: 'records/s', align: 'right' },
    of: ({ metrics }) => metrics.recordsPerSec,
    text: countCell,
  },
  { column: { title: 'p50 ms', align: 'right' }, of: (run) => latencyOf(run)?.p50Ms, text: msCell },
  { column: { title: 'p99 ms', align: 'right' }, of: (run) => latencyOf(run)?.p99Ms, text: msCell },
  {
    column: { title: 'join ms', align: 'right', drop: 3 },
    of: ({ metrics }) => metrics.joinMs,
    text: msCell,
  },
]

function runsSection(runs: readonly Result[]): Section {
  const figures = FIGURES.filter(({ of }) => runs.some((run) => of(run) !== undefined))
  return {
    id: 'runs',
    kind: 'table',
    title: 'Runs',
    columns: [
      { title: '', align: 'right' },
      { title: 'started', align: 'left', drop: 1 },
      ...figures.map(({ column }) => column),
      { title: 'limited by', align: 'left', drop: 2 },
    ],
    rows: runs.map((run, n) => ({
      cells: [
        String(n + 1),
        run.startedAt,
        ...figures.map(({ of, text }) => {
          const value = of(run)
          return value === undefined ? MISSING : text(value)
        }),
        limitedBy(run),
      ],
    })),
  }
}
