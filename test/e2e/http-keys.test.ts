/** Keys and topics of connectors in a real broker: what they say is where records are found. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Kafka, logLevel } from 'kafkajs'
import { afterAll, describe, expect, it } from 'vitest'
import { DRIVER_NAMES } from '../../src/drivers/index.ts'
import { DEFAULT_STUB } from '../../src/http/stub/options.ts'
import { startStub } from '../../src/http/stub/server.ts'
import { nativeClientDir } from '../../src/native.ts'
import { hasBroker, sharedBroker } from './broker.ts'
import { httpResultOf, tune } from './built.ts'

const DRIVERS = DRIVER_NAMES.filter((name) => name !== 'confluent' || nativeClientDir() !== undefined)
const PARTITIONS = 3
const RECORDS = 40
/** More than one poll, so that a key comes again. */
const POLLED = ['--polls', '2', '--duration', '2s', '--warmup', '0']

const folder = mkdtempSync(join(tmpdir(), 'tune-http-keys-'))
afterAll(() => rmSync(folder, { recursive: true }))

const kafka = () => new Kafka({ brokers: [sharedBroker().bootstrapServers], logLevel: logLevel.NOTHING })

interface Found {
  readonly partition: number
  readonly key: string | undefined
  readonly id: unknown
}

/** So many records from the beginning of a topic. */
async function recordsOf(topic: string, records: number): Promise<Found[]> {
  const consumer = kafka().consumer({ groupId: `keys-${process.pid}-${topic}` })
  await consumer.connect()
  try {
    await consumer.subscribe({ topic, fromBeginning: true })
    return await new Promise<Found[]>((resolve, reject) => {
      const found: Found[] = []
      consumer
        .run({
          async eachMessage({ partition, message: { key, value } }) {
            const { id } = JSON.parse(String(value)) as { id: unknown }
            found.push({ partition, key: key?.toString(), id })
            if (found.length === records) resolve(found)
          },
        })
        .catch(reject)
    })
  } finally {
    await consumer.disconnect()
  }
}

async function endOf(topic: string): Promise<number> {
  const admin = kafka().admin()
  await admin.connect()
  try {
    return (await admin.fetchTopicOffsets(topic)).reduce((sum, { high }) => sum + Number(high), 0)
  } finally {
    await admin.disconnect()
  }
}

/** The configuration of a connector that has a topic of its own. */
function configOf(name: string, url: string, topic: string): string {
  const path = join(folder, `${name}.properties`)
  writeFileSync(
    path,
    [
      `name=${name}`,
      'connector.class=com.github.castorm.kafka.connect.http.HttpSourceConnector',
      `http.request.url=${url}`,
      'http.response.list.pointer=/data',
      'http.response.record.key.pointer=/id',
      'http.timer.interval.millis=500',
      `kafka.topic=${topic}`,
    ].join('\n'),
  )
  return path
}

describe.skipIf(!hasBroker)('records', () => {
  it.each(DRIVERS)('are found with their keys, each key in one partition: %s', async (driver) => {
    const topic = `keys-${driver}-${process.pid}`
    const result = httpResultOf(
      await tune([
        ...['bench', 'http', '--report', 'json', '--driver', driver, ...POLLED],
        ...['--bootstrap-server', sharedBroker().bootstrapServers, '--topic', topic, '--create-topic'],
        ...['--partitions', String(PARTITIONS), '--key-path', 'id', '--stub-records', String(RECORDS)],
      ]),
    )
    const { sent, acked, found } = result.accounting
    expect([acked, found]).toEqual([sent, sent])
    expect(sent).toBe(RECORDS * result.polls.done)
    const records = await recordsOf(topic, sent)
    for (const { key, id } of records) expect(key).toBe(String(id))
    const places = new Set(records.map(({ key, partition }) => `${key} ${partition}`))
    expect(places.size).toBe(RECORDS)
    expect(new Set(records.map(({ partition }) => partition)).size).toBe(PARTITIONS)
  })

  it('of several connectors go to the topic of each', async () => {
    const stubs = await Promise.all(
      [30, 7].map((records) => startStub({ ...DEFAULT_STUB, records }, { port: 0, http2: false })),
    )
    const topics = stubs.map((_, n) => `own-topic-${n}-${process.pid}`)
    try {
      const configs = stubs.map(({ url }, n) => configOf(`connector-${n}`, url, topics[n] ?? ''))
      const result = httpResultOf(
        await tune([
          ...['bench', 'http', '--report', 'json', '--driver', 'wire', ...POLLED],
          ...['--bootstrap-server', sharedBroker().bootstrapServers, '--create-topic'],
          ...configs.flatMap((config) => ['--config', config]),
        ]),
      )
      const { sent, found } = result.accounting
      expect(found).toBe(sent)
      const ends = await Promise.all(topics.map(endOf))
      expect(ends[0]).toBeGreaterThan(0)
      expect(ends[1]).toBeGreaterThan(0)
      expect((ends[0] ?? 0) + (ends[1] ?? 0)).toBe(sent)
      expect([(ends[0] ?? 0) % 30, (ends[1] ?? 0) % 7]).toEqual([0, 0])
      const [record] = await recordsOf(topics[1] ?? '', ends[1] ?? 0)
      expect(record?.key).toBe(String(record?.id))
    } finally {
      for (const stub of stubs) await stub.close()
    }
  })
})
