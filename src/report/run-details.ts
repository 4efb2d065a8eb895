/** Below the first screen: over time, what held the run back, batches, accounting, the cluster, the machine. */
import { isReceiving } from '../core/receiving.ts'
import type { ClientResult, ReceivingResult, SendingResult, TimedResult } from '../core/result.ts'
import { formatBytes, formatCount, formatDurationMs } from '../units.ts'
import { countCell, joined, MISSING, megabytesCell, ms, msCell, plural, shareCell } from './format.ts'
import type { ListSection, Section } from './model.ts'
import { doneWord } from './run-head.ts'
import { sparkline } from './sparkline.ts'

type Item = ListSection['items'][number]

/** A list of what is known; undefined where nothing is. */
export function list(id: string, title: string, items: readonly (Item | undefined)[]): Section[] {
  const known = items.filter((item) => item !== undefined)
  return known.length === 0 ? [] : [{ id, kind: 'list', title, items: known }]
}

export const item = (label: string, text: string): Item | undefined =>
  text === '' ? undefined : { label, text }

/** A line of bars, and their lowest and highest value. */
export function seriesLine(values: readonly (number | undefined)[], cell: (value: number) => string): string {
  const known = values.filter((value) => value !== undefined)
  if (known.length === 0) return ''
  return `${sparkline(values)}  ${cell(Math.min(...known))} to ${cell(Math.max(...known))}`
}

export function overTimeSection({ series }: TimedResult): Section[] {
  const inTime = series.filter(({ phase }) => phase === 'measure')
  if (inTime.length < 3) return []
  const line = seriesLine
  return list('over-time', 'By second, lowest to highest', [
    item(
      'records/s',
      line(
        inTime.map(({ recordsPerSec }) => recordsPerSec),
        countCell,
      ),
    ),
    item(
      'p50 ms',
      line(
        inTime.map(({ latency }) => latency?.p50Ms),
        msCell,
      ),
    ),
    item(
      'p99 ms',
      line(
        inTime.map(({ latency }) => latency?.p99Ms),
        msCell,
      ),
    ),
    item(
      'errors',
      inTime.some(({ errors }) => errors > 0)
        ? line(
            inTime.map(({ errors }) => errors),
            countCell,
          )
        : '',
    ),
  ])
}

export function healthSection({
  health,
  metrics,
  host,
}: Pick<ClientResult, 'health' | 'metrics' | 'host'>): Section[] {
  const { tool, client } = health
  return list('health', 'Health', [
    item('limited by', health.limitedBy),
    item('pacing', health.pacing),
    item(
      'tune',
      joined([
        `CPU ${shareCell(tool.cpuRatio, 0)} of a core`,
        metrics.cpuUsPerRecord !== undefined && `${msCell(metrics.cpuUsPerRecord)} µs a record`,
        `RSS ${formatBytes(tool.rssBytes, 0)} (most ${formatBytes(tool.rssMaxBytes, 0)})`,
      ]),
    ),
    item(
      'event loop',
      joined([
        `late p50 ${ms(tool.eventLoopP50Ms)}`,
        `p99 ${ms(tool.eventLoopP99Ms)}`,
        `max ${ms(tool.eventLoopMaxMs)}`,
        `${plural(tool.gcCount, 'GC')}, ${ms(tool.gcMs)}`,
      ]),
    ),
    item(
      'client',
      joined([
        client.queueMs !== undefined && `queue ${ms(client.queueMs)}`,
        client.outbufMs !== undefined && `send buffer ${ms(client.outbufMs)}`,
        client.rttMs !== undefined && `round trip ${ms(client.rttMs)}`,
        client.throttleMs !== undefined && `throttled ${ms(client.throttleMs)}`,
        client.queuedRecords !== undefined && `at most ${countCell(client.queuedRecords)} queued`,
      ]) || `${MISSING} (this client has no statistics)`,
    ),
    item(
      'machine',
      host === undefined
        ? MISSING
        : joined([
            `CPU ${shareCell(host.cpuRatio)}`,
            `memory ${shareCell(host.memoryRatio)}`,
            `network ${megabytesCell(host.networkBytesPerSec)} MB/s${host.networkRatio === undefined ? '' : ` (${shareCell(host.networkRatio)} of the line)`}`,
            host.diskReadBytesPerSec !== undefined &&
              `disk reads ${megabytesCell(host.diskReadBytesPerSec)} MB/s`,
            `disk writes ${megabytesCell(host.diskWriteBytesPerSec)} MB/s`,
          ]),
    ),
  ])
}

export function recordsSection(result: SendingResult): Section[] {
  const { metrics, plan, accounting } = result
  const { sent, acked, failed, unknown, found, lost, duplicated } = accounting
  return list('records', 'Records', [
    item(
      'batches',
      joined([
        metrics.batchRecords !== undefined && `${formatCount(metrics.batchRecords, 1)} records`,
        metrics.batchBytes !== undefined && `${countCell(metrics.batchBytes)} B on the wire each`,
        `${countCell(metrics.retries)} retries`,
      ]),
    ),
    item(
      'compression',
      joined([
        metrics.compressionRatio === undefined
          ? MISSING
          : `${formatCount(metrics.compressionRatio, 2)}× achieved`,
        `gzip would reach ${formatCount(plan.records.gzipRatio, 2)}×`,
      ]),
    ),
    item(
      'sent',
      `${countCell(sent)} = ${countCell(acked)} ${doneWord(result)} + ${countCell(failed)} failed + ${countCell(unknown)} unknown`,
    ),
    item(
      'in the topic',
      joined([
        `${countCell(found)} found`,
        `${countCell(lost)} lost`,
        `${countCell(duplicated)} duplicated`,
        metrics.partitionSkew !== undefined &&
          `fullest partition ${formatCount(metrics.partitionSkew, 2)}× the mean`,
      ]),
    ),
    ...(isReceiving(result) ? [item('at the end', receptionText(result))] : []),
    item('transactions', transactionsText(result)),
    item('counted', `${accounting.exact ? 'exactly' : 'as far as offsets tell'}: ${accounting.note}`),
  ])
}

function transactionsText({ transactions }: SendingResult): string {
  if (transactions === undefined) return ''
  const { durationMs, committed, aborted, recordsAborted = 0, controlRecords } = transactions
  return joined([
    `${countCell(committed)} committed, of ${formatDurationMs(durationMs)} each`,
    `${countCell(aborted)} aborted`,
    recordsAborted > 0 && `${countCell(recordsAborted)} records not committed`,
    `${countCell(controlRecords)} control records, not counted in the topic`,
  ])
}

export function receptionText({
  reception,
  plan,
}: {
  readonly reception: ReceivingResult['reception']
  readonly plan: Pick<ReceivingResult['plan'], 'correlate'>
}): string {
  const { received, missing, late = 0, repeated, outOfOrder, foreign, lagRecords } = reception
  return joined([
    `${countCell(received)} received, known by ${plan.correlate}`,
    `${countCell(missing)} missing`,
    late > 0 && `${countCell(late)} after they were given up`,
    `${countCell(repeated)} repeated`,
    `${countCell(outOfOrder)} out of order`,
    foreign > 0 && `${countCell(foreign)} not of this run`,
    `lag ${countCell(lagRecords)}`,
  ])
}

export function settingsSection({
  plan,
  effectiveConfig,
  preflight,
  environment,
}: Pick<ClientResult, 'plan' | 'effectiveConfig' | 'preflight' | 'environment'>): Section[] {
  return list('settings', 'Settings and place', [
    item('asked', pairs(plan.properties)),
    item('unsupported', effectiveConfig.unsupported.join(', ')),
    ...topicItems(preflight),
    item(
      'machine',
      joined([
        `${environment.cpuModel}, ${plural(environment.cores, 'core')}`,
        formatBytes(environment.memoryBytes, 0),
        `${environment.os} ${environment.arch}`,
        `Node ${environment.node}`,
      ]),
    ),
    item('client', environment.driver),
    ...effectiveConfig.notes.map((note) => item('note', note)),
  ])
}

function topicItems(preflight: ClientResult['preflight']): (Item | undefined)[] {
  if (preflight === undefined) return []
  const leaders = Object.entries(preflight.leadersPerBroker).map(([id, count]) => `${count} on broker ${id}`)
  return [
    item(
      'topic',
      joined([
        leaders.length > 0 && `leaders ${leaders.join(', ')}`,
        `replication ${preflight.replicationFactor}`,
        `min ISR ${countCell(preflight.minInSyncReplicas)}`,
        preflight.underReplicated > 0 && `${plural(preflight.underReplicated, 'partition')} under-replicated`,
        preflight.timestampType,
      ]),
    ),
    item('topic config', pairs(pick(preflight.topicConfigs, TOPIC_CONFIGS))),
  ]
}

/** Of some forty, those that a test's numbers hang on; all are in the result. */
const TOPIC_CONFIGS = [
  'cleanup.policy',
  'compression.type',
  'max.message.bytes',
  'retention.bytes',
  'retention.ms',
  'segment.bytes',
]

function pick(values: Readonly<Record<string, string>>, keys: readonly string[]): Record<string, string> {
  return Object.fromEntries(Object.entries(values).filter(([key]) => keys.includes(key)))
}

function pairs(values: Readonly<Record<string, string | number | boolean>>): string {
  return Object.entries(values)
    .map(([key, value]) => `${key}=${value}`)
    .join(' ')
}
