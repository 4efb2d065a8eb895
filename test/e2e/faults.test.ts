/** Faults on real brokers: once each on librdkafka's client, with TUNE_TEST_FULL=1 on every driver. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, statfsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Admin, Kafka, logLevel } from 'kafkajs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startBroker, type ThrowAwayBroker } from '../../src/broker/index.ts'
import { checkResult } from '../../src/core/recompute.ts'
import type { Limit, ProducerResult } from '../../src/core/result.ts'
import { nativeClientDir } from '../../src/native.ts'
import { hasBroker } from './broker.ts'
import { type BuiltTune, type Ended, resultOf, startTune } from './built.ts'
import { DRIVERS, FAULTS, type Fault, type FaultDriver } from './faults.ts'
import { startProxy, type TcpProxy } from './proxy.ts'
import { lacks } from './requirements.ts'

const isFull = process.env.TUNE_TEST_FULL === '1'
const WANTED: readonly FaultDriver[] = isFull ? DRIVERS : ['confluent']
const drivers = WANTED.filter((name) => name !== 'confluent' || nativeClientDir() !== undefined)

/** A broker that was killed is let in again when its old session is over: 9 s otherwise. */
const BACK_SOON = { 'broker.session.timeout.ms': '3000', 'broker.heartbeat.interval.ms': '500' }
/** Leaders go to the preferred replica within a second or two, not five minutes. */
const LEADERS_MOVE_SOON = {
  'leader.imbalance.check.interval.seconds': '1',
  'leader.imbalance.per.broker.percentage': '0',
}
/** How far into the measured time the fault comes. */
const STRIKE_AFTER_MS = 2000

const common = (driver: FaultDriver, ratePerSec: number, seconds: number) => [
  ...['bench', 'producer', '--driver', driver, '--report', 'json', '--partitions', '6'],
  ...['--throughput', `${ratePerSec}`, '--duration', `${seconds}s`, '--warmup', '1s'],
  ...['--producer-props', 'acks=all', `enable.idempotence=${driver !== 'wire'}`],
  // As Java's client; librdkafka's own are 10 s and kafkajs's 30 s, which would be in the latencies too
  ...['reconnect.backoff.max.ms=1000', 'retry.backoff.max.ms=1000'],
]

async function measuring(run: BuiltTune): Promise<string> {
  await run.says(/measuring/)
  return /topic (tune-bench-\w+)/.exec(run.stderr())?.[1] ?? ''
}

/** What holds whatever goes wrong. */
function expectWhole(result: ProducerResult, driver: FaultDriver, clientErrs = false): void {
  expect(checkResult(result)).toEqual([])
  const { sent, acked, failed, unknown, found } = result.accounting
  expect(sent).toBe(acked + failed + unknown)
  expect(Object.values(result.errors).reduce((a, b) => a + b, 0)).toBe(failed + unknown)
  if (found === undefined || clientErrs) return
  expect(result.accounting).toMatchObject({ lost: 0, exact: driver !== 'wire' })
  // Without idempotence what is sent again may be there twice, and is counted so
  if (driver === 'wire') return
  expect(result.accounting.duplicated).toBe(0)
  expect(found).toBeGreaterThanOrEqual(acked)
  expect(found).toBeLessThanOrEqual(acked + unknown)
}

/** One line for whoever reads the log of a long run. */
function tell(fault: string, driver: FaultDriver, { code, stderr }: Ended, result: ProducerResult): void {
  if (process.env.TUNE_TEST_TELL !== '1') return
  const { accounting, errors, health, latency, metrics } = result
  console.error(
    `${JSON.stringify({ fault, driver, code, errors, health: [health.limitedBy, health.reasons], client: health.client, accounting, p50: latency?.p50Ms, p99: latency?.p99Ms, max: latency?.maxMs, rate: metrics.recordsPerSec, lateness: result.lateness?.p99Ms, warnings: result.warnings.map(({ text }) => text) })}\n${stderr}`,
  )
}

/** On a machine that has no CPU left over, that is a right answer as well. */
function limits({ host, health }: ProducerResult, expected: readonly Limit[]): readonly Limit[] {
  if (health.generatorLimited) return [...expected, 'cpu', 'event-loop']
  return (host?.cpuRatio ?? 0) > 0.9 ? [...expected, 'cpu'] : expected
}

function expectAnswer(fault: Fault, driver: FaultDriver, stallMs: number, result: ProducerResult): void {
  const expected = fault.expected[driver]
  const codes = Object.keys(result.errors)
  expect(codes.filter((code) => expected.codes?.test(code) !== true)).toEqual([])
  if (expected.mustFail) expect(codes).not.toEqual([])
  expect(limits(result, expected.limitedBy)).toContain(result.health.limitedBy)
  // From the due times: the first record of the stall waits all of it, a hundredth of the run is left to noise
  expect(result.latency?.maxMs).toBeGreaterThan(stallMs * 0.98)
  expect(result.latency?.p99Ms).toBeGreaterThan(stallMs * 0.98 - 10 * fault.seconds)
  expect(result.latency?.p50Ms).toBeGreaterThan(fault.p50AtLeastMs ?? 0)
  if (fault.topicGone) {
    expect(result.accounting).not.toHaveProperty('found')
    expect(result.accounting.note).toContain('no longer there')
  } else expect(result.accounting.found).toBeGreaterThan(0)
}

describe.skipIf(!hasBroker).each([1, 3] as const)('faults of a cluster of %i', (brokers) => {
  const faults = FAULTS.filter((fault) => fault.brokers === brokers)
  let cluster: ThrowAwayBroker
  let proxy: TcpProxy
  let admin: Admin

  beforeAll(async () => {
    proxy = await startProxy(() => Number(cluster.listeners.PROXIED?.[0]?.split(':')[1]))
    cluster = await startBroker({
      engine: 'kafka',
      brokers,
      listeners: [{ name: 'PROXIED', advertisedPort: proxy.port }],
      config: brokers === 1 ? BACK_SOON : LEADERS_MOVE_SOON,
    })
    admin = new Kafka({
      brokers: cluster.bootstrapServers.split(','),
      logLevel: logLevel.NOTHING,
    }).admin()
    await admin.connect()
  })
  afterAll(async () => {
    await admin?.disconnect()
    await proxy?.close()
    await cluster?.stop()
  })

  it.each(faults.flatMap((fault) => drivers.map((driver) => [fault.name, driver, fault] as const)))(
    '%s: %s goes on, and says what happened',
    async (_, driver, fault) => {
      const where = fault.proxied ? `127.0.0.1:${proxy.port}` : cluster.bootstrapServers
      const run = startTune([
        ...common(driver, fault.ratePerSec, fault.seconds),
        ...['--bootstrap-server', where, '--create-topic', ...(fault.flags ?? [])],
        ...(fault.drain === undefined ? [] : ['--drain-timeout', fault.drain]),
      ])
      const scene = { cluster, proxy, admin, topic: await measuring(run) }
      try {
        await sleep(STRIKE_AFTER_MS)
        const stallMs = await fault.strike(scene)
        const ended = await run.ended
        const result = resultOf(ended)
        tell(fault.name, driver, ended, result)
        expectWhole(result, driver, fault.expected[driver].clientErrs)
        expectAnswer(fault, driver, stallMs, result)
        expect(ended.code).toBe(result.health.generatorLimited ? 3 : 0)
        expect(await admin.listTopics()).not.toContain(scene.topic)
      } finally {
        run.child.kill('SIGKILL')
        await fault.undo?.(scene)
      }
    },
  )
})

/** A folder on a disk of its own, which looks large until it is filled up. */
function smallDisk() {
  const dir = mkdtempSync(join(tmpdir(), 'tune-disk-'))
  const mount = (options: string) => execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', dir])
  mount('size=16g')
  return {
    dir,
    /** Leaves so much. */
    fill(leftBytes: number) {
      const { blocks, bfree, bsize } = statfsSync(dir)
      mount(`remount,size=${(blocks - bfree) * bsize + leftBytes}`)
    },
    remove() {
      execFileSync('umount', ['--lazy', dir])
      rmSync(dir, { recursive: true, force: true })
    },
  }
}

describe.skipIf(!hasBroker || lacks('root, to mount a small disk'))(
  'a throw-away broker whose disk is full',
  () => {
    it.each(drivers)(
      'ends the run on %s with the reason, and with what was measured until then',
      async (driver) => {
        const disk = smallDisk()
        const run = startTune([...common(driver, 500, 60), '--engine', 'kafka', '--record-size', '8192'], {
          env: { TMPDIR: disk.dir },
        })
        try {
          await measuring(run)
          await sleep(STRIKE_AFTER_MS)
          disk.fill(4 * 2 ** 20)
          const ended = await run.ended
          const result = resultOf(ended)
          tell('disk full', driver, ended, result)
          expectWhole(result, driver)
          expect(ended.code).toBe(3)
          expect(ended.stderr).toMatch(/^error: the run ended early: broker 1 died: the disk .* is full/m)
          expect(result.complete).toBe(false)
          expect(result.health.limitedBy).toBe('broker')
          expect(result.durationMs).toBeLessThan(60_000)
          expect(result.accounting.acked).toBeGreaterThan(500)
          expect(
            Object.keys(result.errors).filter(
              (code) => !/^(_TIMED_OUT|_TRANSPORT|KAFKA_STORAGE_ERROR)$/.test(code),
            ),
          ).toEqual([])
          expect(result.warnings.map(({ id }) => id)).toContain('broker-gone')
        } finally {
          run.child.kill('SIGKILL')
          await run.ended
          disk.remove()
        }
      },
    )
  },
)
