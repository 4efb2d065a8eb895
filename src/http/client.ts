/**
 * The one door to undici. Requests go out as soon as a connection of the pool is free, each with deadlines of its own:
 * undici's timers have a grain of half a second (lib/util/timers.js).
 */
import type { IncomingHttpHeaders } from 'node:http'
import type { Socket } from 'node:net'
import { buildConnector, type Dispatcher, Pool } from 'undici'
import { decodeBody } from './decode.ts'
import { createLookup } from './lookup.ts'
import { RequestError, toRequestError } from './request-error.ts'
import type { ConnectionSettings } from './settings.ts'
import { createSlots } from './slots.ts'

export interface ApiRequest {
  /** `https://api.example.com`, without a path. */
  readonly origin: string
  /** With its query. */
  readonly path: string
  readonly method: 'GET' | 'POST' | 'PUT'
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
}

export interface ApiAnswer {
  readonly status: number
  /** Names in lower case; several of a name joined by a comma. */
  readonly headers: Readonly<Record<string, string>>
  /** Decoded. */
  readonly body: Buffer
  /** As it came. */
  readonly wireBytes: number
}

/** Called when the request leaves: what went before was waiting for a connection of the pool. */
export type OnSent = () => void

export interface ClientStats {
  /** Connections that the pool may have in use at a time, and the most that were. */
  readonly size: number
  readonly mostInUse: number
  /** Requests that waited for one. */
  readonly waited: number
  /** Time of all requests together in which a place of the pool was theirs. */
  readonly busyMs: number
  readonly opened: number
  readonly closed: number
  readonly lookups: number
  /** Connections by negotiated protocol. */
  readonly protocols: Readonly<Record<string, number>>
}

export interface HttpClient {
  /** @throws RequestError; whatever the status, an answer that came whole is none */
  ask(request: ApiRequest, onSent?: OnSent): Promise<ApiAnswer>
  /** Since the client was made. */
  stats(): ClientStats
  /** Ends what is under way. */
  close(): Promise<void>
}

export function createClient(settings: ConnectionSettings, nowMs: () => number): HttpClient {
  const { http2, maxConnections, maxPerRoute, requestTimeoutMs, maxResponseBytes } = settings
  const lookup = createLookup(settings.dnsTtlMs, nowMs)
  const streams = http2?.maxStreams ?? 1
  const slots = createSlots(maxConnections * streams, maxPerRoute * streams)
  const pools = new Map<string, Pool>()
  const protocols: Record<string, number> = {}
  let opened = 0
  let closed = 0
  let busyMs = 0
  const accepted = settings.compression.join(', ')

  const connect = connector(settings, lookup.lookup, (socket, protocol) => {
    opened++
    protocols[protocol] = (protocols[protocol] ?? 0) + 1
    socket.once('close', () => closed++)
  })

  const poolOf = (origin: string): Pool => {
    const known = pools.get(origin)
    if (known !== undefined) return known
    const pool = new Pool(origin, {
      connections: Math.min(maxConnections, maxPerRoute),
      // 0: the connection is closed after each answer. With HTTP/2, undici sends one stream a connection unless told
      pipelining: settings.keepAlive ? streams : 0,
      allowH2: http2 !== undefined,
      ...(http2 === undefined ? {} : { maxConcurrentStreams: http2.maxStreams }),
      keepAliveTimeout: settings.idleMs,
      keepAliveMaxTimeout: settings.idleMs,
      ...(settings.maxRequests === undefined ? {} : { maxRequestsPerClient: settings.maxRequests }),
      headersTimeout: 0,
      bodyTimeout: 0,
      connect,
    })
    pools.set(origin, pool)
    return pool
  }

  const exchange = (request: ApiRequest) =>
    new Promise<Raw>((resolve, reject) => {
      poolOf(request.origin).dispatch(
        { ...request, headers: withEncodings(request.headers, accepted), body: request.body ?? null },
        collect(settings.socketTimeoutMs, requestTimeoutMs, maxResponseBytes, nowMs, resolve, reject),
      )
    })

  return {
    async ask(request, onSent) {
      const giveBack = await slots.take(request.origin)
      const fromMs = nowMs()
      onSent?.()
      let raw: Raw
      try {
        raw = await exchange(request)
      } catch (error) {
        throw toRequestError(error)
      } finally {
        busyMs += nowMs() - fromMs
        giveBack()
      }
      const headers = flatten(raw.headers)
      const body = decodeBody(raw.body, headers['content-encoding'], maxResponseBytes)
      return { status: raw.status, headers, body, wireBytes: raw.body.length }
    },
    stats: () => ({
      size: maxConnections * streams,
      mostInUse: slots.mostInUse,
      waited: slots.waited,
      busyMs,
      opened,
      closed,
      lookups: lookup.asked(),
      protocols: { ...protocols },
    }),
    async close() {
      await Promise.all([...pools.values()].map((pool) => pool.destroy()))
    },
  }
}

interface Raw {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

/** Gathers an answer, and gives it up where it is too large or too late. */
function collect(
  socketTimeoutMs: number,
  requestTimeoutMs: number,
  maxBytes: number,
  nowMs: () => number,
  resolve: (raw: Raw) => void,
  reject: (error: unknown) => void,
): Dispatcher.DispatchHandler {
  const chunks: Buffer[] = []
  let bytes = 0
  let status = 0
  let headers: IncomingHttpHeaders = {}
  let controller: Dispatcher.DispatchController | undefined
  let isOver = false
  const beganMs = nowMs()
  let heardMs = beganMs

  const end = (settle: () => void) => {
    if (isOver) return
    isOver = true
    clearTimeout(timer)
    settle()
  }
  const giveUp = (error: RequestError) =>
    end(() => {
      controller?.abort(error)
      reject(error)
    })
  /** One timer for both: what is heard moves a number, not a timer. */
  const look = () => {
    const dueMs = Math.min(heardMs + socketTimeoutMs, beganMs + requestTimeoutMs)
    const leftMs = dueMs - nowMs()
    if (leftMs > 0) {
      timer = setTimeout(look, leftMs)
      return
    }
    const isWhole = beganMs + requestTimeoutMs <= heardMs + socketTimeoutMs
    giveUp(
      isWhole
        ? new RequestError('REQUEST_TIMEOUT', `no whole answer in ${requestTimeoutMs} ms`)
        : new RequestError('SOCKET_TIMEOUT', `nothing was heard for ${socketTimeoutMs} ms`),
    )
  }
  let timer = setTimeout(look, Math.min(socketTimeoutMs, requestTimeoutMs))

  return {
    onRequestStart(given) {
      controller = given
      // Given up while its connection was made
      if (isOver) given.abort(new RequestError('REQUEST_TIMEOUT', 'given up'))
      heardMs = nowMs()
    },
    onResponseStart(_, statusCode, given) {
      status = statusCode
      headers = given
      heardMs = nowMs()
    },
    onResponseData(_, chunk) {
      if (isOver) return
      heardMs = nowMs()
      bytes += chunk.length
      if (bytes > maxBytes) {
        giveUp(new RequestError('RESPONSE_TOO_LARGE', `the body is more than ${maxBytes} B`))
      } else chunks.push(chunk)
    },
    onResponseEnd: () =>
      end(() => {
        const [first] = chunks
        const body = chunks.length === 1 && first !== undefined ? first : Buffer.concat(chunks, bytes)
        resolve({ status, headers, body })
      }),
    onResponseError: (_, error) => end(() => reject(error)),
  }
}

/** undici's connector, with a deadline of its own and a lookup that remembers. */
function connector(
  settings: ConnectionSettings,
  lookup: ReturnType<typeof createLookup>['lookup'],
  onConnected: (socket: Socket, protocol: string) => void,
): buildConnector.connector {
  // An option of net.Socket that the connector hands on and its type does not know
  const buffer = { highWaterMark: settings.bufferBytes }
  const base = buildConnector({
    allowH2: settings.http2 !== undefined,
    timeout: 0,
    lookup,
    ...buffer,
    ...(settings.ca === undefined ? {} : { ca: settings.ca }),
  })
  const { connectTimeoutMs } = settings
  return (options, callback) => {
    let isOver = false
    // It returns the socket, whatever its type says
    const socket: unknown = base(options, (...[error, connected]) => {
      if (isOver) return
      isOver = true
      clearTimeout(timer)
      // With an error there is nothing behind it, whatever its type says
      if (error !== null) return callback(error, null)
      const protocol = 'alpnProtocol' in connected && connected.alpnProtocol === 'h2' ? 'h2' : 'http/1.1'
      onConnected(connected, protocol)
      callback(null, connected)
    })
    const timer = setTimeout(() => {
      if (isOver) return
      isOver = true
      if (typeof socket === 'object' && socket !== null && 'destroy' in socket) (socket as Socket).destroy()
      callback(new RequestError('CONNECT_TIMEOUT', `no connection in ${connectTimeoutMs} ms`), null)
    }, connectTimeoutMs)
    return socket
  }
}

/** What is asked for by a header of the request itself stays. */
function withEncodings(headers: Readonly<Record<string, string>>, accepted: string): Record<string, string> {
  const isSaid =
    accepted === '' || Object.keys(headers).some((name) => name.toLowerCase() === 'accept-encoding')
  return isSaid ? { ...headers } : { ...headers, 'accept-encoding': accepted }
}

function flatten(headers: IncomingHttpHeaders): Record<string, string> {
  const flat: Record<string, string> = {}
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) flat[name] = Array.isArray(value) ? value.join(', ') : value
  }
  return flat
}
