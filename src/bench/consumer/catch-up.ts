/**
 * A backlog that is drained while load goes on: how fast the lag shrinks, when it is gone, and what that does to those
 * who write. The load runs alone first, so that there is something to compare with.
 */
import type { Clock } from '../../core/clock.ts'
import { mergeLatency } from '../../core/merge.ts'
import type { ConsumerResult, Interval } from '../../core/result.ts'
import { sum } from '../../core/sum.ts'
import type { Admin } from '../../drivers/driver.ts'
import { lagBehind } from '../lag.ts'
import type { Loaded, Loader, LoadIo, SendingPlan } from '../load.ts'
import type { CatchUpPlan, ConsumerBenchPlan } from './plan.ts'

type CatchUp = NonNullable<ConsumerResult['catchUp']>
type Writing = CatchUp['writing']['before']

/** Behind the end of what may last: it is stopped before. */
const LONGEST_LOAD_MS = 24 * 3_600_000
const DRAIN_MS = 10_000

export interface GoingLoad {
  /** On the run's clock. */
  readonly startedMs: number
  stop(): Promise<Loaded>
  /** Rejects when it cannot go on. */
  readonly failed: Promise<never>
}

/** Starts the load, and comes back when it has run alone for a while. */
export async function startGoingLoad(
  plan: ConsumerBenchPlan & { readonly catchUp: CatchUpPlan },
  partitions: number,
  load: Loader,
  io: Omit<LoadIo, 'ready'>,
): Promise<GoingLoad> {
  const stop = new AbortController()
  const { clock, signal } = io
  let startedMs = clock.nowMs()
  let isReady = () => {}
  const ready = new Promise<void>((resolve) => {
    isReady = resolve
  })
  const loading = load(sendingPlan(plan), partitions, {
    ...io,
    signal: AbortSignal.any([signal, stop.signal]),
    progress: () => {},
    async ready() {
      startedMs = clock.nowMs()
      isReady()
    },
  })
  const failed = loading.then(() => new Promise<never>(() => {}))
  failed.catch(() => {})
  await Promise.race([ready, failed])
  const alone = clock.wait(startedMs + plan.catchUp.aloneMs, false)
  const onAbort = () => alone.wake()
  signal.addEventListener('abort', onAbort)
  await Promise.race([alone.done, failed])
  signal.removeEventListener('abort', onAbort)
  return {
    startedMs,
    failed,
    stop() {
      stop.abort()
      return loading
    },
  }
}

function sendingPlan({
  catchUp,
  ...plan
}: ConsumerBenchPlan & { readonly catchUp: CatchUpPlan }): SendingPlan {
  return {
    driver: plan.driver,
    connection: plan.connection,
    topic: plan.topic,
    records: catchUp.records,
    load: { shape: { shape: 'constant', ratePerSec: catchUp.ratePerSec }, durationMs: LONGEST_LOAD_MS },
    properties: catchUp.properties,
    profile: null,
    warmup: { kind: 'time', ms: 0 },
    pacing: 'timer',
    drainMs: DRAIN_MS,
    thresholds: [],
    thresholdsName: 'none',
    tag: undefined,
    broker: plan.broker,
  }
}

export interface LagSample {
  /** Since the consumers were started. */
  readonly atMs: number
  readonly lagRecords: number
}

export interface LagWatch {
  readonly samples: readonly LagSample[]
  /** Where the partitions ended at the last look. */
  ends(): readonly number[] | undefined
  stop(): void
}

const LOOK_MS = 250

/**
 * Looks at the lag several times a second.
 * @param positions next offsets to read, by partition
 * @param onCaughtUp told once, when it is below the threshold
 */
export function watchLag(
  { topic, catchUp }: ConsumerBenchPlan & { readonly catchUp: CatchUpPlan },
  positions: () => readonly (number | undefined)[],
  { clock, admin, onCaughtUp }: { clock: Clock; admin: Pick<Admin, 'endOffsets'>; onCaughtUp: () => void },
): LagWatch {
  const samples: LagSample[] = []
  const startMs = clock.nowMs()
  let ends: readonly number[] | undefined
  let isOver = false
  const look = async () => {
    while (!isOver) {
      // The ends first: what is read meanwhile makes the lag smaller than it was, never larger than it is
      const found = await admin.endOffsets(topic.name, positions().length).catch(() => undefined)
      if (isOver) return
      if (found !== undefined) {
        ends = found
        const sample = { atMs: clock.nowMs() - startMs, lagRecords: lagBehind(found, positions()) }
        samples.push(sample)
        if (sample.lagRecords < catchUp.lagRecords) {
          isOver = true
          onCaughtUp()
          return
        }
      }
      await clock.wait(clock.nowMs() + LOOK_MS, false).done
    }
  }
  void look()
  return {
    samples,
    ends: () => ends,
    stop() {
      isOver = true
    },
  }
}

/** The result's member, from what was seen. Pure. */
export function catchUpOf(
  plan: CatchUpPlan,
  samples: readonly LagSample[],
  { loaded, startedMs, readingMs }: { loaded: Loaded; startedMs: number; readingMs: number },
): CatchUp {
  const first = samples[0]
  const last = samples.at(-1)
  const isCaughtUp = last !== undefined && last.lagRecords < plan.lagRecords
  const spanMs = first === undefined || last === undefined ? 0 : last.atMs - first.atMs
  const aloneMs = readingMs - startedMs
  const { series, sent, acked, failed, unknown } = loaded.measured
  const split = series.findIndex(({ atMs, durationMs }) => atMs + durationMs > aloneMs)
  const before = split < 0 ? series : series.slice(0, split)
  // The second in which reading began is neither
  const during = split < 0 ? [] : series.slice(split + 1).filter(({ phase }) => phase === 'measure')
  return {
    ratePerSec: plan.ratePerSec,
    thresholdRecords: plan.lagRecords,
    backlogRecords: first?.lagRecords ?? 0,
    ...(isCaughtUp ? { caughtUpMs: last.atMs } : {}),
    ...(spanMs > 0 && first !== undefined && last !== undefined
      ? { drainedPerSec: ((first.lagRecords - last.lagRecords) * 1000) / spanMs }
      : {}),
    lag: [...samples],
    writing: {
      sent,
      acked,
      failed,
      unknown,
      before: latencyOf(before),
      during: latencyOf(during),
    },
  }
}

function latencyOf(seconds: readonly Interval[]): Writing {
  return {
    durationMs: sum(seconds.map(({ durationMs }) => durationMs)),
    ...mergeLatency(seconds.flatMap(({ latency }) => latency ?? [])),
  }
}
