import { type CoarseDigits, coarser } from './histogram.ts'
import type { Result } from './result.ts'

/** A copy of a run whose seconds have coarser histograms, for where its size counts. */
export function withCoarseSeconds<T extends Result>(run: T, digits: CoarseDigits): T {
  const copy = structuredClone(run)
  for (const latency of secondsOf(copy)) {
    if (latency !== undefined) latency.hdr = coarser(latency.hdr, digits)
  }
  return copy
}

function secondsOf(run: Result): ({ hdr: string } | undefined)[] {
  if (run.kind === 'consumer' || run.kind === 'connector') return []
  const seconds = [...(run.warmupSeries ?? []), ...run.series]
  return [
    ...seconds.map(({ latency }) => latency),
    ...(run.kind === 'http' ? run.series.map(({ api }) => api) : []),
  ]
}
