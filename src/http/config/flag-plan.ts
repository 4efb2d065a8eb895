/** Flags on polls and their pages. */
import { TuneError } from '../../errors.ts'
import { didYouMean } from '../../nearest.ts'
import { parseCount, parseDurationMs, parseRate } from '../../units.ts'
import { PAGINATIONS, type Paging } from '../pager.ts'
import type { PollPlan } from '../plan.ts'
import { NO_PAGING } from './base.ts'
import type { HttpFlags } from './flags.ts'
import { given } from './given.ts'
import { DEFAULT_MAX_PAGES } from './guide-poll.ts'

export function planOf(plan: PollPlan, flags: HttpFlags): PollPlan {
  const count = (flag: string, max?: number) => (text: string) =>
    parseCount(text, flag, { min: 1, ...(max === undefined ? {} : { max }) })
  const rateLimit = rateOf(plan.rateLimit, flags)
  return {
    ...plan,
    ...given('tasks', flags.tasks, count('--tasks', 1000)),
    ...given('method', flags.method, (text): 'GET' | 'POST' => (text === 'POST' ? 'POST' : 'GET')),
    paging: pagingOf(plan.paging, flags),
    ...given('recordsPath', flags.recordsPath),
    ...given('threads', flags.threads, count('--threads', 256)),
    ...given('queuePages', flags.queuePages, count('--queue-pages')),
    ...given('batchRecords', flags.batchRecords, count('--batch-records')),
    ...given('parse', flags.parse),
    ...(rateLimit === undefined ? {} : { rateLimit }),
    retry: {
      ...plan.retry,
      ...given('max', flags.retries, (text) => parseCount(text, '--retries')),
      ...given('backoffMs', flags.retryBackoff, (text) => parseDurationMs(text, '--retry-backoff')),
    },
  }
}

const PARAMS = { none: '', cursor: 'cursor', offset: 'offset', page: 'page', link: '' } as const

/** Another kind begins from its own defaults; the size of a page stays. */
function pagingOf(paging: Paging, flags: HttpFlags): Paging {
  const wanted = flags.pagination
  const kind = wanted === undefined ? paging.kind : PAGINATIONS.find((one) => one === wanted)
  if (kind === undefined) {
    throw new TuneError('USAGE', `--pagination: there is no kind '${wanted}'`, {
      hint: didYouMean(wanted ?? '', PAGINATIONS),
    })
  }
  const { limit, limitParam } = paging
  const base: Paging =
    kind === paging.kind
      ? paging
      : {
          ...NO_PAGING,
          kind,
          param: PARAMS[kind],
          cursorPath: kind === 'cursor' ? 'next_cursor' : '',
          maxPages: kind === 'none' ? 1 : DEFAULT_MAX_PAGES,
          ...given('limit', limit),
          ...given('limitParam', limitParam),
        }
  return {
    ...base,
    ...(flags.pageSize === undefined
      ? {}
      : {
          limit: parseCount(flags.pageSize, '--page-size', { min: 1 }),
          limitParam: base.limitParam ?? 'limit',
        }),
    ...given('limitParam', flags.sizeParam),
    ...given('param', flags.pageParam),
    ...given('cursorPath', flags.cursorPath),
    ...given('maxPages', flags.maxPages, (text) => parseCount(text, '--max-pages', { min: 1 })),
  }
}

function rateOf(rate: PollPlan['rateLimit'], { rateLimit, burst }: HttpFlags): PollPlan['rateLimit'] {
  const perSec =
    rateLimit === undefined ? rate?.perSec : parseRate(rateLimit, '--rate-limit', { paced: true })
  if (perSec === undefined) {
    if (burst === undefined) return undefined
    throw new TuneError('USAGE', '--burst: there is no rate limit', { hint: 'add --rate-limit 20/s' })
  }
  const usual = rateLimit === undefined ? rate?.burst : undefined
  return {
    perSec,
    burst:
      burst === undefined
        ? (usual ?? Math.max(1, Math.ceil(perSec)))
        : parseCount(burst, '--burst', { min: 1 }),
  }
}
