/** What several workers say of their progress, as one line. Percentiles are the highest of any: they cannot be added. */
import type { Progress } from '../bench/progress.ts'
import { sum } from '../core/sum.ts'

export function createTogether(count: number, tell: (progress: Progress) => void) {
  const latest = new Map<number, Progress>()
  const told = new Set<number>()
  return {
    /** Tells on when each has said something since the last time. */
    tell(worker: number, progress: Progress): void {
      // One is ahead: what the others said last stands for them
      if (told.has(worker)) flush()
      latest.set(worker, progress)
      told.add(worker)
      if (told.size === count) flush()
    },
  }

  function flush() {
    told.clear()
    tell(merge([...latest.values()]))
  }
}

function merge(parts: readonly Progress[]): Progress {
  const values = (key: NumberOf) => parts.flatMap((part) => part[key] ?? [])
  const total = (key: NumberOf) => sum(values(key))
  const known = (key: NumberOf, join: (key: NumberOf) => number) =>
    values(key).length === 0 ? {} : { [key]: join(key) }
  const most = (key: NumberOf) => Math.max(...values(key))
  // Behind all the others is where the run is
  const slowest = parts.toSorted((a, b) => a.elapsedMs - b.elapsedMs)[0]
  const meanServiceMs = weighted(parts)
  return {
    phase: slowest?.phase ?? 'starting',
    elapsedMs: most('elapsedMs'),
    recordsDone: total('recordsDone'),
    recordsPerSec: total('recordsPerSec'),
    bytesPerSec: total('bytesPerSec'),
    errors: total('errors'),
    ...known('totalMs', most),
    ...known('totalRecords', total),
    ...known('targetPerSec', total),
    ...known('p50Ms', most),
    ...known('p99Ms', most),
    ...known('maxServiceMs', most),
    ...(meanServiceMs === undefined ? {} : { meanServiceMs }),
  }
}

type NumberOf = Exclude<keyof Progress, 'phase'>

function weighted(parts: readonly Progress[]): number | undefined {
  const told = parts.flatMap(({ meanServiceMs, recordsPerSec }) =>
    meanServiceMs === undefined ? [] : [{ meanServiceMs, recordsPerSec }],
  )
  const records = sum(told.map(({ recordsPerSec }) => recordsPerSec))
  if (records === 0) return undefined
  return sum(told.map((part) => part.meanServiceMs * part.recordsPerSec)) / records
}
