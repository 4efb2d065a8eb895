/**
 * `apiN.*`: Confluent's second HTTP source connector, and the code of an open one that uses the same names. An API has
 * everything of its own; those that differ in nothing but their address are one setup with several targets.
 */

import { DEFAULT_CONNECTION } from '../settings.ts'
import type { HttpSetup } from '../setup.ts'
import { baseSetup, httpUrl, NO_PAGING, shownUrl } from './base.ts'
import { type Login, readLogin, readMode, readOffsetPaging, readRetry } from './confluent-parts.ts'
import { readConverters, readProducer } from './connect-rows.ts'
import { joined, readHeaders, takeLogin } from './headers.ts'
import { OFFSET, placeOffset, readParams } from './offset-template.ts'
import type { Values } from './values.ts'

const DEFAULT_INTERVAL_MS = 60_000

/** @param isOpenCode the open connector, whose cursor paging never leaves the first page @throws TuneError CONFIG */
export function readConfluentV2(
  values: Values,
  keys: readonly string[],
  isOpenCode: boolean,
): readonly HttpSetup[] {
  const count = values.number('apis.num') ?? 1
  const numbers = Array.from({ length: count }, (_, index) => index + 1)
  const children = childrenOf(values, keys, isOpenCode)
  const polled = numbers.filter((number) => !children.includes(`api${number}`))
  if (polled.length === 0) {
    throw values.wrong(
      'apis.num',
      'every API waits for another one',
      'leave one out of api.chaining.parent.child.relationship',
    )
  }
  const login = readLogin(values)
  const producer = readProducer(values, keys)
  // As the connector deals them out: API after API to task after task
  const tasks = Math.min(values.number('tasks.max') ?? 1, polled.length)
  const groups = new Map<string, { setup: HttpSetup; tasks: Set<number> }>()
  for (const [index, number] of polled.entries()) {
    const setup = { ...oneApi(values, `api${number}.`, login, isOpenCode), producer }
    const [target] = setup.plan.targets
    if (target === undefined) continue
    const same = JSON.stringify({ ...setup, plan: { ...setup.plan, targets: [] } })
    const group = groups.get(same)
    if (group === undefined) groups.set(same, { setup, tasks: new Set([index % tasks]) })
    else {
      const { plan } = group.setup
      group.setup = { ...group.setup, plan: { ...plan, targets: [...plan.targets, target] } }
      group.tasks.add(index % tasks)
    }
  }
  return [...groups.values()].map(({ setup, tasks: own }) => ({
    ...setup,
    name:
      groups.size === 1
        ? setup.name
        : `${setup.name} ${setup.plan.targets.map(({ name }) => name).join(', ')}`,
    plan: { ...setup.plan, tasks: own.size },
  }))
}

/** A child's address has a value of its parent's answer in it, which nobody asks for here. */
function childrenOf(values: Values, keys: readonly string[], isOpenCode: boolean): readonly string[] {
  const key = 'api.chaining.parent.child.relationship'
  const text = values.text(key)
  if (text === undefined) return []
  const children = text.split(',').map((pair) => {
    const [left = '', right = ''] = pair.split(isOpenCode ? ':' : '::').map((part) => part.trim())
    return isOpenCode ? left : right
  })
  for (const child of children) {
    for (const own of keys) {
      if (own.startsWith(`${child}.`))
        values.setAside(own, `${child} needs values of another API and is not polled`)
    }
  }
  return children
}

function oneApi(values: Values, prefix: string, login: Login, isOpenCode: boolean): HttpSetup {
  const text = (key: string) => values.text(prefix + key)
  const base = baseSetup(values.text('name') ?? values.shown)
  const isPost = values.choice(`${prefix}http.request.method`) === 'POST'
  const body = isPost ? text('http.request.body') : undefined
  const place = readPlace(values, prefix, login, body)
  const { url, login: urlLogin } = takeLogin(new URL(place.url))
  const headers = joined(
    urlLogin,
    readHeaders(values, `${prefix}http.request.headers`, '|'),
    readHeaders(values, `${prefix}http.request.sensitive.headers`, '|', true),
    login.headers,
  )
  const mode = readMode(values, prefix)
  const isStuck = isOpenCode && mode === 'CURSOR_PAGINATION'
  if (isStuck)
    values.setAside(`${prefix}http.next.page.json.pointer`, 'this connector never reads it: page 1 only')
  const named =
    text('http.cursor.pagination.parameter.name') ?? text('http.chaining.pagination.parameter.name')
  const topic = text('topics')
  const deadLetterTopic = values.text('reporter.error.topic.name')
  const timeoutMs = values.number(`${prefix}http.request.timeout.ms`) ?? 30_000
  return {
    ...base,
    pollIntervalMs: values.number(`${prefix}request.interval.ms`) ?? DEFAULT_INTERVAL_MS,
    plan: {
      ...base.plan,
      targets: [{ name: prefix.slice(0, -1), url: url.href }],
      method: isPost ? 'POST' : 'GET',
      headers: headers.headers,
      ...(place.body === undefined ? {} : { body: place.body }),
      paging: isStuck ? NO_PAGING : readOffsetPaging(values, prefix, mode, place, named),
      recordsPath: text('http.response.data.json.pointer') ?? '',
      retry: readRetry(values, prefix, { max: 5, backoffMs: 3000, policy: 'exponential' }),
    },
    connection: {
      ...DEFAULT_CONNECTION,
      connectTimeoutMs: values.number(`${prefix}http.connect.timeout.ms`) ?? 30_000,
      socketTimeoutMs: timeoutMs,
      requestTimeoutMs: isOpenCode ? DEFAULT_CONNECTION.requestTimeoutMs : timeoutMs,
      compression: (values.boolean(`${prefix}http.response.compression.enabled`) ?? true) ? ['gzip'] : [],
    },
    transform: {
      ...base.transform,
      enabled: false,
      onError: values.choice('behavior.on.error') === 'IGNORE' ? 'skip' : 'fail',
      ...(deadLetterTopic === undefined ? {} : { deadLetterTopic }),
    },
    converters: readConverters(values),
    ...(topic === undefined ? {} : { topic }),
    secrets: headers.secrets,
  }
}

function readPlace(values: Values, prefix: string, login: Login, body: string | undefined) {
  const origin = values.text('http.api.base.url')
  if (origin === undefined) {
    throw values.wrong('http.api.base.url', 'is missing', 'add http.api.base.url=https://api.example.com')
  }
  const path = values.text(`${prefix}http.api.path`)
  if (path === undefined) {
    throw values.wrong(`${prefix}http.api.path`, 'is missing', `add it, or lower apis.num`)
  }
  const parts = (values.text(`${prefix}http.path.parameters`) ?? '').split('|').map((part) => {
    const colon = part.indexOf(':')
    return [part.slice(0, Math.max(0, colon)).trim(), part.slice(colon + 1).trim()] as const
  })
  const filled = parts
    .filter(([name]) => name !== '')
    .reduce((all, [name, value]) => all.replaceAll(`\${${name}}`, value).replaceAll(`{${name}}`, value), path)
  const place = placeOffset(
    {
      url: origin.replace(/\/+$/, '') + (filled.startsWith('/') ? filled : `/${filled}`),
      params: [
        ...readParams(values.text(`${prefix}http.request.parameters`), '&'),
        ...(login.param === undefined ? [] : [login.param]),
      ],
      ...(body === undefined ? {} : { body }),
    },
    OFFSET,
    values.text(`${prefix}http.initial.offset`) ?? '',
  )
  if (place === undefined || httpUrl(place.url) === undefined) {
    throw values.wrong(
      'http.api.base.url',
      `${shownUrl(origin)} is not a URL of http or https`,
      'for example https://api.example.com',
    )
  }
  if (place.isFixed) {
    values.setAside(
      `${prefix}http.initial.offset`,
      `${OFFSET} stands in a path, a body or beside other text: every poll has the initial one`,
    )
  }
  return place
}
