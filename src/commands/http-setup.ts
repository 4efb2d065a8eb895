/** The setup that flags ask for. Pure; every slip is a USAGE error that names the flag. */

import { TuneError } from '../errors.ts'
import { PAGINATIONS, type PaginationKind, type Paging } from '../http/pager.ts'
import { DEFAULT_RETRY } from '../http/retry.ts'
import { DEFAULT_CONNECTION } from '../http/settings.ts'
import type { HttpSetup } from '../http/setup.ts'
import { parseCount, parseDurationMs } from '../units.ts'
import type { HttpFlags } from './http-flags.ts'

const DEFAULT_POLL_INTERVAL_MS = 1000
const DEFAULT_PAGE_SIZE = 100
const DEFAULT_MAX_PAGES = 1000
const MAX_TASKS = 1000

/** Names that the stub has, and many APIs. */
const PARAMS: Readonly<Record<PaginationKind, string>> = {
  none: '',
  cursor: 'cursor',
  offset: 'offset',
  page: 'page',
  link: '',
}

/** Without targets where no URL is named. */
export function httpSetup(flags: HttpFlags): HttpSetup {
  const { url, tasks, connections } = flags
  const pool =
    connections === undefined ? undefined : parseCount(connections, '--connections', { min: 1, max: 10_000 })
  return {
    name: 'http',
    ...(flags.polls === undefined ? { pollIntervalMs: pollIntervalMs(flags) } : {}),
    plan: {
      targets: url === undefined ? [] : [{ name: targetName(url), url }],
      tasks: tasks === undefined ? 1 : parseCount(tasks, '--tasks', { min: 1, max: MAX_TASKS }),
      method: 'GET',
      headers: {},
      paging: pagingOf(flags),
      threads: 1,
      queuePages: 50,
      parse: flags.parse !== false,
      batchRecords: 500,
      retry: DEFAULT_RETRY,
    },
    connection: {
      ...DEFAULT_CONNECTION,
      ...(pool === undefined ? {} : { maxConnections: pool, maxPerRoute: pool }),
    },
    transform: {
      enabled: true,
      mappings: [],
      validation: false,
      enrichment: false,
      maxRecordBytes: 1024 * 1024,
      onError: 'skip',
    },
    converters: { key: 'string', value: 'json' },
    producer: {},
    healthChecks: { enabled: true, responseTimeMs: 5000, cacheHitRatio: 0.7, errorRatio: 0.05 },
  }
}

function pollIntervalMs({ pollInterval }: HttpFlags): number {
  return pollInterval === undefined
    ? DEFAULT_POLL_INTERVAL_MS
    : parseDurationMs(pollInterval, '--poll-interval', { min: 1 })
}

function pagingOf({ pagination, pageSize, maxPages, parse }: HttpFlags): Paging {
  // Where the next page is, is written in the page
  const asked = PAGINATIONS.find((kind) => kind === pagination) ?? (parse === false ? 'none' : 'cursor')
  if (parse === false && asked === 'cursor') {
    throw new TuneError('USAGE', '--no-parse cannot find the next cursor in a page', {
      hint: 'leave --pagination out, or take offset, page or link',
    })
  }
  return {
    kind: asked,
    param: PARAMS[asked],
    ...(asked === 'none'
      ? {}
      : {
          limitParam: 'limit',
          limit:
            pageSize === undefined
              ? DEFAULT_PAGE_SIZE
              : parseCount(pageSize, '--page-size', { min: 1, max: 1_000_000 }),
        }),
    start: '',
    cursorPath: 'next_cursor',
    linkRel: 'next',
    maxPages: maxPages === undefined ? DEFAULT_MAX_PAGES : parseCount(maxPages, '--max-pages', { min: 1 }),
  }
}

/** @throws TuneError USAGE */
function targetName(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:') {
    throw new TuneError('USAGE', '--url is not a URL of http or https', {
      hint: 'for example https://api.example.com/orders',
    })
  }
  return url.pathname === '/' ? url.host : url.pathname
}
