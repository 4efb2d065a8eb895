/**
 * The one door to undici. Requests go out as soon as a connection of the pool is free, each with deadlines of its own:
 * undici's timers have a grain of half a second (lib/util/timers.js).
 */
import type { Socket } from 'node:net'
import { buildConnector, Client } from 'undici'
import { type Connections, createConnections, type Held } from './connections.ts'
import { createDeadlines } from './deadlines.ts'
import { type ApiAnswer, Exchange } from './exchange.ts'
import { createLookup } from './lookup.ts'
import { RequestError, toRequestError } from './request-error.ts'
import type { ConnectionSettings } from './settings.ts'
import { createSlots } from './slots.ts'

export interface ApiRequest {
  /** `https://api.example.com`, without a path. */
  readonly origin: string
  /** With its query. */
  readonly path: string
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string | undefined
}

/**
 * A connection that was quiet for longer may have been closed by its host, while this thread had no time to see that.
 * Hosts wait for a second at least before they do.
 */
const FRESH_MS = 20

/** The first turn may end without a look at what has come meanwhile, the second begins with one. */
const lookAtSockets = (then: () => void) => setImmediate(() => setImmediate(then))

/** Called when the request leaves: what went before was waiting for a connection of the pool. */
export type OnSent = (atMs: number) => void

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
  const { http2, maxConnections, maxPerRoute } = settings
  const lookup = createLookup(settings.dnsTtlMs, nowMs)
  const streams = http2?.maxStreams ?? 1
  const slots = createSlots(maxConnections * streams, maxPerRoute * streams)
  const byOrigin = new Map<string, Connections<Client>>()
  const protocols: Record<string, number> = {}
  let opened = 0
  let closed = 0
  let busyMs = 0
  const accepted = settings.compression.join(', ')
  const deadlines = createDeadlines(nowMs)
  /** Of the last request: nearly always those of the next. */
  let known: { asked: ApiRequest['headers'] | undefined; sent: string[] } = { asked: undefined, sent: [] }

  const connect = connector(settings, lookup.lookup, (socket, protocol) => {
    opened++
    protocols[protocol] = (protocols[protocol] ?? 0) + 1
    socket.once('close', () => closed++)
  })

  /** Slots say how many there may be at a time; undici's own pool would look for a free one again, at a price. */
  const connectionsOf = (origin: string): Connections<Client> => {
    const found = byOrigin.get(origin)
    if (found !== undefined) return found
    const made = createConnections(
      () =>
        new Client(origin, {
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
        }),
      streams,
    )
    byOrigin.set(origin, made)
    return made
  }

  const sentHeaders = (headers: ApiRequest['headers']) => {
    if (headers !== known.asked) known = { asked: headers, sent: withEncodings(headers, accepted) }
    return known.sent
  }

  const begin = (
    { origin, path, method, headers, body }: ApiRequest,
    onSent: OnSent | undefined,
    onEnd: (outcome: ApiAnswer | RequestError) => void,
  ) => {
    let held: Held<Client>
    const connections = connectionsOf(origin)
    try {
      held = connections.take()
    } catch (error) {
      // A page may lead to an address that is none
      slots.giveBack(origin)
      return onEnd(toRequestError(error))
    }
    const send = () => {
      const beganMs = nowMs()
      const exchange = new Exchange(settings, nowMs, beganMs, (outcome) => {
        const endMs = nowMs()
        deadlines.forget(exchange)
        busyMs += endMs - beganMs
        connections.giveBack(held, endMs)
        slots.giveBack(origin)
        onEnd(outcome)
      })
      deadlines.watch(exchange)
      onSent?.(beganMs)
      held.connection.dispatch(
        { origin, path, method, headers: sentHeaders(headers), body: body ?? null },
        exchange,
      )
    }
    if (nowMs() - held.quietSinceMs > FRESH_MS) lookAtSockets(send)
    else send()
  }

  return {
    ask: (request, onSent) =>
      new Promise((resolve, reject) => {
        slots.take(request.origin, () =>
          begin(request, onSent, (outcome) =>
            outcome instanceof RequestError ? reject(outcome) : resolve(outcome),
          ),
        )
      }),
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
      deadlines.close()
      const all = [...byOrigin.values()].flatMap((connections) => connections.all())
      await Promise.all(all.map((connection) => connection.destroy()))
    },
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

/** As undici likes them best: name, value, name, value… What is asked for by a header of the request itself stays. */
function withEncodings(headers: Readonly<Record<string, string>>, accepted: string): string[] {
  const isSaid =
    accepted === '' || Object.keys(headers).some((name) => name.toLowerCase() === 'accept-encoding')
  return Object.entries(isSaid ? headers : { ...headers, 'accept-encoding': accepted }).flat()
}
