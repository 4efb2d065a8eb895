/** What the real performance tools of Apache Kafka print is read as what they measured. */
import { execFile } from 'node:child_process'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { Kafka, logLevel } from 'kafkajs'
import { beforeAll, describe, expect, it } from 'vitest'
import { kafkaJars } from '../../src/broker/jars.ts'
import { findJava } from '../../src/broker/java.ts'
import { diffSchema } from '../../src/core/diff.ts'
import { hasBroker, newTopicName, sharedBroker } from './broker.ts'
import { tune } from './built.ts'

const FIXTURES = resolve(import.meta.dirname, '../fixtures/foreign')
const TIMEOUT_MS = 60_000

describe.skipIf(!hasBroker)('files of the real tools', () => {
  const cwd = mkdtempSync(join(tmpdir(), 'tune-foreign-'))
  const topic = newTopicName('foreign')

  async function toolTo(name: string, tool: string, ...args: string[]): Promise<string> {
    const java = await findJava()
    const { classPath } = await kafkaJars(() => {})
    const { stdout } = await promisify(execFile)(
      java.path,
      [
        '-Xmx256m',
        '-XX:TieredStopAtLevel=1',
        '-cp',
        classPath.join(':'),
        `org.apache.kafka.tools.${tool}`,
        ...args,
      ],
      { timeout: TIMEOUT_MS },
    )
    writeFileSync(join(cwd, name), stdout)
    return name
  }

  const server = () => ['--bootstrap-server', sharedBroker().bootstrapServers]

  beforeAll(async () => {
    const brokers = [sharedBroker().bootstrapServers]
    const admin = new Kafka({ brokers, logLevel: logLevel.NOTHING }).admin()
    await admin.connect()
    await admin.createTopics({ topics: [{ topic, numPartitions: 1 }], waitForLeaders: true })
    await admin.disconnect()
  })

  it.each([
    {
      tool: 'ProducerPerformance',
      fixture: 'producer.txt',
      args: ['--topic', topic, '--num-records', '5000', '--record-size', '100', '--throughput', '2000'],
      metrics: ['recordsPerSec', 'service.meanMs', 'service.p50Ms'],
    },
    {
      tool: 'ConsumerPerformance',
      fixture: 'consumer.txt',
      args: ['--topic', topic, '--num-records', '4000'],
      metrics: ['recordsPerSec', 'joinMs'],
    },
    {
      tool: 'EndToEndLatency',
      fixture: 'e2e.txt',
      args: ['--topic', topic, '--num-records', '1001', '--producer-acks', '1', '--record-size', '100'],
      metrics: ['service.meanMs'],
    },
  ])('$tool', async ({ tool, fixture, args, metrics }) => {
    const now = await toolTo(`./${tool}.txt`, tool, ...args, ...server())
    const words = ['baseline', 'diff', join(FIXTURES, fixture), now, '--report', 'json']
    const { code, stdout, stderr } = await tune(words, { cwd })
    expect([code, stderr]).toEqual([0, ''])
    const diff = diffSchema.parse(JSON.parse(stdout))
    expect(diff.changes.map(({ metric }) => metric)).toEqual(expect.arrayContaining(metrics))
    expect(diff.changes.every(({ base, now }) => base > 0 && now > 0)).toBe(true)
  })
})
