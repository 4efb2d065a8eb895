/** What both of Confluent's dialects say in the same words: login, retries, paging by offset mode. */
import type { Paging } from '../pager.ts'
import { parseStatuses, type RetryPlan } from '../retry.ts'
import { NO_PAGING } from './base.ts'
import { apiKey, basic, bearer, type Headers, NO_HEADERS } from './headers.ts'
import type { OffsetPlace } from './offset-template.ts'
import type { Values } from './values.ts'

export interface Login {
  readonly headers: Headers
  /** A key that goes into the query of each request. */
  readonly param?: readonly [name: string, value: string]
}

/** @throws TuneError CONFIG where something is missing */
export function readLogin(values: Values): Login {
  const type = values.choice('auth.type') ?? 'none'
  const need = (key: string) => {
    const value = values.text(key)
    if (value !== undefined) return value
    throw values.wrong(
      'auth.type',
      `${type} needs ${key}`,
      `add ${key}; \${env:NAME} keeps it out of the file`,
    )
  }
  switch (type) {
    case 'basic':
      return { headers: basic(need('connection.user'), need('connection.password')) }
    case 'bearer':
      return { headers: bearer(need('bearer.token')) }
    case 'api_key': {
      const name = values.text('api.key.name') ?? 'X-API-KEY'
      const value = need('api.key.value')
      if (values.choice('api.key.location') !== 'QUERY') return { headers: apiKey(name, value) }
      return {
        headers: { headers: {}, secrets: { headers: [], params: [name] } },
        param: [name, value],
      }
    }
    case 'oauth2':
      values.setAside(
        'auth.type',
        'no token is fetched; give one with --header, from an environment variable',
      )
      return { headers: NO_HEADERS }
    default:
      return { headers: NO_HEADERS }
  }
}

/** @throws TuneError CONFIG for statuses that are none */
export function readRetry(
  values: Values,
  prefix: string,
  defaults: Pick<RetryPlan, 'max' | 'backoffMs' | 'policy'>,
): RetryPlan {
  const key = `${prefix}retry.on.status.codes`
  const text = values.text(key) ?? '400-'
  const statuses = parseStatuses(text)
  if (statuses === undefined)
    throw values.wrong(key, `'${text}' are no statuses`, 'for example 400-, or 429,500-599')
  const policy = prefix === '' ? undefined : values.choice(`${prefix}retry.backoff.policy`)
  return {
    max: values.number(`${prefix}max.retries`) ?? defaults.max,
    backoffMs: values.number(`${prefix}retry.backoff.ms`) ?? defaults.backoffMs,
    policy: policy === undefined ? defaults.policy : policy === 'CONSTANT_VALUE' ? 'constant' : 'exponential',
    capMs: 60_000,
    statuses,
  }
}

export const MODES = [
  'SIMPLE_INCREMENTING',
  'CHAINING',
  'CURSOR_PAGINATION',
  'SNAPSHOT_PAGINATION',
  'ODATA_PAGINATION',
] as const
export type OffsetMode = (typeof MODES)[number]

export const readMode = (values: Values, prefix: string): OffsetMode =>
  MODES.find((one) => one === values.choice(`${prefix}http.offset.mode`)) ?? 'SIMPLE_INCREMENTING'

/** One page an interval; the offset is kept, so that the next poll has the next page. */
const ONE_PAGE: Paging = { ...NO_PAGING, goesOn: true }
/** A snapshot is read to its end, and from its start again. */
const SNAPSHOT_PAGES = 1000

/**
 * @param place where the request has the offset
 * @param param a parameter that is named outside the template
 */
export function readOffsetPaging(
  values: Values,
  prefix: string,
  mode: OffsetMode,
  place: OffsetPlace,
  param?: string,
): Paging {
  const start = values.text(`${prefix}http.initial.offset`) ?? ''
  const named = place.param ?? param
  const limits = {
    ...(place.limitParam === undefined ? {} : { limitParam: place.limitParam }),
    ...(place.limit === undefined ? {} : { limit: place.limit }),
  }
  const records = values.text(`${prefix}http.response.data.json.pointer`) ?? ''
  const pointer = values.text(`${prefix}http.offset.json.pointer`) ?? ''
  const next = values.text(`${prefix}http.next.page.json.pointer`) ?? ''
  if (mode === 'ODATA_PAGINATION') {
    return {
      ...ONE_PAGE,
      kind: 'cursor',
      param: values.text(`${prefix}odata.skiptoken.param`) ?? '$skiptoken',
      cursorPath: `/${(values.text(`${prefix}odata.nextlink.field`) ?? '@odata.nextLink').replace(/^\//, '')}`,
    }
  }
  // A cursor that is a whole URL needs no parameter
  if (named === undefined && mode !== 'CURSOR_PAGINATION') return NO_PAGING
  if (named === undefined && place.isFixed) return NO_PAGING
  const common = { ...ONE_PAGE, param: named ?? '', start, ...limits }
  switch (mode) {
    case 'SIMPLE_INCREMENTING':
      values.setAside(`${prefix}http.offset.json.pointer`, 'SIMPLE_INCREMENTING counts records')
      return { ...common, kind: 'offset', start: start === '' ? '0' : start }
    case 'CURSOR_PAGINATION':
      return { ...common, kind: 'cursor', cursorPath: next }
    case 'CHAINING':
      return { ...common, kind: 'cursor', cursorPath: lastRecord(records, pointer) }
    case 'SNAPSHOT_PAGINATION':
      return {
        ...NO_PAGING,
        kind: 'cursor',
        param: named ?? '',
        start,
        ...limits,
        cursorPath: lastRecord(records, pointer),
        maxPages: SNAPSHOT_PAGES,
      }
  }
}

/** The offset of a page's last record. */
export const lastRecord = (records: string, pointer: string): string =>
  `${records === '/' ? '' : slashed(records)}/-1${pointer === '/' ? '' : slashed(pointer)}`

const slashed = (path: string) => (path === '' || path.startsWith('/') ? path : `/${path}`)
