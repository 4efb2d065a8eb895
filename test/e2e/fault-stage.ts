/** Where faults happen: a cluster that clients also come to through a proxy. And what holds of every run there. */
import { Kafka, logLevel } from 'kafkajs'
import { startBroker } from '../../src/broker/index.ts'
import type { ClientResult, Limit } from '../../src/core/result.ts'
import { nativeClientDir } from '../../src/native.ts'
import type { Cause, Scene } from './causes.ts'
import { DRIVERS, type FaultDriver } from './faults.ts'
import { startProxy } from './proxy.ts'

/** Once each on librdkafka's client, with TUNE_TEST_FULL=1 on every driver. */
const WANTED: readonly FaultDriver[] = process.env.TUNE_TEST_FULL === '1' ? DRIVERS : ['confluent']
export const drivers = WANTED.filter((name) => name !== 'confluent' || nativeClientDir() !== undefined)

/** A broker that was killed is let in again when its old session is over: 9 s otherwise. */
const BACK_SOON = { 'broker.session.timeout.ms': '3000', 'broker.heartbeat.interval.ms': '500' }
/** Leaders go to the preferred replica within a second or two, not five minutes. */
const LEADERS_MOVE_SOON = {
  'leader.imbalance.check.interval.seconds': '1',
  'leader.imbalance.per.broker.percentage': '0',
}
/** How far into the measured time the fault comes. */
export const STRIKE_AFTER_MS = 2000
export const PARTITIONS = 6

/** As Java's client; librdkafka's own are 10 s and kafkajs's 30 s, which would be in the latencies too. */
export const SOON_AGAIN = ['reconnect.backoff.max.ms=1000', 'retry.backoff.max.ms=1000']

export interface Stage extends Omit<Scene, 'topic'> {
  /** Where the clients of a fault come in. */
  at(cause: Cause): string
  close(): Promise<void>
}

/** @param config more of the brokers' */
export async function setStage(brokers: 1 | 3, config: Record<string, string> = {}): Promise<Stage> {
  const proxy = await startProxy(() => Number(cluster.listeners.PROXIED?.[0]?.split(':')[1]))
  const cluster = await startBroker({
    engine: 'kafka',
    brokers,
    listeners: [{ name: 'PROXIED', advertisedPort: proxy.port }],
    config: { ...(brokers === 1 ? BACK_SOON : LEADERS_MOVE_SOON), ...config },
  })
  const admin = new Kafka({
    brokers: cluster.bootstrapServers.split(','),
    logLevel: logLevel.NOTHING,
  }).admin()
  await admin.connect()
  return {
    cluster,
    proxy,
    admin,
    at: ({ proxied }) => (proxied === true ? `127.0.0.1:${proxy.port}` : cluster.bootstrapServers),
    async close() {
      await admin.disconnect()
      await proxy.close()
      await cluster.stop()
    },
  }
}

type Load = Pick<Cause, 'ratePerSec' | 'seconds' | 'drain'>

/** Flags of a bench that sends. */
export const sending = (driver: FaultDriver, { ratePerSec, seconds, drain }: Load) => [
  ...['--driver', driver, '--report', 'json'],
  ...['--throughput', `${ratePerSec}`, '--duration', `${seconds}s`, '--warmup', '1s'],
  ...(drain === undefined ? [] : ['--drain-timeout', drain]),
  ...['--producer-props', 'acks=all', `enable.idempotence=${driver !== 'wire'}`, ...SOON_AGAIN],
]

/** On a machine that has no CPU left over, that is a right answer as well. */
export function limits({ host, health }: ClientResult, expected: readonly Limit[]): readonly Limit[] {
  if (health.generatorLimited) return [...expected, 'cpu', 'event-loop']
  return (host?.cpuRatio ?? 0) > 0.9 ? [...expected, 'cpu'] : expected
}

/** One line for whoever reads the log of a long run. */
export function tell(facts: Readonly<Record<string, unknown>>, stderr: string): void {
  if (process.env.TUNE_TEST_TELL === '1') console.error(`${JSON.stringify(facts)}\n${stderr}`)
}
