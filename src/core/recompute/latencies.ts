import { type DecodedHistogram, decodeHistogram } from '../histogram.ts'
import type { LatencySummary, SendingResult, TimedResult } from '../result.ts'
import { doneRecords, expectSame, expectWithin, type Problem } from './problem.ts'

export const BLOCKS = ['latency', 'lateness', 'blocked', 'service'] as const
const PERCENTILES = [
  ['p50Ms', 50],
  ['p90Ms', 90],
  ['p95Ms', 95],
  ['p99Ms', 99],
  ['p999Ms', 99.9],
] as const

/** Widths of buckets of a run, and what rounding to whole µs moves. */
const BUCKET = 0.001
const ROUNDING_MS = 0.001
const HIGHEST_MS = 3_600_000

/** Summaries against their own buckets, and the parts against the whole. */
export function checkLatencies(result: TimedResult): Problem[] {
  return [
    ...BLOCKS.flatMap((name) => {
      const summary = result[name]
      return summary === undefined ? [] : checkSummary(name, summary)
    }),
    ...checkCounts(result),
    ...checkParts(result),
  ]
}

/** Of transactions. */
export function checkCommits({ commit, transactions }: SendingResult): Problem[] {
  return [
    ...(commit === undefined ? [] : checkSummary('commit', commit)),
    ...expectSame('commit.count', commit?.count ?? 0, transactions?.committed ?? 0, 'transactions.committed'),
  ]
}

/** undefined when the text is no histogram. */
export function tryDecode({
  hdr,
  maxMs,
}: Pick<LatencySummary, 'hdr' | 'maxMs'>): DecodedHistogram | undefined {
  try {
    return decodeHistogram(hdr, maxMs)
  } catch {
    return undefined
  }
}

export function checkSummary(name: string, summary: LatencySummary): Problem[] {
  const buckets = tryDecode(summary)
  if (buckets === undefined) {
    return [{ figure: `${name}.hdr`, stored: 'no histogram', computed: undefined, from: 'its own text' }]
  }
  const from = `${name}.hdr`
  const problems = [
    ...expectSame(`${name}.count`, summary.count, buckets.count, from),
    ...expectSame(`${name}.meanMs`, summary.meanMs, summary.sumMs / summary.count, `${name}.sumMs / count`),
    ...expectWithin(
      `${name}.maxMs`,
      Math.min(summary.maxMs, HIGHEST_MS),
      inBucket(buckets.maxMs, buckets),
      from,
    ),
    ...expectWithin(
      `${name}.minMs`,
      Math.min(summary.minMs, HIGHEST_MS),
      around(buckets.percentileMs(0)),
      from,
    ),
  ]
  for (const [key, percent] of PERCENTILES) {
    problems.push(...expectSame(`${name}.${key}`, summary[key], buckets.percentileMs(percent), from))
  }
  // Beyond the edges the exact sum holds values that the buckets do not.
  if (summary.clamped === 0) {
    problems.push(
      ...expectWithin(`${name}.sumMs / count`, summary.sumMs / summary.count, around(buckets.meanMs), from),
    )
  }
  const isInside = buckets.percentileMs(0) > 0 && summary.maxMs <= HIGHEST_MS
  if (isInside) problems.push(...expectSame(`${name}.clamped`, summary.clamped, 0, from))
  else problems.push(...expectWithin(`${name}.clamped`, summary.clamped, [0, summary.count], from))
  if (summary.maxMs > HIGHEST_MS && summary.clamped === 0) {
    problems.push({ figure: `${name}.clamped`, stored: 0, computed: 1, from: `${name}.maxMs` })
  }
  return problems
}

/** Exact values that may stand in a bucket whose upper edge is read. */
export function inBucket(
  edgeMs: number,
  { digits }: Pick<DecodedHistogram, 'digits'>,
): readonly [number, number] {
  return [edgeMs * (1 - 10 ** -digits) - ROUNDING_MS, edgeMs + ROUNDING_MS]
}

function around(valueMs: number): readonly [number, number] {
  return [valueMs * (1 - BUCKET) - ROUNDING_MS, valueMs * (1 + BUCKET) + ROUNDING_MS]
}

/** All four are filed together, for the acknowledged records; latency and service only where somebody answers. */
function checkCounts(result: TimedResult): Problem[] {
  const acked = doneRecords(result)
  return BLOCKS.flatMap((name) => {
    const summary = result[name]
    if (summary !== undefined) return expectSame(`${name}.count`, summary.count, acked, 'accounting.acked')
    const isAbsent =
      name === 'latency' || name === 'service' ? result.latency === result.service : acked === 0
    return isAbsent ? [] : expectSame(name, 'absent', 'present', 'accounting.acked')
  })
}

function checkParts({ latency, lateness, blocked, service }: TimedResult): Problem[] {
  if (latency === undefined || lateness === undefined || blocked === undefined || service === undefined)
    return []
  // A negative time counts as 0 and breaks the sum; it is in the counts of what was clamped.
  if ([latency, lateness, blocked, service].some(({ clamped }) => clamped > 0)) return []
  const parts = lateness.sumMs + blocked.sumMs + service.sumMs
  return expectSame('latency.sumMs', latency.sumMs, parts, 'lateness + blocked + service', 1e-6)
}
