/** Whole end-to-end benches on a scripted client and a test clock: exact numbers. */
import { describe, expect, it } from 'vitest'
import { benchE2e } from '../../../src/bench/e2e/bench.ts'
import type { E2eBenchPlan } from '../../../src/bench/e2e/plan.ts'
import type { Operation } from '../../../src/core/operation.ts'
import { checkResult } from '../../../src/core/recompute.ts'
import type { ConsumerEvents, ReceivedRecord } from '../../../src/drivers/consumer.ts'
import type { Admin, Driver, TopicState } from '../../../src/drivers/driver.ts'
import { memoryDriver } from '../../../src/drivers/memory.ts'
import { TuneError } from '../../../src/errors.ts'
import { createTestClock } from '../../core/test-clock.ts'
import { records } from '../../drivers/plan.ts'

const plan: E2eBenchPlan = {
  driver: 'memory',
  connection: {
    bootstrapServers: '127.0.0.1:9092',
    clientId: 'tune',
    security: { protocol: 'PLAINTEXT' },
    connectTimeoutMs: 1000,
  },
  topic: { name: 't', create: true, own: true, partitions: 1, replicationFactor: 1, configs: {} },
  records: {},
  load: { shape: { shape: 'constant', ratePerSec: 1000 }, durationMs: 2000 },
  properties: { acks: 'all', 'enable.idempotence': 'true' },
  profile: null,
  warmup: { kind: 'time', ms: 500 },
  pacing: 'timer',
  drainMs: 1000,
  thresholds: [
    { metric: 'latency.p99Ms', target: { below: 2000 }, critical: { below: 5000 }, source: 'test' },
    { metric: 'lagRecords', target: { below: 1000 }, critical: { below: 10_000 }, source: 'test' },
  ],
  thresholdsName: 'test',
  tag: undefined,
  broker: { throwAway: true, engine: 'kafka', onThisMachine: true },
  receive: { outputTopic: 't', correlate: { kind: 'header', name: 'tune' }, consumers: 1, properties: {} },
}

interface Script {
  /** From taken to received, in ms; acknowledged after 2. undefined: never. */
  readonly receiveMs: (n: number) => number | undefined
  readonly twice?: (n: number) => boolean
  /** Where the consumer ends by itself: when, and why. */
  readonly breaksAtMs?: number
  /** Transactions of half a second, of which this one cannot be committed. */
  readonly abortedCommit?: number
}

/** A topic of one partition: what is sent comes out after a scripted time. */
const refusal = new TuneError('UNAUTHORIZED', 'User:x may not read topic t')

async function run({ receiveMs, twice, breaksAtMs, abortedCommit }: Script) {
  const clock = createTestClock()
  let stored = 0
  let events: ConsumerEvents | undefined
  const inner = memoryDriver({ nowMs: clock.nowMs, schedule: clock.schedule, latencyMs: () => 2 })
  const driver: Driver = {
    ...inner,
    async producer(asked, onDone) {
      const client = await inner.producer(asked, onDone)
      let commits = 0
      return {
        ...client,
        ...(abortedCommit !== undefined && {
          transactions: {
            begin: async () => {},
            async commit() {
              // What is open is answered first
              await clock.wait(clock.nowMs() + 3, false).done
              if (++commits === abortedCommit)
                throw Object.assign(new Error('no'), { code: 'NOT_COORDINATOR' })
              return new Set<number>()
            },
            abort: async () => new Set<number>(),
          },
        }),
        send(operation: Operation) {
          const stamp = asked.stamp?.kind === 'header' ? asked.stamp.of(operation) : undefined
          const offset = stored++
          const taken = client.send(operation)
          const deliver = () => {
            const record: ReceivedRecord = {
              offset,
              timestampMs: 0,
              key: null,
              value: null,
              header: () => stamp,
            }
            void events?.onRecords([
              {
                partition: 0,
                records: 1,
                bytes: 100,
                firstOffset: offset,
                lastOffset: offset,
                timestampMs: 0,
                each: (visit) => visit(record),
              },
            ])
          }
          // Read by someone who reads committed records
          const ms = commits + 1 === abortedCommit ? undefined : receiveMs(operation.first)
          if (ms !== undefined) clock.schedule(clock.nowMs() + ms, deliver)
          if (ms !== undefined && twice?.(operation.first) === true)
            clock.schedule(clock.nowMs() + ms + 1, deliver)
          return taken
        },
      }
    },
    async consumer(_, given) {
      events = given
      return {
        start: () => given.onAssigned([0]),
        ended: new Promise<void>((_, reject) => {
          if (breaksAtMs !== undefined) clock.schedule(breaksAtMs, () => reject(refusal))
        }),
        commit: async () => {},
        stats: () => ({}),
        close: async () => {},
      }
    },
  }
  const state: TopicState = {
    topic: 't',
    partitions: [{ partition: 0, leader: 1, replicas: [1], inSyncReplicas: [1] }],
    configs: {},
  }
  let made = false
  const admin: Admin = {
    cluster: async () => ({ brokers: [{ id: 1, host: '127.0.0.1', port: 9092 }] }),
    topics: async () => [],
    describe: async () => (made ? state : undefined),
    async create() {
      made = true
    },
    remove: async () => {},
    endOffsets: async () => [stored],
    startOffsets: async () => [0],
    offsetsAt: async () => [0],
    committed: async () => [undefined],
    close: async () => {},
  }
  const result = await clock.play(
    benchE2e(abortedCommit === undefined ? plan : { ...plan, transactions: { durationMs: 500 } }, {
      clock,
      driver,
      admin,
      source: records(100),
      signal: new AbortController().signal,
      progress: () => {},
      note: () => {},
    }),
  )
  expect(checkResult(result)).toEqual([])
  return result
}

describe('an end-to-end bench', () => {
  it('measures from due to received, and takes it apart', async () => {
    const result = await run({ receiveMs: () => 7 })
    expect(result.kind).toBe('e2e')
    expect(result.accounting).toMatchObject({ sent: 2000, acked: 2000, failed: 0, unknown: 0 })
    expect(result.reception).toEqual({
      received: 2000,
      missing: 0,
      repeated: 0,
      outOfOrder: 0,
      foreign: 0,
      lagRecords: 0,
    })
    expect(result.latency?.maxMs).toBe(7)
    expect(result.acknowledged?.maxMs).toBe(2)
    expect(result.receive?.maxMs).toBe(5)
    expect(result.latency?.count).toBe(2000)
    expect(result.verdicts.map(({ level }) => level)).toEqual(['ok', 'ok'])
  })

  it('counts a stall of the receiving side against the records that were due in it', async () => {
    // Of the second second nothing comes out before its end
    const result = await run({ receiveMs: (n) => (n >= 1000 ? Math.max(1, 2000 - n) : 1) })
    expect(result.acknowledged?.maxMs).toBe(2)
    expect(result.latency?.maxMs).toBe(1000)
    expect(result.latency?.p99Ms).toBeGreaterThan(950)
  })

  it('counts what never comes, what comes twice, and what comes behind', async () => {
    const result = await run({
      receiveMs: (n) => (n % 500 === 3 ? undefined : n % 500 === 7 ? 20 : 5),
      twice: (n) => n % 500 === 9,
    })
    expect(result.reception).toMatchObject({ received: 1996, missing: 4, repeated: 4, outOfOrder: 4 })
    expect(result.errors).toEqual({ _NOT_RECEIVED: 4 })
    expect(result.accounting).toMatchObject({ sent: 2000, acked: 2000, unknown: 0 })
    expect(result.warnings.map(({ id }) => id)).toEqual(
      expect.arrayContaining(['missing', 'repeated', 'out-of-order']),
    )
  })

  it('counts what was taken back with its transaction apart from what is missing', async () => {
    // Each takes what is due in half a second, and while the one before it was ended
    const result = await run({ receiveMs: () => 5, abortedCommit: 3 })
    const { aborted = 0 } = result.reception
    expect(aborted).toBeGreaterThan(500)
    expect(result.transactions).toMatchObject({ aborted: 1, recordsAborted: aborted })
    expect(result.reception).toMatchObject({ missing: 0, received: 2000 - aborted })
    expect(result.errors).toEqual({ _ABORTED: aborted })
    expect(result.accounting).toMatchObject({ sent: 2000, acked: 2000, failed: 0, lost: 0 })
    expect(result.metrics).toMatchObject({ recordsDelivered: 2000 - aborted, recordsMissing: 0 })
    expect(result.warnings.map(({ id }) => id)).not.toContain('missing')
  })

  it('ends where a consumer cannot go on, and reports what was received until then', async () => {
    const result = await run({ receiveMs: () => 5, breaksAtMs: 1500 })
    // Half a second of warm-up before it, so a second of measured time
    expect(result).toMatchObject({
      complete: false,
      endedEarly: refusal.message,
      health: { limitedBy: 'broker', reasons: [`the run ended early: ${refusal.message}`] },
    })
    const { sent, acked, unknown } = result.accounting
    expect(sent).toBeGreaterThan(900)
    expect(sent).toBeLessThan(1100)
    expect(sent).toBe(acked + unknown)
    expect(result.warnings.map(({ id }) => id)).toContain('ended-early')
  })

  it('says only why where nothing was received before', async () => {
    await expect(run({ receiveMs: () => undefined, breaksAtMs: 700 })).rejects.toBe(refusal)
    await expect(run({ receiveMs: () => 5, breaksAtMs: 100 })).rejects.toBe(refusal)
  })
})
