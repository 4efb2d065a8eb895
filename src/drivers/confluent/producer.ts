/** A librdkafka producer: records go in one by one, delivery reports come back on the background thread's calls. */
import type { Producer } from '@confluentinc/kafka-javascript'
import type { OnDone, Operation } from '../../core/operation.ts'
import { messageOf, TuneError } from '../../errors.ts'
import { loadNativeClient } from '../../native.ts'
import type { ProducerClient, ProducerPlan } from '../driver.ts'
import { probe } from '../probe.ts'
import { codeNames, outcomeOf } from './codes.ts'
import { clientConfig, effectiveConfig } from './config.ts'
import { createFlights, type Flight } from './flights.ts'
import { createStatistics } from './statistics.ts'
import { tokenRefresh } from './token.ts'

/** Unpaced records that share an operation; by measurement, see docs/architecture.md. */
const GROUP_RECORDS = 16

/** In flight at most when unpaced: enough to keep every batch full, little enough to stay small in memory. */
const IN_FLIGHT_RECORDS = 40_000
const IN_FLIGHT_BYTES = 32 * 1024 * 1024

/** How long the end may take: librdkafka waits for its threads, which may wait for a broker that hangs. */
const CLOSE_MS = 3000

/** @throws TuneError MISSING, CONFIG, UNREACHABLE, UNAUTHORIZED */
export async function createProducer(plan: ProducerPlan, onDone: OnDone): Promise<ProducerClient> {
  const client = loadNativeClient()
  const { connection, source, topic } = plan
  const nameOf = codeNames(client)
  const queueFull = client.CODES.ERRORS.ERR__QUEUE_FULL
  const statistics = createStatistics()
  const flights = createFlights(onDone)

  const producer = make()
  producer.on('event.stats', (event: { message: string }) => statistics.take(event.message))
  producer.on('event.error', (error) => connection.log?.(`error: ${error.message}`))
  producer.on('event.log', (event: { fac: string; message: string }) => {
    connection.log?.(`${event.fac}: ${event.message}`)
  })
  await connect(producer, plan)
  producer.setPollInBackground(true)

  const headers =
    source.headers.length === 0 ? undefined : source.headers.map(({ key, value }) => ({ [key]: value }))
  let takenRecords = 0
  let takenBytes = 0
  let full = false
  let roomListener = () => {}
  let closed = false
  /** The rest of a group that did not fit; nothing else is taken before it. */
  let rest: { flight: Flight; from: number } | undefined

  function make(): Producer {
    const { sasl } = connection.security
    try {
      // The configuration's type lists every key; ours was checked against the same list in properties.ts
      return new client.Producer({
        ...clientConfig(plan),
        dr_cb: true,
        ...(sasl?.token !== undefined && { oauthbearer_token_refresh_cb: tokenRefresh(sasl.token) }),
      })
    } catch (cause) {
      throw new TuneError('CONFIG', `librdkafka refuses the configuration: ${messageOf(cause)}`, { cause })
    }
  }

  /** @returns the first record that did not fit, or `operation.records` */
  const produce = (flight: Flight, from: number): number => {
    const { operation } = flight
    for (let i = from; i < operation.records; i++) {
      const n = operation.first + i
      try {
        if (headers === undefined) producer.produce(topic, -1, source.value(n), source.key(n), 0, flight)
        else producer.produce(topic, -1, source.value(n), source.key(n), 0, flight, headers)
      } catch (error) {
        const code = codeOf(error)
        if (code === queueFull) return i
        const name = code === undefined ? '_FAIL' : nameOf(code)
        // Not from within send: the runner counts the operation as taken first
        setImmediate(() => flights.report(flight, name, 'failed'))
      }
    }
    return operation.records
  }

  const ringRoom = () => {
    full = false
    if (closed) return
    if (rest !== undefined) {
      const from = produce(rest.flight, rest.from)
      rest = from < rest.flight.operation.records ? { flight: rest.flight, from } : undefined
      full = rest !== undefined
    }
    if (!full) roomListener()
  }

  producer.on('delivery-report', (error, report) => {
    const flight: Flight = report.opaque
    if (error === null || error === undefined) flights.report(flight)
    else {
      const name = nameOf(error.code)
      flights.report(flight, name, outcomeOf(name))
    }
    if (full) {
      full = false
      // Once for the burst of reports that this one begins
      setImmediate(ringRoom)
    }
  })

  const send = (operation: Operation): boolean => {
    if (rest !== undefined) {
      full = true
      return false
    }
    const flight = flights.take(operation)
    const from = produce(flight, 0)
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
  }

  return {
    groupRecords: plan.paced ? 1 : GROUP_RECORDS,
    inFlightRecords: Math.max(
      GROUP_RECORDS,
      Math.min(IN_FLIGHT_RECORDS, Math.floor(IN_FLIGHT_BYTES / Math.max(1, source.meanBytes))),
    ),
    send,
    onRoom(listener) {
      roomListener = listener
    },
    async drain(timeoutMs) {
      if (flights.empty()) return
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, timeoutMs)
        flights.onEmpty(() => {
          clearTimeout(timer)
          resolve()
        })
        // Sends what lingers at once
        producer.flush(timeoutMs)
      })
      flights.onEmpty(() => {})
      flights.giveUp('_TIMED_OUT')
    },
    stats: () => statistics.stats(takenRecords === 0 ? 0 : takenBytes / takenRecords),
    close() {
      closed = true
      return new Promise((resolve) => {
        const timer = setTimeout(resolve, CLOSE_MS)
        const done = () => {
          clearTimeout(timer)
          resolve()
        }
        try {
          producer.disconnect(100, done)
        } catch {
          done()
        }
      })
    },
  }
}

function codeOf(error: unknown): number | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined
  return typeof error.code === 'number' ? error.code : undefined
}

/** Connects and gets the topic's metadata, within the connect time-out. */
async function connect(producer: Producer, plan: ProducerPlan): Promise<void> {
  const { connection, topic } = plan
  const failure = await new Promise<{ message: string } | undefined>((resolve) => {
    producer.connect({ topic, timeout: connection.connectTimeoutMs }, (error) => resolve(error ?? undefined))
  })
  if (failure === undefined) return
  // A broker that cannot be reached has a better story than librdkafka's
  await probe(connection)
  effectiveConfig(plan)
  throw new TuneError('UNREACHABLE', `no answer from ${connection.bootstrapServers}: ${failure.message}`, {
    hint: 'run again with --debug to see the client’s own log',
  })
}
