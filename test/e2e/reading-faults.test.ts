/** Faults while records are read, on real brokers: on librdkafka's client, with TUNE_TEST_FULL=1 on every driver. */
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { checkResult } from '../../src/core/recompute.ts'
import type { ConsumerResult, E2eResult } from '../../src/core/result.ts'
import { hasBroker, newTopicName } from './broker.ts'
import { consumerResultOf, type Ended, e2eResultOf, startTune } from './built.ts'
import {
  drivers,
  limits,
  PARTITIONS,
  SOON_AGAIN,
  STRIKE_AFTER_MS,
  type Stage,
  sending,
  setStage,
  tell,
} from './fault-stage.ts'
import type { FaultDriver } from './faults.ts'
import { READING_FAULTS, type ReadingFault } from './reading-faults.ts'

/** Beyond the load: its warm-up before, and what comes late after it. */
const SPARE_S = 5

interface Seen {
  readonly e2e: E2eResult
  readonly consumer: ConsumerResult
  readonly ended: { readonly e2e: Ended; readonly consumer: Ended }
  readonly stallMs: number
  /** Records in the topic in the end; undefined where it is gone. */
  readonly stored: number | undefined
}

const consuming = (driver: FaultDriver, topic: string, at: string, ...more: string[]) => [
  ...['bench', 'consumer', '--driver', driver, '--bootstrap-server', at, '--topic', topic],
  ...['--report', 'json', '--timeout', '30s', ...more],
]

/** Both benches on one topic, and the fault while both are at it. */
async function play(stage: Stage, fault: ReadingFault, driver: FaultDriver): Promise<Seen> {
  const { admin } = stage
  const topic = newTopicName('fault')
  await admin.createTopics({
    topics: [{ topic, numPartitions: PARTITIONS, replicationFactor: fault.replicas ?? 1 }],
    waitForLeaders: true,
  })
  const at = stage.at(fault)
  const consumer = startTune([
    ...consuming(driver, topic, at, '--duration', `${fault.seconds + SPARE_S}s`),
    ...['--consumer-props', ...SOON_AGAIN],
  ])
  const scene = { ...stage, topic }
  let sender: ReturnType<typeof startTune> | undefined
  /** The consumer gets what is left when it can again. */
  const afterwards = async () => {
    await fault.undo?.(scene)
    return consumer.ended
  }
  try {
    await consumer.says(/joining/)
    const e2e = startTune([
      ...['bench', 'e2e', '--bootstrap-server', at, '--topic', topic],
      ...[...sending(driver, fault), '--consumer-props', ...SOON_AGAIN],
    ])
    sender = e2e
    await Promise.all([e2e.says(/measuring/), consumer.says(/reading/)])
    await sleep(STRIKE_AFTER_MS)
    const stallMs = await fault.strike(scene)
    const ended = { e2e: await e2e.ended, consumer: await afterwards() }
    const offsets = fault.topicGone ? undefined : await admin.fetchTopicOffsets(topic)
    return {
      e2e: e2eResultOf(ended.e2e),
      consumer: consumerResultOf(ended.consumer),
      ended,
      stallMs,
      stored: offsets?.reduce((sum, { high }) => sum + Number(high), 0),
    }
  } finally {
    sender?.child.kill('SIGKILL')
    consumer.child.kill('SIGKILL')
    await fault.undo?.(scene)
  }
}

function told(fault: string, driver: FaultDriver, { e2e, consumer, ended, stallMs, stored }: Seen): void {
  tell(
    {
      ...{ fault, driver, stallMs, stored, code: ended.e2e.code, errors: e2e.errors },
      ...{ health: [e2e.health.limitedBy, e2e.health.reasons], client: e2e.health.client },
      ...{ accounting: e2e.accounting, reception: e2e.reception },
      ...{ p50: e2e.latency?.p50Ms, p99: e2e.latency?.p99Ms, max: e2e.latency?.maxMs },
      ...{ lateness: e2e.lateness?.p99Ms, warnings: e2e.warnings.map(({ text }) => text) },
    },
    ended.e2e.stderr,
  )
  tell(
    {
      ...{ fault, driver, code: ended.consumer.code, errors: consumer.errors },
      ...{ health: [consumer.health.limitedBy, consumer.health.reasons], client: consumer.health.client },
      ...{ consumption: consumer.consumption, pollMax: consumer.poll?.maxMs },
      warnings: consumer.warnings.map(({ text }) => text),
    },
    ended.consumer.stderr,
  )
}

const strange = (errors: Readonly<Record<string, number>>, known: RegExp | undefined) =>
  Object.keys(errors).filter((code) => known?.test(code) !== true)

describe.skipIf(!hasBroker).each([1, 3] as const)('faults of a cluster of %i that is read', (brokers) => {
  const faults = READING_FAULTS.filter((fault) => fault.brokers === brokers)
  let stage: Stage

  beforeAll(async () => {
    stage = await setStage(brokers)
  })
  afterAll(() => stage?.close())

  describe.each(faults.flatMap((fault) => drivers.map((driver) => [fault.name, driver, fault] as const)))(
    '%s: %s',
    (name, driver, fault) => {
      let seen: Seen
      beforeAll(async () => {
        seen = await play(stage, fault, driver)
        told(name, driver, seen)
      })

      it('counts end to end what became of every record', () => {
        const { accounting, reception, errors } = seen.e2e
        const { sent, acked, failed, unknown } = accounting
        const expected = fault.e2e[driver]
        expect(checkResult(seen.e2e)).toEqual([])
        expect(sent).toBe(acked + failed + unknown)
        expect(reception.missing).toBe(errors._NOT_RECEIVED ?? 0)
        // All that is known to be stored came out, or is missing; what nobody knows of may have come out
        expect(reception.received + reception.missing).toBeGreaterThanOrEqual(acked)
        expect(reception.received + reception.missing).toBeLessThanOrEqual(acked + unknown)
        expect(reception.foreign).toBe(0)
        if (driver !== 'wire' && expected.clientErrs !== true) {
          // Idempotent: what was sent again is in the topic once
          expect(reception.repeated).toBe(0)
          expect(accounting.found ?? acked).toBeGreaterThanOrEqual(acked)
          expect(accounting.found ?? acked).toBeLessThanOrEqual(acked + unknown)
        }
        expect(strange(errors, expected.codes)).toEqual([])
        if (expected.mustFail) expect(errors).not.toEqual({})
        expect(strange(reception.errors ?? {}, expected.met)).toEqual([])
        expect(limits(seen.e2e, expected.limitedBy)).toContain(seen.e2e.health.limitedBy)
      })

      it('shows the stall from the due times', () => {
        const { latency } = seen.e2e
        expect(latency?.maxMs).toBeGreaterThan(seen.stallMs * 0.98)
        expect(latency?.p99Ms).toBeGreaterThan(seen.stallMs * 0.98 - 10 * fault.seconds)
        expect(latency?.p50Ms).toBeGreaterThan(fault.p50AtLeastMs ?? 0)
      })

      it('loses nothing that is read, and counts what came twice', () => {
        const { consumption, errors, health } = seen.consumer
        const expected = fault.reading[driver]
        expect(checkResult(seen.consumer)).toEqual([])
        expect(strange(errors, expected.codes)).toEqual([])
        expect(limits(seen.consumer, expected.limitedBy)).toContain(health.limitedBy)
        expect(consumption.skipped).toBe(0)
        expect(consumption.received).toBeGreaterThan(0)
        if (seen.stored === undefined) {
          expect(consumption).not.toHaveProperty('lagRecords')
          expect(seen.consumer.warnings.map(({ id }) => id)).toContain('not-counted')
        } else {
          expect(consumption.received - consumption.repeated + (consumption.lagRecords ?? Number.NaN)).toBe(
            seen.stored,
          )
        }
      })

      it('goes on, or ends with the reason', () => {
        const { e2e, consumer, ended } = seen
        if (fault.endsWith === undefined) {
          expect(e2e.complete).toBe(true)
          expect(consumer).toMatchObject({ complete: true, consumption: { endedBy: 'duration' } })
          expect(ended.e2e.code).toBe(e2e.health.generatorLimited ? 3 : 0)
          expect(ended.consumer.code).toBe(0)
          return
        }
        for (const { complete, endedEarly } of [e2e, consumer]) {
          expect(complete).toBe(false)
          expect(endedEarly).toMatch(fault.endsWith)
        }
        for (const { code, stderr } of [ended.e2e, ended.consumer]) {
          expect(code).toBe(3)
          expect(stderr).toMatch(/^error: the run ended early: topic /m)
        }
        expect(consumer.consumption.endedBy).toBe('failure')
      })
    },
  )
})
