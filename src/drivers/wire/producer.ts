/** The producer: takes operations, sends their batches to the leaders, and answers for each. */
import type { OnDone, Operation } from '../../core/operation.ts'
import { messageOf, TuneError } from '../../errors.ts'
import type { ProducerClient, ProducerPlan } from '../driver.ts'
import { parseServers, type Server } from '../servers.ts'
import { createAccumulator } from './accumulator.ts'
import { type Batch, type PartitionQueue, plainBytes } from './batch.ts'
import { BATCH_HEADER_BYTES } from './batch-header.ts'
import { loadCodec } from './codecs.ts'
import { answerOf } from './codes.ts'
import { REQUEST_BYTES, type WireConfig, wireConfig } from './config.ts'
import { createLines } from './lines.ts'
import type { Fate } from './link.ts'
import { liveRoutes } from './live.ts'
import { findLeaders, type TopicLeaders } from './metadata.ts'
import { createRefresh } from './refresh.ts'
import { PRODUCE_API, type ProduceAnswer } from './request.ts'
import { createRetries } from './retries.ts'
import { planRoutes, type Routes } from './routes.ts'
import { createTally } from './tally.ts'
import { type Variants, variantsFor } from './variants.ts'

/**
 * Connects, and gives a producer that is ready to take operations.
 * @throws TuneError where the cluster or topic cannot be reached, or the records cannot be sent
 */
export async function createProducer(plan: ProducerPlan, onDone: OnDone): Promise<ProducerClient> {
  const config = wireConfig(plan.properties, plan.source.headers.length)
  const bootstrap = parseServers(plan.connection.bootstrapServers)
  const codec = await loadCodec(config.codec, config.codecLevel)
  const topology = await findLeaders(plan.connection, bootstrap, plan.topic, PRODUCE_API)
  return startProducer({ plan, config, variants: variantsFor(codec), bootstrap, topology, onDone })
}

interface Parts {
  readonly plan: ProducerPlan
  readonly config: WireConfig
  readonly variants: Variants
  readonly bootstrap: readonly Server[]
  readonly topology: TopicLeaders
  readonly onDone: OnDone
}

function startProducer({ plan, config, variants, bootstrap, topology, onDone }: Parts): ProducerClient {
  const { connection, topic, paced, source } = plan
  const queues = topology.leaders.map((leader, partition): PartitionQueue => {
    return { partition, ready: [], open: undefined, inLine: false, restsUntilMs: 0, leader }
  })
  const routing = {
    source,
    partitions: queues.length,
    recordsBytes: Math.max(1, config.batchBytes - BATCH_HEADER_BYTES),
    usable: (partition: number) => lines.usable(queueOf(partition)),
  }
  const live = source.live
    ? liveRoutes({ ...routing, maxRequestBytes: config.maxRequestBytes }, onDone)
    : undefined
  const routes = live ?? planRoutes({ ...routing, paced })
  const tellDone = live?.onDone ?? onDone
  refuseTooLarge(routes, config)

  const tally = createTally()
  /** Taken and not answered. */
  const outstanding = new Set<Batch>()
  let brokers = topology.brokers
  let takenBytes = 0
  let unsentBytes = 0
  let full = false
  let roomListener = () => {}
  let drained = () => {}

  const queueOf = (partition: number): PartitionQueue => {
    const queue = queues[partition]
    if (queue === undefined) throw new TuneError('INTERNAL', `partition ${partition} does not exist`)
    return queue
  }

  const lines = createLines({
    where: connection,
    config,
    shape: { clientId: connection.clientId, topic, acks: config.acks, timeoutMs: config.requestTimeoutMs },
    variants,
    queues,
    brokers,
    onLeave: tally.left,
    onFate: (batches, fate, sentMs) => settle(batches, fate, sentMs),
    onLeaderless: () => refresh.soon(),
  })

  const accumulator = createAccumulator({
    lingerMs: config.lingerMs,
    nextSet: routes.nextSet,
    onOpen: (batch) => outstanding.add(batch),
    onReady: lines.stand,
    onTurn: lines.pump,
  })

  /** @param baseOffset of the batch's first record; undefined where it is not known */
  const stored = (batch: Batch, baseOffset: number | undefined) => {
    let offset = baseOffset === undefined || baseOffset < 0 ? undefined : baseOffset
    finish(batch, (operation) => {
      const place = offset === undefined ? undefined : { partition: batch.partition, offset }
      if (offset !== undefined) offset += operation.records
      tellDone(operation, undefined, undefined, undefined, place)
    })
  }

  const answer = (batch: Batch, error: string, outcome?: 'failed' | 'unknown') =>
    finish(batch, (operation) => tellDone(operation, error, outcome))

  const finish = (batch: Batch, tell: (operation: Operation) => void) => {
    // Answered before: a drain that ran out of time
    if (!outstanding.delete(batch)) return
    takenBytes -= plainBytes(batch)
    tally.answeredRecords(batch.records)
    for (const operation of batch.operations) tell(operation)
    batch.operations.length = 0
    if (outstanding.size === 0) drained()
  }

  const callForMore = () => {
    if (!full || takenBytes >= config.bufferBytes) return
    full = false
    roomListener()
  }

  const retries = createRetries({
    config,
    queues,
    onRetry: tally.retried,
    onRested(queue) {
      lines.stand(queue)
      lines.pump()
    },
    giveUp: answer,
    onExpired: callForMore,
  })

  const settle = (batches: readonly Batch[], fate: Fate<ProduceAnswer>, sentMs: number) => {
    if ('answer' in fate) tally.answered(performance.now() - sentMs, fate.answer.throttleMs)
    let leaders = true
    for (const batch of batches) {
      if (!outstanding.has(batch)) continue
      const error =
        'answer' in fate
          ? answerOf(fate.answer.errorCodes.get(batch.partition) ?? -1)
          : 'lost' in fate
            ? fate.lost
            : undefined
      if (error === undefined) {
        stored(batch, 'answer' in fate ? fate.answer.baseOffsets.get(batch.partition) : undefined)
      } else {
        retries.failed(batch, error)
        leaders = false
      }
    }
    if (!leaders) refresh.soon()
    callForMore()
  }

  const refresh = createRefresh(config.retryBackoffMs, async () => {
    try {
      const found = await findLeaders(connection, [...brokers.values(), ...bootstrap], topic, PRODUCE_API)
      brokers = found.brokers
      lines.learn(found)
    } catch (error) {
      connection.log?.(`leaders not found: ${messageOf(error)}`)
      return false
    }
    lines.pump()
    return queues.every(({ leader }) => leader >= 0)
  })

  /** @returns its encoded bytes */
  const put = (operation: Operation): number => {
    const queue = queueOf(routes.partitionOf(operation))
    const bytes = paced ? accumulator.gather(queue, operation) : accumulator.whole(queue, operation)
    routes.sent(bytes)
    tally.taken(operation.records)
    return bytes
  }

  const putAll = (pieces: readonly Operation[]) => pieces.reduce((bytes, piece) => bytes + put(piece), 0)

  lines.warm()

  return {
    groupRecords: paced ? 1 : routes.groupRecords,
    inFlightRecords: routes.groupRecords * batchesInFlight(routes, config, lines.count()),
    send(operation) {
      if (takenBytes >= config.bufferBytes && takenBytes > 0) {
        full = true
        return false
      }
      const bytes = live === undefined ? put(operation) : putAll(live.cut(operation))
      takenBytes += bytes
      unsentBytes += bytes
      // A full request need not wait for the end of the turn
      if (unsentBytes >= REQUEST_BYTES) {
        unsentBytes = 0
        lines.pump()
      }
      return true
    },
    flushHint() {
      if (config.lingerMs === 0) accumulator.flush()
      unsentBytes = 0
      lines.pump()
    },
    onRoom(listener) {
      roomListener = listener
    },
    async drain(timeoutMs) {
      accumulator.flush()
      lines.pump()
      if (outstanding.size === 0) return
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, timeoutMs)
        drained = () => {
          clearTimeout(timer)
          resolve()
        }
      })
      drained = () => {}
      const waiting = new Set(queues.flatMap(({ ready, open }) => [...ready, open]))
      for (const batch of [...outstanding]) {
        // In flight, nobody knows; what waits here was never sent, or refused, or lost its connection
        if (!waiting.has(batch)) answer(batch, '_TIMED_OUT', 'unknown')
        else answer(batch, batch.lastError ?? '_TIMED_OUT', batch.maybeStored ? 'unknown' : 'failed')
      }
      // What was answered so must not be sent any more
      for (const queue of queues) {
        queue.ready.length = 0
        queue.open = undefined
      }
    },
    stats: tally.stats,
    async close() {
      refresh.close()
      retries.close()
      accumulator.close()
      lines.close()
    },
  }
}

/** As Java's client, before anything is sent (RecordTooLargeException). */
function refuseTooLarge({ largestRecordBytes }: Routes, { maxRequestBytes }: WireConfig): void {
  const bytes = largestRecordBytes + BATCH_HEADER_BYTES
  if (bytes <= maxRequestBytes) return
  throw new TuneError(
    'CONFIG',
    `a record takes ${bytes} bytes, more than max.request.size=${maxRequestBytes}`,
    {
      hint: 'send smaller records or raise max.request.size',
    },
  )
}

/** Enough to keep every connection's requests full and the next ones ready. */
function batchesInFlight({ groupBytes }: Routes, config: WireConfig, connections: number): number {
  const perRequest = Math.max(1, Math.floor(Math.min(REQUEST_BYTES, config.maxRequestBytes) / groupBytes))
  const wanted = Math.max(1, connections) * perRequest * (config.maxInFlight + 1)
  return Math.max(1, Math.min(wanted, Math.floor(config.bufferBytes / groupBytes)))
}
