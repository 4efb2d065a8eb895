/** Confluent's first HTTP source connector, self-managed (`HttpSourceConnector`) and in its cloud (`HttpSource`). */
import type { HttpSetup } from '../setup.ts'
import { baseSetup, httpUrl, shownUrl } from './base.ts'
import { readLogin, readMode, readOffsetPaging, readRetry } from './confluent-parts.ts'
import { readConverters, readProducer } from './connect-rows.ts'
import { joined, readHeaders, takeLogin } from './headers.ts'
import { OFFSET, placeOffset, readParams } from './offset-template.ts'
import type { Values } from './values.ts'

const ENTITY = `\${entityName}`

/** Without an interval a public log shows about ten requests a second. */
const UNSET_INTERVAL_MS = 100
const CLOUD_INTERVAL_MS = 15_000

/** @throws TuneError CONFIG */
export function readConfluentV1(values: Values, keys: Iterable<string>, isCloud: boolean): HttpSetup {
  const base = baseSetup(values.text('name') ?? values.shown)
  const login = readLogin(values)
  const separator = values.text('http.request.headers.separator') ?? '|'
  const entities = values.list('entity.names') ?? []
  const urls = (entities.length === 0 ? [''] : entities).map((entity) =>
    oneTarget(values, entity, login.param),
  )
  const [first] = urls
  const headers = joined(
    ...urls.map((one) => one.login),
    readHeaders(values, 'http.request.headers', separator),
    readHeaders(values, 'http.request.sensitive.headers', separator, true),
    login.headers,
  )
  const paging =
    first === undefined ? base.plan.paging : readOffsetPaging(values, '', readMode(values, ''), first.place)
  const topic = topicOf(values, entities)
  const recordsPath = values.text('http.response.data.json.pointer')
  const body = first?.place.body
  return {
    ...base,
    pollIntervalMs: values.number('request.interval.ms') ?? (isCloud ? CLOUD_INTERVAL_MS : UNSET_INTERVAL_MS),
    plan: {
      ...base.plan,
      targets: urls.map(({ name, place }) => ({ name, url: place.url })),
      // More tasks than entities have nothing to do
      tasks: Math.min(values.number('tasks.max') ?? 1, urls.length),
      method: values.choice('http.request.method') === 'POST' ? 'POST' : 'GET',
      headers: headers.headers,
      ...(body === undefined ? {} : { body }),
      paging,
      // An object or a list, as it is
      recordsPath: recordsPath ?? '',
      retry: readRetry(values, '', { max: 10, backoffMs: 3000, policy: 'constant' }),
    },
    transform: {
      ...base.transform,
      enabled: false,
      onError: values.choice('errors.tolerance') === 'all' ? 'skip' : 'fail',
    },
    converters: readConverters(values),
    ...(topic === undefined ? {} : { topic }),
    producer: readProducer(values, keys),
    secrets: headers.secrets,
  }
}

function oneTarget(values: Values, entity: string, key: readonly [string, string] | undefined) {
  const url = values.text('url')
  if (url === undefined) throw values.wrong('url', 'is missing', 'add url=https://api.example.com/…')
  const fill = (text: string) => text.replaceAll(ENTITY, entity)
  const method = values.choice('http.request.method') ?? 'GET'
  const separator = values.text('http.request.parameters.separator') ?? '&'
  const params = readParams(fill(values.text('http.request.parameters') ?? ''), separator)
  const body = method === 'POST' ? values.text('http.request.body') : undefined
  if (method !== 'POST') values.setAside('http.request.body', 'a GET has none')
  const initial = values.text('http.initial.offset') ?? ''
  const place = placeOffset(
    {
      url: fill(url),
      params: [...params, ...(key === undefined ? [] : [key])],
      ...(body === undefined ? {} : { body: fill(body) }),
    },
    OFFSET,
    initial,
  )
  const parsed = place === undefined ? undefined : httpUrl(place.url)
  if (place === undefined || parsed === undefined) {
    throw values.wrong(
      'url',
      `${shownUrl(url)} is not a URL of http or https`,
      'for example https://api.example.com/users',
    )
  }
  if (place.isFixed) {
    values.setAside(
      'http.initial.offset',
      `${OFFSET} stands in a path, a body or beside other text: every poll has the initial one`,
    )
  }
  const { url: bare, login } = takeLogin(parsed)
  return {
    name: entity === '' ? parsed.pathname : entity,
    place: { ...place, url: bare.href },
    login,
  }
}

function topicOf(values: Values, entities: readonly string[]): string | undefined {
  const pattern = values.text('topic.name.pattern')
  if (pattern === undefined || !pattern.includes(ENTITY)) return pattern
  const [only = '', ...more] = entities
  if (more.length === 0) return pattern.replaceAll(ENTITY, only)
  values.setAside('topic.name.pattern', 'a topic for each entity; records of all of them go to one here')
  return undefined
}
