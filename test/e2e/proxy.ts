import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

export interface TcpProxy {
  port: number
  /** Holds what the broker sends back for so long. Changes what comes from now on. */
  delayAnswersMs(ms: number): void
  /** What goes through in each direction, all connections together; undefined: as much as comes. */
  limitBytesPerSec(rate: number | undefined): void
  /** Drops every connection, and each new one, until `mend`. */
  cut(): void
  mend(): void
  close(): Promise<void>
}

/** What a direction may be behind before its sender feels it; a socket's own buffers come on top. */
const HELD_BYTES = 64 * 1024
/** Larger chunks leave in pieces, so that a narrow wire does not come in bursts. */
const PIECE_BYTES = 4096

/** One direction of the wire, shared by all connections. */
interface Wire {
  delayMs: number
  bytesPerSec: number | undefined
  /** When what has been taken will have gone through. */
  freeAtMs: number
}

/** A TCP proxy on the loopback that holds back, narrows or cuts. Until it is cut, order is kept and nothing is lost. */
export async function startProxy(target: () => number): Promise<TcpProxy> {
  const there: Wire = { delayMs: 0, bytesPerSec: undefined, freeAtMs: 0 }
  const back: Wire = { delayMs: 0, bytesPerSec: undefined, freeAtMs: 0 }
  let isCut = false
  const sockets = new Set<Socket>()
  const server = createServer((client) => {
    client.on('error', () => {})
    if (isCut) {
      client.destroy()
      return
    }
    const upstream = connect(target(), '127.0.0.1')
    for (const socket of [client, upstream]) {
      socket.setNoDelay(true)
      sockets.add(socket)
      socket.on('error', () => {})
      socket.on('close', () => sockets.delete(socket))
    }
    forward(client, upstream, there)
    forward(upstream, client, back)
    upstream.on('close', () => client.destroy())
    client.on('close', () => upstream.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const drop = () => {
    for (const socket of sockets) socket.destroy()
  }
  return {
    port: (server.address() as AddressInfo).port,
    delayAnswersMs(ms) {
      back.delayMs = ms
    },
    limitBytesPerSec(rate) {
      for (const wire of [there, back]) Object.assign(wire, { bytesPerSec: rate, freeAtMs: 0 })
    },
    cut() {
      isCut = true
      drop()
    },
    mend() {
      isCut = false
    },
    close() {
      drop()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}

/** Hands on what comes, in order, each piece when the wire has carried it; stops reading when too much is held. */
function forward(from: Socket, to: Socket, wire: Wire): void {
  const held: { piece: Buffer; atMs: number }[] = []
  let heldBytes = 0
  let timer: NodeJS.Timeout | undefined

  const readOrWait = () => {
    const isFull = wire.bytesPerSec !== undefined && heldBytes > HELD_BYTES
    if (isFull || to.writableNeedDrain) from.pause()
    else from.resume()
  }
  const handOn = () => {
    timer = undefined
    for (let head = held[0]; head !== undefined; head = held[0]) {
      const leftMs = head.atMs - performance.now()
      if (leftMs > 0) {
        timer = setTimeout(handOn, leftMs)
        break
      }
      held.shift()
      heldBytes -= head.piece.length
      if (!to.destroyed) to.write(head.piece)
    }
    readOrWait()
  }

  to.on('drain', readOrWait)
  from.on('data', (chunk: Buffer) => {
    for (let at = 0; at < chunk.length; at += PIECE_BYTES) {
      const piece = chunk.subarray(at, at + PIECE_BYTES)
      const nowMs = performance.now()
      if (wire.bytesPerSec !== undefined) {
        wire.freeAtMs = Math.max(nowMs, wire.freeAtMs) + (piece.length * 1000) / wire.bytesPerSec
      }
      held.push({ piece, atMs: wire.delayMs + (wire.bytesPerSec === undefined ? nowMs : wire.freeAtMs) })
      heldBytes += piece.length
    }
    if (timer === undefined) handOn()
    else readOrWait()
  })
}
