/** The report of a watched connector. */

import type { ConnectorResult } from '../core/connector-result.ts'
import { formatBytes, formatDurationMs, formatNumber, formatRate } from '../units.ts'
import { cutShort } from './cut-short.ts'
import { countCell, joined, ms, msCell, plural, shareCell } from './format.ts'
import { metricTitle, metricValueText } from './metric-text.ts'
import type { Level, Report, Section, TableSection } from './model.ts'
import { item, list, seriesLine } from './run-details.ts'
import { verdictCount, worstLevel } from './run-head.ts'
import { errorsSection, warningsSection } from './run-numbers.ts'

export function connectorParts(result: ConnectorResult): Pick<Report, 'subtitle' | 'banner' | 'sections'> {
  return {
    subtitle: subtitle(result),
    banner: banner(result),
    sections: [
      throughputSection(result),
      ...toldSection(result),
      ...alertsSection(result),
      ...tasksSection(result),
      ...errorsSection(result, undefined),
      ...warningsSection(result),
      ...overTimeSection(result),
      ...workerSection(result),
      ...settingsSection(result),
    ],
  }
}

function subtitle({
  connector,
  sources,
  plan,
  durationMs,
  startedAt,
  environment,
  tag,
}: ConnectorResult): string[] {
  const name = connector === undefined ? undefined : `connector ${connector.name}`
  return [
    joined([
      name,
      connector?.config['connector.class']?.replace(/^.*\./, ''),
      connector && plural(connector.tasks.length, 'task'),
    ]),
    sources.map(({ kind, at }) => `${kind} ${at}`).join(' · '),
    joined([
      `watched ${formatDurationMs(durationMs, 1)}, each ${formatDurationMs(plan.intervalMs)}`,
      plan.sourceLoad &&
        `source driven at ${formatRate(plan.sourceLoad.recordsPerSec)}: ${plan.sourceLoad.target}${rowsOf(plan.sourceLoad)}`,
    ]),
    joined([startedAt, `tune ${environment.tune}`, tag === undefined ? undefined : `tag ${tag}`]),
  ].filter((line) => line !== '')
}

function rowsOf({ rows }: NonNullable<ConnectorResult['plan']['sourceLoad']>): string {
  if (rows === undefined) return ''
  const { committed, failed } = rows
  return ` (${formatNumber(committed)} committed${failed === 0 ? '' : `, ${formatNumber(failed)} not`})`
}

function banner(result: ConnectorResult): Report['banner'] {
  const { metrics, failure, warnings, alerts, durationMs } = result
  if (failure !== undefined) {
    const after = formatDurationMs(durationMs, 1)
    return { level: 'critical', text: `${failure.what} failed after ${after}: ${failure.reason}`, notes: [] }
  }
  const fired = alerts.filter(({ state }) => state === 'fired')
  const sentence = joined(
    [
      joined(
        [
          metrics.recordsPerSec === undefined
            ? 'records not counted'
            : `${formatRate(metrics.recordsPerSec).replace('/s', ' records/s')} written`,
          metrics.connectorLatencyMs !== undefined && `latency ${ms(metrics.connectorLatencyMs)} as told`,
          fired.length > 0 && plural(fired.length, 'alert'),
        ],
        ', ',
      ),
      verdictCount(result),
    ],
    '; ',
  )
  const short = cutShort(result, sentence)
  if (short !== undefined) return { level: 'invalid', text: short, notes: [] }
  const silent = warnings.find(({ id }) => id === 'running-but-silent' || id === 'silent')
  if (silent !== undefined) return { level: 'critical', text: silent.text.split(';')[0] ?? '', notes: [] }
  return { level: levelOf(result, fired.length), text: sentence, notes: [] }
}

function levelOf(result: ConnectorResult, fired: number): Level {
  const worst = worstLevel(result)
  return fired > 0 && worst === 'ok' ? 'warn' : worst
}

function throughputSection({ metrics, sources, durationMs }: ConnectorResult): TableSection {
  const { recordsPerSecMin, recordsPerSecMedian, recordsPerSecMax, throughputVariation } = metrics
  const perSec = (count: number | undefined, spanMs: number) =>
    count === undefined || spanMs <= 0 ? undefined : (count * 1000) / spanMs
  return {
    id: 'throughput',
    kind: 'table',
    title: `Throughput over ${formatDurationMs(durationMs, 1)}`,
    columns: [
      { title: '', align: 'left' },
      { title: 'written', align: 'right' },
      { title: 'records/s', align: 'right' },
      { title: 'polled/s', align: 'right', drop: 1 },
      { title: 'looks', align: 'right', drop: 2 },
      { title: 'missed', align: 'right', drop: 3 },
    ],
    rows: sources
      .filter(({ kind }) => kind !== 'connect')
      .map(({ kind, counted, recordsWritten, recordsPolled, spanMs, readings, missed }) => ({
        cells: [
          counted ? `${kind} *` : kind,
          countCell(recordsWritten),
          countCell(perSec(recordsWritten, spanMs)),
          countCell(perSec(recordsPolled, spanMs)),
          countCell(readings),
          countCell(missed),
        ],
      })),
    notes: [
      ...(recordsPerSecMedian === undefined
        ? []
        : [
            `by sample ${countCell(recordsPerSecMin)} to ${countCell(recordsPerSecMax)}, median ${countCell(recordsPerSecMedian)}; variation ${shareCell(throughputVariation)} (standard deviation over the mean)`,
          ]),
      ...(sources.some(({ counted }) => counted) ? ['* records are counted by this one'] : []),
    ],
  }
}

/** What connector and worker say of themselves. */
function toldSection({ metrics }: ConnectorResult): Section[] {
  const row = (name: string, note = '') => item(metricTitle(name), textOf(metrics, name, note))
  return list('told', 'As connector and worker say', [
    row('toldRecordsPerSec', 'over a time that only it knows'),
    row('connectorLatencyMs'),
    row('cacheHitRatio'),
    row('errorRatio'),
    row('pollBatchMs', 'mean since the task began'),
    row('activeRecords'),
    row('offsetCommitMs', 'mean since the task began'),
    row('offsetCommitFailureRatio'),
  ])
}

function textOf(metrics: Readonly<Record<string, number>>, name: string, note: string): string {
  const value = metrics[name]
  return value === undefined ? '' : joined([metricValueText(name, value), note], ', ')
}

const ALERT_LEVEL: Readonly<Record<ConnectorResult['alerts'][number]['state'], Level>> = {
  fired: 'critical',
  pending: 'warn',
  quiet: 'ok',
  'too short': 'not applicable',
  'not measured': 'not measured',
}

function alertsSection({ alerts, plan }: ConnectorResult): Section[] {
  if (alerts.length === 0) return []
  return [
    {
      id: 'alerts',
      kind: 'table',
      title: `Alerts (rules: ${plan.rules})`,
      columns: [
        { title: '', align: 'left' },
        { title: 'when', align: 'left', drop: 2 },
        { title: 'for', align: 'right', drop: 1 },
        { title: 'worst', align: 'right', drop: 3 },
        { title: 'state', align: 'left' },
      ],
      levelColumn: 4,
      rows: alerts.map(
        ({ id, metric, when, forMs, judge, state, worst, firstAtMs, firingMs, pendingMs }) => ({
          cells: [
            id,
            `${judge === 'mean' ? 'mean ' : ''}${'above' in when ? `> ${metricValueText(metric, when.above)}` : `< ${metricValueText(metric, when.below)}`}`,
            formatDurationMs(forMs),
            metricValueText(metric, worst),
            joined(
              [
                state,
                firstAtMs !== undefined && `after ${formatDurationMs(firstAtMs, 0)}`,
                state === 'fired' && firingMs > 0 && `for ${formatDurationMs(firingMs, 0)}`,
                state === 'pending' && pendingMs !== undefined && `for ${formatDurationMs(pendingMs, 0)}`,
              ],
              ' ',
            ),
          ],
          level: ALERT_LEVEL[state],
        }),
      ),
    },
  ]
}

function tasksSection({ connector, metrics }: ConnectorResult): Section[] {
  if (connector === undefined) return []
  const level = (state: string): Level =>
    state === 'RUNNING' ? 'ok' : state === 'FAILED' ? 'critical' : 'warn'
  const line = (trace: string | undefined) => trace?.split('\n')[0] ?? ''
  return [
    {
      id: 'tasks',
      kind: 'list',
      title: 'Connector and tasks',
      items: [
        {
          label: connector.name,
          text: joined([connector.state, plural(metrics.restarts ?? 0, 'restart'), line(connector.trace)]),
          level: level(connector.state),
        },
        ...connector.tasks.map(({ id, state, workerId, trace }) => ({
          label: `task ${id}`,
          text: joined([state, workerId, line(trace)]),
          level: level(state),
        })),
      ],
    },
  ]
}

function overTimeSection({ series }: ConnectorResult): Section[] {
  if (series.length < 3) return []
  const line = (
    label: string,
    pick: (one: (typeof series)[number]) => number | undefined,
    cell: (value: number) => string,
  ) => {
    const values = series.map(pick)
    return item(label, values.some((value) => value !== undefined) ? seriesLine(values, cell) : '')
  }
  return list('over-time', 'By sample, lowest to highest', [
    line('records/s', ({ recordsPerSec }) => recordsPerSec, countCell),
    line('polled/s', ({ polledPerSec }) => polledPerSec, countCell),
    line('latency ms', ({ connectorLatencyMs }) => connectorLatencyMs, msCell),
    line('not yet written', ({ activeRecords }) => activeRecords, countCell),
    line(
      'heap',
      ({ heapRatio }) => heapRatio,
      (value) => shareCell(value, 0),
    ),
  ])
}

function workerSection({ metrics }: ConnectorResult): Section[] {
  const { heapUsedBytes, heapRatio, gcRatio } = metrics
  return list('worker', 'Worker', [
    item(
      'heap',
      heapUsedBytes === undefined
        ? ''
        : joined([
            formatBytes(heapUsedBytes, 0),
            heapRatio !== undefined && `${shareCell(heapRatio, 0)} of its limit`,
          ]),
    ),
    item('collection', gcRatio === undefined ? '' : `${shareCell(gcRatio, 2)} of the time`),
  ])
}

function settingsSection({ connector, environment }: ConnectorResult): Section[] {
  return list('settings', 'Settings and place', [
    ...Object.entries(connector?.config ?? {}).map(([key, value]) => item(key, value)),
    item('writes to', connector?.topics.join(', ') ?? ''),
    item(
      'machine',
      joined([
        `${environment.cpuModel}, ${plural(environment.cores, 'core')}`,
        formatBytes(environment.memoryBytes, 0),
        `${environment.os} ${environment.arch}`,
        `Node ${environment.node}`,
      ]),
    ),
  ])
}
