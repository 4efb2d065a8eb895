/** One suite that every driver of a real client has to pass, on a real broker. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Operation } from '../../src/core/operation.ts'
import { connectAdmin } from '../../src/drivers/admin.ts'
import type { Admin, ProducerPlan, Properties } from '../../src/drivers/driver.ts'
import { type ClientDriverName, DRIVER_NAMES, loadDriver } from '../../src/drivers/index.ts'
import { createKafka } from '../../src/drivers/kafkajs/client.ts'
import { useCodec } from '../../src/drivers/kafkajs/codecs.ts'
import { nativeClientDir } from '../../src/native.ts'
import { connectionTo, operation, planTo, records } from '../drivers/plan.ts'
import { hasBroker, newTopicName, sharedBroker } from './broker.ts'

const PARTITIONS = 3

/** What a driver refuses by design; everything else holds for every driver. */
const LACKS: Readonly<Record<ClientDriverName, readonly ('headers' | 'idempotence')[]>> = {
  confluent: [],
  kafkajs: [],
  wire: ['headers', 'idempotence'],
}

interface Answer {
  operation: Operation
  error: string | undefined
  outcome: 'failed' | 'unknown' | undefined
}

describe.skipIf(!hasBroker)('drivers on a real broker', () => {
  let admin: Admin
  beforeAll(async () => {
    admin = await connectAdmin(connectionTo(sharedBroker().bootstrapServers))
  })
  afterAll(() => admin.close())

  const newTopic = async (configs: Record<string, string> = {}) => {
    const topic = newTopicName('drivers')
    await admin.create(topic, { partitions: PARTITIONS, replicationFactor: 1, configs })
    return topic
  }

  const total = async (topic: string) =>
    (await admin.endOffsets(topic, PARTITIONS)).reduce((sum, offset) => sum + offset, 0)

  const run = async (
    name: ClientDriverName,
    topic: string,
    more: Partial<ProducerPlan>,
    offer: (client: Awaited<ReturnType<typeof open>>['client']) => void | Promise<void>,
    drainMs = 15_000,
  ) => {
    const opened = await open(name, topic, more)
    try {
      await offer(opened.client)
      await opened.client.drain(drainMs)
    } finally {
      await opened.client.close()
    }
    return opened.answers
  }

  const open = async (name: ClientDriverName, topic: string, more: Partial<ProducerPlan>) => {
    const answers: Answer[] = []
    const driver = await loadDriver(name)
    const plan = planTo(connectionTo(sharedBroker().bootstrapServers), topic, more)
    const client = await driver.producer(plan, (op, error, outcome) =>
      answers.push({ operation: op, error, outcome }),
    )
    return { client, answers }
  }

  /** All bytes are the same, so this is all there is to compare. */
  const brief = (value: Buffer) => `${value.length} of ${new Set(value).size === 1 ? value[0] : 'many'}`

  /** Reads everything of a topic with kafkajs. */
  const readBack = async (
    topic: string,
    count: number,
  ): Promise<{ value: Buffer; key: string | undefined }[]> => {
    for (const codec of ['gzip', 'snappy', 'lz4', 'zstd'] as const) await useCodec(codec)
    const consumer = createKafka(connectionTo(sharedBroker().bootstrapServers)).consumer({ groupId: topic })
    const found: { value: Buffer; key: string | undefined }[] = []
    await consumer.connect()
    await consumer.subscribe({ topic, fromBeginning: true })
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`${found.length} of ${count} read`)), 20_000)
      void consumer.run({
        eachMessage: async ({ message }) => {
          found.push({ value: message.value ?? Buffer.alloc(0), key: message.key?.toString() })
          if (found.length === count) {
            clearTimeout(timer)
            resolve()
          }
        },
      })
    })
    await consumer.disconnect()
    return found
  }

  describe.each(DRIVER_NAMES.filter((name) => name !== 'confluent' || nativeClientDir() !== undefined))(
    '%s',
    (name) => {
      it('answers each operation once, and stores each record once', async () => {
        const topic = await newTopic()
        const answers = await run(name, topic, { properties: { acks: 'all' } }, (client) => {
          for (let n = 0; n < 500; n++) expect(client.send(operation(n))).toBe(true)
        })
        expect(answers.filter(({ error }) => error !== undefined)).toEqual([])
        expect(new Set(answers.map(({ operation: { first } }) => first)).size).toBe(500)
        expect(answers).toHaveLength(500)
        expect(answers.every(({ operation: { bytes } }) => bytes === 100)).toBe(true)
        expect(await total(topic)).toBe(500)
      })

      it.each(LACKS[name].includes('idempotence') ? ['false'] : ['false', 'true'])(
        'takes a burst that no single request could carry (enable.idempotence=%s)',
        async (idempotent) => {
          const topic = await newTopic()
          const properties: Properties = { acks: 'all', 'enable.idempotence': idempotent }
          const answers = await run(name, topic, { properties, source: records(1000) }, (client) => {
            for (let n = 0; n < 6000; n++) client.send(operation(n))
          })
          expect(answers.filter(({ error }) => error !== undefined)).toEqual([])
          expect(await total(topic)).toBe(6000)
        },
      )

      it('answers groups of records when unpaced', async () => {
        const topic = await newTopic()
        const answers = await run(name, topic, { paced: false, properties: { acks: '1' } }, (client) => {
          const size = client.groupRecords
          expect(size).toBeGreaterThan(1)
          for (let i = 0; i < 3; i++) client.send(operation(i * size, size))
        })
        expect(answers.map(({ operation: { first } }) => first).toSorted((a, b) => a - b)).toHaveLength(3)
        expect(await total(topic)).toBe(answers.reduce((sum, answer) => sum + answer.operation.records, 0))
      })

      it.each(['none', 'gzip', 'snappy', 'lz4', 'zstd'])(
        'compresses by %s so that others can read it',
        async (codec) => {
          const topic = await newTopic()
          const properties: Properties = { 'compression.type': codec }
          const headers = LACKS[name].includes('headers') ? [] : [{ key: 'h', value: Buffer.from('v') }]
          const source = records(1000, { keyed: true, headers })
          await run(name, topic, { properties, source }, (client) => {
            for (let n = 0; n < 100; n++) client.send(operation(n))
          })
          const found = await readBack(topic, 100)
          expect(await total(topic)).toBe(100)
          const texts = found.map(({ value, key }) => `${key} ${brief(value)}`).toSorted()
          const sent = Array.from(
            { length: 100 },
            (_, n) => `${source.key(n)} ${brief(source.value(n))}`,
          ).toSorted()
          expect(texts).toEqual(sent)
        },
      )

      it('tells a record that is too large for the topic by its code, and surely not stored', async () => {
        const topic = await newTopic({ 'max.message.bytes': '2000' })
        const answers = await run(name, topic, { source: records(5000) }, (client) => {
          client.send(operation(0))
        })
        expect(answers).toHaveLength(1)
        expect(answers[0]?.error).toMatch(/TOO_LARGE/)
        expect(answers[0]?.outcome).toBe('failed')
        expect(await total(topic)).toBe(0)
      })

      it('gives up at the end of a drain, answers everything, and ends', async () => {
        const topic = await newTopic()
        const startMs = performance.now()
        const answers = await run(
          name,
          topic,
          {},
          (client) => {
            for (let n = 0; n < 50; n++) client.send(operation(n))
          },
          0,
        )
        expect(answers).toHaveLength(50)
        const bad = answers.filter(({ error }) => error !== undefined)
        expect(bad.filter(({ error }) => error !== '_TIMED_OUT')).toEqual([])
        // What had not left its client is surely not stored; of what had, nobody knows
        const failed = bad.filter(({ outcome }) => outcome === 'failed').length
        expect(await total(topic)).toBeLessThanOrEqual(50 - failed)
        expect(performance.now() - startMs).toBeLessThan(10_000)
      })

      it('puts keys where Java puts them', async () => {
        const topic = await newTopic()
        const source = records(10, { keyed: true })
        const send = (client: { send(op: Operation): boolean; groupRecords: number }) => {
          for (let n = 0; n < 100; n++) client.send(operation(n))
        }
        await run(name, topic, { source }, send)
        const paced = await admin.endOffsets(topic, PARTITIONS)
        await run(name, topic, { source, paced: false }, send)
        const both = await admin.endOffsets(topic, PARTITIONS)
        expect(both).toEqual(paced.map((offset) => 2 * offset))
        // murmur2 of key-0 … key-49, twice each
        expect(paced).toEqual([24, 36, 40])
      })

      it('fails within the connect time-out where nothing listens', async () => {
        const driver = await loadDriver(name)
        const plan = planTo(connectionTo('127.0.0.1:1', { connectTimeoutMs: 1000 }), 'any')
        await expect(driver.producer(plan, () => {})).rejects.toMatchObject({
          code: 'UNREACHABLE',
          message: expect.stringContaining('127.0.0.1:1'),
        })
      })
    },
  )

  describe('the admin', () => {
    it('describes what it made, and nothing for what is not there', async () => {
      const topic = await newTopic({ 'retention.ms': '60000' })
      const state = await admin.describe(topic)
      expect(state?.partitions.map(({ partition }) => partition)).toEqual([0, 1, 2])
      expect(state?.partitions.every(({ leader }) => leader >= 0)).toBe(true)
      expect(state?.configs['retention.ms']).toBe('60000')
      await admin.remove(topic)
      expect(await admin.describe(`${topic}-not`)).toBeUndefined()
      expect((await admin.cluster()).brokers).toHaveLength(1)
    })

    it('says why a topic cannot be made', async () => {
      const shape = { partitions: 1, replicationFactor: 9, configs: {} }
      await expect(admin.create(newTopicName('bad'), shape)).rejects.toMatchObject({
        code: 'TOPIC',
        message: expect.stringMatching(/replication/i),
      })
    })
  })
})
