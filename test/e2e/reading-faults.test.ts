/** Faults while records are read, on real brokers: on librdkafka's client, with TUNE_TEST_FULL=1 on every driver. */
import { setTimeout as sleep } from 'node:timers/promises'
import { type Admin, Kafka, logLevel } from 'kafkajs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startBroker, type ThrowAwayBroker } from '../../src/broker/index.ts'
import { checkResult } from '../../src/core/recompute.ts'
import type { ConsumerResult } from '../../src/core/result.ts'
import { nativeClientDir } from '../../src/native.ts'
import { hasBroker, newTopicName } from './broker.ts'
import { type BuiltTune, consumerResultOf, e2eResultOf, startTune } from './built.ts'
import { DRIVERS, FAULTS, type FaultDriver } from './faults.ts'
import { startProxy, type TcpProxy } from './proxy.ts'
import { READING_FAULTS } from './reading-faults.ts'

const isFull = process.env.TUNE_TEST_FULL === '1'
const WANTED: readonly FaultDriver[] = isFull ? DRIVERS : ['confluent']
const drivers = WANTED.filter((name) => name !== 'confluent' || nativeClientDir() !== undefined)

/** A broker that was killed is let in again when its old session is over: 9 s otherwise. */
const BACK_SOON = { 'broker.session.timeout.ms': '3000', 'broker.heartbeat.interval.ms': '500' }
const STRIKE_AFTER_MS = 2000
const RATE = 250
/** kafkajs comes back as a new member, and gets nothing until its old session is over. */
const SHORT_SESSION = ['session.timeout.ms=6000', 'heartbeat.interval.ms=1000']
/** Longer than any fault, with all that a busy machine needs to start a broker again: nothing ends by it. */
const IDLE = '45s'

/** The longest time without a record that the series shows: whole seconds. */
function longestGapMs({ series }: ConsumerResult): number {
  let longestMs = 0
  let gapMs = 0
  for (const { records, durationMs } of series) {
    gapMs = records > 0 ? 0 : gapMs + durationMs
    longestMs = Math.max(longestMs, gapMs)
  }
  return longestMs
}

/** What the reader has said last that it has read. */
const doneBy = (stderr: string) =>
  Number(
    stderr
      .match(/[\d,]+(?= done)/g)
      ?.at(-1)
      ?.replaceAll(',', '') ?? 0,
  )

describe.skipIf(!hasBroker)('faults while records are read', () => {
  let cluster: ThrowAwayBroker
  let proxy: TcpProxy
  let admin: Admin

  beforeAll(async () => {
    proxy = await startProxy(() => Number(cluster.listeners.PROXIED?.[0]?.split(':')[1]))
    cluster = await startBroker({
      engine: 'kafka',
      brokers: 1,
      listeners: [{ name: 'PROXIED', advertisedPort: proxy.port }],
      config: BACK_SOON,
    })
    admin = new Kafka({ brokers: cluster.bootstrapServers.split(','), logLevel: logLevel.NOTHING }).admin()
    await admin.connect()
  })
  afterAll(async () => {
    await admin?.disconnect()
    await proxy?.close()
    await cluster?.stop()
  })

  const made = async () => {
    const topic = newTopicName('read')
    await admin.createTopics({ topics: [{ topic, numPartitions: 3 }], waitForLeaders: true })
    return topic
  }
  /** Each record once, until `end`: however slow anybody is to start, there is something to read. */
  const startWriting = (topic: string) => {
    const { child, ended } = startTune([
      ...['bench', 'producer', '--driver', 'kafkajs', '--bootstrap-server', cluster.bootstrapServers],
      ...['--topic', topic, '--duration', '10m', '--throughput', String(RATE), '--warmup', '0s'],
      ...['--record-size', '500', '--drain-timeout', '60s', '--report', 'json', '--producer-props'],
      ...['acks=all', 'enable.idempotence=true', 'retry.backoff.max.ms=1000'],
    ])
    return {
      child,
      /** @returns how many records the topic has */
      async end(): Promise<number> {
        child.kill('SIGINT')
        await ended
        const offsets = await admin.fetchTopicOffsets(topic)
        return offsets.reduce((sum, { high }) => sum + Number(high), 0)
      },
    }
  }
  /** Stops a reader when it has read so many. */
  const readsAll = async ({ child, stderr, ended }: BuiltTune, records: number) => {
    while (child.exitCode === null && doneBy(stderr()) < records) await sleep(100)
    child.kill('SIGINT')
    return consumerResultOf(await ended)
  }
  const consumer = (driver: FaultDriver, where: string, topic: string, ...more: string[]) => [
    ...['bench', 'consumer', '--driver', driver, '--bootstrap-server', where, '--topic', topic],
    ...['--report', 'json', '--duration', '5m', '--timeout', IDLE, ...more],
    ...['--consumer-props', 'reconnect.backoff.max.ms=1000', 'retry.backoff.max.ms=1000'],
    ...(driver === 'kafkajs' ? SHORT_SESSION : []),
  ]

  it.each(READING_FAULTS.flatMap((fault) => drivers.map((driver) => [fault.name, driver, fault] as const)))(
    '%s: %s goes on, and loses nothing',
    async (_, driver, fault) => {
      const topic = await made()
      const where = fault.proxied ? `127.0.0.1:${proxy.port}` : cluster.bootstrapServers
      const run = startTune(consumer(driver, where, topic))
      const writing = startWriting(topic)
      const scene = { cluster, proxy, admin, topic }
      try {
        await run.says(/reading/)
        await sleep(STRIKE_AFTER_MS)
        const stallMs = await fault.strike(scene)
        if (fault.ends !== undefined) {
          const ended = await run.ended
          expect(ended.stderr + ended.stdout).toMatch(fault.ends)
          expect(ended.code).toBe(3)
          return
        }
        const records = await writing.end()
        const result = await readsAll(run, records)
        expect(checkResult(result)).toEqual([])
        const { consumption, errors, health } = result
        expect(consumption.endedBy).toBe('interrupt')
        // Each record came, and what came twice is counted as such
        expect(consumption.skipped).toBe(0)
        expect(consumption.received - consumption.repeated + (consumption.lagRecords ?? 0)).toBe(records)
        expect(consumption.lagRecords).toBeLessThanOrEqual(consumption.repeated)
        // Nobody polled late: a broker was away
        expect(consumption.pollsMissed).toBe(0)
        expect(Object.keys(errors).filter((code) => fault.codes?.test(code) !== true)).toEqual([])
        expect(health.limitedBy).toMatch(new RegExp(`${fault.limitedBy.source}|application|cpu`))
        // A second at each end of it may have had records
        expect(longestGapMs(result)).toBeGreaterThan(stallMs - 2500)
      } finally {
        run.child.kill('SIGKILL')
        writing.child.kill('SIGKILL')
        await fault.undo?.(scene)
      }
    },
  )

  it.each(drivers.filter((driver) => driver !== 'wire'))(
    'a consumer that is killed: another takes its partitions over, on %s',
    async (driver) => {
      const topic = await made()
      const group = newTopicName('group')
      const member = () =>
        startTune([
          ...consumer(driver, cluster.bootstrapServers, topic),
          ...(driver === 'kafkajs' ? [] : SHORT_SESSION),
          ...['--group', group, '--commit', 'batch', '--batch-size', '10', '--batch-timeout', '500ms'],
        ])
      const first = member()
      const writing = startWriting(topic)
      await first.says(/reading/)
      const second = member()
      // Both have partitions
      await second.says(/reading/)
      first.child.kill('SIGKILL')
      // Some more for every partition, of which the first one has read nothing
      await sleep(2000)
      const records = await writing.end()
      const committed = async () => {
        const topics = await admin.fetchOffsets({ groupId: group, topics: [topic] })
        const offsets = topics.flatMap(({ partitions }) => partitions.map(({ offset }) => Number(offset)))
        return offsets.reduce((a, b) => a + b, 0)
      }
      // All of it, so the second one has read what the first one had not committed, from all partitions
      while (second.child.exitCode === null && (await committed()) < records) await sleep(200)
      second.child.kill('SIGINT')
      const result = consumerResultOf(await second.ended)
      expect(checkResult(result)).toEqual([])
      const { consumption } = result
      expect(consumption.perPartition.every((records) => records > 0)).toBe(true)
      expect(consumption.lagRecords).toBe(0)
      expect(await committed()).toBe(records)
    },
  )

  const E2E_FAULTS = FAULTS.filter(({ brokers, topicGone, drain }) => brokers === 1 && !topicGone && !drain)
  it.each(E2E_FAULTS.flatMap((fault) => drivers.map((driver) => [fault.name, driver, fault] as const)))(
    'end to end, %s: %s counts every record',
    async (_, driver, fault) => {
      const where = fault.proxied ? `127.0.0.1:${proxy.port}` : cluster.bootstrapServers
      const run = startTune([
        ...['bench', 'e2e', '--driver', driver, '--bootstrap-server', where, '--create-topic', '--report'],
        ...['json', '--partitions', '3', '--throughput', '200', '--duration', `${fault.seconds}s`],
        ...['--warmup', '1s', '--producer-props', 'acks=all', `enable.idempotence=${driver !== 'wire'}`],
        ...['reconnect.backoff.max.ms=1000', 'retry.backoff.max.ms=1000'],
        ...['--consumer-props', 'reconnect.backoff.max.ms=1000', 'retry.backoff.max.ms=1000'],
      ])
      const topic = async () => {
        await run.says(/measuring/)
        return /topic (tune-bench-\w+)/.exec(run.stderr())?.[1] ?? ''
      }
      const scene = { cluster, proxy, admin, topic: await topic() }
      try {
        await sleep(STRIKE_AFTER_MS)
        const stallMs = await fault.strike(scene)
        const ended = await run.ended
        const result = e2eResultOf(ended)
        expect(checkResult(result)).toEqual([])
        const { accounting, reception, latency } = result
        expect(accounting.sent).toBe(accounting.acked + accounting.failed + accounting.unknown)
        expect(reception).toMatchObject({ missing: 0, foreign: 0 })
        expect(reception.received).toBeGreaterThanOrEqual(accounting.acked)
        if (driver !== 'wire') expect(reception.repeated).toBe(0)
        // From the due times: the first record of the stall waits all of it
        expect(latency?.maxMs).toBeGreaterThan(stallMs * 0.98)
      } finally {
        run.child.kill('SIGKILL')
        await fault.undo?.(scene)
      }
    },
  )
})
