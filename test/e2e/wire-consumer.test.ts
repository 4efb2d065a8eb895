/** What the wire consumer finds in logs that real clients wrote and a real broker keeps. */
import { Kafka, logLevel } from 'kafkajs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startBroker, type ThrowAwayBroker } from '../../src/broker/index.ts'
import { connectAdmin } from '../../src/drivers/admin.ts'
import type { Received } from '../../src/drivers/consumer.ts'
import type { Admin, ProducerPlan } from '../../src/drivers/driver.ts'
import { type ClientDriverName, loadDriver } from '../../src/drivers/index.ts'
import { wireDriver } from '../../src/drivers/wire/driver.ts'
import { nativeClientDir } from '../../src/native.ts'
import { connectionTo, operation, planTo, records } from '../drivers/plan.ts'
import { hasBroker, newTopicName, sharedBroker } from './broker.ts'

const PARTITIONS = 3
const CODECS = ['none', 'gzip', 'snappy', 'lz4', 'zstd'] as const
const PRODUCERS: readonly ClientDriverName[] = ['wire', 'kafkajs', 'confluent']
const HEADERS = [{ key: 'trace', value: Buffer.from('0123456789') }]

/** Sends `count` records, one an operation. */
async function write(name: ClientDriverName, plan: ProducerPlan, count: number): Promise<void> {
  const driver = await loadDriver(name)
  let failed = 0
  const client = await driver.producer(plan, (_, error) => {
    if (error !== undefined) failed += 1
  })
  for (let n = 0; n < count; n += 1) {
    while (!client.send(operation(n))) await new Promise((resolve) => client.onRoom(() => resolve(undefined)))
    if (n % 500 === 0) client.flushHint?.()
  }
  await client.drain(60_000)
  await client.close()
  expect(failed).toBe(0)
}

interface Read {
  bootstrapServers: string
  topic: string
  /** Until so many came. */
  count: number
  from?: readonly { partition: number; offset: number }[]
  properties?: Record<string, string>
  records?: boolean
  onRecords?: (received: readonly Received[], records: number) => void | Promise<void>
}

const fromStart = Array.from({ length: PARTITIONS }, (_, partition) => ({ partition, offset: 0 }))

/** Reads until all are there, and a little longer to see that no more come. */
async function read({ bootstrapServers, topic, count, from = fromStart, ...more }: Read) {
  const { properties = {}, records = false, onRecords } = more
  const sum = { records: 0, bytes: 0, errors: [] as string[], gaps: [] as string[], newestMs: 0 }
  const next = new Map(from.map(({ partition, offset }) => [partition, offset]))
  let all = () => {}
  const there = new Promise<void>((resolve) => {
    all = resolve
  })
  const client = await wireDriver.consumer(
    {
      connection: connectionTo(bootstrapServers),
      topic,
      partitions: PARTITIONS,
      subscription: { kind: 'assigned', from },
      properties: { 'check.crcs': 'true', ...properties },
      records,
      mayHold: true,
    },
    {
      onRecords(received) {
        for (const one of received) {
          const wanted = next.get(one.partition)
          const isWhole = one.lastOffset - one.firstOffset + 1 === one.records
          if (one.firstOffset !== wanted || !isWhole) {
            sum.gaps.push(`${one.partition}: ${one.firstOffset} to ${one.lastOffset} after ${wanted}`)
          }
          next.set(one.partition, one.lastOffset + 1)
          sum.records += one.records
          sum.bytes += one.bytes
          sum.newestMs = Math.max(sum.newestMs, one.timestampMs)
        }
        if (sum.records >= count) all()
        return onRecords?.(received, sum.records)
      },
      onPast() {},
      onAssigned() {},
      onRevoked() {},
      onError: (code) => sum.errors.push(code),
    },
  )
  client.start()
  try {
    await Promise.race([there, client.ended])
    await new Promise((resolve) => setTimeout(resolve, 300))
  } finally {
    await client.close()
  }
  return { ...sum, stats: client.stats(), next }
}

describe.skipIf(!hasBroker)('the wire consumer on a real broker', () => {
  let admin: Admin
  beforeAll(async () => {
    admin = await connectAdmin(connectionTo(sharedBroker().bootstrapServers))
  })
  afterAll(() => admin.close())

  const newTopic = async (configs: Record<string, string> = {}) => {
    const topic = newTopicName('wire-consumer')
    await admin.create(topic, { partitions: PARTITIONS, replicationFactor: 1, configs })
    return topic
  }

  describe.each(PRODUCERS.filter((name) => name !== 'confluent' || nativeClientDir() !== undefined))(
    'after %s wrote',
    (name) => {
      it.each(CODECS)('finds each record once, with its bytes: %s', async (codec) => {
        const { bootstrapServers } = sharedBroker()
        const topic = await newTopic()
        // wire sends no headers
        const source = records(300, { keyed: true, headers: name === 'wire' ? [] : HEADERS })
        const properties = { 'compression.type': codec, 'linger.ms': '2', acks: 'all' }
        const startMs = Date.now()
        await write(name, planTo(connectionTo(bootstrapServers), topic, { properties, source }), 2000)
        let keys = 0
        for (let n = 0; n < 2000; n += 1) keys += source.key(n)?.length ?? 0
        const headers = name === 'wire' ? 0 : 2000 * ('trace'.length + 10)
        const found = await read({ bootstrapServers, topic, count: 2000 })
        expect(found).toMatchObject({
          records: 2000,
          bytes: 2000 * 300 + keys + headers,
          errors: [],
          gaps: [],
          stats: { batchRecords: 2000, batchPayloadBytes: 2000 * 300 + keys + headers },
        })
        expect(found.newestMs).toBeGreaterThanOrEqual(startMs)
        expect(found.newestMs).toBeLessThanOrEqual(Date.now())
        const ends = await admin.endOffsets(topic, PARTITIONS)
        expect([...found.next.values()]).toEqual(ends)
        // From the middle of batches on
        const from = ends.map((end, partition) => ({ partition, offset: Math.floor(end / 2) + 1 }))
        const rest = ends.reduce((total, end, n) => total + end - (from[n]?.offset ?? 0), 0)
        expect(await read({ bootstrapServers, topic, count: rest, from })).toMatchObject({
          records: rest,
          errors: [],
          gaps: [],
        })
      })
    },
  )

  it('shows values and headers of records', async () => {
    const { bootstrapServers } = sharedBroker()
    const topic = await newTopic({ 'message.timestamp.type': 'LogAppendTime' })
    const source = records(50, { headers: HEADERS })
    await write('kafkajs', planTo(connectionTo(bootstrapServers), topic, { source }), 48)
    const values = new Map<string, number>()
    const times = new Set<number>()
    const headers = new Set<string>()
    await read({
      bootstrapServers,
      topic,
      count: 48,
      records: true,
      onRecords(received) {
        for (const { each } of received) {
          each?.((record) => {
            const value = `${record.value}`
            values.set(value, (values.get(value) ?? 0) + 1)
            times.add(record.timestampMs)
            headers.add(`${record.header('trace')}`)
          })
        }
      },
    })
    expect([...values]).toHaveLength(16)
    expect([...values.values()].every((count) => count === 3)).toBe(true)
    expect([...headers]).toEqual(['0123456789'])
    expect([...times].every((ms) => Math.abs(ms - Date.now()) < 60_000)).toBe(true)
  })

  it('reads records that are larger than a partition may bring, and none starves', async () => {
    const { bootstrapServers } = sharedBroker()
    const topic = await newTopic()
    const properties = { acks: 'all', 'linger.ms': '0' }
    await write(
      'wire',
      planTo(connectionTo(bootstrapServers), topic, { properties, source: records(100_000) }),
      90,
    )
    const small = { 'max.partition.fetch.bytes': '1000', 'fetch.max.bytes': '2000' }
    expect(await read({ bootstrapServers, topic, count: 90, properties: small })).toMatchObject({
      records: 90,
      bytes: 9_000_000,
      gaps: [],
      errors: [],
    })
  })

  it('leaves out what a transaction took back, and every marker', async () => {
    const { bootstrapServers } = sharedBroker()
    const topic = await newTopic()
    const kafka = new Kafka({ brokers: bootstrapServers.split(','), logLevel: logLevel.NOTHING })
    const producer = kafka.producer({ transactionalId: topic, maxInFlightRequests: 1, idempotent: true })
    await producer.connect()
    for (const [n, kept] of [true, false, false, true, false, true].entries()) {
      const transaction = await producer.transaction()
      const messages = [1, 2, 3].map(() => ({ value: `${kept} ${n}`, partition: 0 }))
      await transaction.send({ topic, messages })
      await (kept ? transaction.commit() : transaction.abort())
    }
    await producer.disconnect()
    const counts = async (properties: Record<string, string>, count: number) => {
      const values: string[] = []
      const found = await read({
        bootstrapServers,
        topic,
        count,
        properties,
        records: true,
        onRecords(received) {
          for (const { each } of received) each?.(({ value }) => values.push(`${value}`))
        },
      })
      return { records: found.records, kept: values.filter((value) => value.startsWith('true')).length }
    }
    expect(await counts({ 'isolation.level': 'read_committed' }, 9)).toEqual({ records: 9, kept: 9 })
    expect(await counts({}, 18)).toEqual({ records: 18, kept: 9 })
  })

  it('goes to the first offset there is where older ones are gone', async () => {
    const { bootstrapServers } = sharedBroker()
    const topic = await newTopic()
    await write('wire', planTo(connectionTo(bootstrapServers), topic, { properties: { acks: 'all' } }), 900)
    const kafka = new Kafka({ brokers: bootstrapServers.split(','), logLevel: logLevel.NOTHING })
    const client = kafka.admin()
    await client.connect()
    // It deletes only where it has looked before
    await client.fetchTopicOffsets(topic)
    await client.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: '10' }] })
    await client.disconnect()
    const [end = 0] = await admin.endOffsets(topic, PARTITIONS)
    const from = [{ partition: 0, offset: 0 }]
    const found = await read({ bootstrapServers, topic, count: end - 10, from })
    expect(found).toMatchObject({ records: end - 10, errors: ['OFFSET_OUT_OF_RANGE'] })
  })

  it('ends when the topic is removed', async () => {
    const { bootstrapServers } = sharedBroker()
    const topic = await newTopic()
    await write('wire', planTo(connectionTo(bootstrapServers), topic, { properties: { acks: 'all' } }), 30)
    const reading = read({
      bootstrapServers,
      topic,
      count: 60,
      properties: { 'default.api.timeout.ms': '2000' },
      onRecords: (_, count) => (count === 30 ? admin.remove(topic) : undefined),
    })
    await expect(reading).rejects.toMatchObject({ code: 'TOPIC' })
  })
})

describe.skipIf(!hasBroker)('the wire consumer on three brokers', () => {
  let cluster: ThrowAwayBroker
  beforeAll(async () => {
    cluster = await startBroker({ engine: 'kafka', brokers: 3 })
  })
  afterAll(async () => {
    await cluster?.stop()
  })

  it('reads every record once although a leader is killed meanwhile', async () => {
    const { bootstrapServers, brokers } = cluster
    const topic = newTopicName('wire-consumer')
    const count = 60_000
    const admin = await connectAdmin(connectionTo(bootstrapServers))
    await admin.create(topic, { partitions: PARTITIONS, replicationFactor: 3, configs: {} })
    const properties = { acks: 'all', 'batch.size': '4096' }
    await write(
      'wire',
      planTo(connectionTo(bootstrapServers), topic, { properties, source: records(200) }),
      count,
    )
    const leader = (await admin.describe(topic))?.partitions[1]?.leader
    await admin.close()
    let killed = false
    const found = await read({
      bootstrapServers,
      topic,
      count,
      // Small answers, so that there is a middle
      properties: { 'max.partition.fetch.bytes': '16384' },
      async onRecords(_, records) {
        if (!killed && records > count / 4) {
          killed = true
          process.kill(brokers.find(({ id }) => id === leader)?.pid ?? Number.NaN, 'SIGKILL')
        }
        await new Promise((resolve) => setTimeout(resolve, 1))
      },
    })
    expect(killed).toBe(true)
    expect(found).toMatchObject({ records: count, bytes: count * 200, gaps: [] })
    expect(found.errors).toContain('_TRANSPORT')
  })
})
