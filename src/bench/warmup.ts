/** Brings client, broker and JIT to their working speed, and drains, before anything counts. */

import { mergeLatency } from '../core/merge.ts'
import { createPacer } from '../core/pacer.ts'
import type { Answers, Phase, PhasePlan } from '../core/phase.ts'
import { Recorder } from '../core/recorder.ts'
import type { Interval, Load, ProducerResult, WarmupSecond } from '../core/result.ts'
import { runPhase } from '../core/run.ts'
import { mser5 } from '../core/steady.ts'
import { sum } from '../core/sum.ts'
import { defined } from './defined.ts'
import type { WarmupPlan } from './plan.ts'

const AUTO_INTERVAL_MS = 200
/** MSER-5 groups by five; looking more often tells nothing new. */
const LOOK_EVERY = 5

export type WarmupOutcome = Pick<ProducerResult['plan']['warmup'], 'tookMs' | 'records'> & {
  steadyAtMs?: number | null
  series?: readonly WarmupSecond[]
}

/** A ramp or steps begin where they begin; the warm-up holds that first rate, or a tenth of the last for a start from rest. */
export function warmupLoad(load: Load): Load {
  if (load.shape === 'unpaced' || load.shape === 'constant') return load
  const first = createPacer(load).ratePerSec(0)
  const last = load.shape === 'ramp' ? load.toPerSec : first
  return {
    shape: 'constant',
    ratePerSec: Math.max(first, last / 10, 1),
    ...defined({ recordsAtOnce: load.recordsAtOnce }),
  }
}

export async function warmUp(
  plan: WarmupPlan,
  base: Omit<PhasePlan, 'durationMs' | 'numRecords'>,
  phase: Omit<Phase, 'recorder'>,
  answers: Answers,
  onSecond: (recorder: Recorder, elapsedMs: number) => void,
): Promise<WarmupOutcome> {
  const nothing = plan.kind === 'time' ? plan.ms === 0 : plan.kind === 'records' && plan.records === 0
  if (nothing) return { tookMs: 0, records: 0 }

  const steady = new AbortController()
  const values: number[] = []
  let steadyAtMs: number | null = null
  const recorder = new Recorder({
    intervalMs: AUTO_INTERVAL_MS,
    answered: true,
    keepSeries: true,
    onInterval(interval) {
      if (plan.kind !== 'auto' || steady.signal.aborted) return
      // Unpaced, throughput is what settles; paced, it is asked for, and the latency is what settles.
      const unpaced = base.load.shape === 'unpaced'
      values.push(unpaced ? interval.records : (interval.p50Ms ?? interval.durationMs))
      if (values.length % LOOK_EVERY !== 0) return
      const leaveOut = mser5(values)
      if (leaveOut === undefined) return
      steadyAtMs = leaveOut * AUTO_INTERVAL_MS
      steady.abort()
    },
  })
  const startMs = phase.clock.nowMs()
  const timer = setInterval(() => onSecond(recorder, phase.clock.nowMs() - startMs), 1000)
  try {
    await runPhase(
      {
        ...base,
        load: warmupLoad(base.load),
        ...(plan.kind === 'records' ? { numRecords: plan.records } : {}),
        ...(plan.kind === 'time' ? { durationMs: plan.ms } : {}),
        ...(plan.kind === 'auto' ? { durationMs: plan.longestMs } : {}),
      },
      { ...phase, recorder, signal: AbortSignal.any([phase.signal, steady.signal]) },
      answers,
    )
  } finally {
    clearInterval(timer)
  }
  const { sent, series } = recorder.finish(phase.clock.nowMs())
  const tookMs = phase.clock.nowMs() - startMs
  const outcome = { tookMs, records: sent, series: secondsBefore(series, tookMs, LOOK_EVERY) }
  return plan.kind === 'auto' ? { ...outcome, steadyAtMs } : outcome
}

/** Intervals as seconds that end where measured time begins. @param each how many make a second */
export function secondsBefore(series: readonly Interval[], tookMs: number, each: number): WarmupSecond[] {
  return Array.from({ length: Math.ceil(series.length / each) }, (_, n) => {
    const parts = series.slice(n * each, (n + 1) * each)
    const durationMs = sum(parts.map((part) => part.durationMs))
    const records = sum(parts.map((part) => part.records))
    return {
      atMs: (parts[0]?.atMs ?? 0) - tookMs,
      durationMs,
      records,
      recordsPerSec: durationMs === 0 ? 0 : (records * 1000) / durationMs,
      errors: sum(parts.map(({ errors }) => errors)),
      ...mergeLatency(parts.flatMap(({ latency }) => latency ?? [])),
    }
  })
}
