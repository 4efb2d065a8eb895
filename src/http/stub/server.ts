/** A JSON API on loopback to measure a poller against: paged, paced, limited and faulty as asked. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { createSecureServer, type Http2ServerRequest, type Http2ServerResponse } from 'node:http2'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo, Socket } from 'node:net'
import { messageOf, TuneError } from '../../errors.ts'
import { createBehaviour } from './behaviour.ts'
import { stubRecords } from './data.ts'
import { misbehave } from './faults.ts'
import { control, createGrowth } from './growth.ts'
import { createMeters, type Meters } from './meters.ts'
import type { StubOptions } from './options.ts'
import { createPages, ENCODINGS, type PreparedPage } from './pages.ts'
import { linkHeader, type Page, pageOf } from './paging.ts'

export type StubRequest = IncomingMessage | Http2ServerRequest
export type StubResponse = ServerResponse | Http2ServerResponse

export interface StubListen {
  /** 0: a free one. */
  readonly port: number
  /** PEM texts; without them it is plain HTTP/1.1. */
  readonly tls?: { readonly cert: string; readonly key: string }
  /** HTTP/2 beside HTTP/1.1, by ALPN; needs tls. */
  readonly http2: boolean
}

export interface StubApi {
  /** Of the records, e.g. `http://127.0.0.1:8080/records`. */
  readonly url: string
  metrics(): ReturnType<Meters['told']>
  close(): Promise<void>
}

/** @throws TuneError STORAGE where the port cannot be had */
export async function startStub(options: StubOptions, listen: StubListen): Promise<StubApi> {
  const meters = createMeters(performance.now())
  const handle = handler(options, meters)
  const server = makeServer(listen, handle)
  const sockets = new Set<Socket>()
  server.on(listen.tls === undefined ? 'connection' : 'secureConnection', (socket: Socket) => {
    sockets.add(socket)
    socket.setNoDelay(true)
    meters.connected()
    socket.once('close', () => {
      sockets.delete(socket)
      meters.disconnected()
    })
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => {
      reject(
        new TuneError('STORAGE', `the stub API cannot listen on port ${listen.port}: ${messageOf(error)}`, {
          hint: 'take another --port, or leave it out for a free one',
        }),
      )
    })
    server.listen(listen.port, '127.0.0.1', resolve)
  })
  const { port } = server.address() as AddressInfo
  return {
    url: `${listen.tls === undefined ? 'http' : 'https'}://127.0.0.1:${port}/records`,
    metrics: () => meters.told(performance.now()),
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      for (const socket of sockets) socket.destroy()
      await closed
    },
  }
}

type Handle = (request: StubRequest, response: StubResponse) => void

function makeServer({ tls, http2 }: StubListen, handle: Handle): Server {
  // Of Node's own time-outs none may end a connection that the poller keeps
  const patient = { keepAliveTimeout: 0, requestTimeout: 0, headersTimeout: 0, noDelay: true }
  if (tls === undefined) return createServer(patient, handle)
  if (!http2) return createTlsServer({ ...patient, ...tls }, handle)
  const server = createSecureServer({ ...tls, allowHTTP1: true }, handle)
  // What is used of it, listen, close and events, is the same
  return server as unknown as Server
}

function handler(options: StubOptions, meters: Meters): Handle {
  const behaviour = createBehaviour(options)
  const growth = createGrowth(options, performance.now())
  const pages = createPages(options, stubRecords(options))
  const streams = new WeakMap<object, number>()

  return (request, response) => {
    const arrivedMs = performance.now()
    const url = urlOf(request.url)
    if (url.pathname === '/health') return sendJson(response, 200, { status: 'UP' })
    if (url.pathname === '/health/metrics') return sendJson(response, 200, meters.told(arrivedMs))
    if (url.pathname === '/control/growth') {
      return control(request, growth, (status, body) => sendJson(response, status, body))
    }

    const connection = connectionOf(request)
    const open = (streams.get(connection) ?? 0) + 1
    streams.set(connection, open)
    meters.began(`h${request.httpVersionMajor}`, open)
    response.once('close', () => {
      streams.set(connection, (streams.get(connection) ?? 1) - 1)
      meters.ended(performance.now() - arrivedMs)
    })
    request.resume()

    const limitedMs = behaviour.limitedMs(arrivedMs)
    if (limitedMs > 0) {
      meters.counts.rateLimited++
      // Whole seconds, rounded up: RFC 9110 10.2.3
      const retryAfter = String(Math.ceil(limitedMs / 1000))
      return sendJson(response, 429, { error: 'rate limit' }, { 'retry-after': retryAfter })
    }
    const records = growth.records(arrivedMs)
    const page = pageOf(url.searchParams, { ...options, records, isGrowing: growth.isGrowing })
    if (typeof page === 'string') {
      meters.counts.failed++
      return sendJson(response, 400, { error: page })
    }
    const fault = behaviour.fault()
    if (fault !== undefined) meters.counts.failed++
    at(behaviour.answerAtMs(arrivedMs), () => {
      if (response.destroyed) return
      if (fault !== undefined) {
        misbehave(fault, { request, response, url, page, plain: pages(page, records).plain })
      } else answer(request, response, url, page, pages(page, records))
    })
  }

  function answer(request: StubRequest, response: StubResponse, url: URL, page: Page, made: PreparedPage) {
    const headers: Record<string, string> = { 'content-type': 'application/json' }
    if (options.pagination === 'link') headers.link = linkHeader(page, baseOf(request, url))
    if (options.etag) {
      headers.etag = made.etag
      if (request.headers['if-none-match'] === made.etag) {
        meters.counts.notModified++
        response.writeHead(304, headers)
        response.end()
        return
      }
    }
    const accepted = String(request.headers['accept-encoding'] ?? '')
    const encoding = options.compress ? ENCODINGS.find((name) => accepted.includes(name)) : undefined
    const body = encoding === undefined ? made.plain : made.encoded(encoding)
    if (encoding !== undefined) headers['content-encoding'] = encoding
    headers['content-length'] = String(body.length)
    meters.served(performance.now(), page.count, body.length)
    response.writeHead(200, headers)
    response.end(body)
  }
}

/** `//` is a path here, and no host; what is no path at all is the root. */
function urlOf(path = '/'): URL {
  const text = `http://stub${path}`
  return new URL(path.startsWith('/') && URL.canParse(text) ? text : 'http://stub/')
}

/** The connection that a request came by: with HTTP/2, many at a time. */
function connectionOf(request: StubRequest): object {
  return 'stream' in request && request.stream?.session !== undefined
    ? request.stream.session
    : request.socket
}

export function baseOf(request: StubRequest, url: URL): string {
  const encrypted = 'stream' in request || 'encrypted' in request.socket
  const host = request.headers.host ?? request.headers[':authority']
  return `${encrypted ? 'https' : 'http'}://${host}${url.pathname}`
}

export function sendJson(
  response: StubResponse,
  status: number,
  body: object,
  headers: Readonly<Record<string, string>> = {},
): void {
  const text = JSON.stringify(body)
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': String(Buffer.byteLength(text)),
    ...headers,
  })
  response.end(text)
}

/** Timers are whole milliseconds and may fire early; the last one is spun over the event loop. */
const SPIN_MS = 1

function at(whenMs: number, run: () => void): void {
  const spin = () => {
    if (performance.now() >= whenMs) run()
    else setImmediate(spin)
  }
  const leftMs = whenMs - performance.now()
  if (leftMs <= 0) run()
  else if (leftMs <= SPIN_MS) setImmediate(spin)
  else setTimeout(spin, Math.floor(leftMs - SPIN_MS))
}
