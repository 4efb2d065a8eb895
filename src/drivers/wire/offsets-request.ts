/**
 * The ListOffsets request and its answer, version 5 (Kafka 2.3 to 4.x): the first or the next offset of one partition.
 * Over the link of the partition's leader, so that the one who said "out of range" is the one who is asked.
 */
import { ProtocolError, readInt64, writeInt64 } from './bytes.ts'
import { writeText } from './fetch-request.ts'

const LIST_OFFSETS_KEY = 2
const LIST_OFFSETS_VERSION = 5

/** Kafka's own numbers, in place of a time stamp. */
const EDGES = { earliest: -2, latest: -1 } as const
export type LogEdge = keyof typeof EDGES

/** Length, request header and all fields, without the two texts. */
const FRAME_BYTES = 64

export interface OffsetsQuestion {
  readonly clientId: string
  readonly topic: string
  readonly partition: number
  /** With read_committed the log ends at its last stable offset. */
  readonly readCommitted: boolean
  readonly edge: LogEdge
}

export function offsetsRequest(id: number, question: OffsetsQuestion): Buffer {
  const { clientId, topic, partition, readCommitted, edge } = question
  const frame = Buffer.allocUnsafe(FRAME_BYTES + Buffer.byteLength(clientId) + Buffer.byteLength(topic))
  let at = 4 // the frame's length, known at the end
  at = frame.writeInt16BE(LIST_OFFSETS_KEY, at)
  at = frame.writeInt16BE(LIST_OFFSETS_VERSION, at)
  at = frame.writeInt32BE(id, at)
  at = writeText(frame, at, clientId)
  at = frame.writeInt32BE(-1, at) // no replica
  at = frame.writeInt8(readCommitted ? 1 : 0, at)
  at = frame.writeInt32BE(1, at) // one topic
  at = writeText(frame, at, topic)
  at = frame.writeInt32BE(1, at) // one partition
  at = frame.writeInt32BE(partition, at)
  at = frame.writeInt32BE(-1, at) // any leader epoch
  at = writeInt64(frame, at, EDGES[edge])
  frame.writeInt32BE(at - 4, 0)
  return frame.subarray(0, at)
}

export interface OffsetsAnswer {
  readonly throttleMs: number
  readonly errorCode: number
  readonly offset: number
}

/** Reads the answer, from behind its correlation id. @throws ProtocolError */
export function readOffsetsAnswer(body: Buffer): OffsetsAnswer {
  try {
    // Throttle time, one topic, its name, one partition, its index
    const at = 8 + 2 + body.readInt16BE(8) + 4 + 4
    return {
      throttleMs: body.readInt32BE(0),
      errorCode: body.readInt16BE(at),
      offset: readInt64(body, at + 2 + 8),
    }
  } catch (error) {
    if (error instanceof RangeError) throw new ProtocolError('a ListOffsets answer that ends too early')
    throw error
  }
}
