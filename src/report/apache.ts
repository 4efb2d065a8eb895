/**
 * The literal lines of kafka-producer-perf-test (`ProducerPerformance.java`, unchanged since 2.8), for parsers that
 * exist: kafkatest's `producer_performance.py` splits the last line at commas. There, MB is 2^20 bytes and latency is
 * from the send to the acknowledgement: our service time. What was not measured prints as Java prints it, `NaN`.
 */
import { decodeHistogram } from '../core/histogram.ts'
import type { Interval, TimedResult } from '../core/result.ts'

const MIB = 2 ** 20
export const APACHE_INTERVAL_MS = 5000

/** What happened between two lines. */
export interface ApacheInterval {
  readonly records: number
  readonly durationMs: number
  readonly bytes: number
  /** undefined where nobody answered. */
  readonly meanServiceMs: number | undefined
  readonly maxServiceMs: number | undefined
}

/** `10005 records sent, 2001.0 records/sec (1.95 MB/sec), 2.1 ms avg latency, 11.2 ms max latency.` */
export function apacheIntervalLine(interval: ApacheInterval): string {
  const { records, durationMs, bytes, meanServiceMs, maxServiceMs } = interval
  const perSec = (amount: number) => (amount * 1000) / durationMs
  return (
    `${records} records sent, ${perSec(records).toFixed(1)} records/sec (${(perSec(bytes) / MIB).toFixed(2)} MB/sec), ` +
    `${fixed(meanServiceMs, 1)} ms avg latency, ${fixed(maxServiceMs, 1)} ms max latency.`
  )
}

/** The last line: totals, and whole ms for percentiles, as a Java `%d` prints them. */
export function apacheFinalLine({ accounting, metrics, service }: TimedResult): string {
  const perSec = (name: string) => metrics[name] ?? 0
  return (
    `${accounting.acked} records sent, ${perSec('recordsPerSec').toFixed(6)} records/sec ` +
    `(${(perSec('bytesPerSec') / MIB).toFixed(2)} MB/sec), ` +
    `${fixed(service?.meanMs, 2)} ms avg latency, ${fixed(service?.maxMs, 2)} ms max latency, ` +
    `${fixed(service?.p50Ms, 0)} ms 50th, ${fixed(service?.p95Ms, 0)} ms 95th, ` +
    `${fixed(service?.p99Ms, 0)} ms 99th, ${fixed(service?.p999Ms, 0)} ms 99.9th.`
  )
}

function fixed(value: number | undefined, decimals: number): string {
  return value === undefined ? 'NaN' : value.toFixed(decimals)
}

/** Interval lines from a kept result, then the last line. A rest shorter than an interval has no line, as there. */
export function apache(result: TimedResult): string {
  const lines = createApacheLines()
  const intervals = result.series.flatMap((interval) => lines.add(apacheInterval(interval)) ?? [])
  return `${[...intervals, apacheFinalLine(result)].join('\n')}\n`
}

function apacheInterval({ records, durationMs, bytes, service, latency }: Interval): ApacheInterval {
  // Results from before intervals had a service time: latency is the nearest that is known, and never lower.
  const mean = service?.meanMs ?? (latency === undefined ? undefined : decodeHistogram(latency.hdr).meanMs)
  return {
    records,
    durationMs,
    bytes,
    meanServiceMs: mean,
    maxServiceMs: service?.maxMs ?? latency?.maxMs,
  }
}

export interface ApacheLines {
  /** Adds a second; gives a line when enough time has come together. */
  add(interval: ApacheInterval): string | undefined
}

/** Puts seconds together to lines. @param intervalMs `--reporting-interval` */
export function createApacheLines(intervalMs = APACHE_INTERVAL_MS): ApacheLines {
  const empty = { records: 0, durationMs: 0, bytes: 0, answered: 0, sumMs: 0, maxMs: 0 }
  let sum = { ...empty }
  return {
    add({ records, durationMs, bytes, meanServiceMs, maxServiceMs }) {
      sum.records += records
      sum.durationMs += durationMs
      sum.bytes += bytes
      if (meanServiceMs !== undefined) {
        sum.answered += records
        sum.sumMs += meanServiceMs * records
        sum.maxMs = Math.max(sum.maxMs, maxServiceMs ?? 0)
      }
      // Seconds are measured: five of them may be a hair short of 5,000 ms.
      if (sum.durationMs < intervalMs * 0.999) return undefined
      const { answered } = sum
      const line = apacheIntervalLine({
        records: sum.records,
        durationMs: sum.durationMs,
        bytes: sum.bytes,
        meanServiceMs: answered === 0 ? undefined : sum.sumMs / answered,
        maxServiceMs: answered === 0 ? undefined : sum.maxMs,
      })
      sum = { ...empty }
      return line
    },
  }
}

/** `--print-metrics`: columns as the original prints its own (ToolsUtils.printMetrics), with the figures of `tune`. */
export function apacheMetrics({ metrics, health: { client } }: TimedResult): string {
  const rows = [
    ...Object.entries(metrics).map(([name, value]) => [`producer:${name}`, value] as const),
    ...Object.entries(client).flatMap(([name, value]) =>
      typeof value === 'number' ? [[`client:${name}`, value] as const] : [],
    ),
  ].toSorted(([a], [b]) => (a < b ? -1 : 1))
  const width = Math.max(...rows.map(([name]) => name.length))
  return [
    `\n${'Metric Name'.padEnd(width)}   Value`,
    ...rows.map(([name, value]) => `${name.padEnd(width)} : ${value.toFixed(3)}`),
  ]
    .map((line) => `${line}\n`)
    .join('')
}
