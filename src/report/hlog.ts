/**
 * An HdrHistogram interval log 1.3 (https://hdrhistogram.github.io/HdrHistogram/JavaDoc): latency second by second,
 * tagged `latency`; lateness, blocked and service, kept for the whole run only, as one interval each under their names.
 * Values are µs; the column of maxima is ms.
 */
import type { ClientResult, LatencySummary, Result } from '../core/result.ts'
import { noFormat } from './no-format.ts'

export function hlog(result: Result): string {
  if (result.kind === 'connector') throw noFormat('hlog')
  const startSec = Date.parse(result.startedAt) / 1000
  const endMs = Math.max(0, ...result.series.map(({ atMs, durationMs }) => atMs + durationMs))
  const line = (tag: string, atMs: number, durationMs: number, maxMs: number, hdr: string) =>
    `Tag=${tag},${seconds(atMs)},${seconds(durationMs)},${maxMs.toFixed(3)},${hdr}`
  const lines = [
    '#[Histogram log format version 1.3]',
    `#tune ${result.environment.tune} ${result.kind}, values in microseconds, Interval_Max in milliseconds`,
    `#[StartTime: ${startSec.toFixed(3)} (seconds since epoch), ${result.startedAt}]`,
    '"StartTimestamp","Interval_Length","Interval_Max","Interval_Compressed_Histogram"',
    ...wholeRun(result).flatMap(([name, summary]) =>
      summary === undefined ? [] : [line(name, 0, endMs, summary.maxMs, summary.hdr)],
    ),
    ...latencies(result).map(({ atMs, durationMs, maxMs, hdr }) =>
      line('latency', atMs, durationMs, maxMs, hdr),
    ),
  ]
  return `${lines.join('\n')}\n`
}

/** Histograms that are kept for the whole run only. */
function wholeRun(result: ClientResult): [string, LatencySummary | undefined][] {
  if (result.kind === 'consumer') {
    const { poll, processing, commit } = result
    return Object.entries({ poll, processing, commit })
  }
  const { lateness, blocked, service } = result
  const { api, poll } = result.kind === 'http' ? result : {}
  return Object.entries({ lateness, blocked, service, api, poll })
}

function latencies(result: ClientResult) {
  if (result.kind === 'consumer') return []
  return result.series.flatMap(({ atMs, durationMs, latency }) =>
    latency === undefined ? [] : [{ atMs, durationMs, ...latency }],
  )
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(3)
}
