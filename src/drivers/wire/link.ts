/**
 * A connection to one leader that comes back by itself. It carries requests and says what became of each; what to send
 * is the producer's.
 */
import type { Connection } from '../driver.ts'
import { type Answer, CONNECTION_LOST, REQUEST_EXPIRED } from './codes.ts'
import type { WireConfig } from './config.ts'
import { LibraryConnection, TimeoutError, type Writer } from './library.ts'
import { connectionOptions, type Server } from './metadata.ts'
import { PRODUCE_KEY, PRODUCE_VERSION, type ProduceAnswer, readProduceAnswer } from './request.ts'

/** What became of a request: the broker's answer, `written` with acks=0, or why there is none. */
export type Fate = { answer: ProduceAnswer } | { written: true } | { lost: Answer }

export interface Link {
  /** How many requests may be sent now; 0 while it is not connected. */
  room(): number
  send(request: () => Writer, onFate: (fate: Fate) => void): void
  /** It was lost and is not back yet. */
  isDown(): boolean
  /** Connects where it is not connected and not resting. */
  wake(): void
  close(): void
}

export interface LinkEvents {
  /** There may be room now. */
  onRoom(): void
  /** The connection failed or was lost: the leaders may have changed. */
  onLost(reason: string): void
}

export function openLink(where: Connection, server: Server, config: WireConfig, events: LinkEvents): Link {
  let connection: LibraryConnection | undefined
  let connected = false
  let closed = false
  let inFlight = 0
  let failures = 0
  let rest: NodeJS.Timeout | undefined
  let throttled = false

  const lose = (from: LibraryConnection, reason: string) => {
    if (connection !== from) return
    connection = undefined
    connected = false
    inFlight = 0
    from.socket?.destroy()
    if (closed) return
    where.log?.(`${server.host}:${server.port} lost: ${reason}`)
    const restMs = Math.min(config.reconnectBackoffMs * 2 ** failures, config.reconnectBackoffMaxMs)
    failures += 1
    rest = setTimeout(() => {
      rest = undefined
      events.onRoom()
    }, restMs)
    events.onLost(reason)
  }

  const connect = () => {
    const opened = new LibraryConnection(where.clientId, {
      ...connectionOptions(where, server),
      requestTimeout: config.requestTimeoutMs,
      maxInflights: config.maxInFlight,
      handleBackPressure: config.acks === 0,
    })
    connection = opened
    opened.on('error', (error) => lose(opened, error.message))
    opened.on('close', () => lose(opened, 'connection closed'))
    opened.connect(server.host, server.port, (error) => {
      if (connection !== opened) return
      if (error) return lose(opened, error.message)
      connected = true
      failures = 0
      events.onRoom()
    })
  }

  const settle = (from: LibraryConnection) => {
    if (connection === from) inFlight -= 1
  }

  /** A throttled client keeps quiet, as the broker would not read it anyway (KIP-219). */
  const throttle = (throttleMs: number) => {
    throttled = true
    setTimeout(() => {
      throttled = false
      events.onRoom()
    }, throttleMs)
  }

  return {
    room: () => (connected && !throttled ? config.maxInFlight - inFlight : 0),
    send(request, onFate) {
      const from = connection
      if (from === undefined) return onFate({ lost: CONNECTION_LOST })
      inFlight += 1
      let settled = false
      const done = (fate: Fate) => {
        // The library calls back a second time when a connection closes on a request that had timed out
        if (settled) return
        settled = true
        settle(from)
        onFate(fate)
      }
      from.send<ProduceAnswer>(
        PRODUCE_KEY,
        PRODUCE_VERSION,
        request,
        readProduceAnswer,
        true,
        true,
        (error, answer) => {
          if (error instanceof TimeoutError) {
            done({ lost: REQUEST_EXPIRED })
            // The library stops reading at the answer of a request that timed out: only a new connection goes on
            return lose(from, 'request timed out')
          }
          if (error) {
            done({ lost: CONNECTION_LOST })
            return lose(from, error.message)
          }
          failures = 0
          if (config.acks !== 0) {
            if (answer === undefined) return done({ lost: CONNECTION_LOST })
            if (answer.throttleMs > 0) throttle(answer.throttleMs)
            return done({ answer })
          }
          // acks=0: the library says whether the socket took it at once; if not, it is written when the socket drains
          if (from.socket.writableNeedDrain) {
            from.once('drain', () => done({ written: true }))
            from.once('close', () => done({ lost: CONNECTION_LOST }))
          } else done({ written: true })
        },
      )
    },
    isDown: () => !connected && failures > 0,
    wake() {
      if (connection === undefined && rest === undefined && !closed) connect()
    },
    close() {
      closed = true
      clearTimeout(rest)
      connection?.close(() => {})
    },
  }
}
