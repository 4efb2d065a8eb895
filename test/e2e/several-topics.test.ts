/** Several topics in one run, on a real broker. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { checkResult } from '../../src/core/recompute.ts'
import { connectAdmin } from '../../src/drivers/admin.ts'
import type { Admin } from '../../src/drivers/driver.ts'
import { nativeClientDir } from '../../src/native.ts'
import { connectionTo } from '../drivers/plan.ts'
import { hasBroker, newTopicName, sharedBroker } from './broker.ts'
import { consumerResultOf, e2eResultOf, resultOf, tune } from './built.ts'

const DRIVERS = ['confluent', 'kafkajs', 'wire'].filter(
  (name) => name !== 'confluent' || nativeClientDir() !== undefined,
)

describe.skipIf(!hasBroker)('several topics', () => {
  let admin: Admin
  beforeAll(async () => {
    admin = await connectAdmin(connectionTo(sharedBroker().bootstrapServers))
  })
  afterAll(() => admin.close())

  const bench = (kind: string, ...args: string[]) =>
    tune([
      ...['bench', kind, '--bootstrap-server', sharedBroker().bootstrapServers, '--report', 'json'],
      ...args,
    ])
  const total = async (topic: string, partitions: number) =>
    (await admin.endOffsets(topic, partitions)).reduce((a, b) => a + b, 0)

  it.each(DRIVERS)('are written in turn, and read together, on %s', async (driver) => {
    const base = newTopicName('many')
    const names = [`${base}-a`, `${base}-b`, `${base}-c`]
    for (const [n, name] of names.entries())
      await admin.create(name, { partitions: n + 1, replicationFactor: 1, configs: {} })
    const written = await bench(
      ...(['producer', '--driver', driver, '--topic', names.join(',')] as const),
      ...[
        '--num-records',
        '600',
        '--throughput',
        '600',
        '--record-size',
        '100',
        '--producer-props',
        'acks=all',
      ],
    )
    expect([0, 3], written.stderr).toContain(written.code)
    const sent = resultOf(written)
    expect(checkResult(sent)).toEqual([])
    expect(sent.accounting).toMatchObject({ sent: 600, acked: 600, found: 600 })
    expect(sent.plan.partitions).toBe(6)
    for (const [n, name] of names.entries()) expect(await total(name, n + 1)).toBe(200)

    const read = await bench('consumer', '--driver', driver, '--include', `${base}-[ab]`)
    expect([0, 3], read.stderr).toContain(read.code)
    const received = consumerResultOf(read)
    expect(checkResult(received)).toEqual([])
    expect(received.plan).toMatchObject({ topic: names.slice(0, 2).join(','), partitions: 3 })
    expect(received.consumption).toMatchObject({ received: 400, lagRecords: 0, endedBy: 'end-of-topic' })
    expect(received.consumption.perPartition[0]).toBe(200)
    expect(received.consumption.topics).toEqual([
      { topic: names[0], partitions: 1, received: 200, lagRecords: 0 },
      { topic: names[1], partitions: 2, received: 200, lagRecords: 0 },
    ])
  })

  it('of its own are made, shared by workers, and removed again', async () => {
    const ended = await bench(
      ...(['producer', '--driver', 'wire', '--create-topic', '--topics', '3', '--workers', '2'] as const),
      ...['--partitions', '2', '--throughput', '600', '--duration', '1s', '--warmup', '200ms'],
    )
    expect([0, 3], ended.stderr).toContain(ended.code)
    const result = resultOf(ended)
    expect(checkResult(result)).toEqual([])
    expect(result.accounting).toMatchObject({ sent: 600, acked: 600, found: 600 })
    const names = result.plan.topic.split(',')
    expect(names).toHaveLength(3)
    const there = await admin.topics()
    expect(names.filter((name) => there.includes(name))).toEqual([])
  })

  it.each(DRIVERS)('are measured end to end on %s', async (driver) => {
    const ended = await bench(
      ...(['e2e', '--driver', driver, '--create-topic', '--topics', '2', '--partitions', '2'] as const),
      ...['--throughput', '200', '--duration', '2s', '--warmup', '500ms'],
    )
    expect([0, 3], ended.stderr).toContain(ended.code)
    const result = e2eResultOf(ended)
    expect(checkResult(result)).toEqual([])
    expect(result.reception).toMatchObject({
      received: 400,
      missing: 0,
      repeated: 0,
      foreign: 0,
      lagRecords: 0,
    })
  })

  it.each(DRIVERS.filter((name) => name !== 'wire'))(
    'are read in a group whose workers commit, on %s',
    async (driver) => {
      const topic = [newTopicName('one'), newTopicName('two')]
      for (const name of topic) await admin.create(name, { partitions: 2, replicationFactor: 1, configs: {} })
      await bench('producer', '--driver', 'wire', '--topic', topic.join(','), '--num-records', '400')
      const group = newTopicName('group')
      const ended = await bench(
        ...(['consumer', '--driver', driver, '--topic', topic.join(','), '--workers', '2'] as const),
        ...['--group', group, '--commit', 'batch', '--batch-size', '10', '--timeout', '15s'],
      )
      expect([0, 3], ended.stderr).toContain(ended.code)
      expect(consumerResultOf(ended).consumption).toMatchObject({ received: 400, lagRecords: 0 })
      for (const name of topic) {
        const committed = await admin.committed(group, name, 2)
        expect(committed.reduce<number>((sum, offset) => sum + (offset ?? 0), 0)).toBe(await total(name, 2))
      }
    },
  )

  it.each([
    ['consumer', ['--include', '('], /no regular expression/],
    ['consumer', ['--include', 'no-such-topic-at-all.*'], /no topic matches/],
    ['producer', ['--topic', 'a', '--topics', '2'], /--topics is for topics of its own/],
    ['producer', ['--topic', 'a,b', '--driver', 'kafkajs', '--transactional-id', 'x'], /several topics/],
  ])('refuses bench %s %o', async (kind, args, why) => {
    const ended = await bench(kind, ...args)
    expect(ended).toMatchObject({ code: 2, stderr: expect.stringMatching(why) })
    expect(ended.stderr).toMatch(/^hint: /m)
  })
})
