import { TuneError } from '../../errors.ts'
import type { PollPlan } from '../plan.ts'

/**
 * Pages at the same time need places that are known beforehand.
 * @param where the file with its line, or the flag
 * @throws TuneError UNSUPPORTED
 */
export function checkThreads({ threads, paging }: Pick<PollPlan, 'threads' | 'paging'>, where: string): void {
  if (threads === 1 || paging.kind === 'none') return
  if (paging.kind === 'cursor' || paging.kind === 'link') {
    throw new TuneError(
      'UNSUPPORTED',
      `${where}: pages of kind ${paging.kind} cannot be asked for at the same time: each tells where the next one is`,
      { hint: 'page by offset or by page number, or leave the threads out' },
    )
  }
  if (paging.kind === 'offset' && paging.limit === undefined) {
    throw new TuneError(
      'UNSUPPORTED',
      `${where}: offsets of pages at the same time need the size of a page`,
      { hint: 'set pagination.limit.value, or --page-size' },
    )
  }
}
