/** The wire driver's batches as Apache Kafka's own broker and consumer see them. */
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { murmur2 } from '@platformatic/kafka'
import { Kafka, logLevel } from 'kafkajs'
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { startBroker, type ThrowAwayBroker } from '../../src/broker/index.ts'
import { kafkaJars } from '../../src/broker/jars.ts'
import type { Operation } from '../../src/core/operation.ts'
import type { Properties } from '../../src/drivers/driver.ts'
import { wireDriver } from '../../src/drivers/wire/driver.ts'
import type { RecordSource } from '../../src/records/source.ts'
import { sourceOf } from '../drivers/wire/source.ts'
import { hasBroker, newTopicName, sharedBroker } from './broker.ts'

const run = promisify(execFile)

interface Load {
  bootstrapServers: string
  topic: string
  properties: Properties
  source: RecordSource
  paced: boolean
  records: number
  /** Between two groups of sends. */
  pauseMs?: number
}

/** Sends records as the runner would, and sums up what became of them. */
async function produce({ bootstrapServers, topic, properties, source, paced, records, pauseMs = 0 }: Load) {
  const sum = { acknowledged: 0, failed: 0, unknown: 0, errors: new Set<string>() }
  const client = await wireDriver.producer(
    {
      connection: {
        bootstrapServers,
        clientId: 'e2e',
        security: { protocol: 'PLAINTEXT' },
        connectTimeoutMs: 5000,
      },
      topic,
      partitions: 3,
      properties,
      source,
      paced,
    },
    (operation, error, outcome) => {
      if (error === undefined) sum.acknowledged += operation.records
      else {
        sum.errors.add(error)
        sum[outcome ?? 'failed'] += operation.records
      }
    },
  )
  let sent = 0
  while (sent < records) {
    for (let burst = 0; burst < 100 && sent < records; burst += 1) {
      const count = Math.min(client.groupRecords, records - sent)
      const operation: Operation = {
        first: sent,
        records: count,
        dueMs: 0,
        offeredMs: 0,
        sentMs: 0,
        bytes: 0,
      }
      if (!client.send(operation)) break
      sent += count
    }
    client.flushHint?.()
    await new Promise((resolve) => setTimeout(resolve, pauseMs))
  }
  await client.drain(60_000)
  const stats = client.stats()
  await client.close()
  return { ...sum, stats }
}

const admins: { disconnect(): Promise<void> }[] = []

async function adminOf(bootstrapServers: string) {
  const kafka = new Kafka({ brokers: bootstrapServers.split(','), logLevel: logLevel.NOTHING })
  const admin = kafka.admin()
  await admin.connect()
  admins.push(admin)
  return admin
}

afterAll(async () => {
  for (const admin of admins) await admin.disconnect()
})

type Admin = Awaited<ReturnType<typeof adminOf>>

async function found(admin: Admin, topic: string): Promise<number> {
  const offsets = await admin.fetchTopicOffsets(topic)
  return offsets.reduce((sum, { high }) => sum + Number(high), 0)
}

/** What Apache's console consumer prints of a whole topic: partition, key, value. It checks every batch's CRC. */
async function consume(bootstrapServers: string, topic: string, records: number): Promise<string[][]> {
  const { classPath } = await kafkaJars(() => {})
  const { stdout } = await run(
    'java',
    [
      ...['-Xmx128m', '-XX:TieredStopAtLevel=1', '-cp', classPath.join(':')],
      ...['org.apache.kafka.tools.consumer.ConsoleConsumer', '--bootstrap-server', bootstrapServers],
      ...['--topic', topic, '--from-beginning', '--max-messages', `${records}`, '--timeout-ms', '20000'],
      ...['print.partition', 'print.key'].flatMap((name) => ['--formatter-property', `${name}=true`]),
    ],
    { maxBuffer: 64 * 2 ** 20 },
  )
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.split('\t'))
}

describe.skipIf(!hasBroker)('the wire driver on a real broker', () => {
  it('writes batches of every codec that the Apache consumer reads back, where their keys belong', async () => {
    const { bootstrapServers } = sharedBroker()
    const topic = newTopicName('wire')
    const admin = await adminOf(bootstrapServers)
    await admin.createTopics({ topics: [{ topic, numPartitions: 3 }], waitForLeaders: true })
    const codecs = ['none', 'gzip', 'snappy', 'lz4', 'zstd']
    const texts = new Set<string>()
    for (const codec of codecs) {
      const values = Array.from({ length: 50 }, (_, n) => `${codec} ${n} ${'much the same '.repeat(n)}`)
      for (const value of values) texts.add(value)
      const source = sourceOf(
        values.map((value) => Buffer.from(value)),
        [Buffer.from(codec)],
      )
      const properties = { 'compression.type': codec, 'linger.ms': '1', acks: 'all' }
      const load = { bootstrapServers, topic, properties, source, paced: true, records: 150 }
      expect(await produce(load)).toMatchObject({ acknowledged: 150, failed: 0, unknown: 0 })
    }
    expect(await found(admin, topic)).toBe(750)
    const lines = await consume(bootstrapServers, topic, 750)
    expect(lines).toHaveLength(750)
    for (const [, key, value] of lines) {
      expect(texts.has(value ?? '')).toBe(true)
      expect(value?.startsWith(`${key} `)).toBe(true)
    }
    for (const codec of codecs) {
      const seen = new Set(lines.filter(([, key]) => key === codec).map(([partition]) => partition))
      expect(seen).toEqual(new Set([`Partition:${(murmur2(Buffer.from(codec)) & 0x7fffffff) % 3}`]))
    }
  })

  it('counts what it wrote, unpaced, with each kind of acks', async () => {
    const { bootstrapServers } = sharedBroker()
    const admin = await adminOf(bootstrapServers)
    const source = sourceOf(Array.from({ length: 100 }, (_, n) => Buffer.alloc(1024, `${n} `)))
    for (const acks of ['0', '1', 'all']) {
      const topic = newTopicName('wire')
      await admin.createTopics({ topics: [{ topic, numPartitions: 3 }], waitForLeaders: true })
      const load = { bootstrapServers, topic, properties: { acks }, source, paced: false, records: 20_000 }
      const { acknowledged, stats } = await produce(load)
      expect(acknowledged).toBe(20_000)
      expect(stats).toMatchObject({ batchRecords: 20_000, batchPayloadBytes: 20_000 * 1024, retries: 0 })
      await expect.poll(() => found(admin, topic), { timeout: 10_000 }).toBe(20_000)
    }
  })
})

describe.skipIf(!hasBroker)('the wire driver on three brokers', () => {
  let cluster: ThrowAwayBroker

  // Of each try: one of them is killed
  beforeEach(async () => {
    cluster = await startBroker({ engine: 'kafka', brokers: 3 })
  })
  afterEach(async () => {
    await cluster?.stop()
  })

  it('loses nothing that was acknowledged when a leader is killed', async () => {
    const { bootstrapServers, brokers } = cluster
    const topic = newTopicName('wire')
    const admin = await adminOf(bootstrapServers)
    await admin.createTopics({
      topics: [{ topic, numPartitions: 3, replicationFactor: 3 }],
      waitForLeaders: true,
    })
    const source = sourceOf(Array.from({ length: 100 }, (_, n) => Buffer.alloc(200, `${n} `)))
    const records = 30_000
    const sending = produce({
      bootstrapServers,
      topic,
      properties: { acks: 'all' },
      source,
      paced: true,
      records,
      pauseMs: 20,
    })
    await new Promise((resolve) => setTimeout(resolve, 2000))
    const { topics } = await admin.fetchTopicMetadata({ topics: [topic] })
    const leader = topics[0]?.partitions[1]?.leader
    process.kill(brokers.find(({ id }) => id === leader)?.pid ?? Number.NaN, 'SIGKILL')
    const { acknowledged, failed, unknown, stats } = await sending
    expect(acknowledged + failed + unknown).toBe(records)
    expect(failed).toBe(0)
    const survivor = brokers.find(({ id }) => id !== leader)?.port
    const asked = await adminOf(`127.0.0.1:${survivor}`)
    const now = await asked.fetchTopicMetadata({ topics: [topic] })
    expect(now.topics[0]?.partitions[1]?.leader).not.toBe(leader)
    // Whether a request was under way when the leader died is chance, so retries may be 0.
    // Partitions that the dead broker led have no leader for a moment
    const there = await vi.waitFor(() => found(asked, topic), { timeout: 30_000, interval: 500 })
    // A batch that was sent again may be there twice: there is no idempotence
    expect(there).toBeGreaterThanOrEqual(acknowledged)
    expect(there).toBeLessThanOrEqual(records + 200 * (stats.retries ?? 0))
  })
})
