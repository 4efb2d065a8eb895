/** Which page comes after a page, for every way of paging. Pure: what is asked for follows from what was answered. */

import { valueAt } from './json-path.ts'
import { linkTarget } from './link-header.ts'

export const PAGINATIONS = ['none', 'cursor', 'offset', 'page', 'link'] as const
export type PaginationKind = (typeof PAGINATIONS)[number]

export interface Paging {
  readonly kind: PaginationKind
  /** Query parameter of the cursor, the offset or the page's number. */
  readonly param: string
  /** Query parameter of the page's size; none where the API has none. */
  readonly limitParam?: string
  readonly limit?: number
  /** Of the first page: an offset, a page's number, a cursor; '' = no parameter. */
  readonly start: string
  /** Where a page has the next cursor; it may be a URL. */
  readonly cursorPath: string
  readonly linkRel: string
  /** Of a poll. */
  readonly maxPages: number
  /** A lane's next poll begins where this one ended, as with connectors that keep an offset; undefined: at `start`. */
  readonly goesOn?: boolean
}

export interface PageRequest {
  /** 0, 1, … within the poll. */
  readonly index: number
  readonly url: string
  /** Where it begins; told apart from the pages before it. */
  readonly position: string
}

export type PageEnd =
  /** The API says that there is no more. */
  | 'no-next'
  /** Fewer records than asked for, or none. */
  | 'short-page'
  /** As many pages as a poll may have. */
  | 'max-pages'
  /** The API leads back to a page of this poll. */
  | 'repeats'
  /** The API leads to another host, which nobody has asked to load and to which the headers' secrets do not belong. */
  | 'elsewhere'

/** What of an answer tells where to go on. */
export interface PageAnswer {
  /** The parsed body; undefined where it was not parsed. */
  readonly document: unknown
  readonly headers: Readonly<Record<string, string>>
  readonly records: readonly unknown[]
}

export interface Pager {
  readonly first: PageRequest
  /** The page after one; each is asked for once. */
  next(page: PageRequest, answer: PageAnswer): PageRequest | PageEnd
  /** A page by its number, where it is known before the pages in front of it are; undefined past `maxPages`. */
  at?(index: number): PageRequest | undefined
}

/**
 * Pages of one poll.
 * @param url with the parameters that are not the pager's
 * @param hosts beside the URL's own, to which a page may lead
 */
export function createPager(paging: Paging, url: string, hosts: readonly string[] = []): Pager {
  const { kind, maxPages } = paging
  const base = withLimit(paging, url)
  if (kind === 'none') {
    return { first: { index: 0, position: '', url: base }, next: () => 'no-next' }
  }
  const seen = new Set<string>()
  const start = kind === 'link' ? '' : paging.start
  const home = new URL(url).hostname
  const isHome = ({ hostname }: URL) => hostname === home || hosts.includes(hostname)

  const request = (index: number, position: string, to?: string): PageRequest => ({
    index,
    position,
    url: to ?? (position === '' ? base : withParam(base, paging.param, position)),
  })

  const go = (index: number, position: string, to?: URL): PageRequest | PageEnd => {
    if (index >= maxPages) return 'max-pages'
    if (seen.has(position)) return 'repeats'
    if (to !== undefined && !isHome(to)) return 'elsewhere'
    seen.add(position)
    return request(index, position, to?.href)
  }

  const first = request(0, start)
  seen.add(start)

  const counted = kind === 'offset' || kind === 'page'
  const positionAt = (index: number) =>
    String(
      Number(start === '' ? (kind === 'page' ? 1 : 0) : start) +
        index * (kind === 'page' ? 1 : (paging.limit ?? 0)),
    )

  return {
    first,
    next(page, answer) {
      const index = page.index + 1
      switch (kind) {
        case 'cursor': {
          const cursor = cursorOf(valueAt(answer.document, paging.cursorPath))
          if (cursor === undefined) return 'no-next'
          const to = asUrl(cursor, page.url)
          return go(index, cursor, to)
        }
        case 'link': {
          const target = linkTarget(answer.headers.link, paging.linkRel)
          if (target === undefined) return 'no-next'
          if (!URL.canParse(target, page.url)) return 'elsewhere'
          const to = new URL(target, page.url)
          return go(index, to.href, to)
        }
        case 'offset':
        case 'page':
          if (answer.records.length === 0 || answer.records.length < (paging.limit ?? 1)) return 'short-page'
          if (kind === 'page' || paging.limit !== undefined) return go(index, positionAt(index))
          // Without a size of our own the API's counts
          return go(index, String(Number(page.position || 0) + answer.records.length))
      }
    },
    ...(counted && (kind === 'page' || paging.limit !== undefined)
      ? {
          at: (index: number) =>
            index < maxPages ? request(index, index === 0 ? start : positionAt(index)) : undefined,
        }
      : {}),
  }
}

/** Empty, null and absent end a list; a number is a cursor too. */
function cursorOf(value: unknown): string | undefined {
  if (typeof value === 'number') return String(value)
  return typeof value === 'string' && value !== '' ? value : undefined
}

/** `https://…` and `/records?after=9` are where to go, everything else is a token. */
function asUrl(cursor: string, current: string): URL | undefined {
  const isUrl = /^https?:\/\//.test(cursor) || (cursor.startsWith('/') && cursor.includes('?'))
  return isUrl && URL.canParse(cursor, current) ? new URL(cursor, current) : undefined
}

function withLimit({ limitParam, limit }: Paging, url: string): string {
  return limitParam === undefined || limit === undefined ? url : withParam(url, limitParam, String(limit))
}

/** Set, or set anew. */
function withParam(url: string, name: string, value: string): string {
  const changed = new URL(url)
  changed.searchParams.set(name, value)
  return changed.href
}
