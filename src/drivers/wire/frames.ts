/**
 * Requests and answers over the socket of a connection that the library opened, encrypted and logged in.
 * The library's own `send` puts each request together in a new buffer; for batches of a megabyte that copy and its
 * garbage cost more than all else this driver does. Here the pieces go to the socket as they are (one writev).
 */
import type { Duplex } from 'node:stream'

export interface Frames {
  /**
   * Sends a frame whose correlation id is `id`; answers come in the order of the requests, as Kafka promises.
   * @param onWritten called when the operating system has taken all of it
   */
  send(
    id: number,
    pieces: readonly Buffer[],
    onAnswer: ((body: Buffer) => void) | undefined,
    onWritten?: () => void,
  ): void
  /** Hands the socket back; answers that are still to come are dropped. */
  end(): void
}

/** The library counts its own requests (log-ins) from 1; ids from here on are ours. */
const FIRST_ID = 2 ** 30

/** Correlation ids for one connection. */
export function correlationIds(): () => number {
  let last = FIRST_ID
  return () => {
    last = last >= 2 ** 31 - 1 ? FIRST_ID + 1 : last + 1
    return last
  }
}

const LENGTH_BYTES = 4
/** Produce answers are small; more than this is not Kafka speaking. */
const MAX_ANSWER_BYTES = 64 * 1024 * 1024
const EMPTY = Buffer.alloc(0)

/**
 * @param onBroken the other side says what no answer is
 */
export function takeSocket(socket: Duplex, onBroken: (reason: string) => void): Frames {
  const waiting: { id: number; onAnswer: (body: Buffer) => void }[] = []
  // Log-ins that are due again (KIP-368) are the library's: what is not ours goes on to it
  const library = socket.listeners('data')
  let held: Buffer = EMPTY

  const receive = (frame: Buffer) => {
    const id = frame.readInt32BE(LENGTH_BYTES)
    if (id <= FIRST_ID) {
      for (const listener of library) listener.call(socket, frame)
      return true
    }
    const head = waiting.shift()
    if (head?.id !== id) return false
    head.onAnswer(frame.subarray(LENGTH_BYTES + 4))
    return true
  }

  const onData = (chunk: Buffer) => {
    held = held.length === 0 ? chunk : Buffer.concat([held, chunk])
    let at = 0
    while (held.length - at >= LENGTH_BYTES) {
      const bytes = held.readInt32BE(at)
      if (bytes < 4 || bytes > MAX_ANSWER_BYTES) return onBroken(`an answer of ${bytes} bytes`)
      const end = at + LENGTH_BYTES + bytes
      if (held.length < end) break
      if (!receive(held.subarray(at, end))) return onBroken('an answer to no request')
      at = end
    }
    held = held.subarray(at)
  }

  socket.removeAllListeners('data')
  socket.on('data', onData)

  return {
    send(id, pieces, onAnswer, onWritten) {
      if (onAnswer !== undefined) waiting.push({ id, onAnswer })
      socket.cork()
      pieces.forEach((piece, index) => {
        if (index === pieces.length - 1 && onWritten !== undefined)
          socket.write(piece, (error) => error ?? onWritten())
        else socket.write(piece)
      })
      socket.uncork()
    },
    end() {
      socket.removeListener('data', onData)
      waiting.length = 0
    },
  }
}
