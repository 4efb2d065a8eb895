/** A poll under way: what its walk over the pages asks for, with the book-keeping of the poller around it. */
import type { HandOver } from './hand-over.ts'
import type { FetchedPage, FetchPage, FetchTools } from './page-fetch.ts'
import type { PageRequest } from './pager.ts'
import type { PollPlan } from './plan.ts'
import type { Poll } from './polls.ts'
import type { RequestError } from './request-error.ts'
import type { Converted } from './transform/conversion.ts'
import type { ReadAt } from './transform/transform.ts'
import type { Due, Steps } from './walk.ts'

/** Read, before any was rejected, and how it was come by. */
export interface ReadCounts {
  /** From the API or the cache. */
  pages: number
  emptyPages: number
  records: number
  /** Read by a task although another one polls the same. */
  recordsTwice: number
  /** Pages that came from the cache, and their records: they were read before. */
  cachedPages: number
  recordsCached: number
  /** Pages that the API confirmed with 304: nothing new, no records. */
  notModified: number
  /** Pages that waited for the sink at a time, with several threads. */
  mostQueued: number
}

/** What all polls of a poller have in common. */
export interface PollRunTools {
  readonly plan: PollPlan
  readonly fetch: FetchPage
  readonly handOver: HandOver
  readonly convert: (records: readonly unknown[], at: ReadAt) => Converted
  readonly counts: ReadCounts
  readonly brought: (records: number) => void
  /** Every poll is to end with its page. */
  readonly isStopped: () => boolean
}

/** A class, and not closures, because there is one for each poll. */
export class PollRun implements Steps {
  readonly #poll: Poll
  readonly #tools: PollRunTools
  /** Of the time until the next cut. */
  readonly #fetching: FetchTools

  constructor(poll: Poll, tools: PollRunTools, fetching: FetchTools) {
    this.#poll = poll
    this.#tools = tools
    this.#fetching = fetching
  }

  nowMs(): number {
    return this.#fetching.clock.nowMs()
  }

  fetch(page: PageRequest, due: Due): Promise<FetchedPage> {
    return this.#tools.fetch(this.#tools.plan, page, due, this.#fetching)
  }

  fetched(): void {
    if (!this.#fetching.cut.isOver) this.#tools.counts.pages++
  }

  handOver({ records, from, sentMs }: FetchedPage, { dueMs, offeredMs }: Due): boolean | Promise<boolean> {
    const { counts, convert, handOver, brought } = this.#tools
    const { clock, cut } = this.#fetching
    // Given up meanwhile: another phase counts by now
    if (cut.isOver) return true
    if (from === 'not-modified') {
      counts.notModified++
      return true
    }
    const { target, copy } = this.#poll.lane
    const found = records.length
    counts.records += found
    brought(found)
    if (found === 0) counts.emptyPages++
    if (copy > 0) counts.recordsTwice += found
    if (from === 'cache') {
      counts.cachedPages++
      counts.recordsCached += found
    }
    const at: ReadAt = { source: target.name, epochMs: clock.epochMs() }
    const times = { dueMs, offeredMs, sentMs }
    return handOver(this.#poll, records, times, (part) => convert(part, at), cut)
  }

  failed({ code }: RequestError): void {
    this.#poll.fail(code)
  }

  isStopped(): boolean {
    return this.#fetching.cut.isOver || this.#tools.isStopped()
  }

  queued(pages: number): void {
    const { counts } = this.#tools
    counts.mostQueued = Math.max(counts.mostQueued, pages)
  }
}
