import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { baseSetup } from '../../../src/http/config/base.ts'
import { HTTP_FLAGS, type HttpFlags } from '../../../src/http/config/flags.ts'
import { GUIDE_MORE_ROWS } from '../../../src/http/config/guide-more-rows.ts'
import { GUIDE_ROWS } from '../../../src/http/config/guide-rows.ts'
import { readConfig, readProperties } from '../../../src/http/config/read.ts'
import { shown } from '../../../src/http/config/shown.ts'
import { withFlags } from '../../../src/http/config/with-flags.ts'

const folder = mkdtempSync(join(tmpdir(), 'tune-http-flags-'))
afterAll(() => rmSync(folder, { recursive: true }))
const ca = join(folder, 'ca.pem')
writeFileSync(ca, 'PEM')

const BASE = baseSetup('bench', [{ name: 'users', url: 'https://api.example.com/users?a=1' }])
const lay = (flags: HttpFlags, base = BASE) => withFlags(base, flags, { TOKEN: 't0ken' })
const ALL = Object.values(HTTP_FLAGS).flat()
const nameOf = (flag: string) => flag.split(' ')[0] ?? ''

test('every flag has a name of its own, and its key is one of the guide’s', () => {
  const names = ALL.map(({ flag }) => nameOf(flag))
  expect(new Set(names).size).toBe(names.length)
  for (const { key } of ALL) {
    if (key !== undefined) expect({ ...GUIDE_ROWS, ...GUIDE_MORE_ROWS }).toHaveProperty([key])
  }
})

/** A value of each flag, and what of the setup it makes. */
const EFFECTS: Readonly<Record<string, readonly [flags: HttpFlags, setup: object]>> = {
  '--url': [
    { url: 'http://127.0.0.1:9/rows' },
    { plan: { targets: [{ name: '/rows', url: 'http://127.0.0.1:9/rows' }] } },
  ],
  '--tasks': [{ tasks: '4' }, { plan: { tasks: 4 } }],
  '--poll-interval': [{ pollInterval: '10s' }, { pollIntervalMs: 10_000 }],
  '--method': [{ method: 'POST' }, { plan: { method: 'POST' } }],
  '--header': [{ header: ['Accept: text/json'] }, { plan: { headers: { Accept: 'text/json' } } }],
  '--pagination': [
    { pagination: 'cursor' },
    { plan: { paging: { kind: 'cursor', param: 'cursor', cursorPath: 'next_cursor', maxPages: 1000 } } },
  ],
  '--page-size': [{ pageSize: '200' }, { plan: { paging: { limit: 200, limitParam: 'limit' } } }],
  '--max-pages': [{ maxPages: '50' }, { plan: { paging: { maxPages: 50 } } }],
  '--cursor-path': [{ cursorPath: 'meta.next' }, { plan: { paging: { cursorPath: 'meta.next' } } }],
  '--page-param': [{ pageParam: 'after' }, { plan: { paging: { param: 'after' } } }],
  '--size-param': [{ sizeParam: 'n' }, { plan: { paging: { limitParam: 'n' } } }],
  '--records-path': [{ recordsPath: '/items' }, { plan: { recordsPath: '/items' } }],
  '--threads': [{ pagination: 'page', threads: '4' }, { plan: { threads: 4 } }],
  '--queue-pages': [{ queuePages: '9' }, { plan: { queuePages: 9 } }],
  '--connections': [{ connections: '50' }, { connection: { maxConnections: 50 } }],
  '--connections-per-route': [{ connectionsPerRoute: '7' }, { connection: { maxPerRoute: 7 } }],
  '--no-keep-alive': [{ keepAlive: false }, { connection: { keepAlive: false } }],
  '--http2': [{ http2: true }, { connection: { http2: { maxStreams: 100 } } }],
  '--max-streams': [{ maxStreams: '10' }, { connection: { http2: { maxStreams: 10 } } }],
  '--compression': [{ compression: 'gzip,BR' }, { connection: { compression: ['gzip', 'br'] } }],
  '--connect-timeout': [{ connectTimeout: '1s' }, { connection: { connectTimeoutMs: 1000 } }],
  '--socket-timeout': [{ socketTimeout: '2s' }, { connection: { socketTimeoutMs: 2000 } }],
  '--request-timeout': [{ requestTimeout: '3s' }, { connection: { requestTimeoutMs: 3000 } }],
  '--max-response': [{ maxResponse: '1MiB' }, { connection: { maxResponseBytes: 1_048_576 } }],
  '--dns-ttl': [{ dnsTtl: '0' }, { connection: { dnsTtlMs: 0 } }],
  '--ca': [{ ca }, { connection: { ca: 'PEM' } }],
  '--rate-limit': [{ rateLimit: '20/s' }, { plan: { rateLimit: { perSec: 20, burst: 20 } } }],
  '--burst': [{ rateLimit: '20/s', burst: '50' }, { plan: { rateLimit: { perSec: 20, burst: 50 } } }],
  '--retries': [{ retries: '0' }, { plan: { retry: { max: 0 } } }],
  '--retry-backoff': [{ retryBackoff: '50ms' }, { plan: { retry: { backoffMs: 50 } } }],
  '--cache': [
    { cache: '30s' },
    { cache: { tiers: [{ name: 'L1', maxEntries: 1000, ttlMs: 30_000, policy: 'LRU' }] } },
  ],
  '--no-cache': [{ cache: false }, {}],
  '--cache-entries': [{ cache: '30s', cacheEntries: '5' }, { cache: { tiers: [{ maxEntries: 5 }] } }],
  '--no-transform': [{ transform: false }, { transform: { enabled: false } }],
  '--validation': [{ validation: true }, { transform: { validation: true } }],
  '--enrichment': [{ enrichment: true }, { transform: { enrichment: true } }],
  '--batch-records': [{ batchRecords: '100' }, { plan: { batchRecords: 100 } }],
  '--max-record': [{ maxRecord: '1KiB' }, { transform: { maxRecordBytes: 1024 } }],
  '--dead-letter-topic': [{ deadLetterTopic: 'dead' }, { transform: { deadLetterTopic: 'dead' } }],
  '--key-path': [{ keyPath: '/id' }, { converters: { keyPath: '/id' } }],
  '--converter': [{ converter: 'json-with-schema' }, { converters: { value: 'json-with-schema' } }],
  '--no-parse': [{ parse: false }, { plan: { parse: false } }],
}

describe('flags over a setup', () => {
  test.each(ALL.map(({ flag }) => nameOf(flag)))('%s has its effect', (flag) => {
    const [flags, setup] = EFFECTS[flag] ?? [{}, { plan: 'no case for this flag' }]
    expect(lay(flags)).toMatchObject(setup)
  })

  test('no flag changes nothing', () => {
    expect(lay({})).toEqual({ ...BASE, secrets: { headers: [], params: [] } })
  })

  test('a configuration’s own values stay where no flag speaks of them', () => {
    const [setup] = readProperties(
      {
        'http.source.url': 'https://api.example.com/users',
        'pagination.type': 'cursor',
        'pagination.limit.value': '200',
        'cache.l1.ttl.seconds': '10',
        'cache.l2.ttl.seconds': '20',
        'rate.limit.enabled': 'true',
        'rate.limit.requests.per.second': '20',
        'rate.limit.burst.capacity': '50',
      },
      'guide',
    ).setups
    const over = (flags: HttpFlags) => lay(flags, setup)
    expect(over({ pageSize: '9' }).plan.paging).toMatchObject({
      kind: 'cursor',
      limit: 9,
      cursorPath: 'next_cursor',
    })
    expect(over({ pagination: 'offset' }).plan.paging).toMatchObject({
      param: 'offset',
      limit: 200,
      cursorPath: '',
    })
    expect(over({ cacheEntries: '5' }).cache?.tiers.map(({ maxEntries }) => maxEntries)).toEqual([5, 1000])
    expect(over({ cache: false }).cache).toBeUndefined()
    expect(over({ burst: '5' }).plan.rateLimit).toEqual({ perSec: 20, burst: 5 })
    expect(over({ rateLimit: '7' }).plan.rateLimit).toEqual({ perSec: 7, burst: 7 })
    expect(over({ pollInterval: '0' }).pollIntervalMs).toBeUndefined()
    // Its own API's place is taken, its paths stay
    expect(over({ url: 'http://127.0.0.1:9' }).plan.targets).toEqual([
      { name: '/users', url: 'http://127.0.0.1:9/users' },
    ])
  })

  test('a secret comes from the environment, reaches the request and is not shown', () => {
    const setup = lay({ header: [`Authorization: Bearer \${env:TOKEN}`, `X-Odd: \${env:TOKEN}`] })
    expect(setup.plan.headers).toEqual({ Authorization: 'Bearer t0ken', 'X-Odd': 't0ken' })
    expect(shown(setup).plan.headers).toEqual({ Authorization: '[hidden]', 'X-Odd': '[hidden]' })
  })

  test('an address has its secrets from elsewhere, whatever characters they have', () => {
    const url = `http://ann:\${env:TOKEN}@a.example.com/x?to=\${env:ODD}&page_token=9`
    const setup = withFlags(baseSetup('b'), { url }, { TOKEN: 't@ken', ODD: 'a&b' })
    expect(setup.plan.targets).toEqual([{ name: '/x', url: 'http://a.example.com/x?to=a%26b&page_token=9' }])
    expect(setup.plan.headers).toEqual({ Authorization: `Basic ${btoa('ann:t@ken')}` })
    expect(shown(setup).plan).toMatchObject({
      targets: [{ url: 'http://a.example.com/x?to=[hidden]&page_token=[hidden]' }],
      headers: { Authorization: '[hidden]' },
    })
  })

  test('what a configuration has from elsewhere is hidden, whatever it is called', () => {
    const text = `http.source.url=https://h/x?to=\${env:TOKEN}&size=9\nhttp.source.headers=X-Odd:\${env:TOKEN};X-Even:2\n`
    const [setup] = readConfig(text, 'c.properties', { env: { TOKEN: 't0ken' } }).setups
    if (setup === undefined) throw new Error('no setup')
    expect(shown(withFlags(setup, {}, {})).plan).toMatchObject({
      targets: [{ url: 'https://h/x?to=[hidden]&size=9' }],
      headers: { 'X-Odd': '[hidden]', 'X-Even': '2' },
    })
  })

  test.each([
    'sig',
    'key',
    'subscription-key',
    'code',
    'auth',
    'pwd',
    'session_id',
    'X-Amz-Credential',
    'X-Amz-Signature',
  ])('%s of a query is hidden, as what is behind a #', (name) => {
    const setup = withFlags(baseSetup('b'), {}, {})
    const targets = [{ name: 'x', url: `https://h/x?keys=1&${name}=s3cret#s3cret` }]
    const { plan } = shown({ ...setup, plan: { ...setup.plan, targets } })
    expect(plan.targets[0]?.url).toBe(`https://h/x?keys=1&${name}=[hidden]`)
  })

  test('what a URL holds in a login or a key is not shown', () => {
    const urls = ['https://a.example.com/x?api_key=k&page=2', 'https://a.example.com/x?sig=k']
    const setup = baseSetup(
      'b',
      urls.map((url) => ({ name: 'x', url })),
    )
    const { plan } = shown({ ...setup, secrets: { headers: [], params: ['sig'] } })
    expect(plan.targets.map(({ url }) => url)).toEqual([
      'https://a.example.com/x?api_key=[hidden]&page=2',
      'https://a.example.com/x?sig=[hidden]',
    ])
  })

  test.each([
    [{ url: 'localhost:80' }, /--url: .*not a URL/, /http:/],
    [{ url: 'http://ann:s3cret@127.0.0.1/' }, /^(?!.*s3cret)--url: the login has a secret/, /env:NAME/],
    [{ url: 'http://127.0.0.1/x?api_key=s3cret' }, /^(?!.*s3cret)--url: api_key has a secret/, /env:NAME/],
    [{ url: 'http://ann:s3c/ret@h/' }, /^(?!.*ret@).*not a URL/, /http:/],
    [{ url: 'h/x?api-kee=s3cret' }, /^(?!.*s3cret).*not a URL/, /http:/],
    [{ url: `http://ann:\${env:NOPE}@h/` }, /NOPE/, /export/],
    [{ header: ['Authorization: Bearer s3cret'] }, /--header: Authorization has a secret/, /env:NAME/],
    [{ header: ['nothing'] }, /--header: is not Name:Value/, /Accept/],
    [{ header: [`A: \${env:NOPE}`] }, /NOPE/, /export/],
    [{ pagination: 'curser' }, /--pagination/, /did you mean cursor\?/],
    [{ pagination: 'cursor', threads: '2' }, /--threads: 2 threads .*the cursor of the next/, /offset/],
    [{ pagination: 'link', threads: '2' }, /--threads: 2 threads .*the link to the next/, /offset/],
    [{ pagination: 'offset', threads: '2' }, /--threads: 2 threads .*without a page size/, /page-size/],
    [{ burst: '5' }, /--burst/, /--rate-limit/],
    [{ cacheEntries: '5' }, /--cache-entries/, /--cache/],
    [{ compression: 'gzp' }, /--compression/, /did you mean gzip\?/],
    [{ converter: 'avro' }, /--converter/, /json/],
    [{ tasks: '0' }, /--tasks/, /./],
    [{ ca: '/nowhere.pem' }, /nowhere\.pem/, /path/],
  ] as const)('%j is refused', (flags, message, hint) => {
    const given: HttpFlags = 'header' in flags ? { header: [...flags.header] } : flags
    expect(() => lay(given)).toThrow(
      expect.objectContaining({
        message: expect.stringMatching(message),
        hint: expect.stringMatching(hint),
        exitCode: 2,
      }),
    )
    expect(() => lay(given)).not.toThrow(/s3cret/)
  })
})
