/**
 * A connection to each broker that is read from, with one Fetch under way that asks for all its partitions. While an
 * answer is handled the next one is on its way, but no more: what a busy application holds is bounded.
 */
import type { Connection } from '../driver.ts'
import type { Server } from '../servers.ts'
import type { Answer } from './codes.ts'
import type { WireConsumerConfig } from './consumer-config.ts'
import { type FetchAnswer, readFetchAnswer } from './fetch-answer.ts'
import { type FetchPart, type FetchShape, fetchRequest } from './fetch-request.ts'
import { createFramePool } from './frame-pool.ts'
import type { FrameRoom } from './frames.ts'
import { type Link, openLink } from './link.ts'
import { brokerOf, type Reading } from './reading.ts'

export interface Fetcher {
  readonly server: Server
  readonly link: Link
  /** Where its answers lie; each is given back when it was handled. */
  readonly room: FrameRoom
  /** In the order in which they are asked for; those that brought something go to the end. */
  line: Reading[]
  fetching: boolean
  /** An answer waits for the application. */
  holding: boolean
}

/** What was asked for of one partition. */
export interface Asked extends FetchPart {
  readonly reading: Reading
  readonly turn: number
}

export interface Fetchers {
  /** Sends what may be sent. */
  pump(fetcher: Fetcher): void
  pumpAll(): void
  /** Puts each partition with the broker that it is to be read from now. */
  sort(): void
  /** Who reads the partition now, if anybody can. */
  of(reading: Reading): Fetcher | undefined
  /** These brought something, so they are asked for last. */
  rotate(fetcher: Fetcher, brought: ReadonlySet<Reading>): void
  learn(brokers: ReadonlyMap<number, Server>): void
  close(): void
}

export interface FetchersOptions {
  readonly where: Connection
  readonly config: WireConsumerConfig
  readonly shape: FetchShape
  readonly readings: readonly Reading[]
  readonly brokers: ReadonlyMap<number, Server>
  readonly onAnswer: (
    fetcher: Fetcher,
    answer: FetchAnswer,
    asked: ReadonlyMap<number, Asked>,
    rttMs: number,
  ) => void
  readonly onLost: (why: Answer) => void
}

/** A Fetch, and questions for offsets beside it. */
const MAX_IN_FLIGHT = 1000
/** A batch that is larger than fetch.max.bytes comes all the same (KIP-74); this much more is no batch. */
const BEYOND_MAX_BYTES = 256 * 1024 * 1024

export function createFetchers(options: FetchersOptions): Fetchers {
  const { where, config, shape, readings, onAnswer, onLost } = options
  const fetchers = new Map<number, Fetcher>()
  const linkConfig = {
    maxInFlight: MAX_IN_FLIGHT,
    requestTimeoutMs: config.requestTimeoutMs,
    reconnectBackoffMs: config.reconnectBackoffMs,
    reconnectBackoffMaxMs: config.reconnectBackoffMaxMs,
    maxAnswerBytes: Math.min(2 ** 31 - 1, config.maxBytes + BEYOND_MAX_BYTES),
  }
  let brokers = options.brokers
  let closed = false

  const open = (server: Server): Fetcher => {
    const room = createFramePool()
    const link = openLink(
      where,
      server,
      { ...linkConfig, room },
      {
        onRoom: () => pump(fetcher),
        onLost(why) {
          // A replica's partitions can be read from their leaders
          for (const reading of fetcher.line) reading.replica = -1
          sort()
          onLost(why)
        },
      },
    )
    const fetcher: Fetcher = { server, link, room, line: [], fetching: false, holding: false }
    return fetcher
  }

  const fetcherOf = (id: number): Fetcher | undefined => {
    const server = brokers.get(id)
    if (server === undefined || closed) return undefined
    const known = fetchers.get(id)
    if (known?.server.host === server.host && known.server.port === server.port) return known
    // The broker has another address now
    known?.link.close()
    const fetcher = open(server)
    fetchers.set(id, fetcher)
    return fetcher
  }

  const askedOf = (fetcher: Fetcher): Map<number, Asked> => {
    const asked = new Map<number, Asked>()
    for (const reading of fetcher.line) {
      const { partition, offset, turn, paused } = reading
      if (!paused) asked.set(partition, { reading, partition, offset, turn })
    }
    return asked
  }

  const pump = (fetcher: Fetcher) => {
    if (closed || fetcher.fetching || fetcher.holding || fetcher.line.length === 0) return
    const asked = askedOf(fetcher)
    if (asked.size === 0) return
    if (fetcher.link.room() === 0) return fetcher.link.wake()
    fetcher.fetching = true
    const sentMs = performance.now()
    fetcher.link.send(
      (id) => [fetchRequest(id, shape, [...asked.values()])],
      readFetchAnswer,
      (fate) => {
        fetcher.fetching = false
        if (closed) return
        if ('answer' in fate) onAnswer(fetcher, fate.answer, asked, performance.now() - sentMs)
        pump(fetcher)
      },
    )
  }

  const sort = () => {
    for (const reading of readings) {
      const own = fetcherOf(brokerOf(reading))
      if (own?.line.includes(reading)) continue
      for (const fetcher of [...fetchers.values()]) {
        const at = fetcher.line.indexOf(reading)
        if (at >= 0) fetcher.line.splice(at, 1)
      }
      // An answer of the broker that had it may be on its way still
      reading.turn += 1
      own?.line.push(reading)
    }
  }

  return {
    pump,
    pumpAll() {
      for (const fetcher of fetchers.values()) pump(fetcher)
    },
    sort,
    of: (reading) => fetcherOf(brokerOf(reading)),
    rotate(fetcher, brought) {
      const waiting = fetcher.line.filter((reading) => !brought.has(reading))
      fetcher.line = [...waiting, ...fetcher.line.filter((reading) => brought.has(reading))]
    },
    learn(found) {
      brokers = found
    },
    close() {
      closed = true
      for (const { link } of fetchers.values()) link.close()
    },
  }
}
