import { createServer, type Socket } from 'node:net'
import { afterEach, describe, expect, it, vi } from 'vitest'
import type { Operation } from '../../../src/core/operation.ts'
import type { ProducerClient } from '../../../src/drivers/driver.ts'
import { wireDriver } from '../../../src/drivers/wire/driver.ts'
import { type Behaviour, type FakeBroker, startFakeBroker } from './fake-broker.ts'
import { sourceOf, values } from './source.ts'

const closers: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

interface Answered {
  first: number
  records: number
  error: string | undefined
  outcome: string | undefined
}

async function fake(behaviour: Behaviour): Promise<FakeBroker> {
  const broker = await startFakeBroker(behaviour)
  closers.push(broker.close)
  return broker
}

/** A producer of 100-byte records in batches of 4. */
async function producerOf(
  port: number,
  { paced = true, properties = {} }: { paced?: boolean; properties?: Record<string, string> } = {},
): Promise<{
  client: ProducerClient
  answers: Answered[]
  send: (count: number, records?: number) => boolean[]
}> {
  const answers: Answered[] = []
  const client = await wireDriver.producer(
    {
      connection: {
        bootstrapServers: `127.0.0.1:${port}`,
        clientId: 'test',
        security: { protocol: 'PLAINTEXT' },
        connectTimeoutMs: 500,
      },
      topic: 't',
      partitions: 1,
      properties: {
        'batch.size': '500',
        'linger.ms': '0',
        'retry.backoff.ms': '5',
        'reconnect.backoff.ms': '5',
        ...properties,
      },
      source: sourceOf(values(4, 100)),
      paced,
    },
    ({ first, records }, error, outcome) => answers.push({ first, records, error, outcome }),
  )
  closers.push(() => client.close())
  let next = 0
  const send = (count: number, records = 1) => {
    const taken = Array.from({ length: count }, () => {
      const operation: Operation = { first: next, records, dueMs: 0, offeredMs: 0, sentMs: 0, bytes: 0 }
      const took = client.send(operation)
      if (took) next += records
      return took
    })
    client.flushHint?.()
    return taken
  }
  return { client, answers, send }
}

const good = (first: number, records = 1): Answered => {
  return { first, records, error: undefined, outcome: undefined }
}

describe('a wire producer', () => {
  it('answers once for each record of a batch', async () => {
    const broker = await fake({ leaders: () => [0] })
    const { client, answers, send } = await producerOf(broker.port)
    expect(send(3)).toEqual([true, true, true])
    await client.drain(2000)
    expect(answers).toEqual([good(0), good(1), good(2)])
    expect(broker.produced.map(({ acks, batches }) => [acks, [...batches]])).toEqual([[-1, [[0, 3]]]])
    expect(client.stats()).toMatchObject({ batches: 1, batchRecords: 3, batchPayloadBytes: 300, retries: 0 })
  })

  it('answers once for a group of an unpaced run, and groups the partitions of a leader', async () => {
    const broker = await fake({ leaders: () => [0, 0, 0, 0, 0, 0] })
    const { client, answers, send } = await producerOf(broker.port, { paced: false })
    expect(client.groupRecords).toBe(4)
    send(6, 4)
    await client.drain(2000)
    expect(answers.map(({ records, error }) => [records, error])).toEqual(Array(6).fill([4, undefined]))
    // Three connections to a broker, each with a third of the partitions
    expect(broker.produced.map(({ batches }) => [...batches.keys()].toSorted()).toSorted()).toEqual([
      [0, 3],
      [1, 4],
      [2, 5],
    ])
  })

  it('understands answers that come byte by byte', async () => {
    const broker = await fake({ leaders: () => [0] })
    broker.trickle = true
    const { client, answers, send } = await producerOf(broker.port, { properties: { acks: '1' } })
    send(9)
    await client.drain(2000)
    expect(answers).toHaveLength(9)
    expect(answers.every(({ error }) => error === undefined)).toBe(true)
  })

  it('keeps at most max.in.flight requests on a connection', async () => {
    const broker = await fake({ leaders: () => [0], produce: () => 'silence' })
    const { client, send } = await producerOf(broker.port, {
      paced: false,
      properties: { 'max.in.flight.requests.per.connection': '2' },
    })
    send(10, 4)
    await vi.waitFor(() => expect(broker.produced).toHaveLength(2))
    await client.drain(100)
    expect(broker.produced).toHaveLength(2)
  })

  it('takes no more than buffer.memory, and calls when there is room', async () => {
    let answering = false
    const broker = await fake({ leaders: () => [0], produce: () => (answering ? 0 : 'hang up') })
    const { client, answers, send } = await producerOf(broker.port, {
      properties: { 'buffer.memory': '1000' },
    })
    const room = vi.fn()
    client.onRoom(room)
    // A record takes 109 bytes
    expect(send(12).filter((took) => took)).toHaveLength(10)
    expect(room).not.toHaveBeenCalled()
    answering = true
    await client.drain(2000)
    expect(room).toHaveBeenCalledTimes(1)
    expect(answers).toHaveLength(10)
    expect(send(1)).toEqual([true])
    await client.drain(2000)
  })

  it('finds the new leader and sends the batch again', async () => {
    const second = await fake({ leaders: () => [1], ports: () => [first.port, second.port] })
    let moved = false
    const first = await fake({
      leaders: () => [moved ? 1 : 0],
      ports: () => [first.port, second.port],
      produce: () => {
        moved = true
        return 6
      },
    })
    const { client, answers, send } = await producerOf(first.port, {
      properties: { 'retry.backoff.ms': '200' },
    })
    send(2)
    await client.drain(2000)
    expect(answers).toEqual([good(0), good(1)])
    expect([first.produced.length, second.produced.length]).toEqual([1, 1])
    expect(client.stats().retries).toBe(1)
  })

  it('moves what waits for a leader that is gone to the new one', async () => {
    let moved = false
    const second = await fake({ leaders: () => [1], ports: () => [first.port, second.port] })
    const first = await fake({
      leaders: () => [moved ? 1 : 0],
      ports: () => [first.port, second.port],
      produce: () => 'silence',
    })
    const { client, answers, send } = await producerOf(first.port, {
      paced: false,
      properties: { 'max.in.flight.requests.per.connection': '1' },
    })
    send(3, 4)
    await vi.waitFor(() => expect(first.produced).toHaveLength(1))
    moved = true
    await first.close()
    await client.drain(3000)
    expect(answers).toEqual([good(0, 4), good(4, 4), good(8, 4)])
    expect(second.produced).toHaveLength(3)
  })

  it('waits for a partition that has no leader yet', async () => {
    let asked = 0
    const broker = await fake({ leaders: () => [asked++ < 3 ? -1 : 0] })
    const { client, answers, send } = await producerOf(broker.port)
    send(1)
    await client.drain(2000)
    expect(answers).toEqual([good(0)])
    expect(asked).toBeGreaterThan(3)
  })

  it('sends again over a new connection when one is lost', async () => {
    const broker = await fake({ leaders: () => [0], produce: (_, count) => (count < 3 ? 'hang up' : 0) })
    const { client, answers, send } = await producerOf(broker.port)
    send(1)
    await client.drain(2000)
    expect(answers).toEqual([good(0)])
    expect(new Set(broker.produced.map(({ connection }) => connection)).size).toBe(3)
  })

  it('leaves a connection on which a request timed out', async () => {
    const broker = await fake({ leaders: () => [0], produce: (_, count) => (count === 1 ? 'silence' : 0) })
    const { client, answers, send } = await producerOf(broker.port, {
      properties: { 'request.timeout.ms': '50' },
    })
    send(1)
    await client.drain(2000)
    expect(answers).toEqual([good(0)])
    expect(broker.produced[0]?.connection).not.toBe(broker.produced[1]?.connection)
  })

  it('is quiet for as long as the broker throttles it', async () => {
    const broker = await fake({ leaders: () => [0], produce: () => ({ throttleMs: 120 }) })
    const { client, send } = await producerOf(broker.port)
    // From before the answer that throttles: on a busy machine it may be over when drain comes back
    const from = performance.now()
    send(1)
    await client.drain(2000)
    send(1)
    await client.drain(2000)
    expect(performance.now() - from).toBeGreaterThan(100)
    expect(client.stats().throttleMs).toBe(120)
  })

  it('calls a record written with acks=0, without an answer', async () => {
    const broker = await fake({ leaders: () => [0] })
    const { client, answers, send } = await producerOf(broker.port, { properties: { acks: '0' } })
    send(5)
    await client.drain(2000)
    expect(answers).toHaveLength(5)
    await vi.waitFor(() => expect(broker.produced.map(({ acks }) => acks)).toEqual([0, 0]))
  })
})

describe('what a wire producer gives up', () => {
  it('has failed when the broker refused it for good', async () => {
    const broker = await fake({ leaders: () => [0], produce: () => 10 })
    const { client, answers, send } = await producerOf(broker.port)
    send(1)
    await client.drain(2000)
    expect(answers).toEqual([{ ...good(0), error: 'MESSAGE_TOO_LARGE', outcome: 'failed' }])
    expect(broker.produced).toHaveLength(1)
  })

  it('has failed when every refusal says it was not stored', async () => {
    const broker = await fake({ leaders: () => [0], produce: () => 19 })
    const { client, answers, send } = await producerOf(broker.port, { properties: { retries: '2' } })
    send(1)
    await client.drain(2000)
    expect(answers).toEqual([{ ...good(0), error: 'NOT_ENOUGH_REPLICAS', outcome: 'failed' }])
    expect(broker.produced).toHaveLength(3)
  })

  it('is unknown when a connection was lost on it', async () => {
    const broker = await fake({ leaders: () => [0], produce: () => 'hang up' })
    const { client, answers, send } = await producerOf(broker.port, {
      properties: { 'delivery.timeout.ms': '60' },
    })
    send(1)
    await client.drain(2000)
    expect(answers).toEqual([{ ...good(0), error: '_TRANSPORT', outcome: 'unknown' }])
  })

  it('has failed when it was still being refused as the drain ran out of time, and is not sent again', async () => {
    const broker = await fake({ leaders: () => [0], produce: () => 3 })
    const { client, answers, send } = await producerOf(broker.port, {
      properties: { 'retry.backoff.ms': '200' },
    })
    send(1)
    await vi.waitFor(() => expect(client.stats().retries).toBe(1))
    await client.drain(20)
    expect(answers).toEqual([{ ...good(0), error: 'UNKNOWN_TOPIC_OR_PARTITION', outcome: 'failed' }])
    await new Promise((resolve) => setTimeout(resolve, 250))
    expect(broker.produced).toHaveLength(1)
  })

  it('is unknown when the drain ran out of time, and is not answered a second time', async () => {
    const broker = await fake({ leaders: () => [0], produce: () => 'silence' })
    const { client, answers, send } = await producerOf(broker.port, {
      properties: { 'request.timeout.ms': '150' },
    })
    send(2)
    await client.drain(50)
    const timedOut = [0, 1].map((first) => ({ ...good(first), error: '_TIMED_OUT', outcome: 'unknown' }))
    expect(answers).toEqual(timedOut)
    await new Promise((resolve) => setTimeout(resolve, 200))
    expect(answers).toEqual(timedOut)
  })
})

/** Listens where no Kafka does. */
async function strangerAt(meet: (socket: Socket) => void): Promise<number> {
  const server = createServer((socket) => {
    socket.resume()
    meet(socket)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closers.push(() => new Promise((resolve) => server.close(resolve)))
  const address = server.address()
  return typeof address === 'object' && address !== null ? address.port : 0
}

describe('a wire producer that cannot start', () => {
  it('names the address that nobody listens at', async () => {
    const broker = await startFakeBroker({ leaders: () => [0] })
    await broker.close()
    await expect(producerOf(broker.port)).rejects.toMatchObject({
      code: 'UNREACHABLE',
      message: expect.stringContaining(`127.0.0.1:${broker.port}`),
    })
  })

  it('says so when something else than Kafka answers', async () => {
    const port = await strangerAt((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'))
    await expect(producerOf(port)).rejects.toMatchObject({ code: 'UNREACHABLE' })
  })

  it('says so when a port is silent', async () => {
    const port = await strangerAt(() => {})
    await expect(producerOf(port)).rejects.toMatchObject({
      code: 'UNREACHABLE',
      message: `no answer from 127.0.0.1:${port} in 0.5 s`,
    })
  })

  it('says which topic does not exist', async () => {
    const broker = await fake({ leaders: () => [0], topicError: 3 })
    await expect(producerOf(broker.port)).rejects.toMatchObject({ code: 'TOPIC' })
  })

  it('says when the broker is too old', async () => {
    const broker = await fake({ leaders: () => [0], produceVersion: 8 })
    await expect(producerOf(broker.port)).rejects.toMatchObject({ code: 'UNSUPPORTED' })
  })

  it('refuses records that are larger than max.request.size', async () => {
    const broker = await fake({ leaders: () => [0] })
    await expect(
      producerOf(broker.port, { properties: { 'max.request.size': '150' } }),
    ).rejects.toMatchObject({
      code: 'CONFIG',
    })
  })
})
