/**
 * A connection to one leader that comes back by itself. It carries requests and says what became of each; what to send
 * is the producer's.
 */
import type { Connection } from '../driver.ts'
import { type Server, serverName } from '../servers.ts'
import { type Answer, CONNECTION_LOST, REQUEST_EXPIRED } from './codes.ts'
import type { WireConfig } from './config.ts'
import { correlationIds, type Frames, takeSocket } from './frames.ts'
import { LibraryConnection } from './library.ts'
import { connectionOptions } from './metadata.ts'
import { type ProduceAnswer, readProduceAnswer } from './request.ts'

/** What became of a request: the broker's answer, `written` with acks=0, or why there is none. */
export type Fate = { answer: ProduceAnswer } | { written: true } | { lost: Answer }

export interface Link {
  /** How many requests may be sent now; 0 while it is not connected. */
  room(): number
  /** @param request gives the frame's pieces for a correlation id */
  send(request: (id: number) => Buffer[], onFate: (fate: Fate) => void): void
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
  onLost(): void
}

interface Flight {
  readonly sentMs: number
  readonly onFate: (fate: Fate) => void
}

export function openLink(where: Connection, server: Server, config: WireConfig, events: LinkEvents): Link {
  let connection: LibraryConnection | undefined
  let frames: Frames | undefined
  let nextId = correlationIds()
  let failures = 0
  let closed = false
  let throttled = false
  let restTimer: NodeJS.Timeout | undefined
  let expiryTimer: NodeJS.Timeout | undefined
  const flights = new Set<Flight>()

  const lose = (from: LibraryConnection, reason: string, first: Answer = CONNECTION_LOST) => {
    if (connection !== from) return
    frames?.end()
    connection = undefined
    frames = undefined
    // Not close(): that waits until a broker that may hang has read everything
    from.socket?.destroy()
    clearTimeout(expiryTimer)
    expiryTimer = undefined
    if (!closed) {
      where.log?.(`${serverName(server)} lost: ${reason}`)
      const restMs = Math.min(config.reconnectBackoffMs * 2 ** failures, config.reconnectBackoffMaxMs)
      failures += 1
      restTimer = setTimeout(() => {
        restTimer = undefined
        events.onRoom()
      }, restMs)
      events.onLost()
    }
    let lost = first
    const open = [...flights]
    flights.clear()
    for (const { onFate } of open) {
      onFate({ lost })
      lost = CONNECTION_LOST
    }
  }

  const connect = () => {
    const opened = new LibraryConnection(where.clientId, connectionOptions(where, server))
    connection = opened
    opened.on('error', (error) => lose(opened, error.message))
    opened.on('close', () => lose(opened, 'connection closed'))
    // Once more after each renewed log-in, when requests may go on
    opened.on('connect', () => {
      if (connection !== opened) return
      failures = 0
      if (frames === undefined) {
        nextId = correlationIds()
        frames = takeSocket(opened.socket, (reason) => lose(opened, reason))
      }
      events.onRoom()
    })
    opened.connect(server.host, server.port, (error) => {
      if (error) lose(opened, error.message)
    })
  }

  /** One timer for the oldest request: a request without an answer ends the connection, as in Java's client. */
  const watch = (from: LibraryConnection) => {
    const [oldest] = flights
    if (oldest === undefined || expiryTimer !== undefined) return
    const leftMs = oldest.sentMs + config.requestTimeoutMs - performance.now()
    expiryTimer = setTimeout(
      () => {
        expiryTimer = undefined
        const [head] = flights
        if (head === undefined) return
        if (performance.now() - head.sentMs < config.requestTimeoutMs) return watch(from)
        lose(from, 'request timed out', REQUEST_EXPIRED)
      },
      Math.max(1, leftMs),
    )
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
    room() {
      const ready = frames !== undefined && connection?.isConnected() === true && !throttled
      return ready ? config.maxInFlight - flights.size : 0
    },
    send(request, onFate) {
      const from = connection
      if (from === undefined || frames === undefined) return onFate({ lost: CONNECTION_LOST })
      const flight: Flight = { sentMs: performance.now(), onFate }
      flights.add(flight)
      watch(from)
      const done = (fate: Fate) => {
        if (flights.delete(flight)) onFate(fate)
      }
      const id = nextId()
      if (config.acks === 0) return frames.send(id, request(id), undefined, () => done({ written: true }))
      frames.send(id, request(id), (body) => {
        const answer = readProduceAnswer(body)
        if (answer.throttleMs > 0) throttle(answer.throttleMs)
        done({ answer })
      })
    },
    isDown: () => frames === undefined && failures > 0,
    wake() {
      if (connection === undefined && restTimer === undefined && !closed) connect()
    },
    close() {
      closed = true
      clearTimeout(restTimer)
      clearTimeout(expiryTimer)
      const from = connection
      if (from === undefined) return
      from.close(() => {})
      lose(from, 'closed')
    },
  }
}
