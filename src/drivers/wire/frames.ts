/**
 * Requests and answers over the socket of a connection that the library opened, encrypted and logged in.
 * The library's own `send` puts each request together in a new buffer; for batches of a megabyte that copy and its
 * garbage cost more than all else this driver does. Here the pieces go to the socket as they are (one writev). Answers
 * of many megabytes come in chunks of 64 KiB, and each chunk is copied once, to its place.
 */
import type { Duplex } from 'node:stream'

export interface Frames {
  /**
   * Sends a frame whose correlation id is `id`; answers come in the order of the requests, as Kafka promises.
   * @param onAnswer gets what follows the correlation id; a view of a buffer of `room`, or of a chunk
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

/** Where answers are put together. */
export interface FrameRoom {
  /** A buffer of at least so many bytes. */
  take(bytes: number): Buffer
  /** It is no longer needed; any view of it will do. */
  give(view: Buffer): void
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
const ID_BYTES = 4

/**
 * @param onBroken the other side says what no answer is
 * @param maxAnswerBytes more than this is not Kafka speaking
 * @param room where every answer is put together; without it an answer that came in one chunk is a view of that
 */
export function takeSocket(
  socket: Duplex,
  onBroken: (reason: string) => void,
  maxAnswerBytes: number,
  room?: FrameRoom,
): Frames {
  const waiting: { id: number; onAnswer: (body: Buffer) => void }[] = []
  // Log-ins that are due again (KIP-368) are the library's: what is not ours goes on to it
  const library = socket.listeners('data')
  const length = Buffer.alloc(LENGTH_BYTES)
  let lengthFilled = 0
  /** The answer that is under way, when it is not all in one chunk. */
  let frame: Buffer | undefined
  let frameFilled = 0
  let ended = false

  const receive = (answer: Buffer) => {
    const id = answer.readInt32BE(0)
    if (id <= FIRST_ID) {
      length.writeInt32BE(answer.length)
      for (const listener of library) listener.call(socket, Buffer.concat([length, answer]))
      return room?.give(answer)
    }
    const head = waiting.shift()
    if (head?.id !== id) return onBroken('an answer to no request')
    head.onAnswer(answer.subarray(ID_BYTES))
  }

  /** Takes what the chunk has of the frame under way. @returns where the rest of the chunk begins */
  const fill = (target: Buffer, chunk: Buffer, at: number): number => {
    const copied = chunk.copy(target, frameFilled, at)
    frameFilled += copied
    if (frameFilled === target.length) {
      frame = undefined
      receive(target)
    }
    return at + copied
  }

  /** Begins the next frame: its length, and all of it where it is in this chunk. */
  const begin = (chunk: Buffer, at: number): number => {
    const copied = chunk.copy(length, lengthFilled, at)
    lengthFilled += copied
    const start = at + copied
    if (lengthFilled < LENGTH_BYTES) return start
    lengthFilled = 0
    const bytes = length.readInt32BE(0)
    if (bytes < ID_BYTES || bytes > maxAnswerBytes) {
      onBroken(`an answer of ${bytes} bytes`)
      return chunk.length
    }
    if (room !== undefined || chunk.length - start < bytes) {
      frame = (room?.take(bytes) ?? Buffer.allocUnsafe(bytes)).subarray(0, bytes)
      frameFilled = 0
      return start
    }
    receive(chunk.subarray(start, start + bytes))
    return start + bytes
  }

  const onData = (chunk: Buffer) => {
    let at = 0
    while (at < chunk.length && !ended) at = frame === undefined ? begin(chunk, at) : fill(frame, chunk, at)
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
      ended = true
      socket.removeListener('data', onData)
      waiting.length = 0
      if (frame !== undefined) room?.give(frame)
      frame = undefined
    },
  }
}
