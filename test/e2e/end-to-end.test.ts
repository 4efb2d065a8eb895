/** `tune bench e2e` as people run it, on a real broker. */
import type { KafkaMessage, Message } from 'kafkajs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { checkResult } from '../../src/core/recompute.ts'
import { connectAdmin } from '../../src/drivers/admin.ts'
import type { Admin } from '../../src/drivers/driver.ts'
import { createKafka } from '../../src/drivers/kafkajs/client.ts'
import { nativeClientDir } from '../../src/native.ts'
import { connectionTo } from '../drivers/plan.ts'
import { hasBroker, newTopicName, sharedBroker } from './broker.ts'
import { e2eResultOf, tune } from './built.ts'

const DRIVERS = ['confluent', 'kafkajs', 'wire'].filter(
  (name) => name !== 'confluent' || nativeClientDir() !== undefined,
)

describe.skipIf(!hasBroker)('tune bench e2e', () => {
  let admin: Admin
  beforeAll(async () => {
    admin = await connectAdmin(connectionTo(sharedBroker().bootstrapServers))
  })
  afterAll(() => admin.close())

  const bench = (...args: string[]) =>
    tune([
      ...['bench', 'e2e', '--bootstrap-server', sharedBroker().bootstrapServers],
      ...['--warmup', '500ms', '--duration', '2s', '--report', 'json', ...args],
    ])

  /** Something that reads one topic and writes another. */
  async function pipeline(
    handle: (message: KafkaMessage, write: (message: Message) => Promise<unknown>) => Promise<void>,
  ) {
    const [input, output] = [newTopicName('in'), newTopicName('out')]
    for (const topic of [input, output])
      await admin.create(topic, { partitions: 2, replicationFactor: 1, configs: {} })
    const kafka = createKafka(connectionTo(sharedBroker().bootstrapServers))
    const consumer = kafka.consumer({ groupId: input })
    const producer = kafka.producer()
    await Promise.all([consumer.connect(), producer.connect()])
    await consumer.subscribe({ topic: input, fromBeginning: true })
    const write = (message: Message) => producer.send({ topic: output, messages: [message] })
    void consumer.run({ eachMessage: ({ message }) => handle(message, write) })
    return { input, output, close: () => Promise.all([consumer.disconnect(), producer.disconnect()]) }
  }

  it.each(DRIVERS)('receives every record once, in order, on %s', async (driver) => {
    const ended = await bench(
      '--driver',
      driver,
      '--create-topic',
      '--partitions',
      '4',
      '--throughput',
      '500',
    )
    // 3: on a busy machine the generator may be late, which is another matter
    expect([0, 3], ended.stderr).toContain(ended.code)
    const result = e2eResultOf(ended)
    expect(checkResult(result)).toEqual([])
    expect(result.accounting).toMatchObject({ sent: 1000, acked: 1000, failed: 0, unknown: 0 })
    expect(result.reception).toMatchObject({
      received: 1000,
      missing: 0,
      repeated: 0,
      outOfOrder: 0,
      lagRecords: 0,
    })
    expect(result.latency?.count).toBe(1000)
    expect(result.latency?.meanMs).toBeGreaterThan(result.lateness?.meanMs ?? Number.NaN)
    expect(result.verdicts.map(({ metric }) => metric)).toEqual(
      expect.arrayContaining(['latency.p99Ms', 'lagRecords']),
    )
  })

  it('measures a pipeline between two topics, by the header that it carries through', async () => {
    // Holds each record for 50 ms, and loses the stamp's neighbours
    const { input, output, close } = await pipeline(async ({ headers }, write) => {
      setTimeout(() => void write({ value: 'out', headers: { trace: headers?.trace } }), 50)
    })
    try {
      const ended = await bench(
        ...['--driver', 'kafkajs', '--input-topic', input, '--output-topic', output],
        ...['--correlate', 'header:trace', '--throughput', '100', '--warmup', '4s'],
      )
      const result = e2eResultOf(ended)
      expect(checkResult(result)).toEqual([])
      expect(result.reception).toMatchObject({ received: 200, missing: 0, repeated: 0 })
      expect(result.plan).toMatchObject({ topic: input, outputTopic: output, correlate: 'header:trace' })
      expect(result.latency?.p50Ms).toBeGreaterThan(50)
      expect(result.receive?.p50Ms).toBeGreaterThan(45)
    } finally {
      await close()
    }
  })

  it('measures a pipeline by a field of the JSON value, which it may move', async () => {
    // Flattens, as a job on change events does, and keeps no header
    const { input, output, close } = await pipeline(async ({ value }, write) => {
      const { eventBody } = JSON.parse(String(value))
      await write({ value: JSON.stringify({ loan: eventBody.entities[0].entityId, at: Date.now() }) })
    })
    try {
      const ended = await bench(
        ...['--driver', DRIVERS[0] ?? '', '--input-topic', input, '--output-topic', output],
        ...['--correlate', 'json:$.eventBody.entities[0].entityId->loan', '--payload-template', 'cdc-event'],
        ...['--throughput', '100', '--warmup', '4s'],
      )
      const result = e2eResultOf(ended)
      expect(checkResult(result)).toEqual([])
      expect(result.reception).toMatchObject({ received: 200, missing: 0, repeated: 0, foreign: 0 })
      expect(result.plan.correlate).toBe('json:eventBody.entities.0.entityId:loan')
    } finally {
      await close()
    }
  })

  it('counts what does not carry the field on as not of this run', async () => {
    const ended = await bench(
      ...['--driver', 'kafkajs', '--create-topic', '--partitions', '1', '--payload-template', 'cdc-event'],
      ...['--correlate', 'json:eventHeader.uuid:eventHeader.eventName', '--drain-timeout', '1s'],
      ...['--throughput', '50', '--warmup', '0'],
    )
    const result = e2eResultOf(ended)
    expect(result.reception).toMatchObject({ received: 0, missing: 100, foreign: 100 })
  })

  it.each([
    [['--throughput', '-1'], /as fast as it goes/],
    [['--producer-props', 'acks=0'], /acks=0/],
    [['--output-topic', 'x'], /needs the topic that the pipeline reads/],
    [['--driver', 'wire', '--input-topic', newTopicName('in'), '--output-topic', 'x'], /wire/],
    [['--driver', 'wire', '--correlate', 'header:x'], /wire/],
    [['--correlate', 'json:$.id'], /is no JSON/],
    [['--correlate', 'json:a..b'], /no path/],
    [['--correlate', 'json:no.such', '--payload-template', 'cdc-event'], /no such field/],
    [['--correlate', 'id'], /--correlate/],
    [['--input-topic', newTopicName('in'), '--output-topic', 'nowhere-to-be-found'], /nowhere-to-be-found/],
  ])('refuses %j', async (args, message) => {
    const ended = await bench('--create-topic', ...args)
    expect(ended.code).toBe(2)
    expect(ended.stderr).toMatch(message)
    expect(ended.stderr).toMatch(/^hint: /m)
  })
})
