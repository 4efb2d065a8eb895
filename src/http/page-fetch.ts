/** One page: within the rate, over the pool, parsed, and tried again where that may help. Every attempt is told of. */
import type { Clock } from '../core/clock.ts'
import type { Operation } from '../core/operation.ts'
import type { Endpoints } from './balancing.ts'
import { isConditional } from './cache/validators.ts'
import type { HttpClient } from './client.ts'
import type { ApiAnswer } from './exchange.ts'
import type { Limiter } from './limiter.ts'
import { type ParsedPage, parsePage } from './page-records.ts'
import type { PageRequest } from './pager.ts'
import type { PollPlan } from './plan.ts'
import { RequestError, toRequestError } from './request-error.ts'
import { parseRetryAfter, retryAfterMs } from './retry.ts'

/** What becomes of each request; times are in the operation, as everywhere. */
export interface RequestEvents {
  requestSent(operation: Operation): void
  /**
   * @param doneMs when its last byte was there
   * @param code undefined when the answer was good
   */
  requestDone(operation: Operation, doneMs: number, code: string | undefined): void
}

/** Sums of where pages spend their time; requests that wait at once count at once. */
export interface PageTimes {
  /** For a token, or as long as the server asked. */
  limiterMs: number
  /** For a connection of the pool. */
  poolMs: number
  apiMs: number
  parseMs: number
  /** Between a failed attempt and the next. */
  retryMs: number
}

export interface FetchCounts {
  retries: number
  rateLimited: number
  statuses: Record<string, number>
  wireBytes: number
}

/** Whether what is under way is waited for no more. */
export interface Cut {
  readonly isOver: boolean
}

export interface FetchTools {
  readonly clock: Clock
  readonly client: HttpClient
  readonly limiter: Limiter
  /** Who shares the requests; undefined: each goes where its URL says. */
  readonly endpoints?: Endpoints | undefined
  readonly chance: () => number
  readonly events: RequestEvents
  readonly times: PageTimes
  readonly counts: FetchCounts
  /** Once aborted, no attempt follows. */
  readonly signal: AbortSignal
  /** Whether it is: an AbortSignal's own word costs as much as a histogram's record. */
  readonly cut: Cut
}

export interface FetchedPage extends ParsedPage {
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
  /** When its first request left, or the cache was asked: service begins there. */
  readonly sentMs: number
  /** `not-modified`: the API said 304. What the cache still has of the page tells where to go on, and is nothing new. */
  readonly from: 'api' | 'cache' | 'not-modified'
}

export type RequestPlan = Pick<PollPlan, 'method' | 'headers' | 'body' | 'parse' | 'recordsPath' | 'retry'>

/** @throws RequestError when the last attempt failed */
export type FetchPage = (
  plan: RequestPlan,
  page: PageRequest,
  due: { readonly dueMs: number; readonly offeredMs: number },
  tools: FetchTools,
) => Promise<FetchedPage>

/** All attempts in one function: every asynchronous one more would be paid for by each request. */
export const fetchPage: FetchPage = async (plan, page, due, tools) => {
  const { clock, client, limiter, endpoints, times, counts, signal, cut } = tools
  const { own, path } = placeOf(page.url)
  const { method, headers, body } = plan
  let firstSentMs: number | undefined
  let { dueMs, offeredMs } = due
  for (let number = 1; ; number++) {
    let readyMs = clock.nowMs()
    const turnMs = limiter.reserve(readyMs)
    if (turnMs > readyMs) {
      await sleep(clock, turnMs, signal)
      // Cut short it was waiting all the same: a server may ask for more patience than a run has
      times.limiterMs += clock.nowMs() - readyMs
      if (cut.isOver) throw givenUp()
      readyMs = clock.nowMs()
    }
    const origin = endpoints === undefined ? own : endpoints.next(own)
    const operation: Operation = {
      first: page.index,
      records: 1,
      dueMs,
      offeredMs,
      sentMs: readyMs,
      bytes: 0,
    }
    let answer: ApiAnswer | RequestError
    try {
      answer = await client.ask({ origin, path, method, headers, body }, (atMs) => {
        operation.sentMs = atMs
        times.poolMs += atMs - readyMs
        if (!cut.isOver) tools.events.requestSent(operation)
      })
    } catch (thrown) {
      answer = toRequestError(thrown)
    }
    // Given up meanwhile: another phase counts by now
    if (cut.isOver) throw givenUp()
    firstSentMs ??= operation.sentMs
    const outcome = settle(plan, operation, origin, answer, firstSentMs, tools)
    if (!(outcome instanceof RequestError)) return outcome
    const nowMs = clock.nowMs()
    if (outcome.code === 'HTTP_429') counts.rateLimited++
    if (outcome.retryAfterMs !== undefined) limiter.holdUntil(nowMs + outcome.retryAfterMs)
    const waitMs = retryAfterMs(plan.retry, outcome, number, tools.chance())
    if (waitMs === undefined) throw outcome
    counts.retries++
    times.retryMs += waitMs
    await sleep(clock, nowMs + waitMs, signal)
    if (cut.isOver) throw outcome
    dueMs = nowMs + waitMs
    offeredMs = clock.nowMs()
  }
}

/** Of an answer whose headers are read only where somebody asks for them. */
class Page implements FetchedPage {
  readonly body: Buffer
  readonly document: unknown
  readonly records: readonly unknown[]
  readonly sentMs: number
  readonly from: 'api' | 'not-modified'
  readonly #answer: ApiAnswer

  constructor(answer: ApiAnswer, { document, records }: ParsedPage, sentMs: number) {
    this.body = answer.body
    this.document = document
    this.records = records
    this.sentMs = sentMs
    this.from = answer.status === 304 ? 'not-modified' : 'api'
    this.#answer = answer
  }

  get headers() {
    return this.#answer.headers
  }
}

const givenUp = () => new RequestError('FAILED', 'given up')

/** Tells of an answer, or of why there is none, and reads it. */
function settle(
  plan: RequestPlan,
  operation: Operation,
  origin: string,
  answer: ApiAnswer | RequestError,
  sentMs: number,
  { clock, endpoints, events, times, counts }: FetchTools,
): FetchedPage | RequestError {
  const doneMs = clock.nowMs()
  times.apiMs += doneMs - operation.sentMs
  const fail = (error: RequestError) => {
    endpoints?.failed(origin, error.code)
    events.requestDone(operation, doneMs, error.code)
    return error
  }
  if (answer instanceof RequestError) return fail(answer)
  const { status, body, wireBytes } = answer
  counts.statuses[status] = (counts.statuses[status] ?? 0) + 1
  counts.wireBytes += wireBytes
  operation.bytes = body.length
  const refused = refusal(answer, plan.headers, clock)
  if (refused !== undefined) return fail(refused)
  // What an answer is worth is part of the answer, and its parsing no part of the API's time
  const made = parsePageAnswer(plan, answer)
  events.requestDone(operation, doneMs, made instanceof RequestError ? made.code : undefined)
  if (plan.parse) times.parseMs += clock.nowMs() - doneMs
  if (made instanceof RequestError) return made
  return new Page(answer, made, sentMs)
}

let known = { url: '', own: '', path: '' }

/** Parsed once while the same is asked for: a poll without pages asks for nothing else. */
function placeOf(url: string): typeof known {
  if (url === known.url) return known
  const { origin, pathname, search } = new URL(url)
  known = { url, own: origin, path: pathname + search }
  return known
}

/** Redirects are not followed: a poller that silently reads something else measures something else. */
function refusal(
  answer: ApiAnswer,
  asked: Readonly<Record<string, string>>,
  clock: Clock,
): RequestError | undefined {
  const { status } = answer
  if (status >= 200 && status < 300) return undefined
  if (status === 304 && isConditional(asked)) return undefined
  if (status >= 300 && status < 400) {
    return new RequestError(
      'REDIRECT',
      `the API redirects (${status}) to ${answer.headers.location ?? 'nowhere'}`,
    )
  }
  const waitMs =
    status === 429 || status === 503
      ? parseRetryAfter(answer.headers['retry-after'], clock.epochMs())
      : undefined
  return new RequestError(`HTTP_${status}`, `the API answered ${status}`, waitMs)
}

/** What an answer is worth; a RequestError where it cannot be read. */
export function parsePageAnswer(
  { parse, recordsPath }: Pick<RequestPlan, 'parse' | 'recordsPath'>,
  answer: Pick<ApiAnswer, 'headers' | 'body'>,
): ParsedPage | RequestError {
  const { body } = answer
  if (!parse) return { document: undefined, records: [body] }
  // 304 and 204, or nothing new said briefly
  if (body.length === 0) return EMPTY
  try {
    return parsePage(body, answer.headers['content-type'], recordsPath)
  } catch (error) {
    return toRequestError(error)
  }
}

const EMPTY: ParsedPage = { document: undefined, records: [] }

async function sleep(clock: Clock, untilMs: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return
  const wait = clock.wait(untilMs, false)
  signal.addEventListener('abort', wait.wake)
  await wait.done
  signal.removeEventListener('abort', wait.wake)
}
