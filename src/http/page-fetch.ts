/** One page: within the rate, over the pool, parsed, and tried again where that may help. Every attempt is told of. */
import type { Clock } from '../core/clock.ts'
import type { Operation } from '../core/operation.ts'
import type { Endpoints } from './balancing.ts'
import { isConditional } from './cache/validators.ts'
import type { ApiAnswer, HttpClient } from './client.ts'
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

export const fetchPage: FetchPage = async (plan, page, due, tools) => {
  const { clock, times, counts } = tools
  let firstSentMs: number | undefined
  let { dueMs, offeredMs } = due
  for (let attempt = 1; ; attempt++) {
    const result = await oneAttempt(plan, page, { dueMs, offeredMs }, tools)
    firstSentMs ??= result.sentMs
    if (!(result.outcome instanceof RequestError)) return { ...result.outcome, sentMs: firstSentMs }
    const error = result.outcome
    const nowMs = clock.nowMs()
    if (error.code === 'HTTP_429') counts.rateLimited++
    if (error.retryAfterMs !== undefined) tools.limiter.holdUntil(nowMs + error.retryAfterMs)
    const waitMs = retryAfterMs(plan.retry, error, attempt, tools.chance())
    if (waitMs === undefined || tools.signal.aborted) throw error
    counts.retries++
    times.retryMs += waitMs
    await sleep(clock, nowMs + waitMs, tools.signal)
    if (tools.signal.aborted) throw error
    dueMs = nowMs + waitMs
    offeredMs = clock.nowMs()
  }
}

type Outcome = Omit<FetchedPage, 'sentMs'> | RequestError

async function oneAttempt(
  plan: RequestPlan,
  page: PageRequest,
  due: { readonly dueMs: number; readonly offeredMs: number },
  { clock, client, limiter, endpoints, events, times, counts, signal }: FetchTools,
): Promise<{ outcome: Outcome; sentMs: number }> {
  let nowMs = clock.nowMs()
  const turnMs = limiter.reserve(nowMs)
  if (turnMs > nowMs) {
    await sleep(clock, turnMs, signal)
    times.limiterMs += clock.nowMs() - nowMs
    nowMs = clock.nowMs()
  }
  const operation: Operation = { first: page.index, records: 1, ...due, sentMs: nowMs, bytes: 0 }
  const { own, path } = placeOf(page.url)
  const origin = endpoints === undefined ? own : endpoints.next(own)
  let answer: ApiAnswer | undefined
  let error: RequestError | undefined
  try {
    answer = await client.ask(
      {
        origin,
        path,
        method: plan.method,
        headers: plan.headers,
        ...(plan.body === undefined ? {} : { body: plan.body }),
      },
      () => {
        operation.sentMs = clock.nowMs()
        times.poolMs += operation.sentMs - nowMs
        if (!signal.aborted) events.requestSent(operation)
      },
    )
    operation.bytes = answer.body.length
    error = refusal(answer, plan.headers, clock)
  } catch (thrown) {
    error = toRequestError(thrown)
  }
  const { sentMs } = operation
  // Given up meanwhile: another phase counts by now
  if (signal.aborted) return { outcome: new RequestError('FAILED', 'given up'), sentMs }
  const doneMs = clock.nowMs()
  times.apiMs += doneMs - sentMs
  if (answer !== undefined) {
    counts.statuses[answer.status] = (counts.statuses[answer.status] ?? 0) + 1
    counts.wireBytes += answer.wireBytes
  }
  if (error !== undefined) endpoints?.failed(origin, error.code)
  if (answer === undefined || error !== undefined) {
    const outcome = error ?? new RequestError('FAILED', 'no answer')
    events.requestDone(operation, doneMs, outcome.code)
    return { outcome, sentMs }
  }
  // What an answer is worth is part of the answer, and its parsing no part of the API's time
  const made = parsePageAnswer(plan, answer)
  const from = answer.status === 304 ? 'not-modified' : 'api'
  const outcome = made instanceof RequestError ? made : ({ ...made, from } as const)
  events.requestDone(operation, doneMs, outcome instanceof RequestError ? outcome.code : undefined)
  times.parseMs += clock.nowMs() - doneMs
  return { outcome, sentMs }
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
  { status, headers }: ApiAnswer,
  asked: Readonly<Record<string, string>>,
  clock: Clock,
): RequestError | undefined {
  if (status >= 200 && status < 300) return undefined
  if (status === 304 && isConditional(asked)) return undefined
  if (status >= 300 && status < 400) {
    return new RequestError('REDIRECT', `the API redirects (${status}) to ${headers.location ?? 'nowhere'}`)
  }
  const waitMs =
    status === 429 || status === 503 ? parseRetryAfter(headers['retry-after'], clock.epochMs()) : undefined
  return new RequestError(`HTTP_${status}`, `the API answered ${status}`, waitMs)
}

/** What an answer is worth; a RequestError where it cannot be read. */
export function parsePageAnswer(
  { parse, recordsPath }: RequestPlan,
  { headers, body }: Pick<ApiAnswer, 'headers' | 'body'>,
): Omit<FetchedPage, 'sentMs' | 'from'> | RequestError {
  // 304 and 204, or nothing new said briefly
  if (!parse) return { headers, body, document: undefined, records: [body] }
  if (body.length === 0) return { headers, body, document: undefined, records: [] }
  try {
    return { headers, body, ...parsePage(body, headers['content-type'], recordsPath) }
  } catch (error) {
    return toRequestError(error)
  }
}

async function sleep(clock: Clock, untilMs: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return
  const wait = clock.wait(untilMs, false)
  signal.addEventListener('abort', wait.wake)
  await wait.done
  signal.removeEventListener('abort', wait.wake)
}
