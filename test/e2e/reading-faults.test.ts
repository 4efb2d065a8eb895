/** Faults while records are read, on real brokers: on librdkafka's client, with TUNE_TEST_FULL=1 on every driver. */
import { setTimeout as sleep } from 'node:timers/promises'
import { type Admin, Kafka, logLevel } from 'kafkajs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startBroker, type ThrowAwayBroker } from '../../src/broker/index.ts'
import { checkResult } from '../../src/core/recompute.ts'
import { nativeClientDir } from '../../src/native.ts'
import { hasBroker, newTopicName } from './broker.ts'
import { consumerResultOf, e2eResultOf, startTune } from './built.ts'
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
const SECONDS = 20
/**
 * Clients that come back as new members get nothing until their old session is over; wire has no group.
 */
const SHORT_SESSION = ['session.timeout.ms=6000', 'heartbeat.interval.ms=1000']
/** Longer than any fault, with all that a busy machine needs to start a broker again: nothing ends by it. */
const IDLE = '45s'
const RECORDS = RATE * SECONDS

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
  /** Each record once. Begun when somebody reads, so that they read what comes, however slow they are to start. */
  const startWriting = (topic: string) =>
    startTune([
      ...['bench', 'producer', '--driver', 'kafkajs', '--bootstrap-server', cluster.bootstrapServers],
      ...['--topic', topic, '--num-records', String(RECORDS), '--throughput', String(RATE)],
      ...['--record-size', '500', '--drain-timeout', '60s', '--report', 'json', '--producer-props'],
      ...['acks=all', 'enable.idempotence=true', 'retry.backoff.max.ms=1000'],
    ])
  const consumer = (driver: FaultDriver, where: string, topic: string, ...more: string[]) => [
    ...['bench', 'consumer', '--driver', driver, '--bootstrap-server', where, '--topic', topic],
    ...['--report', 'json', '--duration', '120s', ...more],
    ...['--consumer-props', 'reconnect.backoff.max.ms=1000', 'retry.backoff.max.ms=1000'],
    ...(driver === 'wire' ? [] : SHORT_SESSION),
  ]

  it.each(READING_FAULTS.flatMap((fault) => drivers.map((driver) => [fault.name, driver, fault] as const)))(
    '%s: %s goes on, and loses nothing',
    async (_, driver, fault) => {
      const topic = await made()
      const where = fault.proxied ? `127.0.0.1:${proxy.port}` : cluster.bootstrapServers
      const run = startTune(
        consumer(driver, where, topic, '--num-records', String(RECORDS), '--timeout', IDLE),
      )
      await run.says(/joining/)
      const writing = startWriting(topic)
      const scene = { cluster, proxy, admin, topic }
      try {
        await run.says(/reading/)
        await sleep(STRIKE_AFTER_MS)
        const stallMs = await fault.strike(scene)
        const ended = await run.ended
        if (fault.ends !== undefined) {
          expect(ended.stderr + ended.stdout).toMatch(fault.ends)
          expect(ended.code).toBe(3)
          return
        }
        const result = consumerResultOf(ended)
        expect(checkResult(result)).toEqual([])
        const { consumption, errors, health } = result
        // Each record came, and what came twice is counted as such
        expect(consumption.received - consumption.repeated).toBe(RECORDS)
        expect(consumption.lagRecords).toBe(0)
        expect(Object.keys(errors).filter((code) => fault.codes?.test(code) !== true)).toEqual([])
        expect(health.limitedBy).toMatch(new RegExp(`${fault.limitedBy.source}|application|cpu`))
        expect(result.poll?.maxMs).toBeGreaterThan(stallMs * 0.9)
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
          ...consumer(driver, cluster.bootstrapServers, topic, '--timeout', '30s'),
          ...['--group', group, '--commit', 'batch', '--batch-size', '10'],
        ])
      const first = member()
      await first.says(/joining/)
      const writing = startWriting(topic)
      await first.says(/reading/)
      const second = member()
      // Both have partitions
      await second.says(/reading/)
      first.child.kill('SIGKILL')
      const ended = await second.ended
      writing.child.kill('SIGKILL')
      const result = consumerResultOf(ended)
      expect(checkResult(result)).toEqual([])
      const { consumption } = result
      // It has all partitions in the end, and has read all that the other had not committed
      expect(consumption.perPartition.every((records) => records > 0)).toBe(true)
      // Not before the group has given the first one up
      expect(consumption.joinMs).toBeGreaterThan(3000)
      expect(consumption.lagRecords).toBe(0)
      const committed = await admin.fetchOffsets({ groupId: group, topics: [topic] })
      const offsets = committed.flatMap(({ partitions }) => partitions.map(({ offset }) => Number(offset)))
      expect(offsets.reduce((a, b) => a + b, 0)).toBe(RECORDS)
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
