/** Histograms of seconds: each against its figures, and all of them against the run's. */
import { coarser, DIGITS, mergeEncoded } from '../histogram.ts'
import type { Interval, LatencySummary } from '../result.ts'
import { inBucket, tryDecode } from './latencies.ts'
import { expectSame, expectWithin, type Problem } from './problem.ts'

type SecondLatency = NonNullable<Interval['latency']>

export function checkBuckets(at: string, latency: SecondLatency): Problem[] {
  const buckets = tryDecode(latency)
  const from = `${at}.hdr`
  if (buckets === undefined) {
    return [{ figure: from, stored: 'no histogram', computed: undefined, from: 'its own text' }]
  }
  const percentile = (key: 'p50Ms' | 'p99Ms', percent: number) => {
    const computed = buckets.percentileMs(percent)
    // Its figures are as fine as before it was made coarser
    return buckets.digits < DIGITS
      ? expectWithin(`${at}.${key}`, latency[key], inBucket(computed, buckets), from)
      : expectSame(`${at}.${key}`, latency[key], computed, from)
  }
  return [
    ...expectSame(`${at}.count`, latency.count, buckets.count, from),
    ...percentile('p50Ms', 50),
    ...percentile('p99Ms', 99),
    ...expectWithin(`${at}.maxMs`, latency.maxMs, inBucket(buckets.maxMs, buckets), from),
  ]
}

/** The seconds' histograms, added up, are the run's. */
export function checkMerged<K extends 'latency' | 'api'>(
  name: K,
  whole: LatencySummary | undefined,
  series: readonly { readonly [name in K]?: SecondLatency | undefined }[],
): Problem[] {
  const parts = series.flatMap((second) => second[name] ?? [])
  const digits = parts.map((part) => tryDecode(part)?.digits ?? 0)
  if (whole === undefined || digits.includes(0)) return []
  const fewest = Math.min(...digits)
  // As fine as the coarsest of them
  const alike = (hdr: string) => (fewest >= DIGITS ? hdr : coarser(hdr, fewest === 1 ? 1 : 2))
  const merged = mergeEncoded(parts.map(({ hdr }) => hdr))
  return [
    ...(alike(merged) === alike(whole.hdr)
      ? []
      : expectSame(`${name}.hdr`, 'other counts', 'the sum of the intervals', `series.*.${name}.hdr`)),
    ...expectSame(
      `${name}.maxMs`,
      whole.maxMs,
      Math.max(0, ...parts.map(({ maxMs }) => maxMs)),
      `series.*.${name}.maxMs`,
    ),
  ]
}
