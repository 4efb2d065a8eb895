/** Faults on real brokers: once each on librdkafka's client, with TUNE_TEST_FULL=1 on every driver. */
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { checkResult } from '../../src/core/recompute.ts'
import type { ProducerResult } from '../../src/core/result.ts'
import { hasBroker } from './broker.ts'
import { type BuiltTune, type Ended, resultOf, startTune } from './built.ts'
import {
  drivers,
  limits,
  PARTITIONS,
  STRIKE_AFTER_MS,
  type Stage,
  sending,
  setStage,
  tell,
} from './fault-stage.ts'
import { FAULTS, type Fault, type FaultDriver } from './faults.ts'
import { lacks } from './requirements.ts'
import { smallDisk } from './small-disk.ts'

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

function told(fault: string, driver: FaultDriver, { code, stderr }: Ended, result: ProducerResult): void {
  const { accounting, errors, health, latency, metrics } = result
  tell(
    {
      ...{ fault, driver, code, errors, health: [health.limitedBy, health.reasons], client: health.client },
      ...{ accounting, p50: latency?.p50Ms, p99: latency?.p99Ms, max: latency?.maxMs },
      ...{ rate: metrics.recordsPerSec, lateness: result.lateness?.p99Ms },
      warnings: result.warnings.map(({ text }) => text),
    },
    stderr,
  )
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
  let stage: Stage

  beforeAll(async () => {
    stage = await setStage(brokers)
  })
  afterAll(() => stage?.close())

  it.each(faults.flatMap((fault) => drivers.map((driver) => [fault.name, driver, fault] as const)))(
    '%s: %s goes on, and says what happened',
    async (_, driver, fault) => {
      const run = startTune([
        ...['bench', 'producer', ...sending(driver, fault), '--bootstrap-server', stage.at(fault)],
        ...['--create-topic', '--partitions', `${PARTITIONS}`],
        ...['--replication-factor', `${fault.replicas ?? 1}`],
      ])
      const scene = { ...stage, topic: await measuring(run) }
      try {
        await sleep(STRIKE_AFTER_MS)
        const stallMs = await fault.strike(scene)
        const ended = await run.ended
        const result = resultOf(ended)
        told(fault.name, driver, ended, result)
        expectWhole(result, driver, fault.expected[driver].clientErrs)
        expectAnswer(fault, driver, stallMs, result)
        expect(ended.code).toBe(result.health.generatorLimited ? 3 : 0)
        expect(await stage.admin.listTopics()).not.toContain(scene.topic)
      } finally {
        run.child.kill('SIGKILL')
        await fault.undo?.(scene)
      }
    },
  )
})

describe.skipIf(!hasBroker || lacks('root, to mount a small disk'))(
  'a throw-away broker whose disk is full',
  () => {
    it.each(drivers)(
      'ends the run on %s with the reason, and with what was measured until then',
      async (driver) => {
        const disk = smallDisk()
        const run = startTune(
          [
            ...['bench', 'producer', ...sending(driver, { ratePerSec: 500, seconds: 60 })],
            ...['--engine', 'kafka', '--record-size', '8192', '--partitions', `${PARTITIONS}`],
          ],
          { env: { TMPDIR: disk.dir } },
        )
        try {
          await measuring(run)
          await sleep(STRIKE_AFTER_MS)
          disk.fill(4 * 2 ** 20)
          const ended = await run.ended
          const result = resultOf(ended)
          told('disk full', driver, ended, result)
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
          expect(result.warnings.map(({ id }) => id)).toContain('ended-early')
        } finally {
          run.child.kill('SIGKILL')
          await run.ended
          disk.remove()
        }
      },
    )
  },
)
