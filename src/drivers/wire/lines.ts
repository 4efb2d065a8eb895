/**
 * Batches stand in line for their leader's connection, and leave grouped: one request takes one batch of each partition
 * in line, up to a size that the broker's memory likes.
 */
import type { Connection } from '../driver.ts'
import type { Server } from '../servers.ts'
import { type Batch, type PartitionQueue, peekBatch, takeBatch } from './batch.ts'
import { BATCH_HEADER_BYTES } from './batch-header.ts'
import { CONNECTIONS_PER_BROKER, REQUEST_BYTES, type WireConfig } from './config.ts'
import { type Fate, type Link, openLink } from './link.ts'
import type { TopicLeaders } from './metadata.ts'
import {
  type ProduceAnswer,
  produceRequest,
  type RequestPart,
  type RequestShape,
  readProduceAnswer,
} from './request.ts'
import type { Variants } from './variants.ts'

/** A connection and the partitions that wait for it. */
interface Line {
  readonly server: Server
  readonly link: Link
  readonly waiting: PartitionQueue[]
}

export interface Lines {
  /** Puts the partition in line; what is in line leaves with the next `pump`. */
  stand(queue: PartitionQueue): void
  /** Sends what the connections have room for. */
  pump(): void
  /** Connects to every leader ahead of the first batch. */
  warm(): void
  /** False while the partition has no leader, rests, or its leader's connection is lost. */
  usable(queue: PartitionQueue): boolean
  /** Who leads now, and where. What waited for another leader stands in the new one's line. */
  learn(found: TopicLeaders): void
  /** How many connections there are. */
  count(): number
  close(): void
}

export interface LinesOptions {
  readonly where: Connection
  readonly config: WireConfig
  readonly shape: RequestShape
  readonly variants: Variants
  readonly brokers: ReadonlyMap<number, Server>
  readonly queues: readonly PartitionQueue[]
  readonly onLeave: (batch: Batch, wireBytes: number) => void
  readonly onFate: (batches: readonly Batch[], fate: Fate<ProduceAnswer>, sentMs: number) => void
  /** A leader is missing or was lost. */
  readonly onLeaderless: () => void
}

export function createLines(options: LinesOptions): Lines {
  const { where, config, shape, variants, queues, onLeave, onFate, onLeaderless } = options
  const requestBytes = Math.min(REQUEST_BYTES, config.maxRequestBytes)
  const lines = new Map<string, Line>()
  let brokers = options.brokers
  let closed = false

  const lineOf = (queue: PartitionQueue): Line | undefined => {
    const server = brokers.get(queue.leader)
    if (server === undefined || closed) return undefined
    // A partition keeps to one connection, so that its batches stay in order
    const key = `${queue.leader}/${queue.partition % CONNECTIONS_PER_BROKER}`
    const known = lines.get(key)
    if (known?.server.host === server.host && known.server.port === server.port) return known
    const line = open(server)
    lines.set(key, line)
    if (known !== undefined) {
      // The broker has another address now
      known.link.close()
      emptyLine(known)
    }
    return line
  }

  const open = (server: Server): Line => {
    const link = openLink(where, server, config, { onRoom: () => pumpLine(line), onLost: onLeaderless })
    const line: Line = { server, link, waiting: [] }
    return line
  }

  const stand = (queue: PartitionQueue) => {
    if (queue.inLine || queue.restsUntilMs > 0) return
    const line = lineOf(queue)
    if (line === undefined) return onLeaderless()
    queue.inLine = true
    line.waiting.push(queue)
  }

  /** Takes the next request's batches out of the line. */
  const collect = (line: Line): { batches: Batch[]; parts: RequestPart[] } => {
    const batches: Batch[] = []
    const parts: RequestPart[] = []
    const again: PartitionQueue[] = []
    let bytes = 0
    for (let queue = line.waiting[0]; queue !== undefined && bytes < requestBytes; queue = line.waiting[0]) {
      const batch = peekBatch(queue)
      if (batch === undefined || queue.restsUntilMs > 0 || lineOf(queue) !== line) {
        leaveLine(line, queue)
        // The leader moved while it stood here
        if (batch !== undefined) stand(queue)
        continue
      }
      const variant = variants.of(batch.set, batch.records)
      const wireBytes = BATCH_HEADER_BYTES + variant.body.length
      if (parts.length > 0 && bytes + wireBytes > requestBytes) break
      leaveLine(line, queue)
      takeBatch(queue)
      // A request has one batch of a partition; the next one waits for the next request
      if (peekBatch(queue) !== undefined) again.push(queue)
      bytes += wireBytes
      batches.push(batch)
      parts.push({ partition: queue.partition, variant, timestampMs: batch.timestampMs })
      onLeave(batch, wireBytes)
    }
    for (const queue of again) stand(queue)
    return { batches, parts }
  }

  const pumpLine = (line: Line) => {
    while (line.waiting.length > 0) {
      if (line.link.room() === 0) return line.link.wake()
      const { batches, parts } = collect(line)
      if (parts.length === 0) continue
      const sentMs = performance.now()
      line.link.send(
        (id) => produceRequest(id, shape, parts),
        config.acks === 0 ? undefined : readProduceAnswer,
        (fate) => {
          onFate(batches, fate, sentMs)
          pumpLine(line)
        },
      )
    }
  }

  return {
    stand,
    pump() {
      for (const line of lines.values()) pumpLine(line)
    },
    warm() {
      for (const queue of queues) lineOf(queue)?.link.wake()
    },
    usable: (queue) => queue.restsUntilMs === 0 && lineOf(queue)?.link.isDown() === false,
    learn(found) {
      brokers = found.brokers
      for (const queue of queues) queue.leader = found.leaders[queue.partition] ?? -1
      for (const line of [...lines.values()]) emptyLine(line)
      for (const queue of queues) if (peekBatch(queue) !== undefined) stand(queue)
    },
    count: () => lines.size,
    close() {
      closed = true
      for (const { link } of lines.values()) link.close()
    },
  }
}

function emptyLine(line: Line): void {
  for (const queue of line.waiting.splice(0)) queue.inLine = false
}

function leaveLine(line: Line, queue: PartitionQueue): void {
  line.waiting.shift()
  queue.inLine = false
}
