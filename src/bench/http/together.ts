/** What several connectors of a run brought, as if it were one. Pure. */
import type { PhaseOutcome } from '../../core/phase.ts'
import { sum } from '../../core/sum.ts'
import type { PollerCounts, PollerTimes } from '../../http/poller.ts'
import type { WarmupOutcome } from '../warmup.ts'

/** They begin together; the worst of them is what was achieved. */
export function together(outcomes: readonly PhaseOutcome[]): PhaseOutcome {
  const achieved = outcomes.flatMap(({ achievedRatio }) => achievedRatio ?? [])
  return {
    startMs: Math.min(...outcomes.map(({ startMs }) => startMs)),
    endMs: Math.max(...outcomes.map(({ endMs }) => endMs)),
    achievedRatio: achieved.length === 0 ? undefined : Math.min(...achieved),
    unsent: sum(outcomes.map(({ unsent }) => unsent)),
    blockedMs: Math.max(...outcomes.map(({ blockedMs }) => blockedMs)),
    aborted: outcomes.some(({ aborted }) => aborted),
  }
}

export function warmupsTogether(warmups: readonly WarmupOutcome[]): WarmupOutcome {
  const steady = warmups.map(({ steadyAtMs }) => steadyAtMs)
  const last = steady.some((atMs) => atMs === null) ? null : Math.max(...steady.map((atMs) => atMs ?? 0))
  return {
    tookMs: Math.max(...warmups.map(({ tookMs }) => tookMs)),
    records: sum(warmups.map(({ records }) => records)),
    ...(steady.every((atMs) => atMs === undefined) ? {} : { steadyAtMs: last }),
  }
}

export function addCounts(all: readonly PollerCounts[]): PollerCounts {
  const total = (pick: (counts: PollerCounts) => number) => sum(all.map(pick))
  return {
    pages: total(({ pages }) => pages),
    emptyPages: total(({ emptyPages }) => emptyPages),
    records: total(({ records }) => records),
    recordsTwice: total(({ recordsTwice }) => recordsTwice),
    recordsLeft: total(({ recordsLeft }) => recordsLeft),
    retries: total(({ retries }) => retries),
    rateLimited: total(({ rateLimited }) => rateLimited),
    wireBytes: total(({ wireBytes }) => wireBytes),
    statuses: addNamed(all.map(({ statuses }) => statuses)),
    ends: {
      'no-next': total(({ ends }) => ends['no-next']),
      'short-page': total(({ ends }) => ends['short-page']),
      'max-pages': total(({ ends }) => ends['max-pages']),
      repeats: total(({ ends }) => ends.repeats),
      failed: total(({ ends }) => ends.failed),
      stopped: total(({ ends }) => ends.stopped),
    },
  }
}

export function addTimes(all: readonly PollerTimes[]): PollerTimes {
  const total = (pick: (times: PollerTimes) => number) => sum(all.map(pick))
  return {
    limiterMs: total(({ limiterMs }) => limiterMs),
    poolMs: total(({ poolMs }) => poolMs),
    apiMs: total(({ apiMs }) => apiMs),
    parseMs: total(({ parseMs }) => parseMs),
    retryMs: total(({ retryMs }) => retryMs),
    sinkMs: total(({ sinkMs }) => sinkMs),
  }
}

export function addNamed(all: readonly Readonly<Record<string, number>>[]): Record<string, number> {
  const sums: Record<string, number> = {}
  for (const counts of all) {
    for (const [name, count] of Object.entries(counts)) sums[name] = (sums[name] ?? 0) + count
  }
  return sums
}
