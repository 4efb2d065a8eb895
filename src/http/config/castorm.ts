/** castorm's `HttpSourceConnector` and its forks; the only one whose every key was read in code. */
import type { Paging } from '../pager.ts'
import { DEFAULT_CONNECTION } from '../settings.ts'
import type { HttpSetup } from '../setup.ts'
import { baseSetup, httpUrl, NO_PAGING, shownUrl, targetName } from './base.ts'
import { lastRecord } from './confluent-parts.ts'
import { readConverters, readProducer } from './connect-rows.ts'
import { basic, joined, NO_HEADERS, readHeaders, takeLogin } from './headers.ts'
import { type OffsetPlace, placeOffset, readParams } from './offset-template.ts'
import type { Values } from './values.ts'

const DEFAULT_INTERVAL_MS = 60_000

/** @throws TuneError CONFIG */
export function readCastorm(values: Values, keys: Iterable<string>): HttpSetup {
  const base = baseSetup(values.text('name') ?? values.shown)
  const isPost = values.choice('http.request.method') === 'POST'
  const { place, token } = readPlace(values, isPost ? values.text('http.request.body') : undefined)
  const { url, login } = takeLogin(new URL(place.url))
  const headers = joined(login, readHeaders(values, 'http.request.headers', ','), readAuth(values))
  const topic = values.text('kafka.topic')
  const list = values.text('http.response.list.pointer') ?? '/'
  const keyPath = values.text('http.response.record.key.pointer')
  return {
    ...base,
    pollIntervalMs:
      values.number('http.timer.interval.millis') ??
      values.number('http.throttler.interval.millis') ??
      DEFAULT_INTERVAL_MS,
    plan: {
      ...base.plan,
      targets: [{ name: targetName(url), url: url.href }],
      tasks: values.number('tasks.max') ?? 1,
      method: isPost ? 'POST' : 'GET',
      headers: headers.headers,
      ...(place.body === undefined ? {} : { body: place.body }),
      paging: readPaging(values, list, place, token),
      recordsPath: list,
      // Only what the line does to a request is tried again; a bad status fails the task
      retry: { ...base.plan.retry, statuses: [] },
    },
    connection: {
      ...DEFAULT_CONNECTION,
      connectTimeoutMs: values.number('http.client.connection.timeout.millis') ?? 2000,
      socketTimeoutMs: values.number('http.client.read.timeout.millis') ?? 2000,
      idleMs: values.number('http.client.ttl.millis') ?? 300_000,
    },
    transform: { ...base.transform, enabled: false, onError: 'fail' },
    converters: { ...readConverters(values), ...(keyPath === undefined ? {} : { keyPath }) },
    ...(topic === undefined ? {} : { topic }),
    producer: readProducer(values, keys),
    secrets: headers.secrets,
  }
}

const TOKEN = /\$\{offset\.([\w-]+)[^}]*\}/

/** One offset in one parameter is a pager's; castorm has any number of them, anywhere. */
function readPlace(values: Values, body: string | undefined): { place: OffsetPlace; token?: string } {
  const text = values.text('http.request.url')
  if (text === undefined) {
    throw values.wrong('http.request.url', 'is missing', 'add http.request.url=https://api.example.com/…')
  }
  const offsets = new Map(readParams(values.text('http.offset.initial'), ','))
  const params = values.text('http.request.params')
  const all = [text, params ?? '', body ?? ''].join('\n')
  const names = [...new Set([...all.matchAll(new RegExp(TOKEN, 'g'))].map(([whole]) => whole))]
  const alone = new Set(
    readParams(`${text.split('?')[1] ?? ''}&${params ?? ''}`, '&').map(([, value]) => value),
  )
  const token = names.find((name) => alone.has(name)) ?? names[0]
  const fillOthers = (template: string) =>
    names
      .filter((name) => name !== token)
      .reduce((filled, one) => filled.replaceAll(one, initialOf(offsets, one)), template)
  const place = placeOffset(
    {
      url: fillOthers(text),
      params: readParams(fillOthers(params ?? ''), '&'),
      ...(body === undefined ? {} : { body: fillOthers(body) }),
    },
    token ?? OFFSET_OF_NOTHING,
    token === undefined ? '' : initialOf(offsets, token),
  )
  if (place === undefined || httpUrl(place.url) === undefined) {
    throw values.wrong(
      'http.request.url',
      `${shownUrl(text)} is not a URL of http or https`,
      'for example https://api.example.com/users',
    )
  }
  if (names.length > 1 || place.isFixed) {
    values.setAside(
      'http.offset.initial',
      'only one offset, alone in a query parameter, moves; others keep their initial value',
    )
  }
  return { place, ...(token === undefined ? {} : { token }) }
}

/** Stands in no template. */
const OFFSET_OF_NOTHING = '\0'

const initialOf = (offsets: ReadonlyMap<string, string>, token: string) =>
  offsets.get(TOKEN.exec(token)?.[1] ?? '') ?? ''

function readPaging(values: Values, list: string, place: OffsetPlace, token: string | undefined): Paging {
  const name = TOKEN.exec(token ?? '')?.[1]
  const initial = new Map(readParams(values.text('http.offset.initial'), ','))
  const pointers = new Map(readParams(values.text('http.response.record.offset.pointer'), ','))
  const record = values.text('http.response.record.pointer') ?? '/'
  const pointer = name === undefined ? undefined : pointers.get(name)
  if (place.param === undefined || pointer === undefined) return NO_PAGING
  return {
    ...NO_PAGING,
    kind: 'cursor',
    param: place.param,
    ...(place.limitParam === undefined ? {} : { limitParam: place.limitParam }),
    ...(place.limit === undefined ? {} : { limit: place.limit }),
    start: initial.get(name ?? '') ?? '',
    cursorPath: lastRecord(list, (record === '/' ? '' : record) + pointer),
    goesOn: true,
  }
}

function readAuth(values: Values) {
  if (values.choice('http.auth.type') !== 'Basic') return NO_HEADERS
  return basic(values.text('http.auth.user') ?? '', values.text('http.auth.password') ?? '')
}
