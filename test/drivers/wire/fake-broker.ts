/**
 * A broker made of a script: speaks just enough of the protocol for a producer or a consumer, and misbehaves as it is
 * told.
 */
import { createServer, type Socket } from 'node:net'
import { Reader, Writer } from '@platformatic/kafka'

/** What one Produce request held. */
export interface Produced {
  readonly connection: number
  readonly acks: number
  /** Records of each partition's batch. */
  readonly batches: ReadonlyMap<number, number>
}

/** What one Fetch request asked for. */
export interface Fetched {
  readonly connection: number
  readonly maxWaitMs: number
  readonly readCommitted: boolean
  readonly rack: string
  /** In the order of the request. */
  readonly offsets: ReadonlyMap<number, number>
}

export interface FetchedShare {
  readonly error?: number
  readonly aborted?: readonly { readonly producerId: number; readonly firstOffset: number }[]
  readonly preferredReplica?: number
  readonly records?: Buffer
}

/** What a Fetch brings for each partition that was asked for; nothing where a partition is not named. */
export interface FetchScript {
  readonly throttleMs?: number
  readonly error?: number
  readonly shares?: Readonly<Record<number, FetchedShare>>
}

export interface Behaviour {
  /** Leader of each partition, as broker ids; ids are indices into `brokers`. */
  leaders: () => number[]
  /** Addresses that Metadata tells; this broker alone where absent. */
  ports?: () => number[]
  /** The answer to a Produce request: an error code for each partition, or no answer, or the end of the connection. */
  produce?: (request: Produced, count: number) => number | 'silence' | 'hang up' | { throttleMs: number }
  produceVersion?: number
  fetch?: (request: Fetched, count: number) => FetchScript | 'silence' | 'hang up' | Buffer
  /** First and next offset of a partition, or an error code. */
  edges?: (partition: number) => { earliest: number; latest: number } | number
  fetchVersion?: number
  topicError?: number
}

export interface FakeBroker {
  readonly port: number
  /** Every Produce request so far, in the order of their coming. */
  readonly produced: Produced[]
  readonly fetched: Fetched[]
  /** Frames are cut into single bytes on their way back. */
  trickle: boolean
  close(): Promise<void>
}

const PRODUCE = 0
const FETCH = 1
const LIST_OFFSETS = 2
const METADATA = 3
const API_VERSIONS = 18

export async function startFakeBroker(behaviour: Behaviour): Promise<FakeBroker> {
  const produced: Produced[] = []
  const fetched: Fetched[] = []
  const sockets = new Set<Socket>()
  let connections = 0

  const server = createServer((socket) => {
    connections += 1
    const connection = connections
    sockets.add(socket)
    let held = Buffer.alloc(0)
    socket.on('error', () => {})
    socket.on('close', () => sockets.delete(socket))
    socket.on('data', (chunk) => {
      held = Buffer.concat([held, chunk])
      while (held.length >= 4 && held.length >= 4 + held.readInt32BE(0)) {
        const end = 4 + held.readInt32BE(0)
        serve(socket, connection, held.subarray(4, end))
        held = held.subarray(end)
      }
    })
  })

  const reply = (socket: Socket, id: number, body: Writer, tagged = true) => {
    const frame = Writer.create().appendInt32(id)
    if (tagged) frame.appendTaggedFields()
    const bytes = frame.appendFrom(body).prependLength().buffer
    if (broker.trickle) for (const byte of bytes) socket.write(Buffer.of(byte))
    else socket.write(bytes)
  }

  const serveFetch = (socket: Socket, id: number, request: Fetched) => {
    fetched.push(request)
    const script = behaviour.fetch?.(request, fetched.length) ?? {}
    if (script === 'hang up') return socket.destroy()
    if (script === 'silence') return
    if (Buffer.isBuffer(script)) return reply(socket, id, Writer.create().append(script), false)
    const answer = () => reply(socket, id, fetchAnswer(request, script), false)
    const idle = Object.values(script.shares ?? {}).every(({ records, error, preferredReplica }) => {
      return records === undefined && error === undefined && preferredReplica === undefined
    })
    // As a broker does, it waits for data
    if (idle && script.error === undefined && script.throttleMs === undefined)
      setTimeout(answer, request.maxWaitMs)
    else answer()
  }

  const serve = (socket: Socket, connection: number, frame: Buffer) => {
    const reader = Reader.from(frame)
    const key = reader.readInt16()
    reader.readInt16()
    const id = reader.readInt32()
    reader.readNullableString(false)
    if (key === FETCH) return serveFetch(socket, id, readFetch(reader, connection))
    if (key === LIST_OFFSETS) return reply(socket, id, offsetsAnswer(reader, behaviour), false)
    reader.readTaggedFields()
    if (key === API_VERSIONS) reply(socket, id, apiVersions(behaviour), false)
    else if (key === METADATA) reply(socket, id, metadata(behaviour, broker.port))
    else if (key === PRODUCE) {
      const request = readProduce(reader, connection)
      produced.push(request)
      const answer = behaviour.produce?.(request, produced.length) ?? 0
      if (answer === 'hang up') socket.destroy()
      else if (answer !== 'silence' && request.acks !== 0) reply(socket, id, produceAnswer(request, answer))
    }
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const broker: FakeBroker = {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    produced,
    fetched,
    trickle: false,
    async close() {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
  return broker
}

function apiVersions({ produceVersion = 9, fetchVersion = 17 }: Behaviour): Writer {
  const apis = [
    [PRODUCE, produceVersion],
    [FETCH, fetchVersion],
    [LIST_OFFSETS, 5],
    [METADATA, 12],
    [API_VERSIONS, 3],
  ]
  return Writer.create()
    .appendInt16(0)
    .appendArray(apis, (w, [key = 0, max = 0]) => {
      w.appendInt16(key).appendInt16(0).appendInt16(max)
    })
    .appendInt32(0)
    .appendTaggedFields()
}

function metadata({ leaders, ports, topicError = 0 }: Behaviour, ownPort: number): Writer {
  return Writer.create()
    .appendInt32(0)
    .appendArray(ports?.() ?? [ownPort], (w, port, id) => {
      w.appendInt32(id).appendString('127.0.0.1').appendInt32(port).appendString(null)
    })
    .appendString('fake')
    .appendInt32(0)
    .appendArray(['t'], (w, name) => {
      w.appendInt16(topicError).appendString(name).appendUUID(null).appendBoolean(false)
      w.appendArray(topicError === 0 ? leaders() : [], (w, leader, partition) => {
        w.appendInt16(leader < 0 ? 5 : 0)
          .appendInt32(partition)
          .appendInt32(leader)
          .appendInt32(0)
        for (const list of [[leader], [leader], []]) {
          w.appendArray(list, (w, id) => w.appendInt32(id), true, false)
        }
      }).appendInt32(0)
    })
    .appendTaggedFields()
}

function readProduce(reader: Reader, connection: number): Produced {
  reader.readNullableString()
  const acks = reader.readInt16()
  reader.readInt32()
  const batches = new Map<number, number>()
  reader.readArray((topic) => {
    topic.readString()
    topic.readArray((partition) => {
      const index = partition.readInt32()
      if (batches.has(index)) throw new Error('two batches of one partition in a request')
      batches.set(index, partition.readBytes().readInt32BE(57))
    })
  })
  return { connection, acks, batches }
}

function produceAnswer({ batches }: Produced, answer: number | { throttleMs: number }): Writer {
  const code = typeof answer === 'number' ? answer : 0
  return Writer.create()
    .appendArray(['t'], (w, name) => {
      w.appendString(name).appendArray([...batches.keys()], (w, partition) => {
        w.appendInt32(partition).appendInt16(code).appendInt64(7n).appendInt64(-1n).appendInt64(0n)
        w.appendArray<null>([], () => {}).appendString(code === 0 ? null : 'no')
      })
    })
    .appendInt32(typeof answer === 'number' ? 0 : answer.throttleMs)
    .appendTaggedFields()
}

function readFetch(reader: Reader, connection: number): Fetched {
  reader.readInt32()
  const maxWaitMs = reader.readInt32()
  reader.skip(8)
  const readCommitted = reader.readInt8() === 1
  reader.skip(8)
  const offsets = new Map<number, number>()
  reader.readArray(
    (topic) => {
      topic.readString(false)
      topic.readArray(
        (partition) => {
          const index = partition.readInt32()
          partition.readInt32()
          offsets.set(index, Number(partition.readInt64()))
          partition.skip(12)
        },
        false,
        false,
      )
    },
    false,
    false,
  )
  reader.readInt32()
  return { connection, maxWaitMs, readCommitted, offsets, rack: reader.readString(false) }
}

/** From behind the correlation id. */
export function fetchAnswer({ offsets }: Pick<Fetched, 'offsets'>, script: FetchScript): Writer {
  const writer = Writer.create()
    .appendInt32(script.throttleMs ?? 0)
    .appendInt16(script.error ?? 0)
    .appendInt32(0)
  if (script.error !== undefined) return writer.appendInt32(0)
  writer.appendInt32(1).appendString('t', false).appendInt32(offsets.size)
  for (const partition of offsets.keys()) {
    const { error = 0, aborted, preferredReplica = -1, records } = script.shares?.[partition] ?? {}
    writer.appendInt32(partition).appendInt16(error).appendInt64(-1n).appendInt64(-1n).appendInt64(-1n)
    writer.appendInt32(aborted?.length ?? -1)
    for (const { producerId, firstOffset } of aborted ?? []) {
      writer.appendInt64(BigInt(producerId)).appendInt64(BigInt(firstOffset))
    }
    writer.appendInt32(preferredReplica).appendInt32(records?.length ?? -1)
    if (records !== undefined && records.length > 0) writer.append(records)
  }
  return writer
}

function offsetsAnswer(reader: Reader, { edges }: Behaviour): Writer {
  reader.skip(4 + 1 + 4)
  reader.readString(false)
  reader.readInt32()
  const partition = reader.readInt32()
  reader.readInt32()
  const isEarliest = reader.readInt64() === -2n
  const found = edges?.(partition) ?? 3
  const offset = typeof found === 'number' ? -1 : isEarliest ? found.earliest : found.latest
  return Writer.create()
    .appendInt32(0)
    .appendInt32(1)
    .appendString('t', false)
    .appendInt32(1)
    .appendInt32(partition)
    .appendInt16(typeof found === 'number' ? found : 0)
    .appendInt64(-1n)
    .appendInt64(BigInt(offset))
    .appendInt32(-1)
}
