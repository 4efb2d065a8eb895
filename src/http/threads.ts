import { TuneError } from '../errors.ts'
import { createPager } from './pager.ts'
import type { PollPlan } from './plan.ts'

/**
 * Pages at the same time need places that are known beforehand.
 * @param where the file with its line, or the flag, that asks for threads
 * @throws TuneError UNSUPPORTED where only the page before tells them
 */
export function refuseThreads(
  { paging, threads }: Pick<PollPlan, 'paging' | 'threads'>,
  where?: string,
): void {
  if (threads === 1 || createPager(paging, 'http://localhost/').at !== undefined) return
  const why: Readonly<Record<typeof paging.kind, string>> = {
    none: 'there is only one page',
    cursor: 'each page tells the cursor of the next',
    link: 'each page tells the link to the next',
    offset: 'without a page size nobody knows where the next one begins',
    page: 'there is only one page',
  }
  throw new TuneError(
    'UNSUPPORTED',
    `${where === undefined ? '' : `${where}: `}${threads} threads cannot read pages at the same time: ${why[paging.kind]}`,
    {
      hint:
        paging.kind === 'offset'
          ? 'say how large a page is (pagination.limit.value, or --page-size)'
          : 'leave concurrent paging out, or page by offset or page number',
    },
  )
}
