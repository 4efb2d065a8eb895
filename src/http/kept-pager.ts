/**
 * Pagers of lanes that keep an offset: a poll begins where the lane's last one ended, as with connectors that store
 * how far they have read. At the end of the list the offset stays, so that what is added later is found.
 */
import { createPager, type PageAnswer, type PageRequest, type Pager, type Paging } from './pager.ts'
import type { Lane } from './plan.ts'

export interface KeptPagers {
  /** Of the next poll of a lane. */
  pager(lane: Lane): Pager
}

/** @param hosts beside a target's own, to which a page may lead */
export function createKeptPagers(paging: Paging, hosts: readonly string[] = []): KeptPagers {
  /** Where each lane goes on, whichever task it belongs to now. */
  const begins = new Map<string, PageRequest>()
  /** Without pages a pager knows nothing of its poll, and one does for all. */
  const onlyPages = new Map<string, Pager>()
  const onlyPage = (url: string): Pager => {
    const found = onlyPages.get(url) ?? createPager(paging, url)
    onlyPages.set(url, found)
    return found
  }
  return {
    pager(lane) {
      const { url } = lane.target
      if (paging.kind === 'none') return onlyPage(url)
      if (paging.goesOn !== true) return createPager(paging, url, hosts)
      const key = `${lane.copy} ${lane.target.name} ${url}`
      const begin = begins.get(key)
      // One page more than a poll may have: it says where the next poll begins
      const within = { ...paging, maxPages: paging.maxPages + 1 }
      const pager = createPager(
        begin === undefined ? within : { ...within, start: begin.position },
        url,
        hosts,
      )
      return {
        first: begin === undefined ? pager.first : { ...begin, index: 0 },
        next(page, answer) {
          const after = pager.next(page, answer)
          if (typeof after !== 'string') {
            begins.set(key, after)
            return after.index >= paging.maxPages ? 'max-pages' : after
          }
          if (after === 'short-page') begins.set(key, past(page, answer))
          return after
        },
      }
    },
  }

  /** Offsets count records, also those of a page that is not full; a page's number moves with full pages only. */
  function past(page: PageRequest, { records }: PageAnswer): PageRequest {
    if (paging.kind !== 'offset') return { ...page, index: 0 }
    const position = String(Number(page.position || 0) + records.length)
    const url = new URL(page.url)
    url.searchParams.set(paging.param, position)
    return { index: 0, position, url: url.href }
  }
}
