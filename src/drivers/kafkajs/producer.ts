/** A kafkajs producer. It makes no batches, so what is offered in one turn of the event loop goes in one send(). */
import kafkajs, { type IHeaders, type Message, type Transaction } from 'kafkajs'
import type { OnDone, Operation } from '../../core/operation.ts'
import { messageOf, TuneError } from '../../errors.ts'
import type { RecordSource } from '../../records/source.ts'
import type { ProducerClient, ProducerPlan, Transactions } from '../driver.ts'
import { grantCommand } from '../principal.ts'
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
/**
 * An idempotent kafkajs has one request at a broker at a time, whatever is sent. When that fails, it gives its sequence
 * numbers to whichever send comes next (sendMessages.js): were the first stored after all, the broker would take the
 * other for a repetition and drop it. So the next send waits, and gathers meanwhile what comes due.
 */
const SENDS_IDEMPOTENT = 1
/** All of a send may fall on one partition, whose batch has to fit into the broker's max.message.bytes (1 MiB). */
const SEND_BYTES = 900 * 1024
/** What a record takes beside key, value and headers, at most: lengths, deltas, attributes. */
const RECORD_BYTES = 30

/** Gathered and not yet sent, at most; above it the client is full. */
const GATHERED_RECORDS = 10_000
const GATHERED_BYTES = 16 * 1024 * 1024

const CLOSE_MS = 3000
/** An idempotent producer would go on trying for ever. */
const CONNECT_MS = 30_000

/** What goes in one send. */
interface Batch {
  readonly operations: Operation[]
  readonly messages: Message[]
  /** Keys, values and headers. */
  bytes: number
}

const newBatch = (): Batch => ({ operations: [], messages: [], bytes: 0 })

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
    // For its connections and metadata as well: a send that finds no cluster is over with these, not with its own
    retry: config.retry,
    ...(config.connectionTimeoutMs !== undefined && { connectionTimeout: config.connectionTimeoutMs }),
  })
  const producer = kafka.producer({
    createPartitioner: kafkajs.Partitioners.DefaultPartitioner,
    allowAutoTopicCreation: false,
    idempotent: config.idempotent,
    ...(config.transactionalId !== undefined && { transactionalId: config.transactionalId }),
    ...(config.transactionTimeoutMs !== undefined && { transactionTimeout: config.transactionTimeoutMs }),
    retry: config.retry,
    ...(config.maxInFlightRequests !== undefined && { maxInFlightRequests: config.maxInFlightRequests }),
    ...(config.metadataMaxAgeMs !== undefined && { metadataMaxAge: config.metadataMaxAgeMs }),
  })
  try {
    await within(CONNECT_MS, connection.bootstrapServers, producer.connect())
  } catch (error) {
    producer.disconnect().catch(() => {})
    // An idempotent producer asks for its id with the first contact, and needs the right to write for that
    const doing = config.idempotent ? `write to topic ${topic}` : 'connect'
    throw explain(
      error,
      connection,
      doing,
      `grant Write: ${grantCommand(connection.security, topic, ['Write'])}`,
    )
  }
  producer.on(producer.events.REQUEST, statistics.request)

  const recordOf = messagesOf(source, config.idempotent ? partitions : undefined)
  const { stamp } = plan
  const stamped = (message: Message, operation: Operation): Message => {
    if (stamp === undefined) return message
    if (stamp.kind === 'value') {
      const { value } = message
      return Buffer.isBuffer(value) ? { ...message, value: stamp.of(operation, value) } : message
    }
    return { ...message, headers: { ...message.headers, [stamp.header]: stamp.of(operation) } }
  }
  const sendsMax = config.idempotent ? SENDS_IDEMPOTENT : paced ? SENDS_PACED : SENDS_UNPACED
  const open = new Set<Batch>()
  /** Whole ones first; the last still takes what comes. Never empty. */
  const gathered: Batch[] = [newBatch()]
  let gatheredRecords = 0
  let gatheredBytes = 0
  let sends = 0
  let full = false
  let roomListener = () => {}
  let emptyListener = () => {}

  const answer = (batch: Batch, error?: string, outcome?: 'failed' | 'unknown') => {
    if (!open.delete(batch)) return
    for (const operation of batch.operations) onDone(operation, error, outcome)
    if (open.size === 0 && gatheredRecords === 0) emptyListener()
  }

  /** The batch that takes these bytes too. */
  const batchFor = (bytes: number, records: number): Batch => {
    const last = gathered.at(-1)
    const size = (last?.bytes ?? 0) + bytes + ((last?.messages.length ?? 0) + records) * RECORD_BYTES
    if (last !== undefined && (last.messages.length === 0 || size <= SEND_BYTES)) return last
    const batch = newBatch()
    gathered.push(batch)
    return batch
  }

  const takeGathered = (): Batch | undefined => {
    if (gatheredRecords === 0) return undefined
    const batch = gathered.shift()
    if (gathered.length === 0) gathered.push(newBatch())
    gatheredRecords -= batch?.messages.length ?? 0
    gatheredBytes -= batch?.bytes ?? 0
    return batch
  }

  const launch = () => {
    while (sends < sendsMax) {
      const batch = takeGathered()
      if (batch === undefined) return
      send(batch)
    }
  }

  const send = (batch: Batch) => {
    open.add(batch)
    sends++
    statistics.left(batch.bytes)
    ;(current ?? producer)
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
          for (const { partition } of answers ?? []) touched.add(partition)
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

  /** Resolves when everything that was taken is answered. */
  const emptied = () =>
    new Promise<void>((resolve) => {
      launch()
      if (open.size === 0 && gatheredRecords === 0) resolve()
      else emptyListener = resolve
    })

  /** The transaction that sends go in, where there is one. */
  let current: Transaction | undefined
  let touched = new Set<number>()
  const ended = async (how: 'commit' | 'abort'): Promise<ReadonlySet<number>> => {
    await emptied()
    emptyListener = () => {}
    await current?.[how]().catch((error: unknown) => {
      throw Object.assign(new Error(messageOf(error)), { code: codeOf(error) })
    })
    const partitions = touched
    touched = new Set()
    return partitions
  }
  const transactions: Transactions = {
    async begin() {
      current = await producer.transaction()
    },
    commit: () => ended('commit'),
    abort: () => ended('abort'),
  }

  const hasRoom = () => gatheredRecords < GATHERED_RECORDS && gatheredBytes < GATHERED_BYTES

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
      const { first, records } = operation
      let bytes = 0
      for (let n = first; n < first + records; n++) bytes += source.bytes(n)
      operation.bytes = bytes
      const batch = batchFor(bytes, records)
      for (let n = first; n < first + records; n++) batch.messages.push(stamped(recordOf(n), operation))
      batch.operations.push(operation)
      batch.bytes += bytes
      gatheredRecords += records
      gatheredBytes += bytes
      statistics.waiting(gatheredRecords)
      if (!paced) launch()
      return true
    },
    flushHint: launch,
    onRoom(listener) {
      roomListener = listener
    },
    async drain(timeoutMs) {
      launch()
      if (open.size === 0 && gatheredRecords === 0) return
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, timeoutMs)
        emptyListener = () => {
          clearTimeout(timer)
          resolve()
        }
      })
      emptyListener = () => {}
      const sent = [...open]
      for (const batch of sent) answer(batch, '_TIMED_OUT', 'unknown')
      for (let batch = takeGathered(); batch !== undefined; batch = takeGathered()) {
        // kafkajs has never seen these
        open.add(batch)
        answer(batch, '_TIMED_OUT', 'failed')
      }
    },
    ...(config.transactionalId === undefined ? {} : { transactions }),
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

/** @throws what the work throws, or TuneError UNREACHABLE when it takes longer */
async function within(timeoutMs: number, where: string, work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    const error = new TuneError('UNREACHABLE', `no whole answer from ${where} in ${timeoutMs / 1000} s`, {
      hint: 'run again with --debug to see the client’s own log',
    })
    timer = setTimeout(() => reject(error), timeoutMs)
  })
  try {
    await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}

/**
 * Records as kafkajs's messages; without keys they are made once per value, since kafkajs does not write to them.
 * @param partitions where given, records without a key are told their partition, one after the other: kafkajs chooses
 * anew when it sends again, and then nothing would fit the sequence numbers that the broker has seen
 */
function messagesOf(source: RecordSource, partitions: number | undefined): (n: number) => Message {
  const headers: IHeaders = {}
  for (const { key, value } of source.headers) {
    const before = headers[key]
    headers[key] = before === undefined ? value : [before, value].flat()
  }
  const extra = source.headers.length === 0 ? {} : { headers }
  const fresh = source.live === true && partitions === undefined
  if (source.keyed || fresh) return (n) => ({ key: source.key(n), value: source.value(n), ...extra })
  if (partitions !== undefined) {
    let next = Math.floor(Math.random() * partitions)
    return (n) => {
      next = (next + 1) % partitions
      return { key: null, value: source.value(n), partition: next, ...extra }
    }
  }
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
