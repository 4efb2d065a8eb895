/** What runs of a bench that polls an API: clients, warm-up, measured time. */
import type { Clock } from '../../core/clock.ts'
import type { Phase, PhaseOutcome } from '../../core/phase.ts'
import type { IntervalView, Measured } from '../../core/recorder.ts'
import type { HttpResult } from '../../core/result.ts'
import { runPhase } from '../../core/run.ts'
import type { PollerCounts, PollerTimes } from '../../http/poller.ts'
import { togetherStats } from '../client-stats.ts'
import { defined } from '../defined.ts'
import { type Seen, startMonitors } from '../monitors.ts'
import type { Progress } from '../progress.ts'
import { type WarmupOutcome, warmUp } from '../warmup.ts'
import { watchFirstAnswers } from './first-answers.ts'
import { type Instance, type InstanceIo, openInstance } from './instance.ts'
import { createMeasures, type Measures } from './measures.ts'
import type { PartsSeen } from './parts.ts'
import type { HttpBenchPlan } from './plan.ts'
import { poolUse } from './pool-use.ts'
import { addUp, together, warmupsTogether } from './together.ts'

export interface HttpLoadIo {
  readonly clock: Clock
  /** Stops polling; what is in flight is waited for. */
  readonly signal: AbortSignal
  /** The cluster is no more: answers are hardly waited for. */
  readonly gone?: AbortSignal
  readonly openSink: InstanceIo['openSink']
  readonly openDeadLetters?: InstanceIo['openDeadLetters']
  readonly progress: (progress: Progress) => void
  /** All is warm and idle; measured time begins when this comes back. */
  readonly ready: () => Promise<void>
}

export interface HttpLoaded extends Seen {
  readonly startedAt: string
  readonly warmup: WarmupOutcome
  readonly outcome: PhaseOutcome
  readonly records: Measured
  readonly requests: Measured
  readonly polls: Measured
  readonly counts: PollerCounts
  readonly times: PollerTimes
  readonly pool: HttpResult['pool']
  /** Of each connector. */
  readonly parts: readonly PartsSeen[]
}

const INTERVAL_MS = 1000
const NOTHING = { recordsDone: 0, recordsPerSec: 0, bytesPerSec: 0, errors: 0 }

/** @throws TuneError where nothing can be had from the API */
export async function loadHttp(plan: HttpBenchPlan, io: HttpLoadIo): Promise<HttpLoaded> {
  const { clock } = io
  /** Of the phase that is on. */
  let measures: Measures | undefined
  const first = watchFirstAnswers(plan.api.stub)
  const gone = AbortSignal.any([...(io.gone === undefined ? [] : [io.gone]), first.signal])
  const signal = AbortSignal.any([io.signal, gone])
  const instances: Instance[] = []
  const stop = () => {
    for (const { poller } of instances) poller.stopSoon()
    measures?.recorder.measureUntil(clock.nowMs())
  }
  signal.addEventListener('abort', stop)
  try {
    for (const one of plan.instances) {
      instances.push(
        await openInstance(one, {
          clock,
          openSink: io.openSink,
          openDeadLetters: io.openDeadLetters,
          events: {
            requestSent: (operation) => measures?.events.requestSent(operation),
            requestDone(operation, doneMs, code) {
              first.look(code, one)
              measures?.events.requestDone(operation, doneMs, code)
            },
            batchSent: (operation) => measures?.events.batchSent(operation),
          },
          onDone: (operation, error, outcome, failed) => measures?.onDone(operation, error, outcome, failed),
        }),
      )
    }
    return await measure()
  } finally {
    signal.removeEventListener('abort', stop)
    await Promise.all(instances.map((one) => one.close()))
  }

  async function measure(): Promise<HttpLoaded> {
    io.progress({ phase: 'starting', elapsedMs: 0, ...NOTHING })
    const precise = plan.pacing === 'precise'
    const baseOf = ({ load }: Instance) => ({ load, precise, drainMs: plan.drainMs })
    const phaseOf = ({ poller }: Instance): Omit<Phase, 'recorder'> => ({
      clock,
      client: poller,
      signal,
      gone,
    })
    const answered = plan.kafka?.properties.acks !== '0'
    const warming = createMeasures({ clock, intervalMs: INTERVAL_MS, answered, onInterval: () => {} })
    warming.recorder.begin(clock.nowMs())
    measures = warming
    const warmups = await Promise.all(
      instances.map((one, n) =>
        warmUp(plan.warmup, baseOf(one), phaseOf(one), one.answers, (_, elapsedMs) => {
          if (n > 0) return
          const { records, requests } = warming
          io.progress({
            phase: 'warm-up',
            elapsedMs,
            ...NOTHING,
            recordsDone: records.acked,
            pagesDone: requests.acked,
            errors: records.errorCount + requests.errorCount,
          })
        }),
      ),
    )
    measures = undefined
    const warmup = warmupsTogether(warmups, warming.finish(clock.nowMs()).records.series)
    first.check()
    await io.ready()
    for (const one of instances) one.reset()
    const before = instances.map(({ pool }) => pool())
    const measured = createMeasures({
      clock,
      intervalMs: INTERVAL_MS,
      answered,
      onInterval: (interval) => io.progress(progressOf(plan, measured, interval)),
    })
    measures = measured
    const startedAt = new Date(clock.epochMs()).toISOString()
    const monitors = startMonitors(togetherStats(instances.map(({ kafka }) => ({ stats: kafka }))), () =>
      measured.advance(clock.nowMs()),
    )
    try {
      const outcomes = await Promise.all(
        instances.map((one) =>
          runPhase(
            { ...baseOf(one), durationMs: plan.durationMs },
            { ...phaseOf(one), recorder: measured.recorder },
            one.answers,
          ),
        ),
      )
      // What was given up is counted in this turn
      await clock.breathe()
      measures = undefined
      const seen = monitors.stop()
      const outcome = together(outcomes)
      const pool = poolUse(
        before,
        instances.map(({ pool }) => pool()),
        clock.nowMs() - outcome.startMs,
      )
      const counts = instances.map(({ poller }) => poller.counts())
      first.check()
      return {
        startedAt,
        warmup,
        outcome,
        ...measured.finish(outcome.endMs),
        ...seen,
        counts: addUp(counts),
        times: addUp(instances.map(({ poller }) => poller.times())),
        pool,
        parts: instances.map((one) => one.parts(outcome.startMs)),
      }
    } finally {
      measures = undefined
      monitors.cancel()
    }
  }
}

function progressOf(
  { durationMs }: HttpBenchPlan,
  { records, requests }: Measures,
  interval: IntervalView,
): Progress {
  const { p50Ms, p99Ms, meanServiceMs, maxServiceMs } = interval
  const perSec = (count: number) => (count * 1000) / interval.durationMs
  return {
    phase: interval.atMs >= durationMs ? 'draining' : 'measuring',
    elapsedMs: interval.atMs + interval.durationMs,
    totalMs: durationMs,
    recordsDone: records.acked,
    recordsPerSec: perSec(interval.records),
    bytesPerSec: perSec(interval.bytes),
    pagesDone: requests.acked,
    errors: records.errorCount + requests.errorCount,
    ...defined({ p50Ms, p99Ms, meanServiceMs, maxServiceMs }),
  }
}
