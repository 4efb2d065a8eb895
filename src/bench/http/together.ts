/** What several connectors of a run brought, as if it were one. Pure. */
import type { PhaseOutcome } from '../../core/phase.ts'
import type { Interval } from '../../core/result.ts'
import { sum } from '../../core/sum.ts'
import { secondsBefore, type WarmupOutcome } from '../warmup.ts'

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

/** @param seconds of all of them: what each recorded were its polls, and told are records */
export function warmupsTogether(
  warmups: readonly WarmupOutcome[],
  seconds: readonly Interval[],
): WarmupOutcome {
  const steady = warmups.map(({ steadyAtMs }) => steadyAtMs)
  const last = steady.some((atMs) => atMs === null) ? null : Math.max(...steady.map((atMs) => atMs ?? 0))
  const tookMs = Math.max(...warmups.map((one) => one.tookMs))
  return {
    tookMs,
    records: sum(warmups.map(({ records }) => records)),
    ...(steady.every((atMs) => atMs === undefined) ? {} : { steadyAtMs: last }),
    ...(tookMs === 0 ? {} : { series: secondsBefore(seconds, tookMs, 1) }),
  }
}

type Numbers = { readonly [name: string]: number | Numbers }

/** Members that are numbers add up, wherever they are. Only for what is a sum of its parts. */
export function addUp<T extends object>(all: readonly T[]): T {
  const [first, ...more] = all
  if (first === undefined) throw new RangeError('nothing to add up')
  // Each is of the same type, and only numbers in it change
  return more.reduce<Numbers>((sum, one) => add(sum, one as Numbers), first as Numbers) as T
}

function add(a: Numbers, b: Numbers): Numbers {
  const names = new Set([...Object.keys(a), ...Object.keys(b)])
  return Object.fromEntries(
    [...names].map((name) => {
      const [one, other] = [a[name], b[name]]
      if (typeof one === 'object' && typeof other === 'object') return [name, add(one, other)]
      return [name, typeof one === 'number' && typeof other === 'number' ? one + other : (one ?? other ?? 0)]
    }),
  )
}
