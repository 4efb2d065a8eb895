/** What several processes measured of one run, as if one had: histograms by buckets, counts and seconds by sum. Pure. */
import { decodeHistogram, mergeEncoded, mergeSummaries } from './histogram.ts'
import type { PhaseOutcome } from './phase.ts'
import type { Measured } from './recorder.ts'
import type { ClientResult, Interval } from './result.ts'
import { sum } from './sum.ts'

export function mergeMeasured(parts: readonly Measured[]): Measured {
  const total = (pick: (part: Measured) => number) => sum(parts.map(pick))
  return {
    sent: total(({ sent }) => sent),
    acked: total(({ acked }) => acked),
    failed: total(({ failed }) => failed),
    unknown: total(({ unknown }) => unknown),
    ackedBytes: total(({ ackedBytes }) => ackedBytes),
    errors: mergeErrors(parts),
    latency: mergeSummaries(parts.map(({ latency }) => latency)),
    lateness: mergeSummaries(parts.map(({ lateness }) => lateness)),
    blocked: mergeSummaries(parts.map(({ blocked }) => blocked)),
    service: mergeSummaries(parts.map(({ service }) => service)),
    series: mergeSeries(parts.map(({ series }) => series)),
    // Each process has a clock of its own
    lastDoneMs: undefined,
  }
}

/**
 * Seconds are put together by their number: the processes begin together, and each has the same grid until it ends.
 * Where one ends a little before another, the longer second counts.
 */
export function mergeSeries(parts: readonly (readonly Interval[])[]): Interval[] {
  const merged: Interval[] = []
  const seconds = Math.max(0, ...parts.map(({ length }) => length))
  let atMs = 0
  for (let second = 0; second < seconds; second++) {
    const interval = mergeInterval(
      parts.flatMap((part) => part[second] ?? []),
      atMs,
    )
    merged.push(interval)
    atMs += interval.durationMs
  }
  return merged
}

function mergeInterval(parts: readonly Interval[], atMs: number): Interval {
  const total = (pick: (part: Interval) => number) => sum(parts.map(pick))
  const durationMs = Math.max(...parts.map((part) => part.durationMs))
  const records = total((part) => part.records)
  const bytes = total((part) => part.bytes)
  const host = parts.find((part) => part.host !== undefined)?.host
  return {
    atMs,
    durationMs,
    phase: parts.some(({ phase }) => phase === 'measure') ? 'measure' : 'drain',
    records,
    bytes,
    sent: total(({ sent }) => sent),
    recordsPerSec: (records * 1000) / durationMs,
    bytesPerSec: (bytes * 1000) / durationMs,
    errors: total(({ errors }) => errors),
    ...(host === undefined ? {} : { host }),
    ...mergeLatency(parts.flatMap(({ latency }) => latency ?? [])),
    ...mergeService(parts.flatMap(({ service }) => service ?? [])),
  }
}

/** Of several seconds, or of one second of several processes. */
export function mergeLatency(parts: readonly NonNullable<Interval['latency']>[]): Pick<Interval, 'latency'> {
  if (parts.length === 0) return {}
  const hdr = mergeEncoded(parts.map((part) => part.hdr))
  const maxMs = Math.max(...parts.map((part) => part.maxMs))
  const { count, percentileMs } = decodeHistogram(hdr, maxMs)
  return { latency: { count, p50Ms: percentileMs(50), p99Ms: percentileMs(99), maxMs, hdr } }
}

function mergeService(parts: readonly NonNullable<Interval['service']>[]): Pick<Interval, 'service'> {
  if (parts.length === 0) return {}
  const count = sum(parts.map((part) => part.count))
  const meanMs = sum(parts.map((part) => part.count * part.meanMs)) / count
  return { service: { count, meanMs, maxMs: Math.max(...parts.map(({ maxMs }) => maxMs)) } }
}

/** Measured time lasts until the last one's ends. What was blocked is the mean over processes. */
export function mergeOutcomes(parts: readonly PhaseOutcome[]): PhaseOutcome {
  const achieved = parts.flatMap(({ achievedRatio }) => achievedRatio ?? [])
  return {
    startMs: 0,
    endMs: Math.max(...parts.map(({ startMs, endMs }) => endMs - startMs)),
    achievedRatio: achieved.length === 0 ? undefined : sum(achieved) / achieved.length,
    unsent: sum(parts.map(({ unsent }) => unsent)),
    blockedMs: sum(parts.map(({ blockedMs }) => blockedMs)) / parts.length,
    aborted: parts.some(({ aborted }) => aborted),
  }
}

type Tool = ClientResult['health']['tool']

/** CPU and memory add up; of event loops the worst counts, since each holds up its own share only. */
export function mergeTools(parts: readonly Tool[]): Tool {
  const total = (pick: (part: Tool) => number) => sum(parts.map(pick))
  const worst = (pick: (part: Tool) => number) => Math.max(...parts.map(pick))
  return {
    cpuUs: total(({ cpuUs = 0 }) => cpuUs),
    cpuRatio: total(({ cpuRatio }) => cpuRatio),
    eventLoopP50Ms: worst(({ eventLoopP50Ms }) => eventLoopP50Ms),
    eventLoopP99Ms: worst(({ eventLoopP99Ms }) => eventLoopP99Ms),
    eventLoopMaxMs: worst(({ eventLoopMaxMs }) => eventLoopMaxMs),
    eventLoopUtilization: worst(({ eventLoopUtilization }) => eventLoopUtilization),
    gcCount: total(({ gcCount }) => gcCount),
    gcMs: total(({ gcMs }) => gcMs),
    rssStartBytes: total(({ rssStartBytes }) => rssStartBytes),
    rssBytes: total(({ rssBytes }) => rssBytes),
    rssMaxBytes: total(({ rssMaxBytes }) => rssMaxBytes),
  }
}

/** Counts by code. */
export function mergeErrors(parts: readonly Pick<Measured, 'errors'>[]): Record<string, number> {
  const errors: Record<string, number> = {}
  for (const part of parts) {
    for (const [code, count] of Object.entries(part.errors)) errors[code] = (errors[code] ?? 0) + count
  }
  return errors
}
