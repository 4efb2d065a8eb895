/** One suite that every driver that reads has to pass, on a real broker. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { startBroker, type ThrowAwayBroker } from '../../src/broker/index.ts'
import { connectAdmin } from '../../src/drivers/admin.ts'
import type { ConsumerClient, ConsumerPlan, Received } from '../../src/drivers/consumer.ts'
import type { Admin, ProducerPlan, Properties } from '../../src/drivers/driver.ts'
import { type ClientDriverName, loadDriver } from '../../src/drivers/index.ts'
import { nativeClientDir } from '../../src/native.ts'
import { connectionTo, operation, planTo, records } from '../drivers/plan.ts'
import { hasBroker, newTopicName, sharedBroker } from './broker.ts'

const PARTITIONS = 3
const CODECS = ['none', 'gzip', 'snappy', 'lz4', 'zstd']

interface Reader {
  readonly name: ClientDriverName
  /** Ways in which its groups rebalance; none for a driver without groups. */
  readonly protocols: Readonly<Record<string, Properties>>
  /** What makes it lose its partitions when it is busy for too long, and the code under which that is told. */
  readonly late?: { readonly properties: Properties; readonly code: string }
}

const READERS: readonly Reader[] = [
  {
    name: 'confluent',
    protocols: {
      eager: { 'partition.assignment.strategy': 'org.apache.kafka.clients.consumer.RangeAssignor' },
      cooperative: {
        'partition.assignment.strategy': 'org.apache.kafka.clients.consumer.CooperativeStickyAssignor',
      },
      'KIP-848': { 'group.protocol': 'consumer' },
    },
    late: {
      properties: { 'max.poll.interval.ms': '6000', 'session.timeout.ms': '6000' },
      code: '_MAX_POLL_EXCEEDED',
    },
  },
  {
    name: 'kafkajs',
    protocols: { eager: {} },
    late: { properties: { 'session.timeout.ms': '6000' }, code: 'UNKNOWN_MEMBER_ID' },
  },
]

/** A consumer, and all that it told. */
interface Seen {
  readonly client: ConsumerClient
  readonly received: Received[]
  /** `partition:offset`, once for each time it came. */
  readonly offsets: string[]
  readonly assigned: (readonly number[])[]
  readonly revoked: { partitions: readonly number[]; lost: boolean }[]
  readonly errors: string[]
}

type Wanted = Partial<ConsumerPlan> & { onRecords?: (received: readonly Received[]) => void | Promise<void> }

const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))

describe.skipIf(!hasBroker)('consumers on a real broker', () => {
  let admin: Admin
  const open: ConsumerClient[] = []
  beforeAll(async () => {
    admin = await connectAdmin(connectionTo(sharedBroker().bootstrapServers))
  })
  afterEach(async () => {
    await Promise.all(open.splice(0).map((client) => client.close()))
  })
  afterAll(() => admin.close())

  const newTopic = async () => {
    const topic = newTopicName('consumers')
    await admin.create(topic, { partitions: PARTITIONS, replicationFactor: 1, configs: {} })
    return topic
  }

  /** Writes records with 50 keys, so that each of the three partitions gets some. */
  const write = async (topic: string, count: number, more: Partial<ProducerPlan> = {}) => {
    const failed: string[] = []
    const plan = planTo(connectionTo(sharedBroker().bootstrapServers), topic, {
      source: records(100, { keyed: true }),
      ...more,
    })
    const producer = await (await loadDriver('kafkajs')).producer(plan, (_, error) => {
      if (error !== undefined) failed.push(error)
    })
    for (let n = 0; n < count; n++) expect(producer.send(operation(n))).toBe(true)
    await producer.drain(20_000)
    await producer.close()
    expect(failed).toEqual([])
    return plan.source
  }

  const read = async (name: ClientDriverName, topic: string, wanted: Wanted): Promise<Seen> => {
    const { onRecords = () => {}, ...plan } = wanted
    const seen: Omit<Seen, 'client'> = { received: [], offsets: [], assigned: [], revoked: [], errors: [] }
    const client = await (await loadDriver(name)).consumer(
      {
        connection: connectionTo(sharedBroker().bootstrapServers),
        topic,
        partitions: PARTITIONS,
        subscription: { kind: 'assigned', from: fromStart },
        properties: {},
        records: false,
        mayHold: true,
        ...plan,
      },
      {
        onRecords(received) {
          for (const part of received) {
            seen.received.push(part)
            for (let offset = part.firstOffset; offset <= part.lastOffset; offset++) {
              seen.offsets.push(`${part.partition}:${offset}`)
            }
          }
          return onRecords(received)
        },
        onPast() {},
        onAssigned: (partitions) => void seen.assigned.push(partitions),
        onRevoked: (partitions, lost) => void seen.revoked.push({ partitions, lost }),
        onError: (code) => void seen.errors.push(code),
      },
    )
    open.push(client)
    client.start()
    return { client, ...seen }
  }

  const fromStart = Array.from({ length: PARTITIONS }, (_, partition) => ({ partition, offset: 0 }))

  const group = (
    groupId: string,
    reset: 'earliest' | 'latest' = 'earliest',
  ): ConsumerPlan['subscription'] => ({
    kind: 'group',
    groupId,
    reset,
  })

  const until = async (what: string, isSo: () => boolean, limitMs = 30_000) => {
    for (const endMs = performance.now() + limitMs; !isSo(); await sleep(20)) {
      if (performance.now() > endMs) throw new Error(`not so after ${limitMs} ms: ${what}`)
    }
  }

  /** All offsets from `from` to the end, in the notation of `Seen.offsets`. */
  const expected = async (
    topic: string,
    from: readonly { partition: number; offset: number }[] = fromStart,
  ) => {
    const ends = await admin.endOffsets(topic, PARTITIONS)
    return from.flatMap(({ partition, offset }) =>
      Array.from({ length: (ends[partition] ?? 0) - offset }, (_, i) => `${partition}:${offset + i}`),
    )
  }

  const sum = (received: readonly Received[], of: 'records' | 'bytes') =>
    received.reduce((total, part) => total + part[of], 0)

  describe.each(READERS.filter(({ name }) => name !== 'confluent' || nativeClientDir() !== undefined))(
    '$name',
    ({ name, protocols, late }) => {
      const hasGroups = Object.keys(protocols).length > 0

      it.each(CODECS)('reads everything once, in order, from batches of %s', async (codec) => {
        const topic = await newTopic()
        const source = await write(topic, 2000, { properties: { 'compression.type': codec } })
        const before = Date.now()
        const seen = await read(name, topic, {})
        await until('all are there', () => seen.offsets.length >= 2000)
        await sleep(300)
        expect(seen.offsets.toSorted()).toEqual((await expected(topic)).toSorted())
        expect(sum(seen.received, 'records')).toBe(2000)
        let bytes = 0
        for (let n = 0; n < 2000; n++) bytes += source.value(n).length + (source.key(n)?.length ?? 0)
        expect(sum(seen.received, 'bytes')).toBe(bytes)
        for (const { partition } of fromStart) {
          const offsets = seen.offsets.filter((text) => text.startsWith(`${partition}:`))
          expect(offsets).toEqual(offsets.map((_, i) => `${partition}:${i}`))
        }
        expect(seen.received.every(({ timestampMs }) => Math.abs(timestampMs - before) < 60_000)).toBe(true)
        expect(seen.received.every(({ each }) => each === undefined)).toBe(true)
        expect(seen.assigned).toEqual([[0, 1, 2]])
        expect(seen.errors).toEqual([])
        await until('the client has told its figures', () => seen.client.stats().batchRecords === 2000)
        expect(seen.client.stats().batchPayloadBytes).toBe(bytes)
        expect(seen.client.stats().batchWireBytes).toBeGreaterThan(0)
      })

      it('starts at the offsets it is given, and leaves the other partitions alone', async () => {
        const topic = await newTopic()
        await write(topic, 300)
        const from = [
          { partition: 0, offset: 7 },
          { partition: 2, offset: 31 },
        ]
        const seen = await read(name, topic, { subscription: { kind: 'assigned', from } })
        const all = await expected(topic, from)
        await until('all are there', () => seen.offsets.length >= all.length)
        await write(topic, 60)
        const more = await expected(topic, from)
        await until('those that came later, too', () => seen.offsets.length >= more.length)
        expect(seen.offsets.toSorted()).toEqual(more.toSorted())
        expect(seen.assigned).toEqual([[0, 2]])
        await expect(seen.client.commit(new Map([[0, 1]]))).rejects.toMatchObject({ code: 'UNSUPPORTED' })
      })

      it('hands over values and headers where they are asked for', async () => {
        const topic = await newTopic()
        const headers = [
          { key: 'at', value: Buffer.from('first') },
          { key: 'other', value: Buffer.from('x') },
          { key: 'at', value: Buffer.from('last') },
        ]
        const source = records(20, { keyed: true, headers })
        await write(topic, 100, { source })
        const visits: string[] = []
        const seen = await read(name, topic, {
          records: true,
          onRecords(received) {
            for (const { partition, each } of received) {
              each?.(({ offset, timestampMs, value, header }) => {
                expect(timestampMs).toBeGreaterThan(0)
                expect(header('none')).toBeUndefined()
                visits.push(`${partition}:${offset} ${value} ${header('at')} ${header('other')}`)
              })
            }
          },
        })
        await until('all are there', () => visits.length >= 100)
        expect(visits.map((text) => text.split(' ')[0])).toEqual(seen.offsets)
        const texts = visits.map((text) => text.slice(text.indexOf(' ') + 1)).toSorted()
        const sent = Array.from({ length: 100 }, (_, n) => `${source.value(n)} last x`).toSorted()
        expect(texts).toEqual(sent)
        let bytes = 0
        for (let n = 0; n < 100; n++) bytes += 20 + (source.key(n)?.length ?? 0) + 2 + 5 + 5 + 1 + 2 + 4
        expect(sum(seen.received, 'bytes')).toBe(bytes)
      })

      it('is not polled while it is busy', async () => {
        const topic = await newTopic()
        await write(topic, 1000)
        let running = 0
        let most = 0
        let calls = 0
        const seen = await read(name, topic, {
          async onRecords() {
            calls++
            running++
            most = Math.max(most, running)
            if (calls === 1) await sleep(1500)
            running--
          },
        })
        await until('the first records are there', () => calls === 1)
        await sleep(1000)
        expect(calls).toBe(1)
        await until('all are there', () => seen.offsets.length >= 1000)
        expect(most).toBe(1)
        expect(seen.offsets.toSorted()).toEqual((await expected(topic)).toSorted())
      })

      it('ends with the application’s own failure', async () => {
        const topic = await newTopic()
        await write(topic, 10)
        const seen = await read(name, topic, { onRecords: () => Promise.reject(new Error('mine')) })
        await expect(seen.client.ended).rejects.toThrow('mine')
      })

      it('says that a topic does not exist', async () => {
        const topic = newTopicName('missing')
        const failure = await read(name, topic, {}).then(
          ({ client }) => client.ended.then(() => undefined).catch((error: unknown) => error),
          (error: unknown) => error,
        )
        expect(failure).toMatchObject({ code: 'TOPIC', message: expect.stringContaining(topic) })
        expect(await admin.describe(topic)).toBeUndefined()
      })

      it('fails within the connect time-out where nothing listens', async () => {
        const connection = connectionTo('127.0.0.1:1', { connectTimeoutMs: 1000 })
        const startMs = performance.now()
        await expect(read(name, 'any', { connection })).rejects.toMatchObject({
          code: 'UNREACHABLE',
          message: expect.stringContaining('127.0.0.1:1'),
        })
        expect(performance.now() - startMs).toBeLessThan(10_000)
      })

      describe.skipIf(!hasGroups)('in a group', () => {
        it('starts at the beginning or at the end, as the reset says', async () => {
          const topic = await newTopic()
          await write(topic, 100)
          const early = await read(name, topic, { subscription: group(`${topic}-early`, 'earliest') })
          const recent = await read(name, topic, { subscription: group(`${topic}-late`, 'latest') })
          await until('the first has all', () => early.offsets.length >= 100)
          await until('the second has joined', () => recent.assigned.length > 0)
          // Having its partitions, a client has yet to ask where they end
          await sleep(1500)
          const ends = await admin.endOffsets(topic, PARTITIONS)
          await write(topic, 100)
          await until('the first has all', () => early.offsets.length >= 200)
          await until('the second has the new ones', () => recent.offsets.length >= 100)
          const from = ends.map((offset, partition) => ({ partition, offset }))
          expect(recent.offsets.toSorted()).toEqual((await expected(topic, from)).toSorted())
          expect(early.offsets.toSorted()).toEqual((await expected(topic)).toSorted())
        })

        it.each(Object.entries(protocols))(
          'shares the partitions, and takes over those of one that leaves: %s',
          async (_, properties) => {
            const topic = await newTopic()
            const subscription = group(topic)
            const members: Seen[] = []
            for (let i = 0; i < 3; i++) members.push(await read(name, topic, { subscription, properties }))
            const shares = (of: readonly Seen[]) => of.map(({ assigned }) => assigned.at(-1) ?? [])
            const isShared = (of: readonly Seen[]) =>
              shares(of).every((share) => share.length > 0) && shares(of).flat().toSorted().join() === '0,1,2'
            await until('each has a partition', () => isShared(members), 60_000)
            await write(topic, 300)
            const found = () => new Set(members.flatMap(({ offsets }) => offsets))
            await until('all were read', () => found().size === 300)
            const [first, second, third] = members
            if (first === undefined || second === undefined || third === undefined) throw new Error('three')
            const startMs = performance.now()
            await third.client.close()
            expect(performance.now() - startMs).toBeLessThan(10_000)
            // Much sooner than a session times out
            await until('two have all of them', () => isShared([first, second]), 20_000)
            await write(topic, 300)
            await until('all were read', () => found().size === 600)
            expect([...found()].toSorted()).toEqual((await expected(topic)).toSorted())
            expect(members.flatMap(({ revoked }) => revoked).filter(({ lost }) => lost)).toEqual([])
            expect(members.flatMap(({ errors }) => errors)).toEqual([])
          },
          120_000,
        )

        it('goes on where it has committed', async () => {
          const topic = await newTopic()
          await write(topic, 300)
          const subscription = group(topic)
          const properties = { 'enable.auto.commit': 'false' }
          const before = await read(name, topic, { subscription, properties })
          await until('all are there', () => before.offsets.length >= 300)
          const from = [
            { partition: 0, offset: 5 },
            { partition: 1, offset: 0 },
            { partition: 2, offset: 11 },
          ]
          await before.client.commit(new Map(from.map(({ partition, offset }) => [partition, offset])))
          await before.client.close()
          const after = await read(name, topic, { subscription, properties })
          const rest = await expected(topic, from)
          await until('the rest is there', () => after.offsets.length >= rest.length)
          await sleep(300)
          expect(after.offsets.toSorted()).toEqual(rest.toSorted())
        })

        it('commits in the middle of its work, which nothing else can be done in', async () => {
          const topic = await newTopic()
          await write(topic, 3000)
          const subscription = group(topic)
          const properties = { 'enable.auto.commit': 'false', 'max.poll.records': '100' }
          let calls = 0
          let commits = 0
          const seen: Seen = await read(name, topic, {
            subscription,
            properties,
            async onRecords(received) {
              calls++
              await seen.client.commit(new Map(received.map((part) => [part.partition, part.lastOffset + 1])))
              commits++
            },
          })
          await until('all are there', () => seen.offsets.length >= 3000)
          await until('the last commit is there', () => commits === calls)
          expect(seen.offsets.toSorted()).toEqual((await expected(topic)).toSorted())
          await seen.client.close()
          const after = await read(name, topic, { subscription, properties })
          await until('it has joined', () => after.assigned.length > 0)
          await sleep(1000)
          expect(after.offsets).toEqual([])
        })

        it('says why a commit fails', async () => {
          const topic = await newTopic()
          const seen = await read(name, topic, { subscription: group(topic) })
          await until('it has joined', () => seen.assigned.length > 0)
          await expect(seen.client.commit(new Map([[99, 1]]))).rejects.toMatchObject({
            code: expect.stringMatching(/^UNKNOWN_TOPIC_OR_PART/),
          })
        })

        it('commits by itself unless it is told not to', async () => {
          const topic = await newTopic()
          await write(topic, 300)
          const subscription = group(topic)
          const before = await read(name, topic, { subscription })
          await until('all are there', () => before.offsets.length >= 300)
          await before.client.close()
          const after = await read(name, topic, { subscription })
          await until('it has joined', () => after.assigned.length > 0)
          await write(topic, 30)
          await until('the new ones are there', () => after.offsets.length >= 30)
          await sleep(300)
          expect(after.offsets).toHaveLength(30)
        })

        it.skipIf(late === undefined)(
          'loses its partitions when it is busy for too long, and comes back',
          async () => {
            const topic = await newTopic()
            await write(topic, 300)
            let calls = 0
            const seen = await read(name, topic, {
              subscription: group(topic),
              properties: { ...late?.properties, 'heartbeat.interval.ms': '1000' },
              async onRecords() {
                calls++
                if (calls === 1) await sleep(9500)
              },
            })
            await until('it has lost them', () => seen.revoked.length > 0)
            expect(seen.revoked[0]?.lost).toBe(true)
            expect(seen.errors.filter((code) => code === late?.code)).toHaveLength(1)
            await until('it has them again', () => seen.assigned.length === 2)
            expect(seen.assigned).toEqual([
              [0, 1, 2],
              [0, 1, 2],
            ])
            await until('all were read', () => new Set(seen.offsets).size === 300)
          },
        )
      })
    },
  )
})

describe.skipIf(!hasBroker)('the first group of a cluster', () => {
  let cluster: ThrowAwayBroker
  let admin: Admin
  beforeAll(async () => {
    // One broker can never make the topic of all groups by itself
    cluster = await startBroker({
      engine: 'kafka',
      brokers: 1,
      config: { 'offsets.topic.replication.factor': '3' },
    })
    admin = await connectAdmin(connectionTo(cluster.bootstrapServers))
    await admin.create('first', { partitions: 1, replicationFactor: 1, configs: {} })
  })
  afterAll(async () => {
    await admin?.close()
    await cluster?.stop()
  })

  it('is refused with its likely causes when nobody ever keeps it', async () => {
    await expect(admin.committed('g', 'first', 1)).rejects.toMatchObject({
      code: 'UNAUTHORIZED',
      message: expect.stringMatching(/names no coordinator/),
      hint: expect.stringMatching(/Read on the group.*offsets\.topic\.replication\.factor/),
    })
  })

  it('is waited for while the topic of all groups is made', async () => {
    const found = admin.committed('g', 'first', 1)
    await sleep(2500)
    await admin.create('__consumer_offsets', {
      partitions: 50,
      replicationFactor: 1,
      configs: { 'cleanup.policy': 'compact' },
    })
    expect(await found).toEqual([undefined])
  })
})
