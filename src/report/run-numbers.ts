/** The first screen of a run's report: verdicts, throughput, latency, errors, warnings. */
import { isReceiving } from '../core/receiving.ts'
import type { LatencySummary, Result, SendingResult, Verdict } from '../core/result.ts'
import { describeBound, parseBound } from '../core/threshold.ts'
import { formatDurationMs } from '../units.ts'
import { countCell, MISSING, megabytesCell, msCell, shareCell } from './format.ts'
import { metricTitle, metricValueText } from './metric-text.ts'
import type { Column, ListSection, Row, Section, TableSection } from './model.ts'
import { doneWord } from './run-head.ts'

export function verdictsSection({ verdicts, plan }: Pick<Result, 'verdicts' | 'plan'>): Section[] {
  if (verdicts.length === 0) return []
  return [
    {
      id: 'verdicts',
      kind: 'table',
      title: `Verdicts (thresholds: ${plan.thresholds})`,
      columns: [
        { title: '', align: 'left' },
        { title: 'value', align: 'right' },
        { title: 'target', align: 'right' },
        { title: 'critical', align: 'right', drop: 1 },
        { title: 'verdict', align: 'left' },
      ],
      levelColumn: 4,
      rows: verdicts.map(verdictRow),
      notes: reasons(verdicts),
    },
  ]
}

function verdictRow({ metric, value, target, critical, level }: Verdict): Row {
  return {
    cells: [
      metricTitle(metric),
      metricValueText(metric, value),
      boundText(metric, target),
      boundText(metric, critical),
      // The reason below says why; the words would not fit 60 columns.
      level === 'not applicable' ? 'n/a' : level,
    ],
    level,
  }
}

/** A bound as the value beside it is written. */
function boundText(metric: string, text: string): string {
  const bound = parseBound(text)
  if (bound === undefined) return text
  const plain = (value: number) => metricValueText(metric, value).replace(/\.0+(?=\D|$)/, '')
  // The unit once: 40 to 70 %.
  if ('between' in bound) {
    const [low, high] = bound.between.map(plain)
    return `${low?.replace(/\D+$/, '')} to ${high}`
  }
  return describeBound(bound, plain).replace('>=', '≥').replace('<=', '≤')
}

/** Each reason once, with whom it concerns. */
function reasons(verdicts: readonly Verdict[]): string[] {
  const byReason = new Map<string, string[]>()
  for (const { metric, reason } of verdicts) {
    if (reason !== undefined) byReason.set(reason, [...(byReason.get(reason) ?? []), metricTitle(metric)])
  }
  return [...byReason].map(([reason, titles]) => `${titles.join(', ')}: ${reason}`)
}

export function throughputSection(result: SendingResult): TableSection {
  const { metrics, plan, accounting, durationMs } = result
  const asked = metrics.targetRecordsPerSec
  const meanBytes = accounting.acked === 0 ? undefined : perRecord(metrics.bytesPerSec, metrics.recordsPerSec)
  const row = (title: string, perSec: number | undefined, bytesPerSec: number | undefined): Row => ({
    cells: [
      title,
      countCell(perSec),
      megabytesCell(bytesPerSec),
      asked === undefined || perSec === undefined ? MISSING : shareOfAsked(perSec / asked),
    ],
  })
  const bytesOf = (perSec: number | undefined) =>
    perSec === undefined || meanBytes === undefined ? undefined : perSec * meanBytes
  return {
    id: 'throughput',
    kind: 'table',
    title: `Throughput over ${formatDurationMs(Math.round(durationMs / 100) * 100)}`,
    columns: [
      { title: '', align: 'left' },
      { title: 'records/s', align: 'right' },
      { title: 'MB/s', align: 'right' },
      { title: 'of asked', align: 'right' },
    ],
    rows: [
      ...(plan.load.shape === 'unpaced' ? [] : [row('asked', asked, bytesOf(asked))]),
      row('sent', metrics.sentPerSec, bytesOf(metrics.sentPerSec)),
      row(doneWord(result), metrics.recordsPerSec, metrics.bytesPerSec),
    ],
    notes: ['MB = 10^6 bytes of keys, values and headers, before compression'],
  }
}

/** What is nearly all is not rounded to all. */
function shareOfAsked(ratio: number): string {
  return shareCell(ratio, ratio > 0.995 && ratio < 1 ? 2 : 1)
}

function perRecord(bytesPerSec: number | undefined, recordsPerSec: number | undefined): number | undefined {
  return bytesPerSec === undefined || !recordsPerSec ? undefined : bytesPerSec / recordsPerSec
}

const COLUMNS = [
  ['mean', 'meanMs'],
  ['p50', 'p50Ms'],
  ['p90', 'p90Ms', 3],
  ['p95', 'p95Ms', 2],
  ['p99', 'p99Ms'],
  ['p99.9', 'p999Ms'],
  ['max', 'maxMs'],
] as const

/** Columns of a table of times in ms, a row a histogram. */
export const TIMES_COLUMNS: readonly Column[] = [
  { title: '', align: 'left' },
  ...COLUMNS.map(([title, , drop]) => ({
    title,
    align: 'right' as const,
    ...(drop === undefined ? {} : { drop }),
  })),
]

export function timesRow(title: string, summary: LatencySummary | undefined): Row {
  return { cells: [title, ...COLUMNS.map(([, key]) => msCell(summary?.[key]))] }
}

export function latencySection(result: SendingResult): TableSection {
  const isUnpaced = result.plan.load.shape === 'unpaced'
  const isWritten = doneWord(result) === 'written'
  const row = timesRow
  return {
    id: 'latency',
    kind: 'table',
    title: 'Latency in ms',
    columns: TIMES_COLUMNS,
    rows: [
      row(isUnpaced ? 'latency (queueing)' : 'latency', result.latency),
      row('  lateness', result.lateness),
      row('  blocked', result.blocked),
      row('  service', result.service),
      ...receivedRows(result),
      ...(result.commit === undefined ? [] : [row('commits', result.commit)]),
    ],
    // Unpaced runs carry a warning that says what their latency is.
    notes: isWritten
      ? ['acks=0: nobody answers, so latency and service are not measured']
      : isUnpaced
        ? []
        : LATENCY_NOTES[result.kind],
  }
}

const LATENCY_NOTES: Readonly<Record<SendingResult['kind'], readonly string[]>> = {
  producer: ['latency = lateness (tune) + blocked (client full) + service (client, broker)'],
  e2e: [
    'latency, from due to received = lateness (tune) + blocked (client full) + service (sent to received)',
    'acknowledged, from due; then received, from the acknowledgement: 0 where the record came first',
  ],
  cdc: [
    'latency, from due to event = lateness (tune) + blocked (all connections busy) + service (BEGIN to event)',
    'committed, from due; then event, from the answer of COMMIT: 0 where the event came first',
  ],
}

/** Where what is sent is received: to the answer, and from there. */
function receivedRows(result: SendingResult): Row[] {
  if (!isReceiving(result)) return []
  const { acknowledged, receive } = result
  if (result.kind === 'e2e')
    return [timesRow('acknowledged', acknowledged), timesRow('  then received', receive)]
  return [
    timesRow('committed', acknowledged),
    timesRow('  then event', receive),
    timesRow('transactions', result.databaseCommit),
  ]
}

/** @param sent what a share is taken of; undefined where errors are no records */
export function errorsSection({ errors }: Pick<Result, 'errors'>, sent: number | undefined): Section[] {
  const codes = Object.entries(errors).toSorted(([, a], [, b]) => b - a)
  if (codes.length === 0) return []
  const share = (count: number) => (sent === 0 || sent === undefined ? MISSING : shareCell(count / sent, 3))
  return [
    {
      id: 'errors',
      kind: 'table',
      title: 'Errors',
      columns: [
        { title: '', align: 'left' },
        { title: sent === undefined ? 'times' : 'records', align: 'right' },
        ...(sent === undefined ? [] : [{ title: 'of sent', align: 'right' as const }]),
      ],
      rows: codes.map(([code, count]) => ({
        cells: [code, countCell(count), ...(sent === undefined ? [] : [share(count)])],
      })),
    },
  ]
}

export function warningsSection({ warnings }: Pick<Result, 'warnings'>): Section[] {
  const items: ListSection['items'] = warnings.map(({ id, text }) => ({ label: id, text, level: 'warn' }))
  return items.length === 0 ? [] : [{ id: 'warnings', kind: 'list', title: 'Warnings', items }]
}
