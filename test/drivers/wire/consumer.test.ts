import { afterEach, describe, expect, it, vi } from 'vitest'
import type { ConsumerClient, ConsumerPlan, Received } from '../../../src/drivers/consumer.ts'
import { wireDriver } from '../../../src/drivers/wire/driver.ts'
import {
  type Behaviour,
  type FakeBroker,
  type Fetched,
  type FetchedShare,
  startFakeBroker,
} from './fake-broker.ts'
import { plainBatch, recordBatch, TRANSACTIONAL } from './record-batch.ts'

const closers: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

async function fake(behaviour: Behaviour): Promise<FakeBroker> {
  const broker = await startFakeBroker(behaviour)
  closers.push(broker.close)
  return broker
}

interface Setting {
  partitions?: readonly number[]
  from?: number
  properties?: Record<string, string>
  records?: boolean
  onRecords?: (received: readonly Received[]) => void | Promise<void>
}

/** A consumer that has started, and what it said so far. */
async function consumerOf(port: number, setting: Setting = {}) {
  const { partitions = [0], from = 0, properties = {}, records = false, onRecords } = setting
  const offsets = new Map<number, number[]>()
  const errors: string[] = []
  const assigned: (readonly number[])[] = []
  const plan: ConsumerPlan = {
    connection: {
      bootstrapServers: `127.0.0.1:${port}`,
      clientId: 'test',
      security: { protocol: 'PLAINTEXT' },
      connectTimeoutMs: 500,
    },
    topic: 't',
    partitions: partitions.length,
    subscription: { kind: 'assigned', from: partitions.map((partition) => ({ partition, offset: from })) },
    properties: {
      'fetch.max.wait.ms': '10',
      'retry.backoff.ms': '5',
      'reconnect.backoff.ms': '5',
      ...properties,
    },
    records,
    mayHold: true,
  }
  const client = await wireDriver.consumer(plan, {
    onRecords(received) {
      for (const { partition, records, firstOffset, lastOffset } of received) {
        const known = offsets.get(partition) ?? []
        for (let offset = firstOffset; offset <= lastOffset; offset += 1) known.push(offset)
        offsets.set(partition, known)
        expect(records).toBe(lastOffset - firstOffset + 1)
      }
      return onRecords?.(received)
    },
    onPast() {},
    onAssigned: (partitions) => assigned.push(partitions),
    onRevoked() {},
    onError: (code) => errors.push(code),
  })
  closers.push(() => client.close())
  client.start()
  /** Waits until so many records of the partition came. */
  const until = (count: number, partition = 0) =>
    vi.waitFor(() => expect(offsets.get(partition)).toHaveLength(count), { timeout: 3000, interval: 5 })
  return { client, offsets, errors, assigned, until }
}

/** A partition of `batches` batches, three records each; the answer holds at most `perFetch` of them. */
function logOf(batches: number, perFetch = 1) {
  const log = Array.from({ length: batches }, (_, n) => plainBatch(n * 3, 3))
  return ({ offsets }: Fetched): Record<number, FetchedShare> => {
    const shares: Record<number, FetchedShare> = {}
    for (const [partition, offset] of offsets) {
      const first = Math.floor(offset / 3)
      const found = log.slice(first, first + perFetch)
      if (found.length > 0) shares[partition] = { records: Buffer.concat(found) }
    }
    return shares
  }
}

const upTo = (end: number, from = 0) => Array.from({ length: end - from }, (_, n) => from + n)

describe('a wire consumer', () => {
  it('reads each record once, from the wanted offset on, and says what was assigned', async () => {
    const serve = logOf(4)
    const broker = await fake({ leaders: () => [0, 0], fetch: (request) => ({ shares: serve(request) }) })
    const { client, offsets, errors, assigned, until } = await consumerOf(broker.port, {
      partitions: [0, 1],
      from: 4,
    })
    await until(8, 0)
    await until(8, 1)
    expect(offsets.get(0)).toEqual(upTo(12, 4))
    expect(offsets.get(1)).toEqual(upTo(12, 4))
    expect([errors, assigned]).toEqual([[], [[0, 1]]])
    expect(client.stats()).toMatchObject({
      batches: 6,
      batchRecords: 16,
      batchPayloadBytes: 160,
      batchWireBytes: 6 * plainBatch(0, 3).length,
      rttMs: expect.any(Number),
      throttleMs: 0,
    })
    // Both partitions of the leader in one request, over one connection
    expect(broker.fetched[0]?.offsets).toEqual(
      new Map([
        [0, 4],
        [1, 4],
      ]),
    )
    expect(new Set(broker.fetched.map(({ connection }) => connection)).size).toBe(1)
    await client.close()
    await client.ended
  })

  it('understands answers that come byte by byte', async () => {
    const serve = logOf(4, 2)
    const broker = await fake({ leaders: () => [0], fetch: (request) => ({ shares: serve(request) }) })
    broker.trickle = true
    const { offsets, until } = await consumerOf(broker.port)
    await until(12)
    expect(offsets.get(0)).toEqual(upTo(12))
  })

  it('asks first for partitions that brought nothing, so that none starves', async () => {
    // The answer has room for one partition: the first one asked for that has data
    const serve = logOf(5)
    const broker = await fake({
      leaders: () => [0, 0, 0],
      fetch: (request) => {
        const shares = serve(request)
        const first = [...request.offsets.keys()].find((partition) => shares[partition] !== undefined)
        return { shares: first === undefined ? {} : { [first]: shares[first] ?? {} } }
      },
    })
    const { until } = await consumerOf(broker.port, { partitions: [0, 1, 2] })
    for (const partition of [0, 1, 2]) await until(15, partition)
    const order = broker.fetched.slice(0, 4).map(({ offsets }) => [...offsets.keys()])
    expect(order).toEqual([
      [0, 1, 2],
      [1, 2, 0],
      [2, 0, 1],
      [0, 1, 2],
    ])
  })

  it('asks for more while the application is busy, but holds one answer and no more', async () => {
    const serve = logOf(5)
    const broker = await fake({ leaders: () => [0], fetch: (request) => ({ shares: serve(request) }) })
    const free: (() => void)[] = []
    const { offsets, until } = await consumerOf(broker.port, {
      onRecords: () => new Promise((resolve) => free.push(resolve)),
    })
    await until(3)
    await vi.waitFor(() => expect(broker.fetched).toHaveLength(2))
    await new Promise((resolve) => setTimeout(resolve, 50))
    // The second answer is here and waits; a third was not asked for
    expect([broker.fetched.length, offsets.get(0)?.length]).toEqual([2, 3])
    free.shift()?.()
    await until(6)
    await vi.waitFor(() => expect(broker.fetched).toHaveLength(3))
    expect(offsets.get(0)).toEqual(upTo(6))
  })

  it('shows each record to who asks for records', async () => {
    const broker = await fake({
      leaders: () => [0],
      fetch: ({ offsets }) => {
        const list = [
          { value: Buffer.from('v'), timestampMs: 5, headers: [['h', Buffer.from('x')]] as const },
        ]
        return { shares: offsets.get(0) === 0 ? { 0: { records: recordBatch(list) } } : {} }
      },
    })
    const seen: unknown[] = []
    const { until } = await consumerOf(broker.port, {
      records: true,
      onRecords: ([received]) =>
        received?.each?.((record) => {
          seen.push([record.offset, record.timestampMs, `${record.value}`, `${record.header('h')}`])
        }),
    })
    await until(1)
    expect(seen).toEqual([[0, 5, 'v', 'x']])
  })

  it('reads what was committed, where it is told to', async () => {
    const aborted = recordBatch([{ value: Buffer.of(1) }], { producerId: 9, attributes: TRANSACTIONAL })
    const broker = await fake({
      leaders: () => [0],
      fetch: ({ offsets }) =>
        offsets.get(0) === 0
          ? {
              shares: {
                0: {
                  records: Buffer.concat([aborted, plainBatch(1, 2)]),
                  aborted: [{ producerId: 9, firstOffset: 0 }],
                },
              },
            }
          : {},
    })
    const { offsets, until } = await consumerOf(broker.port, {
      properties: { 'isolation.level': 'read_committed', 'client.rack': 'r7' },
    })
    await until(2)
    expect(offsets.get(0)).toEqual([1, 2])
    expect(broker.fetched[0]).toMatchObject({ readCommitted: true, rack: 'r7' })
  })

  it('is quiet for as long as the broker throttles it', async () => {
    const serve = logOf(2)
    const timesMs: number[] = []
    const broker = await fake({
      leaders: () => [0],
      fetch: (request, count) => {
        timesMs.push(performance.now())
        return { shares: serve(request), ...(count === 1 && { throttleMs: 120 }) }
      },
    })
    const { client, until } = await consumerOf(broker.port)
    await until(6)
    expect((timesMs[1] ?? 0) - (timesMs[0] ?? 0)).toBeGreaterThan(100)
    expect(client.stats().throttleMs).toBeGreaterThan(0)
  })
})

describe('a wire consumer in trouble', () => {
  it.each([
    [6, 'NOT_LEADER_OR_FOLLOWER'],
    [74, 'FENCED_LEADER_EPOCH'],
    [75, 'UNKNOWN_LEADER_EPOCH'],
  ])('finds the new leader after error %i and reads on there', async (error, name) => {
    const serve = logOf(4)
    let moved = false
    const ports = () => [first.port, second.port]
    const second = await fake({ leaders: () => [1], ports, fetch: (request) => ({ shares: serve(request) }) })
    const first = await fake({
      leaders: () => [moved ? 1 : 0],
      ports,
      fetch: (request) => {
        if (request.offsets.get(0) !== 6) return { shares: serve(request) }
        moved = true
        return { shares: { 0: { error } } }
      },
    })
    const { offsets, errors, until } = await consumerOf(first.port)
    await until(12)
    expect(offsets.get(0)).toEqual(upTo(12))
    expect(new Set(errors)).toEqual(new Set([name]))
    expect(second.fetched[0]?.offsets.get(0)).toBe(6)
  })

  it('reads on at the new leader when the old one dies', async () => {
    const serve = logOf(4)
    let moved = false
    const ports = () => [first.port, second.port]
    const second = await fake({ leaders: () => [1], ports, fetch: (request) => ({ shares: serve(request) }) })
    const first = await fake({
      leaders: () => [moved ? 1 : 0],
      ports,
      fetch: (request) => (request.offsets.get(0) === 6 ? 'silence' : { shares: serve(request) }),
    })
    const { client, offsets, errors, until } = await consumerOf(first.port)
    await until(6)
    moved = true
    await first.close()
    // The bootstrap server is gone as well: the other brokers are known by now
    await until(12)
    expect(offsets.get(0)).toEqual(upTo(12))
    expect(errors).toContain('_TRANSPORT')
    await client.close()
  })

  it('asks again over a new connection when one is lost', async () => {
    const serve = logOf(3)
    const broker = await fake({
      leaders: () => [0],
      fetch: (request, count) => (count % 2 === 0 ? 'hang up' : { shares: serve(request) }),
    })
    const { offsets, errors, until } = await consumerOf(broker.port)
    await until(9)
    expect(offsets.get(0)).toEqual(upTo(9))
    expect(errors.slice(0, 2)).toEqual(['_TRANSPORT', '_TRANSPORT'])
  })

  it('leaves a connection on which a request timed out', async () => {
    const serve = logOf(2)
    const broker = await fake({
      leaders: () => [0],
      fetch: (request, count) => (count === 2 ? 'silence' : { shares: serve(request) }),
    })
    const { offsets, errors, until } = await consumerOf(broker.port, {
      properties: { 'request.timeout.ms': '60' },
    })
    await until(6)
    expect(offsets.get(0)).toEqual(upTo(6))
    expect(errors).toEqual(['_TIMED_OUT'])
  })

  it('leaves a connection on which the answer is none', async () => {
    const serve = logOf(2)
    const broker = await fake({
      leaders: () => [0],
      fetch: (request, count) => (count === 2 ? Buffer.alloc(13, 1) : { shares: serve(request) }),
    })
    const { offsets, errors, until } = await consumerOf(broker.port)
    await until(6)
    expect(offsets.get(0)).toEqual(upTo(6))
    expect(errors).toEqual(['_TRANSPORT'])
  })

  it('waits for a partition that has no leader yet', async () => {
    const serve = logOf(1)
    let asked = 0
    const broker = await fake({
      leaders: () => [asked++ < 3 ? -1 : 0],
      fetch: (request) => ({ shares: serve(request) }),
    })
    const { offsets, until } = await consumerOf(broker.port)
    await until(3)
    expect(offsets.get(0)).toEqual(upTo(3))
  })

  it.each([
    ['the first one there is, where older ones are gone', 0, { earliest: 9, latest: 12 }, upTo(12, 9)],
    ['the next one there will be, where the log is shorter', 50, { earliest: 0, latest: 9 }, upTo(12, 9)],
  ])('goes to an offset that is there: %s', async (_, from, edges, expected) => {
    const serve = logOf(4)
    const inRange = ({ offsets }: Fetched) => {
      const offset = offsets.get(0) ?? 0
      return offset >= edges.earliest && offset <= 12
    }
    const broker = await fake({
      leaders: () => [0],
      edges: () => edges,
      fetch: (request) => ({ shares: inRange(request) ? serve(request) : { 0: { error: 1 } } }),
    })
    const { offsets, errors, until } = await consumerOf(broker.port, { from })
    await until(expected.length)
    expect(offsets.get(0)).toEqual(expected)
    expect(errors).toEqual(['OFFSET_OUT_OF_RANGE'])
  })

  it('asks again when the offsets are not to be had at once', async () => {
    const serve = logOf(4)
    let asked = 0
    const broker = await fake({
      leaders: () => [0],
      edges: () => (asked++ === 0 ? 6 : { earliest: 9, latest: 12 }),
      fetch: (request) => ({
        shares: (request.offsets.get(0) ?? 0) < 9 ? { 0: { error: 1 } } : serve(request),
      }),
    })
    const { offsets, errors, until } = await consumerOf(broker.port)
    await until(3)
    expect(offsets.get(0)).toEqual(upTo(12, 9))
    expect(errors).toEqual(['OFFSET_OUT_OF_RANGE', 'NOT_LEADER_OR_FOLLOWER', 'OFFSET_OUT_OF_RANGE'])
  })

  it('reads a partition that is well while another is in trouble', async () => {
    const serve = logOf(20)
    const broker = await fake({
      leaders: () => [0, 0],
      fetch: (request) => {
        const shares = serve(request)
        return { shares: request.offsets.has(1) ? { ...shares, 1: { error: 9 } } : shares }
      },
    })
    const { offsets, errors, until } = await consumerOf(broker.port, { partitions: [0, 1] })
    await until(60)
    expect(offsets.get(0)).toEqual(upTo(60))
    expect(offsets.get(1)).toBeUndefined()
    expect(new Set(errors)).toEqual(new Set(['REPLICA_NOT_AVAILABLE']))
  })

  it('reads at the replica that the leader names, and at the leader again when that one fails', async () => {
    const serve = logOf(4)
    const ports = () => [leader.port, replica.port]
    const replica = await fake({
      leaders: () => [0],
      ports,
      fetch: (request) =>
        request.offsets.get(0) === 9 ? { shares: { 0: { error: 1 } } } : { shares: serve(request) },
    })
    const leader = await fake({
      leaders: () => [0],
      ports,
      fetch: (request, count) =>
        count === 1 ? { shares: { 0: { preferredReplica: 1 } } } : { shares: serve(request) },
    })
    const { offsets, errors, until } = await consumerOf(leader.port)
    await until(12)
    expect(offsets.get(0)).toEqual(upTo(12))
    expect(replica.fetched.map(({ offsets }) => offsets.get(0))).toEqual([0, 3, 6, 9])
    expect(errors).toEqual([])
  })

  it('asks once more for bytes that suffered on their way, and hands out what stands before them', async () => {
    const good = logOf(4, 4)
    const broker = await fake({
      leaders: () => [0],
      fetch: (request, count) => {
        const shares = good(request)
        const { records } = shares[0] ?? {}
        // The third of four batches
        if (count === 1 && records !== undefined) records[2 * plainBatch(0, 3).length + 70] = 0xff
        return { shares }
      },
    })
    const { offsets, errors, until } = await consumerOf(broker.port, { properties: { 'check.crcs': 'true' } })
    await until(12)
    expect(offsets.get(0)).toEqual(upTo(12))
    expect(errors).toEqual(['CORRUPT_MESSAGE'])
  })
})

describe('a wire consumer ends', () => {
  const ending = async (client: ConsumerClient) => client.ended.then(() => 'closed')

  it('when it may not read', async () => {
    const broker = await fake({ leaders: () => [0], fetch: () => ({ shares: { 0: { error: 29 } } }) })
    const { client } = await consumerOf(broker.port)
    await expect(ending(client)).rejects.toMatchObject({ code: 'UNAUTHORIZED' })
  })

  it('when the topic has been gone for long enough, and not before', async () => {
    let gone = true
    const serve = logOf(2)
    const broker = await fake({
      leaders: () => [0],
      fetch: (request) => (gone ? { shares: { 0: { error: 3 } } } : { shares: serve(request) }),
    })
    const { client, errors, until } = await consumerOf(broker.port, {
      properties: { 'default.api.timeout.ms': '150' },
    })
    await vi.waitFor(() => expect(errors.length).toBeGreaterThan(1))
    gone = false
    await until(6)
    gone = true
    const fromMs = performance.now()
    await expect(ending(client)).rejects.toMatchObject({ code: 'TOPIC' })
    expect(performance.now() - fromMs).toBeGreaterThan(140)
    expect(new Set(errors)).toEqual(new Set(['UNKNOWN_TOPIC_OR_PARTITION']))
  })

  it('when bytes cannot be read however often they come', async () => {
    const bad = plainBatch(0, 3)
    bad[70] = 0xff
    const broker = await fake({ leaders: () => [0], fetch: () => ({ shares: { 0: { records: bad } } }) })
    const { client, offsets, errors } = await consumerOf(broker.port, {
      properties: { 'check.crcs': 'true', 'default.api.timeout.ms': '60' },
    })
    await expect(ending(client)).rejects.toMatchObject({ code: 'ABORTED' })
    expect(errors.length).toBeGreaterThan(1)
    expect(offsets.size).toBe(0)
  })

  it('at records of an old message format', async () => {
    const old = plainBatch(3, 3)
    old[16] = 1
    const records = Buffer.concat([plainBatch(0, 3), old])
    const broker = await fake({ leaders: () => [0], fetch: () => ({ shares: { 0: { records } } }) })
    const { client, errors } = await consumerOf(broker.port)
    await expect(ending(client)).rejects.toMatchObject({ code: 'UNSUPPORTED' })
    expect(errors).toEqual(['UNSUPPORTED_FOR_MESSAGE_FORMAT'])
  })

  it("with the application's own error", async () => {
    const serve = logOf(2)
    const broker = await fake({ leaders: () => [0], fetch: (request) => ({ shares: serve(request) }) })
    const { client } = await consumerOf(broker.port, {
      onRecords: async () => {
        throw new Error('the application fell over')
      },
    })
    await expect(ending(client)).rejects.toThrow('the application fell over')
  })

  it('when it is closed, also in the middle of everything', async () => {
    const serve = logOf(2)
    const broker = await fake({
      leaders: () => [0, 0],
      fetch: (request, count) => (count > 2 ? 'silence' : { shares: serve(request) }),
    })
    const { client, offsets, until } = await consumerOf(broker.port, {
      partitions: [0, 1],
      onRecords: () => new Promise(() => {}),
    })
    await until(3)
    await client.close()
    await expect(ending(client)).resolves.toBe('closed')
    await client.close()
    expect(offsets.get(0)).toEqual(upTo(3))
  })
})

describe('a wire consumer that cannot start', () => {
  it('says when the broker is too old', async () => {
    const broker = await fake({ leaders: () => [0], fetchVersion: 10 })
    await expect(consumerOf(broker.port)).rejects.toMatchObject({ code: 'UNSUPPORTED' })
  })

  it('says which partition the topic does not have', async () => {
    const broker = await fake({ leaders: () => [0] })
    await expect(consumerOf(broker.port, { partitions: [0, 4] })).rejects.toMatchObject({
      code: 'TOPIC',
      message: expect.stringContaining('partition 4'),
    })
  })

  it('has no group to commit to', async () => {
    const broker = await fake({ leaders: () => [0] })
    const { client } = await consumerOf(broker.port)
    await expect(client.commit(new Map())).rejects.toMatchObject({ code: 'UNSUPPORTED' })
  })
})
