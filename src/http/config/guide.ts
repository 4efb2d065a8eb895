/** The dialect of the guide: what its properties make of a setup. */
import type { HttpSetup } from '../setup.ts'
import { baseSetup, httpUrl, shownUrl, targetName } from './base.ts'
import { readConverters, readProducer } from './connect-rows.ts'
import { readCache } from './guide-cache.ts'
import { readConnection } from './guide-connection.ts'
import { readBalancing, readHealthChecks, readScaling, readTransform } from './guide-parts.ts'
import { guideHeaders, readPaging, readRateLimit } from './guide-poll.ts'
import { joined, takeLogin } from './headers.ts'
import { patternTargets } from './url-pattern.ts'
import type { Values } from './values.ts'

/** 60 s, as that project documents it. */
const DEFAULT_INTERVAL_MS = 60_000

/** @throws TuneError CONFIG */
export function readGuide(
  values: Values,
  keys: Iterable<string>,
  entities: readonly string[] | undefined,
): HttpSetup {
  const base = baseSetup(values.text('name') ?? values.shown)
  const balancing = readBalancing(values)
  const { targets, login } = readTargets(values, balancing?.endpoints[0], entities)
  const auth = joined(login, guideHeaders(values))
  const cache = readCache(values)
  const scaling = readScaling(values)
  const rateLimit = readRateLimit(values)
  const { 'accept-encoding': asked, ...headers } = lowerAcceptEncoding(auth.headers)
  const topic = values.text('kafka.topic')
  const body = values.text('http.source.body')
  const isConcurrent = values.boolean('pagination.concurrent.enabled') ?? false
  return {
    ...base,
    pollIntervalMs: values.number('http.source.poll.interval.ms') ?? DEFAULT_INTERVAL_MS,
    plan: {
      ...base.plan,
      targets,
      tasks: values.number('tasks.max') ?? 1,
      method: values.choice('http.source.method') === 'POST' ? 'POST' : 'GET',
      headers,
      ...(body === undefined ? {} : { body }),
      paging: readPaging(values, isConcurrent),
      threads: isConcurrent ? (values.number('pagination.concurrent.max.threads') ?? 4) : 1,
      queuePages:
        (isConcurrent ? values.number('pagination.concurrent.queue.size') : undefined) ??
        base.plan.queuePages,
      batchRecords: values.number('transformation.batch.size') ?? base.plan.batchRecords,
      ...(rateLimit === undefined ? {} : { rateLimit }),
    },
    connection: readConnection(values, asked),
    ...(cache === undefined ? {} : { cache }),
    transform: readTransform(values, base.transform),
    converters: readConverters(values),
    ...(topic === undefined ? {} : { topic }),
    producer: readProducer(values, keys),
    ...(balancing === undefined ? {} : { balancing }),
    ...(scaling === undefined ? {} : { scaling }),
    healthChecks: readHealthChecks(values),
    secrets: auth.secrets,
  }
}

function readTargets(
  values: Values,
  endpoint: string | undefined,
  entities: readonly string[] | undefined,
): Pick<HttpSetup['plan'], 'targets'> & { login: ReturnType<typeof takeLogin>['login'] } {
  const none = { headers: {}, secrets: { headers: [], params: [] } }
  if (values.has('http.source.url.pattern')) {
    values.setAside('http.source.url', 'http.source.url.pattern is there')
    return { targets: patternTargets(values, 'http.source.url.pattern', entities), login: none }
  }
  const key = values.has('http.source.url') ? 'http.source.url' : 'http.source.endpoints'
  const text = values.text('http.source.url') ?? endpoint
  if (text === undefined) return { targets: [], login: none }
  const parsed = httpUrl(text)
  if (parsed === undefined) {
    throw values.wrong(
      key,
      `${shownUrl(text)} is not a URL of http or https`,
      'for example https://api.example.com/users',
    )
  }
  const { url, login } = takeLogin(parsed)
  const params = new URLSearchParams(values.text('http.source.query.params') ?? '')
  for (const [name, value] of params) url.searchParams.set(name, value)
  const found =
    entities === undefined
      ? [{ name: targetName(url), url: url.href }]
      : entities.map((entity) => ({ name: entity, url: new URL(entity, url.href.replace(/\/?$/, '/')).href }))
  return { targets: found, login }
}

/** Asked for by hand, answers would come compressed and stay so: it is the connection's to ask and to decode. */
function lowerAcceptEncoding(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name.toLowerCase() === 'accept-encoding' ? 'accept-encoding' : name,
      value,
    ]),
  )
}
