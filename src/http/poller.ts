/**
 * The poll loop of an HTTP source connector. A poll has a due time and belongs to a lane; its pages follow each other,
 * and page k+1 is due when page k has told where it is. Times of a page's records: due, first offered, its first
 * request left (sent), acknowledged by the sink.
 */
import type { Clock } from '../core/clock.ts'
import type { OnDone, Operation } from '../core/operation.ts'
import type { Client } from '../core/phase.ts'
import { messageOf } from '../errors.ts'
import type { ResponseCache } from './cache/response-cache.ts'
import { createCachedFetch } from './cached-fetch.ts'
import { cacheChores, healthChores } from './chores.ts'
import { createHandOver } from './hand-over.ts'
import { createKeptPagers } from './kept-pager.ts'
import {
  type FetchCounts,
  type FetchTools,
  fetchPage,
  type PageTimes,
  type RequestEvents,
} from './page-fetch.ts'
import { dealLanes, type Lane, type PollPlan } from './plan.ts'
import { PollRun, type PollRunTools, type ReadCounts } from './poll-run.ts'
import { createPolls, type Poll } from './polls.ts'
import { createScaler, type ScalingStep } from './scaling.ts'
import type { CacheSettings, ScalingSettings } from './setup.ts'
import type { Sink } from './sink.ts'
import { refuseThreads } from './threads.ts'
import type { Converted } from './transform/conversion.ts'
import type { ReadAt } from './transform/transform.ts'
import { createUpkeep, every } from './upkeep.ts'
import { type PollEnd, walk } from './walk.ts'
import { createWarming, type WarmingCounts } from './warmer.ts'

export type { PollEnd } from './walk.ts'

/** What a poller tells while it runs; whoever measures files it. */
export interface PollerEvents extends RequestEvents {
  /** The sink has taken records of a page. */
  batchSent(operation: Operation): void
}

export interface PollerCounts extends FetchCounts, ReadCounts {
  /** Read, and never handed over: the run, or the poll, was over. */
  recordsLeft: number
  /** Records that were not written, by why. */
  rejected: Record<string, number>
  /** Of these, what went to the dead-letter topic. */
  deadLetters: number
  /** Why polls ended; `failed` = a page could not be had, or a record not be written. */
  ends: Record<PollEnd, number>
}

export interface PollerTimes extends PageTimes {
  /** From records to the bytes of keys and values. */
  convertMs: number
  /** For room in the sink. */
  sinkMs: number
}

export interface Poller extends Client {
  /** As they are now: scaling changes them. */
  readonly lanes: readonly Lane[]
  counts(): PollerCounts
  times(): PollerTimes
  /** Evaluations of scaling, of which each may have changed the tasks. */
  scaled(): readonly ScalingStep[]
  /** undefined: nothing is warmed. */
  warmed(): WarmingCounts | undefined
  /** Counts and times begin again. */
  reset(): void
  /** The sink's answers come here, those of dead letters too. */
  readonly answered: OnDone
  /** Polls that are under way end with their page. */
  stopSoon(): void
}

export interface PollerIo {
  readonly clock: Clock
  readonly fetch: Omit<FetchTools, 'clock' | 'events' | 'times' | 'counts' | 'signal' | 'cut'>
  readonly events: PollerEvents
  /** Which keys and values a batch of records becomes. */
  readonly convert: (records: readonly unknown[], at: ReadAt) => Converted
  readonly onPolled: OnDone
  /** Where every poll has a lane of its own by its number; else it takes the lane that is free. */
  readonly paced: boolean
  /** Undefined: every page is asked for. */
  readonly cache?: { readonly settings: CacheSettings; readonly responses: ResponseCache }
  /** Undefined: `plan.tasks` stays as it is. */
  readonly scaling?: ScalingSettings
  /** Undefined: records that are rejected are counted only. */
  readonly deadLetters?: Sink
}

/** Polls that wait for their lane, at most: beyond it the poller is full. */
const WAITING_POLLS = 1000

/** @throws TuneError UNSUPPORTED, CONFIG where the plan's parts do not go together */
export function createPoller(plan: PollPlan, sink: Sink, io: PollerIo): Poller {
  refuseThreads(plan)
  const { clock, events } = io
  const counts = newCounts()
  const times = newTimes()
  let isStopped = false
  let isDraining = false
  /** Aborted when what is under way is waited for no more; the next phase has a new one. */
  let cut = new AbortController()
  let defect: string | undefined

  const toolsUntil = (signal: AbortSignal): FetchTools => {
    const until = { isOver: signal.aborted }
    signal.addEventListener('abort', () => {
      until.isOver = true
    })
    return { ...io.fetch, clock, events, times, counts, signal, cut: until }
  }
  /** One for all polls until the cut: making it costs as much as a page's other book-keeping. */
  let current = toolsUntil(cut.signal)
  const { wakeWaiting, handOver } = createHandOver({
    clock,
    sink,
    deadLetters: io.deadLetters,
    batchRecords: plan.batchRecords,
    batchSent: (operation) => events.batchSent(operation),
    times,
    counts,
  })
  const warming = io.cache && createWarming(io.cache.settings, io.cache.responses, clock)
  const cached = io.cache && createCachedFetch(io.cache.responses, warming?.onLookup)
  const scaler = io.scaling && createScaler(io.scaling, plan.tasks)

  const kept = createKeptPagers(plan.paging, io.fetch.endpoints?.hosts)

  const polls = createPolls(dealLanes(plan), {
    paced: io.paced,
    waiting: WAITING_POLLS,
    onPolled: io.onPolled,
    run: runPoll,
  })

  const running: PollRunTools = {
    plan,
    fetch: cached?.fetch ?? fetchPage,
    handOver,
    convert: io.convert,
    counts,
    brought: (records) => scaler?.brought(records),
    // A poll without an end of its own would keep an unpaced run from ending
    isStopped: () => isStopped || (isDraining && !io.paced),
  }

  async function runPoll(poll: Poll): Promise<void> {
    if (defect !== undefined) poll.fail(defect)
    const tools = current
    const end = await walk(plan, kept.pager(poll.lane), poll.operation, new PollRun(poll, running, tools))
    // Given up meanwhile: another phase counts by now
    if (!tools.cut.isOver) counts.ends[end]++
  }

  const rescale = () => {
    const tasks = scaler?.evaluate(clock.nowMs())
    if (tasks !== undefined) polls.setLanes(dealLanes({ ...plan, tasks }))
  }

  const { endpoints, client } = io.fetch
  const upkeep = createUpkeep(
    clock,
    [
      ...(io.cache ? cacheChores(io.cache.settings, io.cache.responses, clock) : []),
      ...(warming && cached ? [warming.chore(plan, cached, toolsUntil)] : []),
      ...(endpoints ? healthChores(endpoints, client) : []),
      ...(scaler ? [every(scaler.settings.intervalMs, rescale)] : []),
    ],
    (error) => {
      // It must not pass unseen, nor kill the process from within a promise
      defect = `DEFECT ${messageOf(error)}`
    },
  )

  return {
    groupRecords: 1,
    get lanes() {
      return polls.lanes()
    },
    send(operation) {
      if (upkeep.start()) scaler?.begin(clock.nowMs())
      return polls.take(operation)
    },
    flushHint: () => {},
    onRoom: polls.onRoom,
    answered: polls.answered,
    counts: () => structuredClone(counts),
    times: () => ({ ...times }),
    scaled: () => scaler?.steps() ?? [],
    warmed: () => warming?.counts(),
    reset() {
      Object.assign(counts, newCounts())
      Object.assign(times, newTimes())
      scaler?.reset()
      warming?.reset()
    },
    stopSoon() {
      isStopped = true
    },
    async drain(timeoutMs) {
      const untilMs = clock.nowMs() + timeoutMs
      isDraining = true
      upkeep.stop()
      await polls.idle(clock, untilMs)
      await sink.drain(Math.max(0, untilMs - clock.nowMs()))
      await io.deadLetters?.drain(Math.max(0, untilMs - clock.nowMs()))
      if (polls.open() > 0) {
        cut.abort()
        cut = new AbortController()
        current = toolsUntil(cut.signal)
        polls.giveUp()
        wakeWaiting()
      }
      isDraining = false
    },
  }
}

function newCounts(): PollerCounts {
  return {
    pages: 0,
    emptyPages: 0,
    records: 0,
    recordsTwice: 0,
    recordsLeft: 0,
    cachedPages: 0,
    recordsCached: 0,
    notModified: 0,
    rejected: {},
    deadLetters: 0,
    mostQueued: 0,
    retries: 0,
    rateLimited: 0,
    wireBytes: 0,
    statuses: {},
    ends: { 'no-next': 0, 'short-page': 0, 'max-pages': 0, repeats: 0, elsewhere: 0, failed: 0, stopped: 0 },
  }
}

function newTimes(): PollerTimes {
  return { limiterMs: 0, poolMs: 0, apiMs: 0, parseMs: 0, convertMs: 0, retryMs: 0, sinkMs: 0 }
}
