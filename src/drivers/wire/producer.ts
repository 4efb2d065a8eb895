/** The producer itself: takes operations, sends batches to their leaders, sends again what failed, and answers. */
import type { OnDone } from '../../core/operation.ts'
import { messageOf, TuneError } from '../../errors.ts'
import type { ClientStats, ProducerClient, ProducerPlan } from '../driver.ts'
import { createAccumulator } from './accumulator.ts'
import { type Batch, type PartitionQueue, peekBatch, plainBytes, takeBatch } from './batch.ts'
import { loadCodec } from './codecs.ts'
import { type Answer, answerOf } from './codes.ts'
import { CONNECTIONS_PER_BROKER, REQUEST_BYTES, type WireConfig, wireConfig } from './config.ts'
import { type Fate, type Link, openLink } from './link.ts'
import { findLeaders, parseServers, type Server, type TopicLeaders } from './metadata.ts'
import { produceRequest, type RequestPart } from './request.ts'
import { planRoutes } from './routes.ts'
import { createTally } from './tally.ts'
import { BATCH_HEADER_BYTES, variantsFor } from './variants.ts'

/** How often batches that cannot leave are looked at for their delivery time-out. */
const EXPIRY_CHECK_MS = 250

/** A connection and the partitions that wait for it. */
interface Line {
  readonly server: Server
  readonly link: Link
  readonly waiting: PartitionQueue[]
}

/**
 * Connects, and gives a producer that is ready to take operations.
 * @throws TuneError where the cluster or topic cannot be reached, or the records cannot be sent
 */
export async function createProducer(plan: ProducerPlan, onDone: OnDone): Promise<ProducerClient> {
  const config = wireConfig(plan.properties, plan.source.headers.length)
  const bootstrap = parseServers(plan.connection.bootstrapServers)
  const codec = await loadCodec(config.codec, config.codecLevel)
  const topology = await findLeaders(plan.connection, bootstrap, plan.topic)
  return startProducer(plan, config, variantsFor(codec), bootstrap, topology, onDone)
}

function startProducer(
  plan: ProducerPlan,
  config: WireConfig,
  variants: ReturnType<typeof variantsFor>,
  bootstrap: readonly Server[],
  topology: TopicLeaders,
  onDone: OnDone,
): ProducerClient {
  const { connection, topic, paced, source } = plan
  const requestBytes = Math.min(REQUEST_BYTES, config.maxRequestBytes)
  const queues = topology.leaders.map((leader, partition): PartitionQueue => {
    return { partition, ready: [], open: undefined, inLine: false, restsUntilMs: 0, leader }
  })
  const routes = planRoutes({
    source,
    partitions: queues.length,
    recordsBytes: Math.max(1, config.batchBytes - BATCH_HEADER_BYTES),
    paced,
    usable(partition) {
      const queue = queues[partition]
      return (
        queue !== undefined && queue.leader >= 0 && queue.restsUntilMs === 0 && !lineOf(queue)?.link.isDown()
      )
    },
  })
  if (routes.largestRecordBytes + BATCH_HEADER_BYTES > config.maxRequestBytes) {
    const bytes = routes.largestRecordBytes + BATCH_HEADER_BYTES
    throw new TuneError(
      'CONFIG',
      `a record takes ${bytes} bytes, more than max.request.size=${config.maxRequestBytes}`,
      {
        hint: 'send smaller records or raise max.request.size',
      },
    )
  }

  const tally = createTally()
  const lines = new Map<string, Line>()
  const outstanding = new Set<Batch>()
  const timers = new Set<NodeJS.Timeout>()
  let brokers = topology.brokers
  let refreshing = false
  let refreshTimer: NodeJS.Timeout | undefined
  let takenBytes = 0
  let unsentBytes = 0
  let full = false
  let closed = false
  let roomListener = () => {}
  let drained = () => {}

  const accumulator = createAccumulator({
    lingerMs: config.lingerMs,
    nextSet: routes.nextSet,
    onOpen: (batch) => outstanding.add(batch),
    onReady: (queue) => standInLine(queue),
    onTurn: () => pumpAll(),
  })

  const lineOf = (queue: PartitionQueue): Line | undefined => {
    const server = brokers.get(queue.leader)
    if (server === undefined || closed) return undefined
    const key = `${queue.leader}/${queue.partition % CONNECTIONS_PER_BROKER}`
    const known = lines.get(key)
    if (known !== undefined && known.server.host === server.host && known.server.port === server.port)
      return known
    known?.link.close()
    const link = openLink(connection, server, config, {
      onRoom: () => pump(line),
      onLost: () => refreshSoon(),
    })
    const line: Line = { server, link, waiting: [] }
    lines.set(key, line)
    for (const other of known?.waiting ?? []) {
      other.inLine = false
      standInLine(other)
    }
    return line
  }

  const standInLine = (queue: PartitionQueue) => {
    if (queue.inLine || queue.restsUntilMs > 0) return
    const line = lineOf(queue)
    if (line === undefined) return refreshSoon()
    queue.inLine = true
    line.waiting.push(queue)
  }

  const collect = (line: Line): { batches: Batch[]; parts: RequestPart[] } => {
    const batches: Batch[] = []
    const parts: RequestPart[] = []
    const again: PartitionQueue[] = []
    let bytes = 0
    while (bytes < requestBytes) {
      const queue = line.waiting[0]
      if (queue === undefined) break
      const next = peekBatch(queue)
      const here = next !== undefined && queue.restsUntilMs === 0 && lineOf(queue) === line
      const variant = here ? variants.of(next.set, next.records) : undefined
      const wireBytes = BATCH_HEADER_BYTES + (variant?.body.length ?? 0)
      if (variant !== undefined && parts.length > 0 && bytes + wireBytes > requestBytes) break
      line.waiting.shift()
      queue.inLine = false
      if (variant === undefined || next === undefined) {
        if (next !== undefined) standInLine(queue)
        continue
      }
      takeBatch(queue)
      // A request has one batch of a partition; the next one waits for the next request
      if (peekBatch(queue) !== undefined) again.push(queue)
      bytes += wireBytes
      batches.push(next)
      parts.push({ partition: queue.partition, variant, timestampMs: next.timestampMs })
      tally.left(next, wireBytes)
    }
    for (const queue of again) standInLine(queue)
    return { batches, parts }
  }

  const pump = (line: Line) => {
    while (line.waiting.length > 0) {
      if (line.link.room() === 0) return line.link.wake()
      const { batches, parts } = collect(line)
      if (parts.length === 0) continue
      const sentMs = performance.now()
      line.link.send(
        () => produceRequest(topic, config.acks, config.requestTimeoutMs, parts),
        (fate) => {
          settle(batches, fate, sentMs)
          pump(line)
        },
      )
    }
  }

  const pumpAll = () => {
    unsentBytes = 0
    for (const line of lines.values()) pump(line)
  }

  const settle = (batches: readonly Batch[], fate: Fate, sentMs: number) => {
    if ('answer' in fate) {
      tally.answered(performance.now() - sentMs, fate.answer.throttleMs)
      for (const batch of batches) {
        const error = answerOf(fate.answer.errorCodes.get(batch.partition) ?? -1)
        if (error === undefined) answer(batch)
        else failed(batch, error)
      }
    } else {
      for (const batch of batches) {
        if ('written' in fate) answer(batch)
        else failed(batch, fate.lost)
      }
    }
    callForMore()
  }

  const answer = (batch: Batch, error?: string, outcome?: 'failed' | 'unknown') => {
    if (!outstanding.delete(batch)) return
    const { operations } = batch
    batch.operations = []
    takenBytes -= plainBytes(batch)
    tally.answeredRecords(batch.records)
    for (const operation of operations) onDone(operation, error, outcome)
    if (outstanding.size === 0) drained()
  }

  const callForMore = () => {
    if (!full || takenBytes >= config.bufferBytes) return
    full = false
    roomListener()
  }

  const failed = (batch: Batch, error: Answer) => {
    if (!outstanding.has(batch)) return
    batch.lastError = error.name
    batch.maybeStored ||= error.maybeStored
    const ageMs = performance.now() - batch.openedMs
    if (!error.retriable || batch.attempts > config.retries || ageMs >= config.deliveryTimeoutMs) {
      return answer(batch, error.name, batch.maybeStored ? 'unknown' : 'failed')
    }
    tally.retried()
    const queue = queues[batch.partition]
    if (queue === undefined) return
    queue.ready.unshift(batch)
    rest(queue, Math.min(config.retryBackoffMs * 2 ** (batch.attempts - 1), config.retryBackoffMaxMs))
    refreshSoon()
  }

  /** The partition sends nothing for a while; unkeyed records go elsewhere meanwhile. */
  const rest = (queue: PartitionQueue, restMs: number) => {
    const untilMs = performance.now() + Math.max(1, restMs)
    if (queue.restsUntilMs >= untilMs) return
    queue.restsUntilMs = untilMs
    later(Math.max(1, restMs), () => {
      if (queue.restsUntilMs !== untilMs) return
      queue.restsUntilMs = 0
      wakeQueue(queue)
    })
  }

  const wakeQueue = (queue: PartitionQueue) => {
    if (peekBatch(queue) === undefined) return
    standInLine(queue)
    const line = lineOf(queue)
    if (line !== undefined) pump(line)
  }

  const later = (ms: number, act: () => void) => {
    const timer = setTimeout(() => {
      timers.delete(timer)
      act()
    }, ms)
    timers.add(timer)
  }

  const refreshSoon = () => {
    if (refreshing || refreshTimer !== undefined || closed) return
    refreshTimer = setTimeout(refresh, config.retryBackoffMs)
  }

  const refresh = async () => {
    refreshTimer = undefined
    refreshing = true
    try {
      const found = await findLeaders(connection, [...brokers.values(), ...bootstrap], topic)
      brokers = found.brokers
      for (const queue of queues) queue.leader = found.leaders[queue.partition] ?? -1
    } catch (error) {
      connection.log?.(`leaders not found: ${messageOf(error)}`)
    }
    refreshing = false
    if (closed) return
    if (queues.some(({ leader }) => leader < 0)) refreshSoon()
    for (const queue of queues) if (!queue.inLine) wakeQueue(queue)
    pumpAll()
  }

  const expire = () => {
    const oldestMs = performance.now() - config.deliveryTimeoutMs
    for (const queue of queues) {
      for (let head = queue.ready[0]; head !== undefined && head.openedMs < oldestMs; head = queue.ready[0]) {
        queue.ready.shift()
        answer(head, head.lastError ?? '_MSG_TIMED_OUT', head.maybeStored ? 'unknown' : 'failed')
      }
    }
    callForMore()
  }
  const expiry = setInterval(expire, EXPIRY_CHECK_MS)

  for (const queue of queues) lineOf(queue)?.link.wake()

  const perRequest = Math.max(1, Math.floor(requestBytes / (routes.groupBytes + BATCH_HEADER_BYTES)))
  const groups = Math.max(1, lines.size) * perRequest * (config.maxInFlight + 1)

  return {
    groupRecords: paced ? 1 : routes.groupRecords,
    inFlightRecords: routes.groupRecords * groups,
    send(operation) {
      if (takenBytes >= config.bufferBytes && takenBytes > 0) {
        full = true
        return false
      }
      const queue = queues[routes.partitionOf(operation)]
      if (queue === undefined) throw new TuneError('INTERNAL', 'a partition that does not exist was chosen')
      const bytes = paced ? accumulator.gather(queue, operation) : accumulator.whole(queue, operation)
      routes.sent(bytes)
      takenBytes += bytes
      unsentBytes += bytes
      tally.taken(operation.records)
      if (unsentBytes >= requestBytes) pumpAll()
      return true
    },
    flushHint() {
      if (config.lingerMs === 0) accumulator.flush()
      pumpAll()
    },
    onRoom(listener) {
      roomListener = listener
    },
    async drain(timeoutMs) {
      accumulator.flush()
      pumpAll()
      if (outstanding.size === 0) return
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, timeoutMs)
        drained = () => {
          clearTimeout(timer)
          resolve()
        }
      })
      drained = () => {}
      for (const batch of [...outstanding]) answer(batch, '_TIMED_OUT', 'unknown')
    },
    stats: (): ClientStats => tally.stats(),
    async close() {
      closed = true
      clearInterval(expiry)
      clearTimeout(refreshTimer)
      for (const timer of timers) clearTimeout(timer)
      accumulator.close()
      for (const { link } of lines.values()) link.close()
    },
  }
}
