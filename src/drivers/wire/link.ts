/**
 * A connection to one leader that comes back by itself. It carries requests and says what became of each; what to send,
 * and how its answer reads, is the producer's and the consumer's.
 */
import { messageOf } from '../../errors.ts'
import type { Connection } from '../driver.ts'
import { type Server, serverName } from '../servers.ts'
import { type Answer, CONNECTION_LOST, REQUEST_EXPIRED } from './codes.ts'
import { correlationIds, type FrameRoom, type Frames, takeSocket } from './frames.ts'
import { type OpenedSocket, openByLibrary, openPlain } from './sockets.ts'

/** What became of a request: the broker's answer, `written` where none is expected, or why there is none. */
export type Fate<A> = { answer: A } | { written: true } | { lost: Answer }

/** What is read of an answer; the link itself heeds the throttle time. */
interface Throttled {
  readonly throttleMs: number
}

export interface Link {
  /** How many requests may be sent now; 0 while it is not connected. */
  room(): number
  /**
   * @param request gives the frame's pieces for a correlation id
   * @param read reads the answer, from behind its correlation id; undefined where the broker sends none. Where it
   *   throws, the connection is given up: what follows cannot be trusted either.
   */
  send<A extends Throttled>(
    request: (id: number) => Buffer[],
    read: ((body: Buffer) => A) | undefined,
    onFate: (fate: Fate<A>) => void,
  ): void
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
  onLost(why: Answer): void
}

export interface LinkConfig {
  readonly maxInFlight: number
  readonly requestTimeoutMs: number
  readonly reconnectBackoffMs: number
  readonly reconnectBackoffMaxMs: number
  /** An answer that says it is longer is not Kafka's. */
  readonly maxAnswerBytes?: number
  /** Where answers are put together; given where they are long. */
  readonly room?: FrameRoom
}

/** Enough for every answer but a Fetch's. */
const MAX_ANSWER_BYTES = 64 * 1024 * 1024

interface Flight {
  readonly sentMs: number
  readonly onLost: (lost: Answer) => void
}

export function openLink(where: Connection, server: Server, config: LinkConfig, events: LinkEvents): Link {
  let connection: OpenedSocket | undefined
  let frames: Frames | undefined
  let nextId = correlationIds()
  let failures = 0
  let closed = false
  let throttleTimer: NodeJS.Timeout | undefined
  let restTimer: NodeJS.Timeout | undefined
  let expiryTimer: NodeJS.Timeout | undefined
  const flights = new Set<Flight>()

  const lose = (from: OpenedSocket, reason: string, first: Answer = CONNECTION_LOST) => {
    if (connection !== from) return
    frames?.end()
    connection = undefined
    frames = undefined
    from.drop()
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
      events.onLost(first)
    }
    let lost = first
    const open = [...flights]
    flights.clear()
    for (const { onLost } of open) {
      onLost(lost)
      lost = CONNECTION_LOST
    }
  }

  const connect = () => {
    // Long answers are worth a way of their own where nothing stands between the socket and them
    const isPlain = config.room !== undefined && where.security.protocol === 'PLAINTEXT'
    const open = isPlain ? openPlain : openByLibrary
    const opened: OpenedSocket = open(where, server, {
      onReady() {
        if (connection !== opened || opened.socket === undefined) return
        failures = 0
        if (frames === undefined) {
          nextId = correlationIds()
          const { maxAnswerBytes = MAX_ANSWER_BYTES, room } = config
          frames = takeSocket(opened.socket, (reason) => lose(opened, reason), maxAnswerBytes, room)
        }
        events.onRoom()
      },
      onLost: (reason) => lose(opened, reason),
    })
    connection = opened
  }

  /** One timer for the oldest request: a request without an answer ends the connection, as in Java's client. */
  const watch = (from: OpenedSocket) => {
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
    clearTimeout(throttleTimer)
    throttleTimer = setTimeout(() => {
      throttleTimer = undefined
      events.onRoom()
    }, throttleMs)
  }

  return {
    room() {
      const ready = frames !== undefined && connection?.isReady() === true && throttleTimer === undefined
      return ready ? config.maxInFlight - flights.size : 0
    },
    send(request, read, onFate) {
      const from = connection
      if (from === undefined || frames === undefined) return onFate({ lost: CONNECTION_LOST })
      const flight: Flight = { sentMs: performance.now(), onLost: (lost) => onFate({ lost }) }
      flights.add(flight)
      watch(from)
      const done = (fate: Parameters<typeof onFate>[0]) => {
        if (flights.delete(flight)) onFate(fate)
      }
      const id = nextId()
      if (read === undefined) return frames.send(id, request(id), undefined, () => done({ written: true }))
      frames.send(id, request(id), (body) => {
        let answer: ReturnType<typeof read>
        try {
          answer = read(body)
        } catch (error) {
          return lose(from, `an answer that cannot be read: ${messageOf(error)}`)
        }
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
      clearTimeout(throttleTimer)
      if (connection !== undefined) lose(connection, 'closed')
    },
  }
}
