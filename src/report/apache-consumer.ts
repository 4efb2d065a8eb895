/**
 * The CSV of kafka-consumer-perf-test (`ConsumerPerformance.java`, the same from 3.0 to 4.x). There, MB is 2^20 bytes,
 * elapsed time begins before the join and `fetch.time.ms` leaves the join out.
 */
import type { ConsumerResult } from '../core/result.ts'

const MIB = 2 ** 20

const HEADER = [
  'start.time, end.time, data.consumed.in.MB, MB.sec, data.consumed.in.nMsg, nMsg.sec',
  'rebalance.time.ms, fetch.time.ms, fetch.MB.sec, fetch.nMsg.sec',
].join(', ')
const DETAILED_HEADER = HEADER.replace('start.time, end.time', 'time, threadId')

export interface ApacheConsumerOptions {
  /** `--hide-header` */
  readonly hideHeader?: boolean
  /** `--show-detailed-stats`: a row a second instead of the total. */
  readonly detailed?: boolean
}

export function apacheConsumer(result: ConsumerResult, options: ApacheConsumerOptions = {}): string {
  const { hideHeader = false, detailed = false } = options
  const header = hideHeader ? [] : [detailed ? DETAILED_HEADER : HEADER]
  const rows = detailed ? detailedRows(result) : [totalRow(result)]
  return `${[...shortRead(result), ...header, ...rows].join('\n')}\n`
}

/** On standard output there as well, before the row. */
function shortRead({ plan, consumption }: ConsumerResult): string[] {
  if (consumption.endedBy !== 'idle' || plan.numRecords === undefined) return []
  return [
    `WARNING: Exiting before consuming the expected number of messages: timeout (${plan.idleMs} ms) exceeded. You can use the --timeout option to increase the timeout.`,
  ]
}

function totalRow(result: ConsumerResult): string {
  const { consumption } = result
  const firstMs = Date.parse(result.startedAt)
  const joinMs = consumption.joinMs ?? 0
  const readMs = Math.max(0, ...result.series.map(({ atMs, durationMs }) => atMs + durationMs))
  const startMs = firstMs - (consumption.firstRecordMs ?? 0)
  const elapsedMs = Math.max(1, (consumption.firstRecordMs ?? 0) + readMs)
  const fetchMs = Math.max(1, elapsedMs - joinMs)
  const mib = consumption.bytes / MIB
  const perSec = (amount: number, ms: number) => ((amount * 1000) / ms).toFixed(4)
  return [
    dateTime(startMs),
    dateTime(startMs + elapsedMs),
    mib.toFixed(4),
    perSec(mib, elapsedMs),
    consumption.received,
    perSec(consumption.received, elapsedMs),
    Math.round(joinMs),
    Math.round(fetchMs),
    perSec(mib, fetchMs),
    perSec(consumption.received, fetchMs),
  ].join(', ')
}

/** Totals so far, and the rates of the interval. */
function detailedRows(result: ConsumerResult): string[] {
  const startMs = Date.parse(result.startedAt)
  let records = 0
  let bytes = 0
  return result.series.map((interval) => {
    records += interval.records
    bytes += interval.bytes
    const mibPerSec = (interval.bytesPerSec / MIB).toFixed(4)
    const perSec = interval.recordsPerSec.toFixed(4)
    return [
      dateTime(startMs + interval.atMs + interval.durationMs),
      0,
      (bytes / MIB).toFixed(4),
      mibPerSec,
      records,
      perSec,
      0,
      Math.round(interval.durationMs),
      mibPerSec,
      perSec,
    ].join(', ')
  })
}

/** `yyyy-MM-dd HH:mm:ss:SSS`, in local time as Java's SimpleDateFormat. */
export function dateTime(epochMs: number): string {
  const at = new Date(epochMs)
  const two = (value: number) => String(value).padStart(2, '0')
  const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`
  const time = `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`
  return `${day} ${time}:${String(at.getMilliseconds()).padStart(3, '0')}`
}
