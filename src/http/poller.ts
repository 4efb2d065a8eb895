/**
 * The poll loop of an HTTP source connector. A poll has a due time and belongs to a lane; its pages follow each other,
 * and page k+1 is due when page k has told where it is. Times of a page's records: due, first offered, its first
 * request left (sent), acknowledged by the sink.
 */
import type { Clock } from '../core/clock.ts'
import type { OnDone, Operation } from '../core/operation.ts'
import type { Client } from '../core/phase.ts'
import { createKeptPagers } from './kept-pager.ts'
import {
  type FetchCounts,
  type FetchedPage,
  type FetchTools,
  fetchPage,
  type PageTimes,
  type RequestEvents,
} from './page-fetch.ts'
import type { PageAnswer, PageEnd, PageRequest } from './pager.ts'
import { dealLanes, type Lane, type PollPlan } from './plan.ts'
import { createPolls, type Poll } from './polls.ts'
import { RequestError } from './request-error.ts'
import type { Batch, Sink } from './sink.ts'

/** What a poller tells while it runs; whoever measures files it. */
export interface PollerEvents extends RequestEvents {
  /** The sink has taken records of a page. */
  batchSent(operation: Operation): void
}

export interface PollerCounts extends FetchCounts {
  pages: number
  emptyPages: number
  records: number
  /** Read by a task although another one polls the same. */
  recordsTwice: number
  /** Why polls ended; `failed` = a page could not be had. */
  ends: Record<PollEnd, number>
}

export type PollEnd = PageEnd | 'failed' | 'stopped'

type Due = Pick<Operation, 'dueMs' | 'offeredMs'>

export interface PollerTimes extends PageTimes {
  /** For room in the sink. */
  sinkMs: number
}

export interface Poller extends Client {
  readonly lanes: readonly Lane[]
  counts(): PollerCounts
  times(): PollerTimes
  /** Counts and times begin again. */
  reset(): void
  /** The sink's answers come here. */
  readonly answered: OnDone
  /** Polls that are under way end with their page. */
  stopSoon(): void
}

export interface PollerIo {
  readonly clock: Clock
  readonly fetch: Omit<FetchTools, 'clock' | 'events' | 'times' | 'counts' | 'signal'>
  readonly events: PollerEvents
  /** Which values a batch of records becomes. */
  readonly convert: (records: readonly unknown[]) => Pick<Batch, 'values' | 'keys'>
  readonly onPolled: OnDone
  /** Where every poll has a lane of its own by its number; else it takes the lane that is free. */
  readonly paced: boolean
}

/** Polls that wait for their lane, at most: beyond it the poller is full. */
const WAITING_POLLS = 1000

export function createPoller(plan: PollPlan, sink: Sink, io: PollerIo): Poller {
  const { clock, events, convert } = io
  const lanes = dealLanes(plan)
  const counts = newCounts()
  const times = newTimes()
  let isStopped = false
  let isDraining = false
  /** Aborted when what is under way is waited for no more; the next phase has a new one. */
  let cut = new AbortController()
  let nextRecord = 0
  let room: (() => void)[] = []
  const wakeWaiting = () => {
    const waiting = room
    room = []
    for (const go of waiting) go()
  }
  sink.onRoom(wakeWaiting)

  const kept = createKeptPagers(plan.paging)
  const polls = createPolls(lanes, {
    paced: io.paced,
    waiting: WAITING_POLLS,
    onPolled: io.onPolled,
    run: runPoll,
  })

  async function runPoll(poll: Poll): Promise<void> {
    counts.ends[await pages(poll)]++
  }

  async function pages(poll: Poll): Promise<PollEnd> {
    const { signal } = cut
    const tools: FetchTools = { ...io.fetch, clock, events, times, counts, signal }
    const pager = kept.pager(poll.lane)
    const { operation } = poll
    const first: Due = { dueMs: operation.dueMs, offeredMs: operation.offeredMs }
    if (pager.at === undefined || plan.threads === 1) {
      return follow(poll, pager.first, (page, answer) => pager.next(page, answer), first, tools)
    }
    const { at } = pager
    let index = Math.min(plan.threads, plan.paging.maxPages)
    let end: PageEnd | undefined
    /** Each thread takes the next page that nobody has; once the end was seen, none does. */
    const thread = async (start: number) => {
      const page = at(start)
      if (page === undefined) return 'max-pages' as const
      return follow(
        poll,
        page,
        (asked, answer) => {
          const after = pager.next(asked, answer)
          if (typeof after === 'string' && after !== 'repeats' && after !== 'max-pages') end = after
          return end ?? at(index++) ?? 'max-pages'
        },
        first,
        tools,
      )
    }
    const ends = await Promise.all(Array.from({ length: index }, (_, start) => thread(start)))
    return ends.find((one) => one === 'failed') ?? end ?? ends[0] ?? 'no-next'
  }

  /** Page after page, until there is none. */
  async function follow(
    poll: Poll,
    start: PageRequest,
    next: (page: PageRequest, answer: PageAnswer) => PageRequest | PageEnd,
    due: Due,
    tools: FetchTools,
  ): Promise<PollEnd> {
    let page = start
    let pageDue = due
    for (;;) {
      let fetched: FetchedPage
      try {
        fetched = await fetchPage(plan, page, pageDue, tools)
      } catch (error) {
        if (!(error instanceof RequestError)) throw error
        poll.fail(error.code)
        return 'failed'
      }
      const { records, sentMs } = fetched
      counts.pages++
      counts.records += records.length
      if (records.length === 0) counts.emptyPages++
      if (poll.lane.copy > 0) counts.recordsTwice += records.length
      const after = next(page, { ...fetched, records: records.length })
      const allowedMs = clock.nowMs()
      await handOver(poll, records, { ...pageDue, sentMs }, tools.signal)
      if (typeof after === 'string') return after
      // A poll without an end of its own would keep an unpaced run from ending
      if (isStopped || (isDraining && !io.paced)) return 'stopped'
      page = after
      // A sink that was full is time blocked, as a task that was busy is
      pageDue = { dueMs: allowedMs, offeredMs: allowedMs }
    }
  }

  async function handOver(
    poll: Poll,
    records: readonly unknown[],
    at: Due & { sentMs: number },
    signal: AbortSignal,
  ): Promise<void> {
    for (let from = 0; from < records.length; from += plan.batchRecords) {
      const isAll = records.length <= plan.batchRecords
      const part = isAll ? records : records.slice(from, from + plan.batchRecords)
      const fromMs = clock.nowMs()
      const converted = convert(part)
      times.parseMs += clock.nowMs() - fromMs
      const operation: Operation = { first: nextRecord, records: part.length, ...at, bytes: 0 }
      nextRecord += part.length
      poll.expect(operation)
      await offer({ operation, ...converted }, signal)
      if (from + part.length < records.length) await clock.breathe()
    }
    sink.flushHint()
  }

  async function offer(batch: Batch, signal: AbortSignal): Promise<void> {
    let fullSinceMs: number | undefined
    while (!signal.aborted && !sink.send(batch)) {
      fullSinceMs ??= clock.nowMs()
      await new Promise<void>((resolve) => room.push(resolve))
    }
    if (fullSinceMs !== undefined) times.sinkMs += clock.nowMs() - fullSinceMs
    if (!signal.aborted) events.batchSent(batch.operation)
  }

  return {
    groupRecords: 1,
    lanes,
    send: polls.take,
    flushHint: () => {},
    onRoom: polls.onRoom,
    answered: polls.answered,
    counts: () => structuredClone(counts),
    times: () => ({ ...times }),
    reset() {
      Object.assign(counts, newCounts())
      Object.assign(times, newTimes())
    },
    stopSoon() {
      isStopped = true
    },
    async drain(timeoutMs) {
      const untilMs = clock.nowMs() + timeoutMs
      isDraining = true
      await polls.idle(clock, untilMs)
      await sink.drain(Math.max(0, untilMs - clock.nowMs()))
      if (polls.open() > 0) {
        cut.abort()
        cut = new AbortController()
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
    retries: 0,
    rateLimited: 0,
    wireBytes: 0,
    statuses: {},
    ends: { 'no-next': 0, 'short-page': 0, 'max-pages': 0, repeats: 0, failed: 0, stopped: 0 },
  }
}

function newTimes(): PollerTimes {
  return { limiterMs: 0, poolMs: 0, apiMs: 0, parseMs: 0, retryMs: 0, sinkMs: 0 }
}
