/** A broker made of a script: speaks just enough of the protocol for a producer, and misbehaves as it is told. */
import { createServer, type Socket } from 'node:net'
import { Reader, Writer } from '@platformatic/kafka'

/** What one Produce request held. */
export interface Produced {
  readonly connection: number
  readonly acks: number
  /** Records of each partition's batch. */
  readonly batches: ReadonlyMap<number, number>
}

export interface Behaviour {
  /** Leader of each partition, as broker ids; ids are indices into `brokers`. */
  leaders: () => number[]
  /** Addresses that Metadata tells; this broker alone where absent. */
  ports?: () => number[]
  /** The answer to a Produce request: an error code for each partition, or no answer, or the end of the connection. */
  produce?: (request: Produced, count: number) => number | 'silence' | 'hang up' | { throttleMs: number }
  produceVersion?: number
  topicError?: number
}

export interface FakeBroker {
  readonly port: number
  /** Every Produce request so far, in the order of their coming. */
  readonly produced: Produced[]
  /** Frames are cut into single bytes on their way back. */
  trickle: boolean
  close(): Promise<void>
}

const PRODUCE = 0
const METADATA = 3
const API_VERSIONS = 18

export async function startFakeBroker(behaviour: Behaviour): Promise<FakeBroker> {
  const produced: Produced[] = []
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

  const serve = (socket: Socket, connection: number, frame: Buffer) => {
    const reader = Reader.from(frame)
    const key = reader.readInt16()
    reader.readInt16()
    const id = reader.readInt32()
    reader.readNullableString(false)
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
    trickle: false,
    async close() {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
  return broker
}

function apiVersions({ produceVersion = 9 }: Behaviour): Writer {
  const apis = [
    [PRODUCE, produceVersion],
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
