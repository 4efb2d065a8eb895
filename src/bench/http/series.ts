/** The seconds of records, requests and polls as one series. Pure. */
import type { HttpInterval, Interval } from '../../core/result.ts'
import type { HttpLoaded } from './load.ts'

/** All three have the same seconds; a last one in which nothing came is missing where it is. */
export function mergeSeries({
  records,
  requests,
  polls,
  hostSeries,
}: Pick<HttpLoaded, 'records' | 'requests' | 'polls' | 'hostSeries'>): HttpInterval[] {
  const all = [records.series, requests.series, polls.series]
  const longest = all.reduce((best, series) => (series.length > best.length ? series : best))
  return longest.map((frame, second) => {
    const host = hostSeries[second]
    const asked = requests.series[second]
    return {
      ...(records.series[second] ?? nothingIn(frame)),
      polls: polls.series[second]?.records ?? 0,
      pages: asked?.records ?? 0,
      requestsFailed: asked?.errors ?? 0,
      ...(asked?.latency === undefined ? {} : { api: asked.latency }),
      ...(host === undefined ? {} : { host }),
    }
  })
}

function nothingIn({ atMs, durationMs, phase }: Interval): Interval {
  return {
    atMs,
    durationMs,
    phase,
    records: 0,
    bytes: 0,
    sent: 0,
    recordsPerSec: 0,
    bytesPerSec: 0,
    errors: 0,
  }
}
