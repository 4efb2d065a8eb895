/** Pages by way of the cache: served, confirmed by the API, or fetched and kept. */
import type { ResponseCache } from './cache/response-cache.ts'
import { conditionalHeaders } from './cache/validators.ts'
import {
  type FetchedPage,
  type FetchPage,
  fetchPage,
  parsePageAnswer,
  type RequestPlan,
} from './page-fetch.ts'
import { RequestError } from './request-error.ts'

export interface CachedFetch {
  /** As `fetchPage`; from the cache where it may be. */
  readonly fetch: FetchPage
  /** From the API, whatever the cache has; the API may confirm that instead. */
  readonly renew: FetchPage
}

/** @param onLookup is told what polls look for, and not what warming does */
export function createCachedFetch(
  cache: ResponseCache,
  onLookup: (key: string, nowMs: number) => void = () => {},
): CachedFetch {
  const ask: (known: ReturnType<ResponseCache['find']>) => FetchPage =
    (known) => async (plan, page, due, tools) => {
      const { clock } = tools
      const asked = { key: keyOf(plan, page.url), url: page.url }
      const old = known.kind === 'stale' && plan.method === 'GET' ? known : undefined
      const headers =
        old === undefined ? plan.headers : { ...plan.headers, ...conditionalHeaders(old.validators) }
      const fetched = await fetchPage({ ...plan, headers }, page, due, tools)
      if (old !== undefined && fetched.from === 'not-modified') {
        cache.confirm(old.page, fetched.headers, clock.nowMs())
        return { ...served(plan, old.page), from: 'not-modified', sentMs: fetched.sentMs }
      }
      cache.store(asked, fetched.headers, fetched.body, clock.nowMs())
      return fetched
    }

  return {
    async fetch(plan, page, due, tools) {
      const nowMs = tools.clock.nowMs()
      const key = keyOf(plan, page.url)
      onLookup(key, nowMs)
      const found = cache.find(key, nowMs)
      if (found.kind !== 'hit') return ask(found)(plan, page, due, tools)
      const made = served(plan, found.page)
      tools.times.parseMs += tools.clock.nowMs() - nowMs
      return { ...made, from: 'cache', sentMs: nowMs }
    },
    renew(plan, page, due, tools) {
      const known = cache.peek(keyOf(plan, page.url))
      return ask(known)(plan, page, due, tools)
    },
  }
}

/** What is sent with a request and is the same for all requests of a plan says nothing about which page it is. */
function keyOf({ method, body }: RequestPlan, url: string): string {
  return method === 'GET' ? url : `${method} ${url} ${body ?? ''}`
}

/** Bytes are kept, not what they were parsed to: nobody could say how much memory that takes. */
function served(
  plan: RequestPlan,
  { headers, body }: { readonly headers: Readonly<Record<string, string>>; readonly body: Buffer },
): Omit<FetchedPage, 'sentMs' | 'from'> {
  const made = parsePageAnswer(plan, { headers, body })
  if (made instanceof RequestError) throw made
  return { headers, body, ...made }
}
