/** Whole benches on a scripted client and a test clock: minutes in milliseconds, with exact numbers. */
import { describe, expect, it } from 'vitest'
import type { ProducerBenchPlan } from '../../src/bench/plan.ts'
import { benchProducer } from '../../src/bench/producer.ts'
import type { Progress } from '../../src/bench/progress.ts'
import { checkResult } from '../../src/core/recompute.ts'
import { resultSchema } from '../../src/core/result.ts'
import type { Admin, Driver, TopicState } from '../../src/drivers/driver.ts'
import { type MemoryOptions, memoryDriver } from '../../src/drivers/memory.ts'
import { makeRecordSource, type RecordSpec } from '../../src/records/index.ts'
import { createTestClock } from '../core/test-clock.ts'

const topic = (name: string, partitions: number): TopicState => ({
  topic: name,
  configs: { 'max.message.bytes': '1048588', 'min.insync.replicas': '1' },
  partitions: Array.from({ length: partitions }, (_, partition) => ({
    partition,
    leader: 1,
    replicas: [1],
    inSyncReplicas: [1],
  })),
})

/** A cluster of one broker that remembers what was made and removed. */
function fakeAdmin(stored: () => number, { existing = [], goesAway = false, makes }: Case) {
  const topics = new Map(existing.map((name) => [name, topic(name, 4)]))
  const log: string[] = []
  const admin: Admin = {
    cluster: async () => ({ brokers: [{ id: 1, host: '127.0.0.1', port: 9092 }] }),
    topics: async () => [...topics.keys()],
    describe: async (name) => topics.get(name),
    async create(name, { partitions }) {
      log.push(`create ${name}`)
      topics.set(name, topic(name, makes ?? partitions))
    },
    async remove(name) {
      if (goesAway) throw new Error('nobody answers')
      log.push(`remove ${name}`)
      topics.delete(name)
    },
    endOffsets: async (_, partitions) => [stored(), ...Array.from({ length: partitions - 1 }, () => 0)],
    startOffsets: async (_, partitions) => Array.from({ length: partitions }, () => 0),
    offsetsAt: async (_, partitions) => Array.from({ length: partitions }, () => 0),
    committed: async (_, __, partitions) => Array.from({ length: partitions }, () => undefined),
    close: async () => {},
  }
  return { admin, log }
}

const plan: ProducerBenchPlan = {
  driver: 'memory',
  connection: {
    bootstrapServers: '127.0.0.1:9092',
    clientId: 'tune',
    security: { protocol: 'PLAINTEXT' },
    connectTimeoutMs: 1000,
  },
  topic: { name: 't', create: true, own: true, partitions: 4, replicationFactor: 1, configs: {} },
  records: {},
  load: { shape: { shape: 'constant', ratePerSec: 1000 }, durationMs: 30_000 },
  properties: { acks: 'all', 'enable.idempotence': 'true' },
  profile: null,
  warmup: { kind: 'time', ms: 3000 },
  pacing: 'timer',
  drainMs: 5000,
  thresholds: [
    { metric: 'latency.p99Ms', target: { below: 500 }, critical: { below: 2000 }, source: 'test' },
    { metric: 'recordsPerSec', target: { above: 100_000 }, critical: { above: 50_000 }, source: 'test' },
  ],
  thresholdsName: 'test',
  tag: undefined,
  broker: { throwAway: true, engine: 'kafka', onThisMachine: true },
}

interface Case {
  plan?: Partial<ProducerBenchPlan>
  memory?: Omit<MemoryOptions, 'nowMs' | 'schedule'>
  existing?: readonly string[]
  /** Partitions of a topic, whatever was asked for. */
  makes?: number
  goesAway?: boolean
  abortAtMs?: number
  timerLatenessMs?: number
  records?: RecordSpec
  /** How commits and, where one fails, aborts of a transactional client go. */
  transactions?: { commitMs: number; fails?: (commit: number) => string | undefined; abortFails?: string }
}

async function bench(options: Case = {}) {
  const clock = createTestClock(options.timerLatenessMs)
  let stored = 0
  const memory = memoryDriver({
    ...options.memory,
    nowMs: clock.nowMs,
    schedule: clock.schedule,
    latencyMs: (operation, nowMs) => {
      stored += operation.records
      return options.memory?.latencyMs?.(operation, nowMs) ?? 1
    },
  })
  const scripted = options.transactions
  let commits = 0
  const failure = (code: string) => Object.assign(new Error(code), { code })
  /** Each ends with a marker in partition 0. */
  const marked = () => {
    stored++
    return new Set([0])
  }
  const driver: Driver =
    scripted === undefined
      ? memory
      : {
          ...memory,
          producer: async (asked, onDone) => ({
            ...(await memory.producer(asked, onDone)),
            transactions: {
              begin: async () => {},
              async commit() {
                await clock.wait(clock.nowMs() + scripted.commitMs, false).done
                const code = scripted.fails?.(++commits)
                if (code !== undefined) throw failure(code)
                return marked()
              },
              async abort() {
                if (scripted.abortFails !== undefined) throw failure(scripted.abortFails)
                return marked()
              },
            },
          }),
        }
  const { admin, log } = fakeAdmin(() => stored, options)
  const abort = new AbortController()
  if (options.abortAtMs !== undefined) clock.schedule(options.abortAtMs, () => abort.abort())
  const seen: Progress[] = []
  const notes: string[] = []
  const whole = { ...plan, ...options.plan }
  const result = await clock.play(
    benchProducer(whole, {
      clock,
      driver,
      admin,
      source: makeRecordSource(options.records ?? { size: { kind: 'fixed', bytes: 100 } }),
      signal: abort.signal,
      progress: (progress) => seen.push(progress),
      note: (text) => notes.push(text),
    }),
  )
  return { result, log, seen, notes }
}

describe('a producer bench', () => {
  it('measures what was asked for, and every figure follows from the saved document', async () => {
    const { result, log } = await bench()
    expect(resultSchema.parse(JSON.parse(JSON.stringify(result)))).toEqual(result)
    expect(checkResult(result)).toEqual([])
    expect(result).toMatchObject({ durationMs: 30_000, complete: true, errors: {} })
    expect(result.accounting).toMatchObject({
      sent: 30_000,
      acked: 30_000,
      found: 30_000,
      lost: 0,
      exact: true,
    })
    expect(result.latency).toMatchObject({ count: 30_000, maxMs: 1 })
    expect(result.plan.warmup).toMatchObject({ asked: 3000, records: 3000 })
    expect(result.plan.warmup).not.toHaveProperty('series')
    expect(result.warmupSeries?.reduce((sum, { records }) => sum + records, 0)).toBe(3000)
    expect(log).toEqual(['create t', 'remove t'])
  })

  it('leaves the warm-up out of everything', async () => {
    const { result } = await bench({ memory: { latencyMs: (_, nowMs) => (nowMs < 3000 ? 900 : 2) } })
    expect(result.latency).toMatchObject({ count: 30_000, maxMs: 2 })
  })

  it('counts a stopped second against the records that were due in it', async () => {
    const { result } = await bench({ memory: { stalls: [{ fromMs: 13_000, untilMs: 14_000 }] } })
    expect(result.latency?.p99Ms).toBeGreaterThan(690)
    expect(result.latency?.p99Ms).toBeLessThan(710)
    expect(result.health.generatorLimited).toBe(false)
    expect(result.verdicts.map(({ level }) => level)).toEqual(['warn', 'not applicable'])
    expect(checkResult(result)).toEqual([])
  })

  it('counts what was never answered as unknown', async () => {
    const { result } = await bench({ memory: { lose: (operation) => operation.first % 100 === 0 } })
    expect(result.accounting).toMatchObject({
      sent: 30_000,
      acked: 29_700,
      unknown: 300,
      lost: 0,
      duplicated: 0,
    })
    expect(result.metrics.errorRatio).toBeCloseTo(0.01)
    expect(result.warnings.map(({ id }) => id)).toContain('errors')
    expect(checkResult(result)).toEqual([])
  })

  it('has its result even when the topic cannot be removed, and says so', async () => {
    const { result, notes } = await bench({ goesAway: true })
    expect(result.accounting.acked).toBe(30_000)
    expect(notes).toEqual([expect.stringContaining('could not be removed')])
  })

  it('keeps a topic that was there before', async () => {
    const { log } = await bench({ existing: ['t'] })
    expect(log).toEqual([])
  })

  it('keeps a topic that it was asked to make under a name', async () => {
    const { log } = await bench({ plan: { topic: { ...plan.topic, own: false } } })
    expect(log).toEqual(['create t'])
  })

  it('counts exactly on a topic with a name that it made', async () => {
    const named = { ...plan.topic, own: false }
    const elsewhere = { throwAway: false, engine: 'unknown' as const, onThisMachine: true }
    const exact = async (options: Case) => (await bench(options)).result.accounting.exact
    expect(await exact({ plan: { topic: named, broker: elsewhere } })).toBe(true)
    expect(await exact({ plan: { topic: named }, existing: ['t'] })).toBe(true)
    expect(await exact({ plan: { topic: named, broker: elsewhere }, existing: ['t'] })).toBe(false)
  })

  it('says that the cluster made other partitions than were asked for, as the mock does', async () => {
    const { result } = await bench({
      plan: { broker: { throwAway: true, engine: 'mock', onThisMachine: true } },
      makes: 7,
    })
    const said = (id: string) => result.warnings.find((warning) => warning.id === id)?.text
    expect(said('other-partitions')).toBe('the topic was made with 7 partitions instead of 4')
    expect(said('mock-broker')).toMatch(/figures show the client only.*5 MB a partition.*one batch a fetch/)
    expect((await bench()).result.warnings.map(({ id }) => id)).not.toContain('other-partitions')
  })

  it('refuses to make a topic that nobody asked for', async () => {
    await expect(bench({ plan: { topic: { ...plan.topic, create: false } } })).rejects.toMatchObject({
      code: 'TOPIC',
    })
  })

  it('refuses records that the topic cannot take, keys and headers counted', async () => {
    const size = { kind: 'fixed', bytes: 1_048_400 } as const
    const headers = [{ key: 'h', value: 'x'.repeat(200) }]
    await expect(bench({ records: { size, headers } })).rejects.toMatchObject({
      code: 'TOPIC',
      message: expect.stringContaining('max.message.bytes'),
    })
    await expect(
      bench({ records: { size }, plan: { load: { shape: plan.load.shape, numRecords: 10 } } }),
    ).resolves.toBeDefined()
  })

  it('names ACLs beside a topic that looks absent, where the user logs in', async () => {
    const security = { protocol: 'SASL_SSL', sasl: { mechanism: 'PLAIN', username: 'alice' } } as const
    const connection = { ...plan.connection, security }
    await expect(
      bench({ plan: { connection, topic: { ...plan.topic, create: false } } }),
    ).rejects.toMatchObject({
      message: expect.stringContaining('User:alice may not see it'),
      hint: expect.stringMatching(/--create-topic.*Describe and Write.*User:alice/),
    })
  })

  it.each([3000, 0])(
    'ends at once where this user may not write, with a warm-up of %i ms',
    async (warmupMs) => {
      let answers = 0
      const code = 'TOPIC_AUTHORIZATION_FAILED'
      const refused = bench({
        plan: { warmup: { kind: 'time', ms: warmupMs } },
        memory: {
          error: () => {
            answers += 1
            return { code, outcome: 'failed' }
          },
        },
      })
      await expect(refused).rejects.toMatchObject({
        code: 'UNAUTHORIZED',
        message: expect.stringContaining(`may not write to topic t on 127.0.0.1:9092 (${code})`),
        hint: expect.stringContaining('--operation Write --topic t'),
      })
      expect(answers).toBeLessThan(10)
    },
  )

  it('has a result where the right to write was lost on the way', async () => {
    const { result } = await bench({
      memory: {
        error: ({ dueMs }) =>
          dueMs < 20_000 ? undefined : { code: 'TOPIC_AUTHORIZATION_FAILED', outcome: 'failed' },
      },
    })
    expect(result.errors).toEqual({ TOPIC_AUTHORIZATION_FAILED: result.accounting.failed })
    expect(result.accounting.acked).toBeGreaterThan(15_000)
  })

  it('keeps no secret of a property that it could not use', async () => {
    const { result } = await bench({
      plan: { properties: { acks: '1', 'sasl.oauthbearer.assertion.private.key.passphrase': 'TOPSECRET' } },
    })
    expect(JSON.stringify(result)).not.toContain('TOPSECRET')
    expect(result.plan.properties).toMatchObject({ acks: '1' })
  })

  it('reports what it has when interrupted, and removes its topic', async () => {
    const { result, log } = await bench({ abortAtMs: 8000.5 })
    expect(result.complete).toBe(false)
    expect(result.accounting.sent).toBe(result.accounting.acked)
    expect(result.durationMs).toBeGreaterThan(4000)
    expect(result.durationMs).toBeLessThan(5100)
    expect(result.health.generatorLimited).toBe(false)
    expect(log).toEqual(['create t', 'remove t'])
  })

  it.each([1, 100])(
    'of %i records on a machine whose timers are 1 ms late is to be trusted',
    async (numRecords) => {
      const { result } = await bench({
        timerLatenessMs: 1,
        plan: { load: { shape: { shape: 'constant', ratePerSec: 5000 }, numRecords } },
      })
      expect(result.accounting.acked).toBe(numRecords)
      expect(result.health.generatorLimited).toBe(false)
      expect(checkResult(result)).toEqual([])
    },
  )

  it('blames nobody when it was interrupted before anything was measured', async () => {
    const { result } = await bench({ abortAtMs: 1000 })
    expect(result.accounting.sent).toBe(0)
    expect(result.health.generatorLimited).toBe(false)
    expect(result.warnings.map(({ id }) => id)).not.toContain('unsent')
  })

  it('has no latency and no service with acks=0', async () => {
    const { result } = await bench({ plan: { properties: { acks: '0' } } })
    expect(result).not.toHaveProperty('latency')
    expect(result).not.toHaveProperty('service')
    expect(result.lateness?.count).toBe(30_000)
    expect(result.verdicts[0]?.level).toBe('not measured')
  })

  it('tells a watcher what phase it is in', async () => {
    const { seen } = await bench()
    expect(seen.filter(({ phase }) => phase === 'measuring')).toHaveLength(30)
    expect(seen.map(({ phase }) => phase).slice(0, 2)).toEqual(['starting', 'measuring'])
    expect(seen.at(1)).toMatchObject({ recordsPerSec: 999, p50Ms: expect.closeTo(1, 2) })
  })
})

describe('a producer bench in transactions', () => {
  const base: Case = {
    plan: {
      load: { shape: { shape: 'constant', ratePerSec: 1000 }, durationMs: 10_000 },
      properties: { acks: 'all', 'transactional.id': 'payments' },
      transactions: { durationMs: 1000 },
    },
  }

  it('commits each after its time, and counts the wait as blocked, not as late', async () => {
    const { result } = await bench({ ...base, transactions: { commitMs: 100 } })
    expect(checkResult(result)).toEqual([])
    // Begun at 0, 1.1, 2.2 … 9.9 s; the last is ended by the drain
    expect(result.transactions).toEqual({
      durationMs: 1000,
      committed: 10,
      aborted: 0,
      recordsAborted: 0,
      errors: {},
      controlRecords: 10,
    })
    expect(result.commit).toMatchObject({ count: 10, minMs: 100, maxMs: 100 })
    expect(result.lateness?.maxMs).toBe(0)
    expect(result.blocked?.maxMs).toBe(100)
    expect(result.latency?.maxMs).toBe(101)
    expect(result.metrics).toMatchObject({ transactionsCommitted: 10, transactionsAborted: 0 })
  })

  it('takes control records, and those of the warm-up, off what offsets say', async () => {
    const { result } = await bench({ ...base, transactions: { commitMs: 50 } })
    expect(result.accounting).toMatchObject({ sent: 10_000, acked: 10_000, found: 10_000, exact: true })
    expect(result.accounting).toMatchObject({ lost: 0, duplicated: 0 })
  })

  it('takes back what cannot be committed, and goes on', async () => {
    // The warm-up of 3 s commits three times
    const fails = (commit: number) => (commit === 5 ? 'COORDINATOR_NOT_AVAILABLE' : undefined)
    const { result } = await bench({ ...base, transactions: { commitMs: 100, fails } })
    expect(checkResult(result)).toEqual([])
    expect(result.transactions).toMatchObject({
      committed: 9,
      aborted: 1,
      errors: { COORDINATOR_NOT_AVAILABLE: 1 },
    })
    // A second of records: acknowledged, in the topic, and for nobody who reads committed ones
    expect(result.transactions?.recordsAborted).toBe(1100)
    expect(result.accounting).toMatchObject({ acked: 10_000, found: 10_000, lost: 0 })
    expect(result.metrics).toMatchObject({ recordsAborted: 1100, recordsDelivered: 8900, recordsLost: 0 })
    expect(result.metrics.errorRatio).toBeCloseTo(0.11)
    expect(result.warnings.find(({ id }) => id === 'aborted')?.text).toMatch(
      /^1 transactions were taken back \(COORDINATOR_NOT_AVAILABLE 1\): 1100 records/,
    )
  })

  it('ends when another producer has the id', async () => {
    const fails = (commit: number) => (commit === 6 ? '_FENCED' : undefined)
    const run = bench({ ...base, transactions: { commitMs: 100, fails, abortFails: 'PRODUCER_FENCED' } })
    await expect(run).rejects.toMatchObject({
      code: 'ABORTED',
      message: 'transactions of payments cannot go on: _FENCED',
      hint: expect.stringMatching(/another producer/),
    })
  })

  it.each(['_FENCED', 'INVALID_PRODUCER_EPOCH', 'PRODUCER_FENCED', 'INVALID_PRODUCER_ID_MAPPING'])(
    'end by %s of a commit, although this client takes back without asking anyone',
    async (code) => {
      const fails = (commit: number) => (commit === 6 ? code : undefined)
      await expect(bench({ ...base, transactions: { commitMs: 100, fails } })).rejects.toMatchObject({
        code: 'ABORTED',
        message: `transactions of payments cannot go on: ${code}`,
        hint: expect.stringMatching(/another producer/),
      })
    },
  )

  it('end when a record is refused for another producer, although this client commits without asking anyone', async () => {
    let answers = 0
    const run = bench({
      ...base,
      transactions: { commitMs: 100 },
      memory: {
        error(operation) {
          answers++
          return operation.dueMs < 8000 ? undefined : { code: 'INVALID_PRODUCER_EPOCH', outcome: 'failed' }
        },
      },
    })
    await expect(run).rejects.toMatchObject({
      code: 'ABORTED',
      message: 'transactions of payments cannot go on: INVALID_PRODUCER_EPOCH',
    })
    // At once, and not with the next commit
    expect(answers).toBeLessThan(8100)
  })

  it('says so where the driver has none', async () => {
    await expect(bench(base)).rejects.toMatchObject({ code: 'UNSUPPORTED' })
  })
})
