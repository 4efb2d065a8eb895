/** Runs the measured phase with every monitor on: this process, the machine, the client, a watcher's progress. */
import { createPacer } from '../core/pacer.ts'
import { Recorder } from '../core/recorder.ts'
import type { Load } from '../core/result.ts'
import type { runPhase } from '../core/run.ts'
import { sharePacer, WHOLE } from '../core/share.ts'
import type { ProducerClient } from '../drivers/driver.ts'
import type { LoadIo } from './load.ts'
import { startMonitors } from './monitors.ts'
import type { ProducerBenchPlan } from './plan.ts'

const INTERVAL_MS = 1000

export async function watch(
  plan: ProducerBenchPlan,
  load: Load,
  client: ProducerClient,
  { clock, progress }: Pick<LoadIo, 'clock' | 'progress'>,
  run: (recorder: Recorder) => ReturnType<typeof runPhase>,
) {
  const pacer = load.shape === 'unpaced' ? undefined : sharePacer(createPacer(load), plan.share ?? WHOLE)
  const { durationMs, numRecords } = plan.load
  const recorder = new Recorder({
    intervalMs: INTERVAL_MS,
    answered: plan.properties.acks !== '0',
    keepSeries: true,
    onInterval(interval) {
      const perSec = (count: number) => (count * 1000) / interval.durationMs
      progress({
        phase: durationMs !== undefined && interval.atMs >= durationMs ? 'draining' : 'measuring',
        elapsedMs: interval.atMs + interval.durationMs,
        recordsDone: recorder.acked,
        recordsPerSec: perSec(interval.records),
        bytesPerSec: perSec(interval.bytes),
        errors: recorder.errorCount,
        ...(durationMs === undefined ? {} : { totalMs: durationMs }),
        ...(numRecords === undefined ? {} : { totalRecords: numRecords }),
        ...(pacer === undefined ? {} : { targetPerSec: pacer.ratePerSec(interval.atMs) }),
        ...(interval.p50Ms === undefined ? {} : { p50Ms: interval.p50Ms }),
        ...(interval.p99Ms === undefined ? {} : { p99Ms: interval.p99Ms }),
        ...(interval.meanServiceMs === undefined ? {} : { meanServiceMs: interval.meanServiceMs }),
        ...(interval.maxServiceMs === undefined ? {} : { maxServiceMs: interval.maxServiceMs }),
      })
    },
  })
  const startedAt = new Date(clock.epochMs()).toISOString()
  // A silent second is news as well: without this it would be told only with the next answer.
  const monitors = startMonitors(client, () => recorder.advance(clock.nowMs()))
  try {
    const outcome = await run(recorder)
    const seen = monitors.stop()
    const endMs = Number.isFinite(plan.load.durationMs ?? Number.NaN)
      ? Math.max(outcome.endMs, recorder.lastDoneMs ?? 0)
      : outcome.endMs
    return { outcome, measured: recorder.finish(endMs), startedAt, ...seen }
  } finally {
    monitors.cancel()
  }
}
