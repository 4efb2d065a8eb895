/** Which records a request asks for, and how a page of each kind says where the next one is. Pure. */
import type { RecordText } from './data.ts'
import type { StubOptions, StubPagination } from './options.ts'

export interface Page {
  readonly from: number
  readonly count: number
  /** Where the next page begins; undefined at the end. */
  readonly next: number | undefined
  readonly limit: number
}

/** Higher numbers are cut to this, as public APIs do. */
const MAX_LIMIT = 10_000

/** Names under which APIs take the size of a page; the first that is there counts. */
const LIMIT_NAMES = ['limit', 'per_page', 'page_size', 'size'] as const

/** @returns a sentence where the query cannot be understood */
export function pageOf(
  query: URLSearchParams,
  options: Pick<StubOptions, 'records' | 'pageSize' | 'pagination' | 'endless'> & {
    /** More may come: the end has a cursor too, which brings what is new. */
    readonly isGrowing?: boolean
  },
): Page | string {
  const name = LIMIT_NAMES.find((one) => query.has(one))
  const limit = name === undefined ? options.pageSize : whole(query.get(name), 1)
  if (limit === undefined) return `${name} is not a number above 0`
  const size = Math.min(limit, MAX_LIMIT)
  const from = FIRST_OF[options.pagination](query, size)
  if (typeof from === 'string') return from
  const count = Math.max(0, Math.min(size, options.records - from))
  const end = from + count
  const goesOn = end < options.records && count > 0
  const next = goesOn || options.isGrowing === true ? end : options.endless ? 0 : undefined
  return { from, count, limit: size, next: options.pagination === 'none' ? undefined : next }
}

type First = (query: URLSearchParams, size: number) => number | string

const FIRST_OF: Readonly<Record<StubPagination, First>> = {
  cursor: (query) => {
    const cursor = query.get('cursor')
    if (cursor === null || cursor === '') return 0
    return fromCursor(cursor) ?? 'this cursor is not one of mine'
  },
  offset: (query) => whole(query.get('offset') ?? '0', 0) ?? 'offset is not a number',
  page: (query, size) => byPage(query, size),
  link: (query, size) => byPage(query, size),
  none: () => 0,
}

function byPage(query: URLSearchParams, size: number): number | string {
  const page = whole(query.get('page') ?? '1', 1)
  return page === undefined ? 'page is not a number above 0' : (page - 1) * size
}

function whole(text: string | null, min: number): number | undefined {
  const value = Number(text)
  return text !== null && /^\d+$/.test(text) && value >= min ? value : undefined
}

export function toCursor(from: number): string {
  return Buffer.from(`after:${from}`).toString('base64url')
}

function fromCursor(cursor: string): number | undefined {
  return whole(/^after:(\d+)$/.exec(Buffer.from(cursor, 'base64url').toString('latin1'))?.[1] ?? null, 0)
}

/** The JSON of a page, in the shape that APIs with this kind of paging commonly have. */
export function pageText(
  { from, count, next, limit }: Page,
  { records, pagination }: Pick<StubOptions, 'records' | 'pagination'>,
  recordText: RecordText,
): string {
  const data = Array.from({ length: count }, (_, index) => recordText(from + index)).join(',')
  switch (pagination) {
    case 'cursor': {
      const cursor = next === undefined ? 'null' : `"${toCursor(next)}"`
      return `{"data":[${data}],"next_cursor":${cursor},"has_more":${next !== undefined}}`
    }
    case 'offset':
      return `{"data":[${data}],"offset":${from},"limit":${limit},"total":${records}}`
    case 'page':
      return `{"data":[${data}],"page":${from / limit + 1},"pages":${Math.ceil(records / limit)},"total":${records}}`
    case 'link':
      return `[${data}]`
    case 'none':
      return `{"data":[${data}]}`
  }
}

/** RFC 8288; the first page as well, so that a reader has to look at `rel`. */
export function linkHeader({ next, limit }: Page, base: string): string {
  const link = (page: number, rel: string) => `<${base}?page=${page}&limit=${limit}>; rel="${rel}"`
  const first = link(1, 'first')
  return next === undefined ? first : `${link(next / limit + 1, 'next')}, ${first}`
}
