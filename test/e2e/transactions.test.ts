/** Transactions on a real broker: commits that are timed, control records that are told from records. */
import kafkajs from 'kafkajs'
import { describe, expect, it } from 'vitest'
import { checkResult } from '../../src/core/recompute.ts'
import { nativeClientDir } from '../../src/native.ts'
import { hasBroker, newTopicName, sharedBroker } from './broker.ts'
import { consumerResultOf, e2eResultOf, resultOf, startTune, tune } from './built.ts'

const DRIVERS = ['confluent', 'kafkajs'].filter(
  (name) => name !== 'confluent' || nativeClientDir() !== undefined,
)
const to = (bench: string, ...args: string[]) => [
  ...['bench', bench, '--bootstrap-server', sharedBroker().bootstrapServers, '--report', 'json'],
  ...args,
]
const id = () => newTopicName('id')

/** As another application that has the same id by mistake. */
async function takeOver(transactionalId: string): Promise<void> {
  const [broker = ''] = sharedBroker().bootstrapServers.split(',')
  const producer = new kafkajs.Kafka({ brokers: [broker], logLevel: kafkajs.logLevel.NOTHING }).producer({
    transactionalId,
    maxInFlightRequests: 1,
    idempotent: true,
  })
  await producer.connect()
  const transaction = await producer.transaction()
  await transaction.abort()
  await producer.disconnect()
}

describe.skipIf(!hasBroker).each(DRIVERS)('transactions on %s', (driver) => {
  it('are committed one after the other, and every record is found beside their markers', async () => {
    const ended = await tune(
      to(
        ...(['producer', '--driver', driver, '--create-topic', '--partitions', '4'] as const),
        ...['--transactional-id', id(), '--transaction-duration-ms', '200', '--record-size', '100'],
        ...['--throughput', '500', '--duration', '3s', '--warmup', '1s'],
      ),
    )
    expect([0, 3], ended.stderr).toContain(ended.code)
    const result = resultOf(ended)
    expect(checkResult(result)).toEqual([])
    const { transactions, accounting, commit } = result
    expect(accounting).toMatchObject({
      sent: 1500,
      acked: 1500,
      found: 1500,
      lost: 0,
      duplicated: 0,
      exact: true,
    })
    expect(transactions).toMatchObject({ durationMs: 200, aborted: 0, errors: {} })
    expect(transactions?.committed).toBeGreaterThan(3)
    expect(transactions?.committed).toBeLessThanOrEqual(16)
    expect(transactions?.controlRecords).toBeGreaterThanOrEqual(transactions?.committed ?? 0)
    expect(transactions?.controlRecords).toBeLessThanOrEqual(4 * (transactions?.committed ?? 0))
    expect(commit?.count).toBe(transactions?.committed)
    // The wait for a commit is the client's, and the tool is not late for it
    expect(result.blocked?.maxMs).toBeGreaterThan(0)
  })

  it('end to end, a record is received once its transaction is committed', async () => {
    const ended = await tune(
      to(
        ...(['e2e', '--driver', driver, '--create-topic', '--partitions', '2'] as const),
        ...[
          '--transaction-duration-ms',
          '400',
          '--throughput',
          '100',
          '--duration',
          '2s',
          '--warmup',
          '500ms',
        ],
        ...['--consumer-props', 'isolation.level=read_committed'],
      ),
    )
    expect([0, 3], ended.stderr).toContain(ended.code)
    const result = e2eResultOf(ended)
    expect(checkResult(result)).toEqual([])
    expect(result.accounting).toMatchObject({ sent: 200, acked: 200, found: 200 })
    // The markers behind the last record are no lag
    expect(result.reception).toMatchObject({ received: 200, missing: 0, repeated: 0, lagRecords: 0 })
    // A record waits half a transaction on average
    expect(result.receive?.meanMs).toBeGreaterThan(100)
    expect(result.acknowledged?.p50Ms).toBeLessThan(result.latency?.p50Ms ?? 0)
  })

  it.each([
    // The record before is committed: the other one is met by the next record, before anything of it is in a transaction
    ['between two transactions', '1', '50ms'],
    // Records are on their way in a transaction that is open
    ['while records are sent', '200', '20s'],
    // Nothing is sent for as long as it takes: the commit has to tell
    ['before a commit', '1/min', '6s'],
  ] as const)('end when another producer takes the id over %s', async (_, throughput, duration) => {
    const shared = id()
    const first = startTune(
      to(
        ...(['producer', '--create-topic', '--driver', driver, '--transactional-id', shared] as const),
        ...['--transaction-duration-ms', duration, '--throughput', throughput, '--partitions', '1'],
        ...['--duration', '60s', '--warmup', '0'],
      ),
    )
    await first.says(/measuring/)
    await takeOver(shared)
    const ended = await first.ended
    expect(ended.code, ended.stderr).toBe(3)
    expect(ended.stderr).toMatch(/cannot go on: .*(FENCED|INVALID_PRODUCER_EPOCH)/)
    expect(ended.stderr).toMatch(/hint: another producer has this transactional.id/)
  })

  it('have an id for each of several workers', async () => {
    const ended = await tune(
      to(
        ...([
          'producer',
          '--driver',
          driver,
          '--create-topic',
          '--partitions',
          '2',
          '--workers',
          '2',
        ] as const),
        ...[
          '--transaction-duration-ms',
          '200',
          '--throughput',
          '400',
          '--duration',
          '2s',
          '--warmup',
          '500ms',
        ],
      ),
    )
    expect([0, 3], ended.stderr).toContain(ended.code)
    const result = resultOf(ended)
    expect(checkResult(result)).toEqual([])
    expect(result.accounting).toMatchObject({ sent: 800, acked: 800, found: 800 })
    expect(result.transactions?.aborted).toBe(0)
  })
})

describe.skipIf(!hasBroker)('transactions', () => {
  it('come by the command line of kafka-producer-perf-test', async () => {
    const ended = await tune([
      ...['bench', 'producer', '--driver', 'kafkajs', '--topic', newTopicName('perf'), '--create-topic'],
      ...['--num-records', '300', '--record-size', '100', '--throughput', '300', '--transactional-id', id()],
      ...['--transaction-duration-ms', '250', '--report', 'json', '--producer-props'],
      `bootstrap.servers=${sharedBroker().bootstrapServers}`,
    ])
    expect([0, 3], ended.stderr).toContain(ended.code)
    expect(resultOf(ended).accounting).toMatchObject({ acked: 300, found: 300 })
  })

  it('are refused where they cannot be', async () => {
    const refusals: [string[], RegExp][] = [
      [['--driver', 'wire', '--transactional-id', 'x'], /wire driver has no transactions/],
      [['--transaction-duration-ms', '70000'], /not below transaction.timeout.ms=60000/],
      [['--driver', 'kafkajs', '--transactional-id', 'x', '--producer-props', 'acks=1'], /needs acks=all/],
    ]
    for (const [args, why] of refusals) {
      const ended = await tune(to('producer', ...args))
      expect(ended).toMatchObject({ code: 2, stderr: expect.stringMatching(why) })
    }
  })

  it.each([...DRIVERS, 'wire'])('leave markers that a reader on %s does not take for lag', async (driver) => {
    const topic = newTopicName('markers')
    const written = await tune(
      to(
        ...([
          'producer',
          '--driver',
          'kafkajs',
          '--topic',
          topic,
          '--create-topic',
          '--partitions',
          '2',
        ] as const),
        ...['--transaction-duration-ms', '200', '--throughput', '300', '--num-records', '300'],
      ),
    )
    expect([0, 3], written.stderr).toContain(written.code)
    const ended = await tune(
      to('consumer', '--driver', driver, '--topic', topic, '--no-group', '--timeout', '20s'),
    )
    expect([0, 3], ended.stderr).toContain(ended.code)
    const { consumption } = consumerResultOf(ended)
    expect(consumption).toMatchObject({ received: 300, endedBy: 'end-of-topic', lagRecords: 0 })
  })
})
