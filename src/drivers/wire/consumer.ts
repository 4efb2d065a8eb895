/** The consumer: asks the leaders, counts what they hand out, and goes on when they change. */
import { messageOf, TuneError } from '../../errors.ts'
import type { ConsumerClient, ConsumerEvents, ConsumerPlan, Received } from '../consumer.ts'
import { parseServers, type Server } from '../servers.ts'
import { scanBatches } from './batches.ts'
import { startsOf, type WireConsumerConfig, wireConsumerConfig } from './consumer-config.ts'
import { createDecoder, type PartitionBatches } from './decode.ts'
import { type Decompressors, loadDecompressors } from './decompress.ts'
import { createDelivery } from './delivery.ts'
import type { FetchAnswer, FetchedPartition } from './fetch-answer.ts'
import { FETCH_API } from './fetch-request.ts'
import { type Asked, createFetchers, type Fetcher } from './fetchers.ts'
import { findLeaders, type TopicLeaders } from './metadata.ts'
import { isWell, newReading, type Reading } from './reading.ts'
import { createRefresh } from './refresh.ts'
import { createConsumerTally } from './tally.ts'
import { createTroubles } from './troubles.ts'

/**
 * Connects, and gives a consumer that knows its topic and reads nothing yet.
 * @throws TuneError where the cluster or topic cannot be reached, or the plan wants a group
 */
export async function createConsumer(plan: ConsumerPlan, events: ConsumerEvents): Promise<ConsumerClient> {
  const starts = startsOf(plan)
  const config = wireConsumerConfig(plan.properties)
  const bootstrap = parseServers(plan.connection.bootstrapServers)
  const decompressors = await loadDecompressors(!plan.records)
  const topology = await findLeaders(plan.connection, bootstrap, plan.topic, FETCH_API)
  const readings = starts.map(({ partition, offset }) => {
    const leader = topology.leaders[partition]
    if (leader !== undefined) return newReading(partition, offset, leader)
    const count = topology.leaders.length
    throw new TuneError(
      'TOPIC',
      `topic ${plan.topic} has ${count} partitions, there is no partition ${partition}`,
    )
  })
  return readyConsumer({ plan, config, decompressors, bootstrap, topology, readings, events })
}

interface Parts {
  readonly plan: ConsumerPlan
  readonly config: WireConsumerConfig
  readonly decompressors: Decompressors
  readonly bootstrap: readonly Server[]
  readonly topology: TopicLeaders
  readonly readings: readonly Reading[]
  readonly events: ConsumerEvents
}

/** An answer that was looked over and waits for the application. */
interface Arrived {
  readonly fetcher: Fetcher
  readonly body: Buffer
  readonly shares: readonly { readonly reading: Reading; readonly batches: PartitionBatches }[]
}

function readyConsumer(parts: Parts): ConsumerClient {
  const { plan, config, decompressors, bootstrap, readings, events } = parts
  const { connection, topic } = plan
  const tally = createConsumerTally()
  const decode = createDecoder({ decompressors, checkCrcs: config.checkCrcs, records: plan.records })
  let brokers = parts.topology.brokers
  let closed = false
  const end = promised()

  const shut = () => {
    closed = true
    refresh.close()
    troubles.close()
    delivery.close()
    fetchers.close()
  }

  const fail = (error: unknown) => {
    if (closed) return
    shut()
    end.reject(error)
  }

  const fetchers = createFetchers({
    where: connection,
    config,
    shape: { clientId: connection.clientId, topic, ...config },
    readings,
    brokers,
    onAnswer: (fetcher, answer, asked, rttMs) => {
      tally.answered(rttMs, answer.throttleMs)
      take(fetcher, answer, asked)
    },
    onLost(why) {
      events.onError(why.name)
      refresh.soon()
    },
  })

  const troubles = createTroubles({
    config,
    topic,
    connection,
    fetchers,
    onError: events.onError,
    onLeaderless: () => refresh.soon(),
    onFailed: fail,
  })

  /** Looks over an answer and moves the offsets on, so that the next Fetch can leave before this one is handled. */
  const take = (fetcher: Fetcher, answer: FetchAnswer, asked: ReadonlyMap<number, Asked>) => {
    const { body } = answer
    const shares: Arrived['shares'][number][] = []
    for (const fetched of answer.partitions) {
      const question = asked.get(fetched.partition)
      if (question === undefined || question.turn !== question.reading.turn || closed) continue
      const batches = batchesOf(question.reading, fetched, body)
      if (batches !== undefined) shares.push({ reading: question.reading, batches })
    }
    if (answer.errorCode !== 0) {
      for (const { reading } of asked.values()) troubles.refused(reading, answer.errorCode)
    }
    if (shares.length === 0) return fetcher.room.give(body)
    fetchers.rotate(fetcher, new Set(shares.map(({ reading }) => reading)))
    fetcher.holding = true
    delivery.push({ fetcher, body, shares })
  }

  const batchesOf = (
    reading: Reading,
    fetched: FetchedPartition,
    body: Buffer,
  ): PartitionBatches | undefined => {
    const { partition, errorCode, aborted, preferredReplica, start } = fetched
    if (errorCode !== 0) return void troubles.refused(reading, errorCode)
    if (preferredReplica >= 0 && preferredReplica !== reading.replica && brokers.has(preferredReplica)) {
      reading.replica = preferredReplica
      fetchers.sort()
      fetchers.pumpAll()
      return undefined
    }
    const wantedOffset = reading.offset
    const { nextOffset, end, fault } = scanBatches(body, start, fetched.end, wantedOffset)
    reading.offset = nextOffset
    if (fault !== undefined) troubles.unreadable(reading, fault, nextOffset)
    if (end > start) return { partition, body, start, end, wantedOffset, aborted }
    if (fault === undefined) isWell(reading)
    return undefined
  }

  const decoded = (reading: Reading, batches: PartitionBatches): Received | undefined => {
    // What stood before it could not be read, and is asked for again
    if (batches.wantedOffset !== reading.handedOffset) return undefined
    const found = decode(batches)
    tally.decoded(found)
    if (found.nextOffset > reading.handedOffset) isWell(reading)
    reading.handedOffset = found.nextOffset
    if (found.fault !== undefined) troubles.unreadable(reading, found.fault, found.nextOffset)
    return found.received
  }

  const handle = ({ fetcher, body, shares }: Arrived): Promise<void> | undefined => {
    fetcher.holding = false
    fetchers.pump(fetcher)
    const received: Received[] = []
    const passed: Reading[] = []
    for (const { reading, batches } of shares) {
      const found = decoded(reading, batches)
      if (found !== undefined) received.push(found)
      // A marker behind the last record, or nothing else at all
      if (reading.handedOffset > (found?.lastOffset ?? -1) + 1) passed.push(reading)
    }
    const working = received.length > 0 ? events.onRecords(received) : undefined
    for (const { partition, handedOffset } of passed) events.onPast(partition, handedOffset)
    if (working === undefined) return void fetcher.room.give(body)
    return working.then(() => fetcher.room.give(body))
  }

  const delivery = createDelivery(handle, fail)

  const refresh = createRefresh(config.retryBackoffMs, async () => {
    try {
      const found = await findLeaders(connection, [...brokers.values(), ...bootstrap], topic, FETCH_API)
      brokers = found.brokers
      fetchers.learn(brokers)
      for (const reading of readings) reading.leader = found.leaders[reading.partition] ?? -1
    } catch (error) {
      connection.log?.(`leaders not found: ${messageOf(error)}`)
      if (error instanceof TuneError && error.code === 'TOPIC')
        for (const one of readings) troubles.unknown(one)
      else if (error instanceof TuneError && error.code !== 'UNREACHABLE') fail(error)
      return closed
    }
    fetchers.sort()
    fetchers.pumpAll()
    return readings.every(({ leader }) => leader >= 0)
  })

  return {
    start() {
      if (closed) return
      events.onAssigned(readings.map(({ partition }) => partition))
      fetchers.sort()
      fetchers.pumpAll()
      if (readings.some(({ leader }) => leader < 0)) refresh.soon()
    },
    ended: end.promise,
    async commit() {
      throw new TuneError('UNSUPPORTED', 'the wire driver has no group to commit to', {
        hint: 'use --driver confluent',
      })
    },
    stats: tally.stats,
    async close() {
      if (closed) return
      shut()
      end.resolve()
    },
  }
}

function promised() {
  let resolve = () => {}
  let reject = (_: unknown) => {}
  const promise = new Promise<void>((yes, no) => {
    resolve = yes
    reject = no
  })
  // Whoever does not look at it is not ended by it
  promise.catch(() => {})
  return { promise, resolve, reject }
}
