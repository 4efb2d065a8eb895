/** A kafkajs producer. It makes no batches, so what is offered in one turn of the event loop goes in one send(). */
import kafkajs, { type IHeaders, type Message } from 'kafkajs'
import type { OnDone, Operation } from '../../core/operation.ts'
import type { RecordSource } from '../../records/source.ts'
import type { ProducerClient, ProducerPlan } from '../driver.ts'
import { probe } from '../probe.ts'
import { CODEC_NAMES } from '../wire/codecs.ts'
import { createKafka } from './client.ts'
import { useCodec } from './codecs.ts'
import { producerConfig } from './config.ts'
import { codeOf, explain, outcomeOf } from './errors.ts'
import { createStatistics } from './statistics.ts'

/** Unpaced: a send fills about one of Java's default batches for each partition. */
const BATCH_BYTES = 16_384
const GROUP_RECORDS_MAX = 10_000

/** Sends at once. Unpaced, more only wait in front of the socket; paced, a slow answer must not hold up the next. */
const SENDS_UNPACED = 4
const SENDS_PACED = 256

/** Gathered and not yet sent, at most; above it the client is full. */
const GATHERED_RECORDS = 10_000
const GATHERED_BYTES = 16 * 1024 * 1024

const CLOSE_MS = 3000

interface Batch {
  operations: Operation[]
  messages: Message[]
  bytes: number
}

/** @throws TuneError UNREACHABLE, UNAUTHORIZED, CONFIG */
export async function createProducer(plan: ProducerPlan, onDone: OnDone): Promise<ProducerClient> {
  const { connection, topic, source, partitions, paced } = plan
  const config = producerConfig(plan)
  const statistics = createStatistics(config.compression !== 'none', config.maxInFlightRequests !== undefined)
  const codec = CODEC_NAMES.find((name) => name === config.compression) ?? 'none'
  const compression = await useCodec(codec, statistics.compressed)

  await probe(connection)
  const kafka = createKafka(connection, {
    requestTimeout: config.requestTimeoutMs,
    ...(config.connectionTimeoutMs !== undefined && { connectionTimeout: config.connectionTimeoutMs }),
  })
  const producer = kafka.producer({
    createPartitioner: kafkajs.Partitioners.DefaultPartitioner,
    allowAutoTopicCreation: false,
    idempotent: config.idempotent,
    retry: config.retry,
    ...(config.maxInFlightRequests !== undefined && { maxInFlightRequests: config.maxInFlightRequests }),
    ...(config.metadataMaxAgeMs !== undefined && { metadataMaxAge: config.metadataMaxAgeMs }),
  })
  try {
    await producer.connect()
  } catch (error) {
    producer.disconnect().catch(() => {})
    throw explain(error, connection, 'connect')
  }
  producer.on(producer.events.REQUEST, statistics.request)

  const messageOf = messagesOf(source)
  const sendsMax = paced ? SENDS_PACED : SENDS_UNPACED
  const open = new Set<Batch>()
  let gathered: Batch = { operations: [], messages: [], bytes: 0 }
  let sends = 0
  let full = false
  let roomListener = () => {}
  let emptyListener = () => {}

  const answer = (batch: Batch, error?: string, outcome?: 'failed' | 'unknown') => {
    if (!open.delete(batch)) return
    for (const operation of batch.operations) onDone(operation, error, outcome)
    if (open.size === 0 && gathered.operations.length === 0) emptyListener()
  }

  const launch = () => {
    if (gathered.operations.length === 0 || sends >= sendsMax) return
    const batch = gathered
    gathered = { operations: [], messages: [], bytes: 0 }
    open.add(batch)
    sends++
    statistics.left(batch.bytes)
    producer
      .send({
        topic,
        messages: batch.messages,
        acks: config.acks,
        compression,
        timeout: config.requestTimeoutMs,
      })
      .then(
        (answers) => {
          sends--
          // With acks=0 there are none
          statistics.acknowledged(answers?.length ?? 0, batch.messages.length)
          answer(batch)
        },
        (error: unknown) => {
          sends--
          connection.log?.(`send failed: ${codeOf(error)}`)
          const code = codeOf(error)
          answer(batch, code, outcomeOf(code, Math.min(partitions, batch.messages.length)))
        },
      )
      .then(() => {
        launch()
        if (full && hasRoom()) {
          full = false
          roomListener()
        }
      })
  }

  const hasRoom = () => gathered.messages.length < GATHERED_RECORDS && gathered.bytes < GATHERED_BYTES

  const groupRecords = paced
    ? 1
    : Math.max(
        1,
        Math.min(GROUP_RECORDS_MAX, Math.floor((BATCH_BYTES * partitions) / Math.max(1, source.meanBytes))),
      )

  return {
    groupRecords,
    inFlightRecords: groupRecords * SENDS_UNPACED,
    send(operation) {
      if (!hasRoom()) {
        full = true
        launch()
        return false
      }
      let bytes = 0
      for (let n = operation.first; n < operation.first + operation.records; n++) {
        bytes += source.bytes(n)
        gathered.messages.push(messageOf(n))
      }
      operation.bytes = bytes
      gathered.bytes += bytes
      gathered.operations.push(operation)
      statistics.waiting(gathered.messages.length)
      if (!paced) launch()
      return true
    },
    flushHint: launch,
    onRoom(listener) {
      roomListener = listener
    },
    async drain(timeoutMs) {
      launch()
      if (open.size === 0 && gathered.operations.length === 0) return
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, timeoutMs)
        emptyListener = () => {
          clearTimeout(timer)
          resolve()
        }
      })
      emptyListener = () => {}
      const sent = [...open]
      // kafkajs has never seen these
      const unsent = gathered
      gathered = { operations: [], messages: [], bytes: 0 }
      open.add(unsent)
      for (const batch of sent) answer(batch, '_TIMED_OUT', 'unknown')
      answer(unsent, '_TIMED_OUT', 'failed')
    },
    stats: statistics.stats,
    async close() {
      let timer: NodeJS.Timeout | undefined
      // It waits for requests that a hanging broker never answers
      const late = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, CLOSE_MS)
      })
      await Promise.race([producer.disconnect().catch(() => {}), late])
      clearTimeout(timer)
    },
  }
}

/** Records as kafkajs's messages; without keys they are made once per value, since kafkajs does not write to them. */
function messagesOf(source: RecordSource): (n: number) => Message {
  const headers: IHeaders = {}
  for (const { key, value } of source.headers) {
    const before = headers[key]
    headers[key] = before === undefined ? value : [before, value].flat()
  }
  const extra = source.headers.length === 0 ? {} : { headers }
  if (source.keyed) return (n) => ({ key: source.key(n), value: source.value(n), ...extra })
  const pool: Message[] = []
  return (n) => {
    const index = n % source.poolSize
    const known = pool[index]
    if (known !== undefined) return known
    const message: Message = { key: null, value: source.value(n), ...extra }
    pool[index] = message
    return message
  }
}
