/** Command-line flags laid over a setup. */
import { type Env, fillReferences, withoutReferences } from '../../config-providers.ts'
import { TuneError } from '../../errors.ts'
import { didYouMean } from '../../nearest.ts'
import { readText } from '../../shipped.ts'
import { parseBytes, parseCount, parseDurationMs, parseRate } from '../../units.ts'
import { PAGINATIONS, type Paging } from '../pager.ts'
import type { PollPlan, Target } from '../plan.ts'
import type { ConnectionSettings } from '../settings.ts'
import type { CacheSettings, ConverterSettings, HttpSetup, SecretNames } from '../setup.ts'
import { httpUrl, NO_PAGING, shownUrl, targetName } from './base.ts'
import { CONVERTERS, type HttpFlags } from './flags.ts'
import { given } from './given.ts'
import { DEFAULT_MAX_PAGES } from './guide-poll.ts'
import { type Headers, isSecretName, joined, NO_HEADERS, takeLogin } from './headers.ts'
import { checkThreads } from './threads.ts'

/**
 * @param env what `${env:NAME}` in a header stands for
 * @throws TuneError USAGE for a value that is wrong, UNSUPPORTED for threads where pages follow each other
 */
export function withFlags(setup: HttpSetup, flags: HttpFlags, env: Env): HttpSetup {
  const { targets, login } = targetsOf(setup.plan.targets, flags.url)
  const known = setup.secrets ?? { headers: [], params: [] }
  const headers = joined(
    { headers: setup.plan.headers, secrets: known },
    login,
    ...(flags.header ?? []).map((text) => headerOf(text, env)),
  )
  const plan = planOf({ ...setup.plan, targets, headers: headers.headers }, flags)
  checkThreads(plan, '--threads')
  const cache = cacheOf(setup.cache, flags)
  const { pollIntervalMs, cache: _, ...rest } = setup
  const intervalMs =
    flags.pollInterval === undefined
      ? pollIntervalMs
      : parseDurationMs(flags.pollInterval, '--poll-interval') || undefined
  return {
    ...rest,
    ...(intervalMs === undefined ? {} : { pollIntervalMs: intervalMs }),
    plan,
    connection: connectionOf(setup.connection, flags),
    ...(cache === undefined ? {} : { cache }),
    transform: {
      ...setup.transform,
      ...given('enabled', flags.transform),
      ...given('validation', flags.validation),
      ...given('enrichment', flags.enrichment),
      ...given('maxRecordBytes', flags.maxRecord, (text) => parseBytes(text, '--max-record', { min: 1 })),
      ...given('deadLetterTopic', flags.deadLetterTopic),
    },
    converters: convertersOf(setup.converters, flags),
    secrets: headers.secrets satisfies SecretNames,
  }
}

/** A bare origin leaves each target its path: a configuration for the real API runs against another one. */
function targetsOf(
  targets: readonly Target[],
  text: string | undefined,
): { targets: readonly Target[]; login: Headers } {
  if (text === undefined) return { targets, login: NO_HEADERS }
  const parsed = httpUrl(text)
  if (parsed === undefined) {
    throw new TuneError('USAGE', `--url: ${shownUrl(text)} is not a URL of http or https`, {
      hint: 'for example --url http://localhost:8000/records',
    })
  }
  const { url, login } = takeLogin(parsed)
  if (login !== NO_HEADERS) {
    throw new TuneError('USAGE', `--url: a login on the command line is in the process list`, {
      hint: `give it with --header 'Authorization: \${env:NAME}'`,
    })
  }
  const isOrigin = url.pathname === '/' && url.search === ''
  if (isOrigin && targets.length > 0) {
    return { targets: targets.map(({ name, url: own }) => ({ name, url: movedTo(own, url) })), login }
  }
  if (targets.length > 1) {
    throw new TuneError('USAGE', `--url: there are ${targets.length} targets, and one URL with a path`, {
      hint: `name the origin alone: --url ${url.origin}`,
    })
  }
  return { targets: [{ name: targetName(url), url: url.href }], login }
}

function movedTo(own: string, { origin }: URL): string {
  const { pathname, search } = new URL(own)
  return origin + pathname + search
}

/** @throws TuneError USAGE; a value is not in its message */
function headerOf(text: string, env: Env): Headers {
  const colon = text.indexOf(':')
  const name = text.slice(0, Math.max(0, colon)).trim()
  const value = text.slice(colon + 1).trim()
  if (!/^[\w!#$%&'*+.^`|~-]+$/.test(name)) {
    throw new TuneError('USAGE', '--header: is not Name:Value', {
      hint: `for example --header 'Accept: application/json'`,
    })
  }
  const isSecret = isSecretName(name)
  if (isSecret && /\S/.test(withoutReferences(value).replace(/^(Basic|Bearer|Token)\b/i, ''))) {
    throw new TuneError(
      'USAGE',
      `--header: ${name} has a secret on the command line, where every user of this machine sees it in the process list`,
      { hint: `write it in single quotes: --header '${name}: \${env:NAME}'` },
    )
  }
  const filled = fillReferences(value, name, '--header', env)
  if (/[\r\n\0]/.test(filled)) {
    throw new TuneError('USAGE', `--header: ${name} has a line break in its value`, { hint: 'take it out' })
  }
  return {
    headers: { [name]: filled },
    secrets: { headers: isSecret || filled !== value ? [name.toLowerCase()] : [], params: [] },
  }
}

function planOf(plan: PollPlan, flags: HttpFlags): PollPlan {
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

const COMPRESSIONS = ['gzip', 'deflate', 'br'] as const

function connectionOf(connection: ConnectionSettings, flags: HttpFlags): ConnectionSettings {
  const ms = (flag: string) => (text: string) => parseDurationMs(text, flag, { min: 1 })
  const isHttp2 = flags.http2 ?? (connection.http2 !== undefined || flags.maxStreams !== undefined)
  const { http2, ...rest } = connection
  return {
    ...rest,
    ...given('keepAlive', flags.keepAlive),
    ...given('maxConnections', flags.connections, (text) => parseCount(text, '--connections', { min: 1 })),
    ...given('maxPerRoute', flags.connectionsPerRoute, (text) =>
      parseCount(text, '--connections-per-route', { min: 1 }),
    ),
    ...(isHttp2
      ? {
          http2: {
            maxStreams:
              flags.maxStreams === undefined
                ? (http2?.maxStreams ?? 100)
                : parseCount(flags.maxStreams, '--max-streams', { min: 1 }),
          },
        }
      : {}),
    ...given('compression', flags.compression, (text) =>
      text.split(',').map((part) => {
        const found = COMPRESSIONS.find((one) => one === part.trim().toLowerCase())
        if (found !== undefined) return found
        throw new TuneError('USAGE', `--compression: '${part.trim()}' is none that is known`, {
          hint: didYouMean(part.trim(), COMPRESSIONS),
        })
      }),
    ),
    ...given('connectTimeoutMs', flags.connectTimeout, ms('--connect-timeout')),
    ...given('socketTimeoutMs', flags.socketTimeout, ms('--socket-timeout')),
    ...given('requestTimeoutMs', flags.requestTimeout, ms('--request-timeout')),
    ...given('maxResponseBytes', flags.maxResponse, (text) => parseBytes(text, '--max-response', { min: 1 })),
    ...given('dnsTtlMs', flags.dnsTtl, (text) => parseDurationMs(text, '--dns-ttl')),
    ...given('ca', flags.ca, (path) => readText(path, 'certificate of --ca')),
  }
}

/** A time to live makes one tier of what was there; entries alone change the first. */
function cacheOf(cache: CacheSettings | undefined, flags: HttpFlags): CacheSettings | undefined {
  if (flags.cache === false) return undefined
  const [first] = cache?.tiers ?? []
  if (flags.cache === undefined && flags.cacheEntries === undefined) return cache
  if (flags.cache === undefined && first === undefined) {
    throw new TuneError('USAGE', '--cache-entries: nothing is cached', { hint: 'add --cache 30s' })
  }
  const tier = {
    name: 'L1' as const,
    maxEntries:
      flags.cacheEntries === undefined
        ? (first?.maxEntries ?? 1000)
        : parseCount(flags.cacheEntries, '--cache-entries', { min: 1 }),
    ttlMs:
      flags.cache === undefined ? (first?.ttlMs ?? 0) : parseDurationMs(flags.cache, '--cache', { min: 1 }),
    policy: first?.policy ?? ('LRU' as const),
  }
  const others = flags.cache === undefined ? (cache?.tiers ?? []).slice(1) : []
  return { ...cache, tiers: [tier, ...others] }
}

function convertersOf(converters: ConverterSettings, flags: HttpFlags): ConverterSettings {
  return {
    ...converters,
    ...given('keyPath', flags.keyPath),
    ...given('value', flags.converter, (text) => {
      const found = CONVERTERS.find((one) => one === text)
      if (found !== undefined) return found
      throw new TuneError('USAGE', `--converter: there is none called '${text}'`, {
        hint: didYouMean(text, CONVERTERS),
      })
    }),
  }
}
