/** Runs the measured phase with every monitor on: this process, the machine, the client, a watcher's progress. */
import { type HostSample, startHostMonitor } from '../core/host-monitor.ts'
import { createPacer } from '../core/pacer.ts'
import { Recorder } from '../core/recorder.ts'
import type { Load, Result } from '../core/result.ts'
import type { runPhase } from '../core/run.ts'
import { startToolMonitor } from '../core/tool-monitor.ts'
import type { ProducerClient } from '../drivers/driver.ts'
import { watchClient } from './client-watch.ts'
import type { ProducerBenchPlan } from './plan.ts'
import type { BenchIo } from './producer.ts'

const INTERVAL_MS = 1000

export async function watch(
  plan: ProducerBenchPlan,
  load: Load,
  answered: boolean,
  client: ProducerClient,
  io: BenchIo,
  run: (recorder: Recorder) => ReturnType<typeof runPhase>,
) {
  const { clock } = io
  const pacer = load.shape === 'unpaced' ? undefined : createPacer(load)
  const { durationMs, numRecords } = plan.load
  const startMs = clock.nowMs()
  const recorder = new Recorder({
    intervalMs: INTERVAL_MS,
    answered,
    keepSeries: true,
    onInterval(interval) {
      const perSec = (count: number) => (count * 1000) / interval.durationMs
      io.progress({
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
  const tool = startToolMonitor()
  const host = startHostMonitor()
  const clientWatch = watchClient(client)
  const hostSeries: HostSample[] = []
  const timer = setInterval(() => {
    tool.sample()
    clientWatch.sample()
    hostSeries.push(host.sample())
    // A silent second is news as well: without this it would be told only with the next answer.
    recorder.advance(clock.nowMs())
  }, INTERVAL_MS)
  try {
    const outcome = await run(recorder)
    if (clock.nowMs() - startMs < 2 * INTERVAL_MS) clientWatch.sample()
    const seen = clientWatch.stop()
    const toolSeen = tool.stop()
    if (hostSeries.length === 0) hostSeries.push(host.sample())
    const endMs = Number.isFinite(plan.load.durationMs ?? Number.NaN)
      ? Math.max(outcome.endMs, recorder.lastDoneMs ?? 0)
      : outcome.endMs
    return {
      outcome,
      measured: recorder.finish(endMs),
      startedAt,
      client: seen,
      ...toolSeen,
      hostSeries,
      host: meanOf(hostSeries),
    }
  } finally {
    clearInterval(timer)
  }
}

/** Each kind of sample averaged over the seconds that have it. */
function meanOf(samples: readonly HostSample[]): Result['host'] {
  const mean = (pick: (sample: HostSample) => number | undefined) => {
    const values = samples.map(pick).filter((value) => value !== undefined)
    return values.length === 0 ? undefined : values.reduce((a, b) => a + b, 0) / values.length
  }
  const host = {
    cpuRatio: mean(({ cpuRatio }) => cpuRatio),
    memoryRatio: mean(({ memoryRatio }) => memoryRatio),
    networkBytesPerSec: mean(({ networkBytesPerSec }) => networkBytesPerSec),
    diskWriteBytesPerSec: mean(({ diskWriteBytesPerSec }) => diskWriteBytesPerSec),
  }
  return Object.fromEntries(Object.entries(host).filter(([, value]) => value !== undefined))
}
