/** What one of several workers did, for the result: its figures, and whether it was itself the limit. Pure. */
import { judgeHealth } from '../core/health.ts'
import { askedPerSec } from '../core/pacer.ts'
import type { Worker } from '../core/result.ts'
import { longestSilence } from '../core/silence.ts'
import { defined } from './defined.ts'
import type { Loaded } from './load.ts'
import type { ProducerBenchPlan } from './plan.ts'

/** @param of how many workers there were */
export function workerPart(
  { load, outcome, measured, tool, host, client }: Loaded,
  { pacing }: Pick<ProducerBenchPlan, 'pacing'>,
  of: number,
): Worker {
  const durationMs = Math.max(0.001, outcome.endMs - outcome.startMs)
  const inTime = measured.series.filter(({ phase }) => phase === 'measure')
  const records = inTime.reduce((sum, interval) => sum + interval.records, 0)
  const recordsPerSec = (records * 1000) / durationMs
  const asked = askedPerSec(load, durationMs)
  const { latency, lateness, blocked, service, sent, failed, unknown } = measured
  const { achievedRatio, blockedMs, unsent } = outcome
  const judgement = judgeHealth({
    ...{ lateness, latency, service, achievedRatio, durationMs, blockedMs, unsent, tool },
    pacing: load.shape === 'unpaced' ? 'unpaced' : pacing,
    ackedRatio: asked === undefined ? undefined : (recordsPerSec * of) / asked,
    errorRatio: sent === 0 ? 0 : (failed + unknown) / sent,
    silentMs: longestSilence(measured.series)?.durationMs ?? 0,
    hostCpuRatio: host?.cpuRatio,
    client: client.health,
  })
  return {
    records,
    durationMs,
    recordsPerSec,
    sent,
    ...defined({ latency, lateness, blocked, service }),
    health: {
      ...judgement,
      reasons: [...judgement.reasons],
      ...defined({ achievedRatio }),
      blockedMs,
      tool,
    },
  }
}
