/** The stub API as a client meets it, on a real socket; nothing here waits for time. */
import { connect } from 'node:http2'
import { gunzipSync } from 'node:zlib'
import { afterEach, describe, expect, it } from 'vitest'
import { makeStubCertificate } from '../../../src/http/stub/certificate.ts'
import { DEFAULT_STUB, type StubOptions } from '../../../src/http/stub/options.ts'
import { type StubApi, type StubListen, startStub } from '../../../src/http/stub/server.ts'

let stub: StubApi | undefined
afterEach(() => stub?.close())

async function start(options: Partial<StubOptions> = {}, listen: Partial<StubListen> = {}): Promise<string> {
  stub = await startStub({ ...DEFAULT_STUB, ...options }, { port: 0, http2: false, ...listen })
  return stub.url
}

describe('the stub API', () => {
  it('hands out all records by its cursors, each once', async () => {
    const url = await start({ records: 250 })
    const ids: number[] = []
    let cursor: string | null = ''
    while (cursor !== null) {
      const page = (await (await fetch(`${url}?cursor=${cursor}`)).json()) as {
        data: { id: number }[]
        next_cursor: string | null
      }
      ids.push(...page.data.map(({ id }) => id))
      cursor = page.next_cursor
    }
    expect(ids).toEqual(Array.from({ length: 250 }, (_, n) => n))
    expect(stub?.metrics().stub).toMatchObject({ requests: 3, pages: 3, records: 250 })
  })

  it.each(['//', '//records', '/records//', '/%', '/?limit=5&x=%ff'])(
    'answers %s as any path',
    async (path) => {
      const { origin } = new URL(await start())
      expect((await fetch(`${origin}${path}`)).status).toBe(200)
      expect((await fetch(`${origin}/records`)).status).toBe(200)
    },
  )

  it('answers 304 to a tag that fits, and the page to one that does not', async () => {
    const url = await start({ etag: true })
    const etag = (await fetch(url)).headers.get('etag') ?? ''
    const again = await fetch(url, { headers: { 'if-none-match': etag } })
    expect([again.status, await again.text()]).toEqual([304, ''])
    expect((await fetch(url, { headers: { 'if-none-match': '"other"' } })).status).toBe(200)
  })

  it('answers 429 with whole seconds to wait beyond its rate', async () => {
    const url = await start({ rateLimit: { perSec: 0.001, burst: 1 } })
    expect((await fetch(url)).status).toBe(200)
    const limited = await fetch(url)
    expect(limited.status).toBe(429)
    expect(limited.headers.get('retry-after')).toMatch(/^(999|1000)$/)
  })

  it('compresses only for who accepts it', async () => {
    const url = await start({ compress: true })
    const plain = await fetch(url, { headers: { 'accept-encoding': 'identity' } })
    expect(plain.headers.get('content-encoding')).toBeNull()
    const text = await plain.text()
    const { request } = await import('node:http')
    const zipped = await new Promise<Buffer>((resolve) => {
      request(url, { headers: { 'accept-encoding': 'gzip' } }, (response) => {
        const chunks: Buffer[] = []
        response.on('data', (chunk: Buffer) => chunks.push(chunk))
        response.on('end', () => resolve(Buffer.concat(chunks)))
      }).end()
    })
    expect(zipped.length).toBeLessThan(text.length)
    expect(gunzipSync(zipped).toString()).toBe(text)
  })

  it('tells under the names that the guide reads', async () => {
    const url = await start()
    await (await fetch(url)).text()
    const told: unknown = await (await fetch(url.replace('/records', '/health/metrics'))).json()
    expect(told).toMatchObject({
      totalMessages: 100,
      errorRate: 0,
      cacheHitRatio: 0,
      throughput: { messagesPerSecond: expect.any(Number) },
      latency: { averageMs: expect.any(Number) },
      cache: { hitRatio: 0 },
      averageLatency: expect.any(Number),
    })
  })

  it('speaks HTTP/2, and counts the streams of a connection', async () => {
    const tls = makeStubCertificate()
    const url = await start({}, { tls, http2: true })
    const session = connect(new URL(url).origin, { ca: tls.cert })
    const get = () =>
      new Promise<unknown>((resolve) => {
        const stream = session.request({ ':path': '/records?limit=1' })
        stream.once('response', (headers) => resolve(headers[':status'])).resume()
      })
    expect(await Promise.all([get(), get(), get()])).toEqual([200, 200, 200])
    session.close()
    expect(stub?.metrics().stub).toMatchObject({ protocols: { h2: 3 }, connections: 1 })
  })

  it.each([
    ['error', 500],
    ['html', 200],
    ['redirect', 302],
  ] as const)('misbehaves as asked: %s', async (kind, status) => {
    const url = await start({ faults: [{ kind, share: 1 }] })
    expect((await fetch(url, { redirect: 'manual' })).status).toBe(status)
  })

  it('breaks JSON off, resets in mid-body, and writes what is not UTF-8', async () => {
    const truncated = await (await fetch(await start({ faults: [{ kind: 'truncate', share: 1 }] }))).text()
    expect(() => JSON.parse(truncated)).toThrow()
    await stub?.close()
    const reset = await fetch(await start({ faults: [{ kind: 'reset', share: 1 }] }))
    await expect(reset.text()).rejects.toThrow()
    await stub?.close()
    const broken = await (
      await fetch(await start({ faults: [{ kind: 'not-utf8', share: 1 }] }))
    ).arrayBuffer()
    expect(() => new TextDecoder('utf-8', { fatal: true }).decode(broken)).toThrow()
  })

  it('resets under TLS as well, and lives on', async () => {
    const tls = makeStubCertificate()
    const url = await start({ faults: [{ kind: 'reset', share: 1 }] }, { tls })
    const { request } = await import('node:https')
    const ask = () =>
      new Promise<string>((resolve) => {
        request(url, { ca: tls.cert, agent: false }, (response) => {
          response.resume().once('error', ({ message }) => resolve(message))
        }).end()
      })
    expect([await ask(), await ask()]).toEqual(['aborted', 'aborted'])
  })

  it('repeats a cursor', async () => {
    const page: unknown = await (await fetch(await start({ faults: [{ kind: 'repeat', share: 1 }] }))).json()
    expect(page).toHaveProperty('next_cursor', Buffer.from('after:0').toString('base64url'))
  })
})
