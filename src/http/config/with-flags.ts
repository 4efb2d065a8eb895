/** Command-line flags laid over a setup. */
import type { Env } from '../../config-providers.ts'
import { TuneError } from '../../errors.ts'
import { didYouMean } from '../../nearest.ts'
import { readText } from '../../shipped.ts'
import { parseBytes, parseCount, parseDurationMs } from '../../units.ts'
import type { ConnectionSettings } from '../settings.ts'
import type { CacheSettings, ConverterSettings, HttpSetup, SecretNames } from '../setup.ts'
import { refuseThreads } from '../threads.ts'
import { planOf } from './flag-plan.ts'
import { headerOf, targetsOf } from './flag-request.ts'
import { CONVERTERS, type HttpFlags } from './flags.ts'
import { given } from './given.ts'
import { joined } from './headers.ts'

/**
 * @param env what `${env:NAME}` in a header stands for
 * @throws TuneError USAGE for a value that is wrong, UNSUPPORTED for threads where pages follow each other
 */
export function withFlags(setup: HttpSetup, flags: HttpFlags, env: Env): HttpSetup {
  const { targets, login } = targetsOf(setup.plan.targets, flags.url, env)
  const known = setup.secrets ?? { headers: [], params: [] }
  const headers = joined(
    { headers: setup.plan.headers, secrets: known },
    login,
    ...(flags.header ?? []).map((text) => headerOf(text, env)),
  )
  const plan = planOf({ ...setup.plan, targets, headers: headers.headers }, flags)
  refuseThreads(plan, '--threads')
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
