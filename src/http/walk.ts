/** The pages of a poll: one after the other, or by several threads where their places are known beforehand. */

import type { Operation } from '../core/operation.ts'
import type { FetchedPage } from './page-fetch.ts'
import { createPageQueue } from './page-queue.ts'
import type { PageAnswer, PageEnd, PageRequest, Pager } from './pager.ts'
import type { PollPlan } from './plan.ts'
import { RequestError } from './request-error.ts'

export type PollEnd = PageEnd | 'failed' | 'stopped'

export type Due = Pick<Operation, 'dueMs' | 'offeredMs'>

export interface Steps {
  nowMs(): number
  /** @throws RequestError */
  fetch(page: PageRequest, due: Due): Promise<FetchedPage>
  fetched(): void
  /** Comes back when the sink has the page. @returns false where the poll has to end with it */
  handOver(page: FetchedPage, due: Due): boolean | Promise<boolean>
  failed(error: RequestError): void
  isStopped(): boolean
  /** How many pages waited for the sink at a time. */
  queued(pages: number): void
}

type Walked = Pick<PollPlan, 'paging' | 'threads' | 'queuePages'>

type Next = (page: PageRequest, answer: PageAnswer) => PageRequest | PageEnd

type HandOver = Steps['handOver']

export function walk(plan: Walked, pager: Pager, due: Due, steps: Steps): Promise<PollEnd> {
  const { first, next, at } = pager
  return at === undefined || plan.threads === 1
    ? follow(first, next, due, steps, (page, pageDue) => steps.handOver(page, pageDue))
    : walkByThreads(plan, { next, at }, due, steps)
}

async function walkByThreads(
  plan: Walked,
  { next, at }: Required<Pick<Pager, 'next' | 'at'>>,
  due: Due,
  steps: Steps,
): Promise<PollEnd> {
  const queue = createPageQueue(plan.queuePages)
  let index = Math.min(plan.threads, plan.paging.maxPages)
  let end: PageEnd | undefined
  let isOver = false
  const put: HandOver = async (page, pageDue) => {
    await queue.put(async () => {
      if (!isOver && !(await steps.handOver(page, pageDue))) isOver = true
    })
    return !isOver
  }
  /** Each takes the next page that nobody has; once the end was seen, none does. */
  const thread = async (number: number) => {
    const page = at(number)
    if (page === undefined) return 'max-pages' as const
    const nextFree: Next = (asked, answer) => {
      const after = next(asked, answer)
      if (typeof after === 'string' && after !== 'repeats' && after !== 'max-pages') end = after
      return end ?? at(index++) ?? 'max-pages'
    }
    return follow(page, nextFree, due, steps, put)
  }
  const ends = await Promise.all(Array.from({ length: index }, (_, number) => thread(number)))
  await queue.empty()
  steps.queued(queue.most)
  if (isOver) return 'failed'
  return ends.find((one) => one === 'failed') ?? end ?? ends[0] ?? 'no-next'
}

/** Page after page, until there is none. */
async function follow(
  start: PageRequest,
  next: Next,
  due: Due,
  steps: Steps,
  handOver: HandOver,
): Promise<PollEnd> {
  let page = start
  let pageDue = due
  for (;;) {
    let fetched: FetchedPage
    try {
      fetched = await steps.fetch(page, pageDue)
    } catch (error) {
      if (!(error instanceof RequestError)) throw error
      steps.failed(error)
      return 'failed'
    }
    steps.fetched()
    const after = next(page, fetched)
    const allowedMs = typeof after === 'string' ? 0 : steps.nowMs()
    const handed = handOver(fetched, pageDue)
    if (!(typeof handed === 'boolean' ? handed : await handed)) return 'failed'
    if (typeof after === 'string') return after
    if (steps.isStopped()) return 'stopped'
    page = after
    // A sink that was full is time blocked, as a task that was busy is
    pageDue = { dueMs: allowedMs, offeredMs: allowedMs }
  }
}
