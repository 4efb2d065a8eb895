/** Several topics behind one name: how partitions are numbered, and who gets what. */
import { describe, expect, it } from 'vitest'
import { inspect } from '../../src/bench/preflight.ts'
import { adminOfSeveral, driverOfSeveral } from '../../src/bench/several-topics.ts'
import type { Operation } from '../../src/core/operation.ts'
import type { ConsumerEvents, ConsumerPlan } from '../../src/drivers/consumer.ts'
import type { Admin, ClusterState, Driver, ProducerPlan, TopicState } from '../../src/drivers/driver.ts'

const COUNTS: Readonly<Record<string, number>> = { a: 1, b: 3, c: 2 }

function fakeAdmin(missing: readonly string[] = []) {
  const log: string[] = []
  const described: string[] = []
  const there = new Set(Object.keys(COUNTS).filter((name) => !missing.includes(name)))
  const describeOne = async (topic: string): Promise<TopicState | undefined> => {
    described.push(topic)
    return there.has(topic)
      ? {
          topic,
          configs: { of: topic },
          partitions: Array.from({ length: COUNTS[topic] ?? 0 }, (_, partition) => ({
            ...{ partition, leader: 1, replicas: [1], inSyncReplicas: [1] },
          })),
        }
      : undefined
  }
  const offsets = async (topic: string, partitions: number) =>
    Array.from({ length: partitions }, (_, n) => topic.charCodeAt(0) * 10 + n)
  const admin = {
    describe: describeOne,
    async create(topic: string) {
      log.push(`create ${topic}`)
      there.add(topic)
    },
    async remove(topic: string) {
      log.push(`remove ${topic}`)
    },
    endOffsets: offsets,
    startOffsets: offsets,
    offsetsAt: offsets,
    committed: async (group: string, topic: string, partitions: number) =>
      (await offsets(topic, partitions)).map((offset) => (group === 'g' ? offset : undefined)),
  } as unknown as Admin
  return { admin, log, described }
}

const shape = { partitions: 1, replicationFactor: 1, configs: {} }

describe('several topics that are made', () => {
  it.each([
    [2, []],
    [3, ['other-partitions']],
  ])('have %i partitions each, or it is said: %j', async (askedPartitions, ids) => {
    const { admin } = fakeAdmin()
    const topic = await adminOfSeveral(admin).describe('c,c')
    if (topic === undefined) throw new Error('the fake has c')
    const cluster: ClusterState = { brokers: [{ id: 1, host: 'here', port: 1 }], controllerId: 1 }
    const { warnings } = inspect(
      { acks: undefined, bytes: undefined, engine: 'kafka', askedPartitions },
      cluster,
      topic,
    )
    expect(warnings.map(({ id }) => id)).toEqual(ids)
  })
})

describe('several topics as one', () => {
  it('have the partitions of the first, then those of the next', async () => {
    const admin = adminOfSeveral(fakeAdmin().admin)
    const found = await admin.describe('a,b,c')
    expect(found?.partitions.map(({ partition }) => partition)).toEqual([0, 1, 2, 3, 4, 5])
    expect(await admin.endOffsets('a,b,c', 6)).toEqual([970, 980, 981, 982, 990, 991])
    expect(await admin.committed('g', 'c,a', 3)).toEqual([990, 991, 970])
    expect(await admin.endOffsets('b', 3)).toEqual([980, 981, 982])
  })

  it('are looked up once, however often their offsets are', async () => {
    const { admin: inner, described } = fakeAdmin()
    const admin = adminOfSeveral(inner)
    const found = await admin.describe('a,b,c')
    expect(found?.topics).toEqual([
      { topic: 'a', partitions: 1 },
      { topic: 'b', partitions: 3 },
      { topic: 'c', partitions: 2 },
    ])
    for (let look = 0; look < 5; look++) await admin.endOffsets('a,b,c', 6)
    await admin.startOffsets('a,b,c', 6)
    expect(described).toEqual(['a', 'b', 'c'])
  })

  it('have no offsets where one of them is not there', async () => {
    const admin = adminOfSeveral(fakeAdmin(['b']).admin)
    await expect(admin.endOffsets('a,b', 4)).rejects.toMatchObject({ code: 'TOPIC' })
  })

  it('are not there where one of them is not, and only that one is made', async () => {
    const { admin: inner, log } = fakeAdmin(['b'])
    const admin = adminOfSeveral(inner)
    expect(await admin.describe('a,b')).toBeUndefined()
    await admin.create('a,b', shape)
    await admin.remove('a,b')
    expect(log).toEqual(['create b', 'remove a', 'remove b'])
  })

  it('get records in turn; one that is full keeps its turn', async () => {
    const sent: string[] = []
    let isFull = false
    const driver = {
      producer: async ({ topic, partitions }: ProducerPlan, onDone: (...args: unknown[]) => void) => ({
        groupRecords: 1,
        inFlightRecords: 10,
        send(operation: Operation) {
          if (topic === 'b' && isFull) return false
          sent.push(`${topic}/${partitions}`)
          onDone(operation, undefined, undefined, undefined, { partition: 0, offset: 7 })
          return true
        },
        stats: () => ({ batches: 2, rttMs: topic === 'a' ? 1 : 3 }),
        close: async () => void sent.push(`close ${topic}`),
      }),
    } as unknown as Driver
    const places: unknown[] = []
    const client = await driverOfSeveral(driver, fakeAdmin().admin).producer(
      { topic: 'a,b', partitions: 4 } as ProducerPlan,
      (...args) => places.push(args[4]),
    )
    const operation = { first: 0, records: 1 } as Operation
    expect([client.send(operation), client.send(operation), client.send(operation)]).toEqual([
      true,
      true,
      true,
    ])
    isFull = true
    expect([client.send(operation), client.send(operation)]).toEqual([false, false])
    isFull = false
    expect(client.send(operation)).toBe(true)
    expect(sent).toEqual(['a/1', 'b/3', 'a/1', 'b/3'])
    expect(places.map((place) => (place as { partition: number }).partition)).toEqual([0, 1, 0, 1])
    expect(client.stats()).toEqual({ batches: 4, rttMs: 2 })
    await client.close()
    expect(sent.slice(-2)).toEqual(['close a', 'close b'])
  })

  it('are read by a client each, which commits what is its own', async () => {
    const made: ConsumerPlan[] = []
    const inner: ConsumerEvents[] = []
    const commits: string[] = []
    const driver = {
      async consumer(plan: ConsumerPlan, events: ConsumerEvents) {
        made.push(plan)
        inner.push(events)
        return {
          start: () => {},
          ended: Promise.resolve(),
          commit: async (offsets: ReadonlyMap<number, number>) =>
            void commits.push(`${plan.topic} ${JSON.stringify([...offsets])}`),
          stats: () => ({}),
          close: async () => {},
        }
      },
    } as unknown as Driver
    const seen: unknown[] = []
    const from = [0, 2, 4].map((partition) => ({ partition, offset: partition * 100 }))
    const client = await driverOfSeveral(driver, fakeAdmin().admin).consumer(
      { topic: 'a,b,c', partitions: 6, subscription: { kind: 'assigned', from } } as unknown as ConsumerPlan,
      {
        onRecords: (received) => void seen.push(received.map(({ partition }) => partition)),
        onPast: (...past) => void seen.push(past),
        onAssigned: (partitions) => void seen.push(partitions),
        onRevoked: (partitions) => void seen.push(partitions),
        onError: () => {},
      },
    )
    expect(made.map(({ topic, subscription }) => [topic, subscription])).toEqual([
      ['a', { kind: 'assigned', from: [{ partition: 0, offset: 0 }] }],
      ['b', { kind: 'assigned', from: [{ partition: 1, offset: 200 }] }],
      ['c', { kind: 'assigned', from: [{ partition: 0, offset: 400 }] }],
    ])
    inner[0]?.onAssigned([0])
    inner[1]?.onAssigned([1])
    inner[1]?.onRecords([{ partition: 1 }] as never)
    inner[2]?.onPast(0, 9)
    inner[1]?.onRevoked([1], false)
    inner[2]?.onAssigned([0])
    expect(seen).toEqual([[0], [0, 2], [2], [4, 9], [2], [0, 4]])
    await client.commit(
      new Map([
        [0, 1],
        [2, 5],
        [4, 6],
      ]),
    )
    expect(commits).toEqual(['a [[0,1]]', 'b [[1,5]]', 'c [[0,6]]'])
  })
})
