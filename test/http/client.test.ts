/** The HTTP client against real sockets on loopback; what has to wait for time is in test/e2e/http-client.test.ts. */
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib'
import { afterEach, describe, expect, it } from 'vitest'
import { type ApiRequest, createClient, type HttpClient } from '../../src/http/client.ts'
import { type ConnectionSettings, DEFAULT_CONNECTION } from '../../src/http/settings.ts'
import { makeStubCertificate } from '../../src/http/stub/certificate.ts'
import { DEFAULT_STUB, type StubOptions } from '../../src/http/stub/options.ts'
import { type StubApi, type StubListen, startStub } from '../../src/http/stub/server.ts'

const open: { close(): unknown }[] = []
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close()
})

async function stubApi(
  options: Partial<StubOptions> = {},
  listen: Partial<StubListen> = {},
): Promise<StubApi> {
  const stub = await startStub({ ...DEFAULT_STUB, ...options }, { port: 0, http2: false, ...listen })
  open.push(stub)
  return stub
}

function clientWith(settings: Partial<ConnectionSettings> = {}): HttpClient {
  const client = createClient({ ...DEFAULT_CONNECTION, ...settings }, () => performance.now())
  open.push(client)
  return client
}

const get = (url: string, headers: Record<string, string> = {}): ApiRequest => {
  const { origin, pathname, search } = new URL(url)
  return { origin, path: pathname + search, method: 'GET', headers }
}

const failure = async (asked: Promise<unknown>): Promise<unknown> => {
  try {
    await asked
  } catch (error) {
    return Reflect.get(Object(error), 'code')
  }
  return 'no failure'
}

describe('connections', () => {
  it('are kept and used again, one request after the other', async () => {
    const { url, metrics } = await stubApi()
    const client = clientWith()
    for (let i = 0; i < 50; i++) expect((await client.ask(get(url))).status).toBe(200)
    // undici gives a connection a turn of the event loop before it is used again, so a second one may be opened
    const { connections } = metrics().stub
    expect(connections).toBeLessThanOrEqual(2)
    expect(client.stats()).toMatchObject({ opened: connections, mostInUse: 1, waited: 0 })
    expect(client.stats().protocols).toEqual({ 'http/1.1': connections })
  })

  it('are made anew for each request without keep-alive', async () => {
    const { url, metrics } = await stubApi()
    const client = clientWith({ keepAlive: false })
    for (let i = 0; i < 4; i++) await client.ask(get(url))
    expect(metrics().stub.connections).toBe(4)
  })

  it('are never more than the pool has, and who finds none waits', async () => {
    const { url, metrics } = await stubApi()
    const client = clientWith({ maxConnections: 3, maxPerRoute: 3 })
    await Promise.all(Array.from({ length: 12 }, () => client.ask(get(url))))
    expect(metrics().stub).toMatchObject({ requests: 12, connections: 3 })
    expect(client.stats()).toMatchObject({ size: 3, mostInUse: 3, waited: 9 })
  })

  it('are bound by route below the bound of all', async () => {
    const [a, b] = [await stubApi(), await stubApi()]
    const client = clientWith({ maxConnections: 10, maxPerRoute: 2 })
    await Promise.all([a, b].flatMap(({ url }) => Array.from({ length: 6 }, () => client.ask(get(url)))))
    expect([a, b].map(({ metrics }) => metrics().stub.connections)).toEqual([2, 2])
    expect(client.stats().mostInUse).toBe(4)
  })

  it('are closed after their most requests', async () => {
    const { url, metrics } = await stubApi()
    const client = clientWith({ maxRequests: 3 })
    for (let i = 0; i < 9; i++) await client.ask(get(url))
    expect(metrics().stub).toMatchObject({ requests: 9, connections: 3 })
  })

  it.each([
    ['once in its time', 300_000, 1],
    ['for each connection without one', 0, 4],
  ])('have their host looked up %s', async (_, dnsTtlMs, lookups) => {
    const { url } = await stubApi()
    const client = clientWith({ keepAlive: false, dnsTtlMs })
    for (let i = 0; i < 4; i++) await client.ask(get(url.replace('127.0.0.1', 'localhost')))
    expect(client.stats()).toMatchObject({ lookups, opened: 4 })
  })

  it('speak HTTP/2 with many streams at a time, up to the limit', async () => {
    const tls = makeStubCertificate()
    const { url, metrics } = await stubApi({ latency: { kind: 'constant', ms: 5 } }, { tls, http2: true })
    const client = clientWith({ http2: { maxStreams: 8 }, maxConnections: 1, maxPerRoute: 1, ca: tls.cert })
    await client.ask(get(url))
    await Promise.all(Array.from({ length: 40 }, () => client.ask(get(url))))
    expect(metrics().stub).toMatchObject({
      protocols: { h2: 41 },
      connections: 1,
      mostStreamsOfAConnection: 8,
    })
    expect(client.stats().protocols).toEqual({ h2: 1 })
  })

  it('fall back to HTTP/1.1 where the server has nothing else, and this is told', async () => {
    const tls = makeStubCertificate()
    const { url } = await stubApi({}, { tls })
    const client = clientWith({ http2: { maxStreams: 8 }, ca: tls.cert })
    await client.ask(get(url))
    expect(client.stats().protocols).toEqual({ 'http/1.1': 1 })
  })
})

describe('a body', () => {
  const page = '{"data":[1,2,3]}'.repeat(50)
  const serve = async (encoding: string, body: Buffer): Promise<string> => {
    const server: Server = createServer((_, response) => {
      response.writeHead(200, { 'content-encoding': encoding, 'content-length': body.length }).end(body)
    })
    open.push({ close: () => server.close() })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
  }

  const ENCODERS: [string, (plain: Buffer) => Buffer][] = [
    ['gzip', (plain) => gzipSync(plain)],
    ['deflate', (plain) => deflateSync(plain)],
    ['deflate', (plain) => deflateRawSync(plain)],
    ['br', (plain) => brotliCompressSync(plain)],
    ['identity', (plain) => plain],
  ]

  it.each(ENCODERS)('is decompressed: %s', async (encoding, compress) => {
    const body = compress(Buffer.from(page))
    const answer = await clientWith().ask(get(await serve(encoding, body)))
    expect(answer.body.toString()).toBe(page)
    expect(answer.wireBytes).toBe(body.length)
  })

  it('is asked for compressed as the settings say, unless the request says otherwise', async () => {
    const asked: (string | undefined)[] = []
    const server = createServer(({ headers }, response) => {
      asked.push(headers['accept-encoding']?.toString())
      response.end('{}')
    })
    open.push({ close: () => server.close() })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
    const client = clientWith({ compression: ['gzip', 'deflate'] })
    await client.ask(get(url))
    await client.ask(get(url, { 'Accept-Encoding': 'br' }))
    await clientWith().ask(get(url))
    expect(asked).toEqual(['gzip, deflate', 'br', undefined])
  })

  it.each(['gzip', 'deflate', 'br'])('comes compressed from an API that can: %s', async (coding) => {
    const { url } = await stubApi({ compress: true })
    const answer = await clientWith({ compression: [coding] }).ask(get(url))
    expect(answer.headers['content-encoding']).toBe(coding)
    expect(answer.wireBytes).toBeLessThan(answer.body.length / 2)
    expect(JSON.parse(answer.body.toString())).toHaveProperty('data')
  })

  it('is refused where it is not what its encoding says', async () => {
    expect(await failure(clientWith().ask(get(await serve('gzip', Buffer.from(page)))))).toBe(
      'BAD_COMPRESSION',
    )
    expect(await failure(clientWith().ask(get(await serve('zstd', Buffer.from(page)))))).toBe(
      'BAD_COMPRESSION',
    )
  })

  it('is bound as it comes, and decompressed', async () => {
    const client = clientWith({ maxResponseBytes: 100_000 })
    const large = await stubApi({ recordBytes: 2000 })
    expect(await failure(client.ask(get(large.url)))).toBe('RESPONSE_TOO_LARGE')
    const bomb = gzipSync(Buffer.alloc(10_000_000))
    expect(bomb.length).toBeLessThan(100_000)
    expect(await failure(client.ask(get(await serve('gzip', bomb))))).toBe('RESPONSE_TOO_LARGE')
    // The connection that was given up is replaced
    expect((await client.ask(get(`${large.url}?limit=1`))).status).toBe(200)
  })
})

describe('a request that brings nothing', () => {
  it('says why by a code', async () => {
    const gone = await stubApi()
    const { url } = gone
    await gone.close()
    open.pop()
    expect(await failure(clientWith().ask(get(url)))).toBe('REFUSED')
    const reset = await stubApi({ faults: [{ kind: 'reset', share: 1 }] })
    expect(await failure(clientWith().ask(get(reset.url)))).toBe('RESET')
    const secure = await stubApi({}, { tls: makeStubCertificate() })
    expect(await failure(clientWith().ask(get(secure.url)))).toBe('TLS')
  })
})
