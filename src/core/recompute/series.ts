import { isReceiving } from '../receiving.ts'
import type { ClientResult, Interval, TimedResult } from '../result.ts'
import { checkBuckets, checkMerged } from './histograms.ts'
import { doneRecords, expectSame, expectWithin, type Problem, sum } from './problem.ts'

/** Each interval against its own counts and buckets, and all of them against the totals. */
export function checkSeries(result: TimedResult): Problem[] {
  const { series, accounting } = result
  return [
    ...checkRates(series),
    ...checkWarmup(result),
    ...series.flatMap((interval, n) => checkInterval(`series.${n}`, interval, result.latency !== undefined)),
    ...expectSame(
      isReceiving(result) ? 'reception.received' : 'accounting.acked',
      doneRecords(result),
      sum(series, ({ records }) => records),
      'series.*.records',
    ),
    ...expectSame(
      'accounting.sent',
      accounting.sent,
      sum(series, ({ sent }) => sent),
      'series.*.sent',
    ),
    ...checkMerged('latency', result.latency, series),
    ...checkService(result),
  ]
}

/** What the intervals of every kind of run have: each begins where the one before ends, and has rates. */
export function checkRates(series: ClientResult['series']): Problem[] {
  let endMs = 0
  return series.flatMap(({ atMs, durationMs, records, bytes, recordsPerSec, bytesPerSec }, n) => {
    const at = `series.${n}`
    const beginMs = endMs
    endMs = atMs + durationMs
    return [
      ...expectSame(`${at}.atMs`, atMs, beginMs, 'the end of the interval before'),
      ...expectSame(`${at}.recordsPerSec`, recordsPerSec, (records * 1000) / durationMs, `${at}.records`),
      ...expectSame(`${at}.bytesPerSec`, bytesPerSec, (bytes * 1000) / durationMs, `${at}.bytes`),
    ]
  })
}

/** Seconds of the warm-up against their own counts and buckets; they add up to nothing that is told. */
function checkWarmup(result: TimedResult): Problem[] {
  return (result.warmupSeries ?? []).flatMap(({ records, durationMs, recordsPerSec, latency }, n) => {
    const at = `warmupSeries.${n}`
    const rate = durationMs === 0 ? 0 : (records * 1000) / durationMs
    return [
      ...expectSame(`${at}.recordsPerSec`, recordsPerSec, rate, `${at}.records`),
      ...(latency === undefined ? [] : checkBuckets(`${at}.latency`, latency)),
    ]
  })
}

function checkInterval(at: string, interval: Interval, answered: boolean): Problem[] {
  const { records, latency, service } = interval
  const problems = [
    ...expectSame(`${at}.latency.count`, latency?.count ?? 0, answered ? records : 0, `${at}.records`),
  ]
  if (service !== undefined) {
    problems.push(...expectSame(`${at}.service.count`, service.count, records, `${at}.records`))
  }
  if (latency === undefined) return problems
  return [
    ...problems,
    ...checkBuckets(`${at}.latency`, latency),
    // A record's service is a part of its latency.
    ...expectWithin(
      `${at}.service.maxMs`,
      service?.maxMs ?? 0,
      [service?.meanMs ?? 0, latency.maxMs * (1 + 1e-9)],
      `${at}.latency.hdr`,
    ),
  ]
}

function checkService({ series, service }: TimedResult): Problem[] {
  const parts = series.flatMap((interval) => (interval.service === undefined ? [] : [interval.service]))
  // Results from before intervals had a service time.
  if (service === undefined || parts.length === 0) return []
  const sumMs = sum(parts, ({ count, meanMs }) => count * meanMs)
  return [
    ...expectSame('service.sumMs', service.sumMs, sumMs, 'series.*.service', 1e-6),
    ...expectSame(
      'service.maxMs',
      service.maxMs,
      Math.max(...parts.map(({ maxMs }) => maxMs)),
      'series.*.service.maxMs',
    ),
  ]
}
