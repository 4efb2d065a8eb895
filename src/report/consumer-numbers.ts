/** The sections of a reading run: throughput, how it began and ended, polls and commits, the application. */
import type { ConsumerResult } from '../core/result.ts'
import { formatCount, formatDurationMs, formatRate } from '../units.ts'
import { countCell, joined, megabytesCell, ms, plural, shareCell } from './format.ts'
import type { Section, TableSection } from './model.ts'
import { item, list, seriesLine } from './run-details.ts'
import { TIMES_COLUMNS, timesRow } from './run-numbers.ts'

export function readingThroughputSection({ metrics, consumption, durationMs }: ConsumerResult): TableSection {
  const all = consumption.received
  const spanMs = durationMs
  return {
    id: 'throughput',
    kind: 'table',
    title: `Throughput over ${formatCount(spanMs / 1000, 2)} s`,
    columns: [
      { title: '', align: 'left' },
      { title: 'records', align: 'right' },
      { title: 'records/s', align: 'right' },
      { title: 'MB/s', align: 'right' },
    ],
    rows: [
      {
        cells: [
          'measured',
          countCell(all - consumption.receivedBefore),
          countCell(metrics.recordsPerSec),
          megabytesCell(metrics.bytesPerSec),
        ],
      },
      { cells: ['before it', countCell(consumption.receivedBefore), '', ''] },
    ],
    notes: [
      `measured ${MEASURED_FROM[consumption.measuredFrom]} to the last record; joining and idle time left out`,
      'MB = 10^6 bytes of keys, values and headers, decompressed',
    ],
  }
}

const MEASURED_FROM: Readonly<Record<ConsumerResult['consumption']['measuredFrom'], string>> = {
  'all-delivered': 'from when all partitions had delivered',
  'first-record': 'from the first record',
  'not-all-delivered': 'from 5 s after the first record, some partitions silent',
}

const ENDED_BY: Readonly<Record<ConsumerResult['consumption']['endedBy'], string>> = {
  'end-of-topic': 'the end of the topic',
  records: 'the number of records asked for',
  duration: 'the duration asked for',
  idle: 'the time-out without a record',
  interrupt: 'an interruption',
  'caught-up': 'having caught up',
  failure: 'a failure',
}

export function consumptionSection({ consumption, metrics }: ConsumerResult): Section {
  const { joinMs, firstRecordMs, allDeliveredMs, lagRecords, lagMs, repeated, skipped } = consumption
  return {
    id: 'consumption',
    kind: 'list',
    title: 'Reading',
    items: [
      {
        label: 'start',
        text: joined([
          `all partitions assigned after ${ms(joinMs)}`,
          `first record after ${ms(firstRecordMs)}`,
          `all had delivered after ${ms(allDeliveredMs)}`,
        ]),
      },
      {
        label: 'end',
        text: joined([
          `by ${ENDED_BY[consumption.endedBy]}`,
          `lag ${countCell(lagRecords)} records`,
          lagMs !== undefined && lagMs > 0 && `the newest read is ${ms(lagMs)} old`,
        ]),
      },
      ...(consumption.topics === undefined
        ? []
        : [{ label: 'by topic', text: joined(consumption.topics.map(topicText)) }]),
      {
        label: 'records',
        text: joined([
          `${countCell(repeated)} read twice`,
          `${countCell(skipped)} offsets without a record`,
          metrics.partitionSkew !== undefined &&
            `fullest partition ${formatCount(metrics.partitionSkew, 2)}× the mean`,
        ]),
      },
      {
        label: 'group',
        text: joined([
          plural(consumption.rebalances, 'rebalance'),
          `${countCell(consumption.pollsMissed)} × thrown out for polling late`,
        ]),
      },
      { label: 'from', text: `${consumption.reads}: ${consumption.note}` },
    ],
  }
}

type Topics = NonNullable<ConsumerResult['consumption']['topics']>

function topicText({ topic, received, lagRecords }: Topics[number]): string {
  return `${topic} ${countCell(received)} (lag ${countCell(lagRecords)})`
}

export function pollsSection({ poll, processing, commit }: ConsumerResult): Section[] {
  if (poll === undefined && processing === undefined && commit === undefined) return []
  return [
    {
      id: 'polls',
      kind: 'table',
      title: 'Times in ms',
      columns: TIMES_COLUMNS,
      rows: [
        timesRow('poll to poll', poll),
        ...(processing === undefined ? [] : [timesRow('  processing', processing)]),
        ...(commit === undefined ? [] : [timesRow('  commit', commit)]),
      ],
    },
  ]
}

export function readingSection({ series }: ConsumerResult): Section[] {
  // The rate of a moment tells nothing
  const inTime = series.filter(({ phase, durationMs }) => phase === 'measure' && durationMs >= 100)
  if (inTime.length < 3) return []
  return list('over-time', 'By second, lowest to highest', [
    item(
      'records/s',
      seriesLine(
        inTime.map(({ recordsPerSec }) => recordsPerSec),
        countCell,
      ),
    ),
    item(
      'rebalances',
      inTime.some(({ rebalances }) => rebalances > 0)
        ? seriesLine(
            inTime.map(({ rebalances }) => rebalances),
            countCell,
          )
        : '',
    ),
  ])
}

export function applicationSection({ plan, metrics, consumption }: ConsumerResult): Section[] {
  const { process, per, batchSize, batchTimeoutMs, commit } = plan.application
  return list('application', 'Application', [
    item('work', process === 'none' ? 'none: records are counted and let go' : `${process} ms a ${per}`),
    item(
      'batches',
      joined([
        batchSize !== undefined && `${countCell(batchSize)} records`,
        batchTimeoutMs !== undefined && `at most ${ms(batchTimeoutMs)}`,
      ]),
    ),
    item(
      'commits',
      commit === 'batch'
        ? `after each batch: ${countCell(consumption.commits)} confirmed, ${countCell(consumption.commitsFailed)} refused`
        : commit === 'auto'
          ? 'by the client, in the background'
          : 'none',
    ),
    item(
      'poll budget',
      metrics.pollBudgetRatio === undefined
        ? ''
        : `the longest poll took ${shareCell(metrics.pollBudgetRatio, 2)} of max.poll.interval.ms${consumption.pollsMissed === 0 ? '' : ', those apart after which the group threw a consumer out'}`,
    ),
  ])
}

/** How a backlog was drained under load, and what that did to those who write. */
export function catchUpSection({ catchUp }: ConsumerResult): Section[] {
  if (catchUp === undefined) return []
  const { ratePerSec, backlogRecords, thresholdRecords, caughtUpMs, drainedPerSec, lag, writing } = catchUp
  const { before, during, failed, unknown } = writing
  const side = (seconds: typeof before) =>
    seconds.latency === undefined
      ? ''
      : joined([
          `p50 ${ms(seconds.latency.p50Ms)}`,
          `p99 ${ms(seconds.latency.p99Ms)}`,
          `max ${ms(seconds.latency.maxMs)}`,
          `over ${formatDurationMs(Math.round(seconds.durationMs))}`,
        ])
  return list('catch-up', 'Catching up', [
    item('backlog', `${countCell(backlogRecords)} records, while ${formatRate(ratePerSec)} went on`),
    item(
      'caught up',
      caughtUpMs === undefined
        ? `not within the run: ${countCell(lag.at(-1)?.lagRecords)} left`
        : `fewer than ${countCell(thresholdRecords)} left after ${formatDurationMs(caughtUpMs, 1)}`,
    ),
    item(
      'drained',
      drainedPerSec === undefined ? '' : `${formatCount(drainedPerSec)} records/s beyond the load`,
    ),
    item(
      'lag',
      seriesLine(
        lag.map(({ lagRecords }) => lagRecords),
        countCell,
      ),
    ),
    item('writing alone', side(before)),
    item('meanwhile', side(during)),
    item(
      'not written',
      failed + unknown === 0 ? '' : `${countCell(failed)} failed, ${countCell(unknown)} unknown`,
    ),
  ])
}
