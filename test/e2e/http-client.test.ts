/** Deadlines and idle times of the HTTP client: what cannot be told without waiting. */

import type { AddressInfo } from 'node:net'
import { createServer, type Server } from 'node:net'
import { Worker } from 'node:worker_threads'
import { afterEach, describe, expect, it } from 'vitest'
import { type ApiRequest, createClient, type HttpClient } from '../../src/http/client.ts'
import { type ConnectionSettings, DEFAULT_CONNECTION } from '../../src/http/settings.ts'
import { DEFAULT_STUB } from '../../src/http/stub/options.ts'
import { startStub } from '../../src/http/stub/server.ts'
import { setupOf } from '../http/config/at-work.ts'

const open: { close(): unknown }[] = []
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close()
})

function clientWith(settings: Partial<ConnectionSettings> = {}): HttpClient {
  const client = createClient({ ...DEFAULT_CONNECTION, ...settings }, () => performance.now())
  open.push(client)
  return client
}

const get = (url: string): ApiRequest => {
  const { origin, pathname, search } = new URL(url)
  return { origin, path: pathname + search, method: 'GET', headers: {} }
}

async function timed(asked: Promise<unknown>): Promise<{ code: unknown; tookMs: number }> {
  const fromMs = performance.now()
  try {
    await asked
  } catch (error) {
    return { code: Reflect.get(Object(error), 'code'), tookMs: performance.now() - fromMs }
  }
  return { code: undefined, tookMs: performance.now() - fromMs }
}

async function listening(server: Server): Promise<string> {
  const sockets = new Set<{ destroy(): void }>()
  server.on('connection', (socket) => sockets.add(socket))
  open.push({
    close() {
      for (const socket of sockets) socket.destroy()
      server.close()
    },
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
}

describe('deadlines', () => {
  it('end a request that is never answered, well below undici’s own half second', async () => {
    const stub = await startStub(
      { ...DEFAULT_STUB, faults: [{ kind: 'hang', share: 1 }] },
      { port: 0, http2: false },
    )
    open.push(stub)
    const whole = await timed(clientWith({ requestTimeoutMs: 150 }).ask(get(stub.url)))
    expect(whole.code).toBe('REQUEST_TIMEOUT')
    expect(whole.tookMs).toBeGreaterThanOrEqual(149)
    expect(whole.tookMs).toBeLessThan(400)
    const silent = await timed(clientWith({ socketTimeoutMs: 120 }).ask(get(stub.url)))
    expect(silent.code).toBe('SOCKET_TIMEOUT')
    expect(silent.tookMs).toBeLessThan(400)
  })

  it('let a body take its time as long as it goes on, and end one that goes on for ever', async () => {
    const url = await listening(
      createServer((socket) => {
        socket.once('data', () => {
          socket.write('HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n')
          const timer = setInterval(() => socket.write('x'), 40)
          socket.once('close', () => clearInterval(timer)).on('error', () => {})
        })
      }),
    )
    const { code, tookMs } = await timed(
      clientWith({ socketTimeoutMs: 150, requestTimeoutMs: 600 }).ask(get(url)),
    )
    expect(code).toBe('REQUEST_TIMEOUT')
    expect(tookMs).toBeGreaterThan(595)
  })

  it('end a connection that is not made', async () => {
    // A TLS client waits for a hello that a silent server never says
    const url = (await listening(createServer((socket) => socket.on('error', () => {})))).replace(
      'http:',
      'https:',
    )
    const { code, tookMs } = await timed(clientWith({ connectTimeoutMs: 150 }).ask(get(url)))
    expect(code).toBe('CONNECT_TIMEOUT')
    expect(tookMs).toBeLessThan(450)
  })
})

describe('an idle connection', () => {
  /** A while after one request: connections that are still open. */
  const openAfterAWhile = async (settings: Partial<ConnectionSettings>) => {
    const stub = await startStub(DEFAULT_STUB, { port: 0, http2: false })
    open.push(stub)
    const client = clientWith(settings)
    await client.ask(get(stub.url))
    expect(stub.metrics().stub.openConnections).toBe(1)
    await new Promise((resolve) => setTimeout(resolve, 1500))
    return { still: stub.metrics().stub.openConnections, client, url: stub.url }
  }
  const MAX_IDLE = { 'http.client.connection.max.idle.time.ms': '200' }

  it('is closed after its time', async () => {
    const { still, client, url } = await openAfterAWhile({ idleMs: 200 })
    expect(still).toBe(0)
    expect((await client.ask(get(url))).status).toBe(200)
    expect(client.stats()).toMatchObject({ opened: 2, closed: 1 })
  })

  it('is closed after http.client.connection.keep.alive.duration.ms', async () => {
    const leftAfter = (ms: string) =>
      openAfterAWhile(setupOf({ 'http.client.connection.keep.alive.duration.ms': ms }).connection)
    const [short, long] = await Promise.all([leftAfter('200'), leftAfter('60000')])
    expect([short.still, long.still]).toEqual([0, 1])
  })

  it('is closed after its idle time only where http.client.connection.cleanup.enabled says so', async () => {
    const leftWith = (enabled: string) =>
      openAfterAWhile(setupOf({ ...MAX_IDLE, 'http.client.connection.cleanup.enabled': enabled }).connection)
    const [on, off] = await Promise.all([leftWith('true'), leftWith('false')])
    expect([on.still, off.still]).toEqual([0, 1])
  })
})

/** A server on a thread of its own, which closes each connection 100 ms after its first answer. */
const CLOSING = `
  const { createServer } = require('node:net')
  const { parentPort } = require('node:worker_threads')
  const server = createServer((socket) => {
    socket.on('error', () => {}).once('data', () => {
      socket.write('HTTP/1.1 200 OK\\r\\nContent-Length: 2\\r\\n\\r\\n{}')
      setTimeout(() => socket.destroy(), 100)
    })
  })
  server.listen(0, '127.0.0.1', () => parentPort.postMessage(server.address().port))`

describe('a connection that its host has closed while this thread was busy', () => {
  it('is not used', async () => {
    const worker = new Worker(CLOSING, { eval: true })
    open.push({ close: () => worker.terminate() })
    const port = await new Promise<number>((resolve) => worker.once('message', resolve))
    const client = clientWith({ maxConnections: 1 })
    const url = `http://127.0.0.1:${port}/`
    await client.ask(get(url))
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 500)
    expect((await client.ask(get(url))).status).toBe(200)
    expect(client.stats()).toMatchObject({ opened: 2, closed: 1 })
  })
})
