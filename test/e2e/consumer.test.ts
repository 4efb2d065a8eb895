/** `tune bench consumer` as people run it, on a real broker. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { checkResult } from '../../src/core/recompute.ts'
import { connectAdmin } from '../../src/drivers/admin.ts'
import type { Admin } from '../../src/drivers/driver.ts'
import { nativeClientDir } from '../../src/native.ts'
import { connectionTo } from '../drivers/plan.ts'
import { hasBroker, newTopicName, sharedBroker } from './broker.ts'
import { consumerResultOf, resultOf, tune } from './built.ts'

const DRIVERS = ['confluent', 'kafkajs', 'wire'].filter(
  (name) => name !== 'confluent' || nativeClientDir() !== undefined,
)
const ALL = process.env.TUNE_TEST_FULL === '1'

describe.skipIf(!hasBroker)('tune bench consumer', () => {
  let admin: Admin
  const filled = newTopicName('filled')
  const bench = (...args: string[]) =>
    tune(['bench', 'consumer', '--bootstrap-server', sharedBroker().bootstrapServers, ...args])

  beforeAll(async () => {
    const { bootstrapServers } = sharedBroker()
    admin = await connectAdmin(connectionTo(bootstrapServers))
    const ended = await tune([
      ...['bench', 'producer', '--bootstrap-server', bootstrapServers, '--topic', filled, '--create-topic'],
      ...['--partitions', '4', '--num-records', '40000', '--throughput', '-1', '--record-size', '200'],
      ...['--driver', 'wire', '--producer-props', 'acks=all', 'compression.type=lz4', '--report', 'json'],
    ])
    expect(resultOf(ended).accounting.acked).toBe(40_000)
  })
  afterAll(() => admin.close())

  describe.each(DRIVERS)('on %s', (driver) => {
    it('fills a topic of its own, reads all of it once, and removes it', async () => {
      const ended = await bench(
        '--driver',
        driver,
        '--num-records',
        '30000',
        '--record-size',
        '300',
        '--report',
        'json',
      )
      expect(ended.code, ended.stderr).toBe(0)
      const result = consumerResultOf(ended)
      expect(checkResult(result)).toEqual([])
      expect(result.plan.preload?.recordsWritten).toBe(30_000)
      expect(result.consumption).toMatchObject({
        endedBy: 'end-of-topic',
        received: 30_000,
        repeated: 0,
        skipped: 0,
        rebalances: 0,
        lagRecords: 0,
        bytes: 30_000 * 300,
      })
      // Some clients have them all in their first answer: then there is no time to have a rate over, and it says so
      const isAtOnce = result.warnings.some(({ id }) => id === 'all-at-once')
      expect((result.metrics.recordsPerSec ?? 0) > 0).toBe(!isAtOnce)
      expect(await admin.describe(result.plan.topic)).toBeUndefined()
    })

    it('reads a topic that was there, as kafka-consumer-perf-test is called', async () => {
      const ended = await bench(
        ...['--driver', driver, '--topic', filled, '--messages', '10000', '--timeout', '5000'],
        ...['--fetch-size', '1048576', '--print-metrics', '--threads', '1', '--report', 'apache'],
      )
      expect(ended.code, ended.stderr).toBe(0)
      const [header = '', row = '', ...more] = ended.stdout.trimEnd().split('\n')
      expect(more).toEqual([])
      expect(header).toBe(
        'start.time, end.time, data.consumed.in.MB, MB.sec, data.consumed.in.nMsg, nMsg.sec, rebalance.time.ms, fetch.time.ms, fetch.MB.sec, fetch.nMsg.sec',
      )
      expect(row).toMatch(
        /^(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d:\d{3}, ){2}\d+\.\d{4}, \d+\.\d{4}, \d+, \d+\.\d{4}, \d+, \d+, \d+\.\d{4}, \d+\.\d{4}$/,
      )
      const records = Number(row.split(', ')[4])
      expect(records).toBeGreaterThanOrEqual(10_000)
    })
  })

  it('says how many came when there are fewer than asked for, and leaves the idle time out', async () => {
    const ended = await bench(
      ...[
        '--driver',
        'wire',
        '--topic',
        filled,
        '--num-records',
        '50000',
        '--timeout',
        '1500',
        '--report',
        'json',
      ],
    )
    const result = consumerResultOf(ended)
    expect(result.consumption).toMatchObject({ endedBy: 'idle', received: 40_000 })
    expect(result.durationMs).toBeLessThan(1500)
    expect(result.warnings.map(({ id }) => id)).toContain('short-read')
  })

  it('says which consumers had nothing to read', async () => {
    const onePartition = newTopicName('lopsided')
    const to = ['--bootstrap-server', sharedBroker().bootstrapServers, '--topic', onePartition]
    await tune([
      ...['bench', 'producer', ...to, '--create-topic', '--partitions', '2', '--num-records', '5000'],
      // One key, so one partition
      ...['--throughput', '-1', '--keys', 'uniform:1', '--driver', 'kafkajs', '--report', 'json'],
    ])
    const ids = async (consumers: string) => {
      const ended = await tune([
        ...['bench', 'consumer', '--driver', 'wire', ...to, '--consumers', consumers, '--report', 'json'],
      ])
      const { warnings, consumption } = consumerResultOf(ended)
      expect(consumption.received).toBe(5000)
      return warnings.map(({ id }) => id)
    }
    expect(await ids('2')).toContain('idle-consumers')
    expect(await ids('1')).not.toContain('idle-consumers')
  })

  it('begins at an offset, or at a time, of assigned partitions', async () => {
    const read = async (from: string) =>
      consumerResultOf(await bench('--driver', 'wire', '--topic', filled, '--from', from, '--report', 'json'))
        .consumption
    const ends = await admin.endOffsets(filled, 4)
    const wanted = ends.reduce((sum, end) => sum + Math.max(0, end - 5000), 0)
    expect(await read('offset:5000')).toMatchObject({ received: wanted, repeated: 0, skipped: 0 })
    expect(await read('timestamp:2000-01-01T00:00Z')).toMatchObject({ received: 40_000 })
    expect(await read('timestamp:2100-01-01T00:00Z')).toMatchObject({ received: 0 })
  })

  it.skipIf(nativeClientDir() === undefined)(
    'shares the partitions among consumers of a group, and commits after each batch',
    async () => {
      const ended = await bench(
        ...['--driver', 'confluent', '--topic', filled, '--consumers', '2', '--group', newTopicName('group')],
        ...[
          '--commit',
          'batch',
          '--batch-size',
          '2000',
          '--process-ms',
          '1',
          '--process-per',
          'batch',
          '--report',
          'json',
        ],
      )
      expect(ended.code, ended.stderr).toBe(0)
      const result = consumerResultOf(ended)
      expect(checkResult(result)).toEqual([])
      expect(result.consumption.received).toBeGreaterThanOrEqual(40_000)
      expect(result.consumption.commits).toBeGreaterThan(2)
      expect(result.consumption.commitsFailed).toBe(0)
      expect(result.processing?.count).toBeGreaterThan(2)
      expect(result.plan.application).toMatchObject({ process: 'fixed:1', per: 'batch', batchSize: 2000 })
    },
  )

  it.skipIf(nativeClientDir() === undefined)('goes on where its group has committed', async () => {
    const group = newTopicName('again')
    const read = async () =>
      consumerResultOf(
        await bench(
          ...['--driver', 'confluent', '--topic', filled, '--group', group, '--commit', 'batch'],
          ...['--timeout', '6000', '--report', 'json'],
        ),
      ).consumption
    expect(await read()).toMatchObject({ received: 40_000, endedBy: 'end-of-topic' })
    expect(await read()).toMatchObject({ received: 0 })
  })

  it.skipIf(nativeClientDir() === undefined || !ALL)(
    'tells when the application misses its poll',
    async () => {
      const ended = await bench(
        ...['--driver', 'confluent', '--topic', filled, '--process-ms', '8000', '--process-per', 'batch'],
        ...[
          '--consumer-props',
          'max.poll.interval.ms=6000',
          'session.timeout.ms=6000',
          '--duration',
          '20s',
          '--report',
          'json',
        ],
      )
      const { consumption, metrics } = consumerResultOf(ended)
      expect(consumption.pollsMissed).toBeGreaterThan(0)
      expect(metrics.pollBudgetRatio).toBeGreaterThan(1)
    },
  )

  it.each([
    [['--topic', 'nowhere-to-be-found'], /does not exist/],
    [['--driver', 'wire', '--group', 'g'], /wire joins no group/],
    [['--from', 'yesterday'], /--from/],
    [['--process-ms', 'fast'], /--process-ms/],
    [['--no-group', '--commit', 'batch'], /--commit batch needs a group/],
    [['--batch-timeout', '1s'], /--batch-size/],
    [['--num-records', '0'], /--num-records/],
    [['--consumer-props', 'fetch.min.byte=1'], /fetch\.min\.byte/],
    [['--include', '('], /--include/],
  ])('refuses %j before anything is read', async (args, message) => {
    const ended = await bench(...args)
    expect(ended.code).toBe(2)
    expect(ended.stderr).toMatch(message)
    expect(ended.stderr).toMatch(/^hint: /m)
  })
})
