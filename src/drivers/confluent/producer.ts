/** A librdkafka producer: records go in one by one, delivery reports come back from its background thread. */
import type { DeliveryReport, Metadata, Producer } from '@confluentinc/kafka-javascript'
import type { OnDone, Operation } from '../../core/operation.ts'
import { messageOf } from '../../errors.ts'
import { type ConfluentClient, loadNativeClient } from '../../native.ts'
import type { ProducerClient, ProducerPlan } from '../driver.ts'
import { connect, disconnect, listen } from './client.ts'
import { codeNames, outcomeOf } from './codes.ts'
import { createComplaints } from './complaints.ts'
import { clientConfig } from './config.ts'
import { codeOf, refused } from './errors.ts'
import { createFlights, type Flight } from './flights.ts'
import { createChooser, createLanes } from './lanes.ts'
import { createStatistics } from './statistics.ts'
import { tokenRefresh } from './token.ts'
import { startTransactions } from './transactions.ts'

/** Unpaced records that share an operation: with 64, the runner costs a few per cent of the client's own time. */
const GROUP_RECORDS = 64

/** In flight at most when unpaced: enough to keep every batch full, little enough to stay small in memory. */
const IN_FLIGHT_RECORDS = 40_000
const IN_FLIGHT_BYTES = 10 * 1024 * 1024

/**
 * A flush holds a thread of Node's pool, and the process cannot end before that is free: one for all of the drain would
 * make the second Ctrl-C wait for the broker.
 */
const FLUSH_MS = 100
const FLUSH_PAUSE_MS = 10

/**
 * librdkafka forgets a record when its report leaves for JavaScript, where no more than 100 arrive at each turn of the
 * event loop; what waits between the two is bounded by nothing. So records without a report are counted here, against
 * librdkafka's own bound.
 */
const QUEUED_RECORDS = 100_000

/** librdkafka's word for an idempotent producer that cannot go on. */
const FATAL = '_FATAL'

/** Longer than an error event takes to come. */
const ASK_MS = 50

/** @throws TuneError MISSING, CONFIG, UNREACHABLE, UNAUTHORIZED */
export async function createProducer(plan: ProducerPlan, onDone: OnDone): Promise<ProducerClient> {
  const client = loadNativeClient()
  const { connection, source } = plan
  const statistics = createStatistics()
  const producer = make(client, plan)
  const nameOf = codeNames(client)
  const complaints = createComplaints()
  listen(producer, connection, statistics, complaints)
  const metadata = await connect(producer, 'producer', plan, complaints)
  producer.setPollInBackground(true)
  const transactions =
    plan.properties['transactional.id'] === undefined
      ? undefined
      : await startTransactions(producer, plan, nameOf).catch(async (error: unknown) => {
          await disconnect(producer)
          throw error
        })

  const flights = createFlights(onDone)
  const queueFull = client.CODES.ERRORS.ERR__QUEUE_FULL
  const produce =
    plan.paced || choosesItself(plan) ? byOpaque(producer, plan) : byOrder(producer, plan, metadata)
  const openMax =
    Number(clientConfig(plan)['queue.buffering.max.messages'] ?? QUEUED_RECORDS) || QUEUED_RECORDS
  let openRecords = 0
  let takenRecords = 0
  let takenBytes = 0
  let full = false
  let closed = false
  let roomListener = () => {}
  /** The rest of a group that did not fit; nothing else is taken before it. */
  let rest: { flight: Flight; from: number } | undefined

  /** The report says only that the client has given up; why is in an error event, which may come a little later. */
  const reportFatal = (flight: Flight, outcome: 'failed' | 'unknown') => {
    setTimeout(() => flights.report(flight, complaints.behindFatal() ?? FATAL, outcome), ASK_MS)
  }

  /** @returns the first record that did not fit, or `operation.records` */
  const produceFrom = (flight: Flight, from: number): number => {
    const { first, records } = flight.operation
    const nowMs = performance.now()
    for (let i = from; i < records; i++) {
      try {
        produce.record(first + i, flight, nowMs)
        openRecords++
      } catch (error) {
        const code = codeOf(error)
        if (code === queueFull) return i
        const name = code === undefined ? '_FAIL' : nameOf(code)
        // Not from within send: the runner counts the operation as taken first
        if (name === FATAL) reportFatal(flight, 'failed')
        else setImmediate(() => flights.report(flight, name, 'failed'))
      }
    }
    return records
  }

  const ringRoom = () => {
    if (closed) return
    if (rest !== undefined) {
      const from = produceFrom(rest.flight, rest.from)
      rest = from < rest.flight.operation.records ? { flight: rest.flight, from } : undefined
      full = rest !== undefined
    }
    if (!full) roomListener()
  }

  producer.on('delivery-report', (error, report) => {
    const flight = produce.flightOf(report)
    openRecords--
    transactions?.touched(report.partition)
    // Typed as an error always, but it is null for what was stored
    if (flight !== undefined) {
      if (!error) flights.report(flight)
      else {
        const name = nameOf(error.code)
        if (name === FATAL) reportFatal(flight, outcomeOf(name))
        else flights.report(flight, name, outcomeOf(name))
      }
    }
    if (full) {
      full = false
      // Once for the burst of reports that this one begins
      setImmediate(ringRoom)
    }
  })

  return {
    groupRecords: plan.paced ? 1 : GROUP_RECORDS,
    inFlightRecords: Math.max(
      GROUP_RECORDS,
      Math.min(IN_FLIGHT_RECORDS, Math.floor(IN_FLIGHT_BYTES / Math.max(1, source.meanBytes))),
    ),
    send(operation: Operation): boolean {
      if (rest !== undefined || openRecords >= openMax) {
        full = true
        return false
      }
      const flight = flights.take(operation)
      const from = produceFrom(flight, 0)
      if (from < operation.records) {
        full = true
        if (from === 0) {
          flights.drop(flight)
          return false
        }
        rest = { flight, from }
      }
      let bytes = 0
      for (let i = 0; i < operation.records; i++) bytes += source.bytes(operation.first + i)
      operation.bytes = bytes
      takenBytes += bytes
      takenRecords += operation.records
      return true
    },
    onRoom(listener) {
      roomListener = listener
    },
    async drain(timeoutMs) {
      if (flights.empty()) return
      let isOver = false
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, timeoutMs)
        flights.onEmpty(() => {
          clearTimeout(timer)
          resolve()
        })
        // What lingers leaves at once
        const flush = () => {
          if (isOver || closed) return
          producer.flush(FLUSH_MS, () => setTimeout(flush, FLUSH_PAUSE_MS))
        }
        flush()
      })
      isOver = true
      flights.onEmpty(() => {})
      flights.giveUp('_TIMED_OUT')
    },
    ...(transactions === undefined ? {} : { transactions }),
    stats: () => statistics.stats(takenRecords === 0 ? 0 : takenBytes / takenRecords),
    close() {
      closed = true
      return disconnect(producer)
    },
  }
}

/** How a record goes in, and how its report is told from the others. */
interface Produce {
  /** @throws what the client throws: queue full, record too large, … */
  record(n: number, flight: Flight, nowMs: number): void
  flightOf(report: DeliveryReport): Flight | undefined
}

/** The client's own partitioner, and a token in each record: exact, and dear only at full speed. */
function byOpaque(producer: Producer, plan: ProducerPlan): Produce {
  const { source, topic, stamp } = plan
  const fixed = headersOf(plan)
  const headersOfRecord = (operation: Operation) =>
    stamp?.kind !== 'header' ? fixed : [...(fixed ?? []), { [stamp.header]: stamp.of(operation) }]
  const stampedValue = (n: number, operation: Operation) =>
    stamp?.kind === 'value' ? stamp.of(operation, source.value(n)) : source.value(n)
  return {
    record(n, flight) {
      const headers = headersOfRecord(flight.operation)
      const value = stampedValue(n, flight.operation)
      if (headers === undefined) producer.produce(topic, -1, value, source.key(n), 0, flight)
      else producer.produce(topic, -1, value, source.key(n), 0, flight, headers)
    },
    flightOf: ({ opaque }) => opaque,
  }
}

/** See lanes.ts. */
function byOrder(producer: Producer, plan: ProducerPlan, metadata: Metadata): Produce {
  const { source, topic, partitions } = plan
  const headers = headersOf(plan)
  const lanes = createLanes(partitions)
  const known = metadata.topics.find(({ name }) => name === topic)?.partitions ?? []
  const usable = known.filter(({ id, leader }) => leader >= 0 && id < partitions).map(({ id }) => id)
  const choose = createChooser(source, partitions, usable)
  return {
    record(n, flight, nowMs) {
      const partition = choose(n, nowMs)
      if (headers === undefined) producer.produce(topic, partition, source.value(n), source.key(n))
      else producer.produce(topic, partition, source.value(n), source.key(n), 0, undefined, headers)
      lanes.went(partition, flight)
    },
    flightOf: ({ partition }) => lanes.came(partition),
  }
}

/** Settings of librdkafka's own partitioner, which then has to do the work. */
function choosesItself({ properties }: ProducerPlan): boolean {
  return properties.partitioner !== undefined || properties['sticky.partitioning.linger.ms'] !== undefined
}

function headersOf({ source: { headers } }: ProducerPlan): { [key: string]: Buffer }[] | undefined {
  return headers.length === 0 ? undefined : headers.map(({ key, value }) => ({ [key]: value }))
}

function make(client: ConfluentClient, plan: ProducerPlan): Producer {
  const token = plan.connection.security.sasl?.token
  try {
    return new client.Producer({
      ...clientConfig(plan),
      dr_cb: true,
      ...(token !== undefined && { oauthbearer_token_refresh_cb: tokenRefresh(token) }),
    })
  } catch (cause) {
    throw refused(messageOf(cause), 'producer')
  }
}
