/** The guide's paging, rate limit and login. */
import type { Paging } from '../pager.ts'
import type { Rate } from '../token-bucket.ts'
import { NO_PAGING } from './base.ts'
import { apiKey, basic, bearer, type Headers, joined, NO_HEADERS, readHeaders } from './headers.ts'
import type { Values } from './values.ts'

/** Where the configuration says nothing; an API whose cursor leads in circles must end somewhere. */
export const DEFAULT_MAX_PAGES = 1000

/**
 * `pagination.limit.value` alone pages too: by cursor, the only type that the guide names, or by offset where pages are
 * asked for at the same time, which a cursor cannot.
 */
export function readPaging(values: Values, isConcurrent: boolean): Paging {
  const usual = isConcurrent ? 'offset' : values.hasAny('pagination.') ? 'cursor' : 'none'
  const said = values.choice('pagination.type') ?? usual
  const kind = said === 'link_header' ? 'link' : (KINDS.find((one) => one === said) ?? 'none')
  if (kind === 'none') return NO_PAGING
  const param = { cursor: 'cursor', offset: 'offset', page: 'page', link: '' }[kind]
  const limit = values.number('pagination.limit.value') ?? values.number('pagination.page.size')
  return {
    ...NO_PAGING,
    kind,
    param: (kind === 'link' ? undefined : values.text(`pagination.${kind}.param`)) ?? param,
    ...(limit === undefined ? {} : { limitParam: values.text('pagination.limit.param') ?? 'limit', limit }),
    cursorPath: kind === 'cursor' ? (values.text('pagination.cursor.field') ?? 'next_cursor') : '',
    linkRel: (kind === 'link' ? values.text('pagination.link.rel') : undefined) ?? 'next',
    maxPages: values.number('pagination.max.pages') ?? DEFAULT_MAX_PAGES,
  }
}

const KINDS = ['cursor', 'offset', 'page', 'link'] as const

/** @throws TuneError CONFIG where it is on and has no rate */
export function readRateLimit(values: Values): Rate | undefined {
  if (values.boolean('rate.limit.enabled') !== true) return undefined
  const perSec = values.number('rate.limit.requests.per.second')
  if (perSec === undefined) {
    throw values.wrong(
      'rate.limit.enabled',
      'there is no rate.limit.requests.per.second',
      'for example rate.limit.requests.per.second=20',
    )
  }
  const algorithm = values.choice('rate.limit.algorithm') ?? 'TOKEN_BUCKET'
  if (algorithm === 'LEAKY_BUCKET') {
    values.setAside('rate.limit.burst.capacity', 'a leaky bucket has no burst')
    return { perSec, burst: 1 }
  }
  if (algorithm !== 'TOKEN_BUCKET') {
    values.setAside('rate.limit.algorithm', `${algorithm} is kept as a token bucket of the same rate`)
  }
  return { perSec, burst: values.number('rate.limit.burst.capacity') ?? Math.max(1, Math.ceil(perSec)) }
}

/** `http.source.headers`, and the login. @throws TuneError CONFIG */
export function guideHeaders(values: Values): Headers {
  return joined(readHeaders(values, 'http.source.headers', ';'), readAuth(values))
}

function readAuth(values: Values): Headers {
  const type = values.choice('http.auth.type') ?? 'none'
  const need = (key: string) => {
    const value = values.text(key)
    if (value !== undefined) return value
    throw values.wrong('http.auth.type', `${type} needs ${key}`, `add ${key}=…`)
  }
  if (type === 'basic') return basic(need('http.auth.basic.username'), need('http.auth.basic.password'))
  if (type === 'bearer') return bearer(need('http.auth.bearer.token'))
  if (type === 'api_key') {
    return apiKey(values.text('http.auth.api.key.header') ?? 'X-API-Key', need('http.auth.api.key.value'))
  }
  return NO_HEADERS
}
