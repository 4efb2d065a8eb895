/** What is kept of baselines: one a line, or the sittings of one. */
import type { ClientResult } from '../core/result.ts'
import type { Sitting } from '../core/sitting.ts'
import { spread } from '../core/spread.ts'
import { metricValue } from '../core/verdict.ts'
import { MISSING, plural } from './format.ts'
import { metricValueText } from './metric-text.ts'
import type { Column, Report } from './model.ts'

interface Baseline {
  readonly name: string
  readonly sittings: readonly Sitting[]
}

interface Unreadable {
  readonly name: string
  readonly why: Error
}

/** A line each; one that cannot be read says why. */
export function baselinesReport(found: readonly (Baseline | Unreadable)[]): Report {
  const baselines = found.flatMap((one) => ('sittings' in one ? [one] : []))
  const broken = found.flatMap((one) => ('why' in one ? [one] : []))
  return {
    title: 'tune baseline list',
    subtitle: [],
    banner: { level: broken.length > 0 ? 'warn' : 'ok', text: plural(found.length, 'baseline'), notes: [] },
    sections: [
      {
        id: 'baselines',
        kind: 'table',
        title: 'Baselines',
        columns: [
          { title: 'name', align: 'left' },
          { title: 'sittings', align: 'right' },
          { title: 'last', align: 'left' },
          { title: 'command', align: 'left', drop: 1 },
        ],
        rows: baselines.map(({ name, sittings }) => {
          const last = sittings.at(-1)
          return {
            cells: [
              name,
              String(sittings.length),
              last?.capturedAt ?? MISSING,
              last?.command?.join(' ') ?? MISSING,
            ],
          }
        }),
      },
      ...(broken.length === 0
        ? []
        : [
            {
              id: 'unreadable',
              kind: 'list' as const,
              title: 'Not readable',
              items: broken.map(({ name, why }) => ({
                label: name,
                text: why.message,
                level: 'warn' as const,
              })),
            },
          ]),
    ],
    data: baselines.map(({ name, sittings }) => ({ name, sittings: sittings.length })),
  }
}

const FIGURES = [
  'recordsPerSec',
  'latency.p50Ms',
  'latency.p99Ms',
  'latency.p999Ms',
  'cpuUsPerRecord',
] as const

/** What the guide's `performance-test.sh --baseline` prints, of each sitting the middle of its runs. */
export function sittingsReport(name: string, sittings: readonly Sitting[]): Report {
  const last = sittings.at(-1)
  return {
    title: `tune baseline show ${name}`,
    subtitle: last?.command === undefined ? [] : [last.command.join(' ')],
    banner: {
      level: 'ok',
      text: `${plural(sittings.length, 'sitting')}, the last of ${plural(last?.runs.length ?? 0, 'run')}`,
      notes: machineOf(last?.runs[0]),
    },
    sections: [
      {
        id: 'sittings',
        kind: 'table',
        title: 'Sittings, medians of their runs',
        columns: [{ title: 'captured', align: 'left' }, { title: 'runs', align: 'right' }, ...COLUMNS],
        rows: sittings.map(({ capturedAt, runs }) => ({
          cells: [capturedAt, String(runs.length), ...figuresOf(runs)],
        })),
      },
      {
        // What a narrow terminal leaves out above
        id: 'latest',
        kind: 'list',
        title: 'The last one',
        items: figuresOf(last?.runs ?? []).map((text, n) => ({ label: COLUMNS[n]?.title ?? '', text })),
      },
    ],
    data: sittings,
  }
}

const COLUMNS: readonly Column[] = [
  { title: 'throughput', align: 'right' },
  { title: 'p50', align: 'right' },
  { title: 'p99', align: 'right' },
  { title: 'p99.9', align: 'right', drop: 3 },
  { title: 'CPU a record', align: 'right', drop: 2 },
  { title: 'memory', align: 'right', drop: 1 },
  { title: 'network', align: 'right', drop: 4 },
]

/** In the order of their columns. */
function figuresOf(runs: readonly ClientResult[]): string[] {
  return [
    ...FIGURES.map((metric) =>
      metricValueText(
        metric,
        middle(runs, (run) => metricValue(run, metric)),
      ),
    ),
    memory(runs),
    metricValueText(
      'bytesPerSec',
      middle(runs, (run) => metricValue(run, 'host.networkBytesPerSec')),
    ),
  ]
}

function machineOf(run: ClientResult | undefined): string[] {
  if (run === undefined) return []
  const { cpuModel, cores, os, node, driver, broker } = run.environment
  const brokerText = broker.version === undefined ? broker.engine : `${broker.engine} ${broker.version}`
  return [`${cores} × ${cpuModel}, ${os}, Node ${node}, ${driver}, broker ${brokerText}`]
}

function middle(
  runs: readonly ClientResult[],
  value: (run: ClientResult) => number | undefined,
): number | undefined {
  const values = runs.flatMap((run) => value(run) ?? [])
  return values.length === 0 ? undefined : spread(values).median
}

function memory(runs: readonly ClientResult[]): string {
  const bytes = middle(runs, ({ health }) => health.tool.rssMaxBytes)
  return bytes === undefined ? MISSING : `${Math.round(bytes / 1e6)} MB`
}
