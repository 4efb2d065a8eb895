/**
 * The Fetch request, version 11: the last one before compact lengths and tagged fields, with a client's rack (KIP-392)
 * and every codec. Brokers from 2.3 to 4.x serve it. Each request is a full one (no fetch session).
 */
import { writeInt64 } from './bytes.ts'
import type { NeededApi } from './metadata.ts'

const FETCH_KEY = 1
const FETCH_VERSION = 11
export const FETCH_API: NeededApi = { key: FETCH_KEY, version: FETCH_VERSION }

/** One partition of a request, and where it goes on. */
export interface FetchPart {
  readonly partition: number
  readonly offset: number
}

/** What every Fetch of a consumer shares. */
export interface FetchShape {
  readonly clientId: string
  readonly topic: string
  readonly maxWaitMs: number
  readonly minBytes: number
  readonly maxBytes: number
  readonly partitionBytes: number
  readonly readCommitted: boolean
  readonly rack: string
}

/** Index, leader epoch, offset, log start offset, bytes. */
const PART_BYTES = 4 + 4 + 8 + 8 + 4
/** Length, request header, limits, session and counts, without the three texts. */
const FRAME_BYTES = 64

/** The whole frame, its length first. A broker fills its answer in the order of the parts. */
export function fetchRequest(id: number, shape: FetchShape, parts: readonly FetchPart[]): Buffer {
  const texts = [shape.clientId, shape.topic, shape.rack].reduce(
    (sum, text) => sum + Buffer.byteLength(text),
    0,
  )
  const frame = Buffer.allocUnsafe(FRAME_BYTES + texts + parts.length * PART_BYTES)
  let at = 4 // the frame's length, known at the end
  at = frame.writeInt16BE(FETCH_KEY, at)
  at = frame.writeInt16BE(FETCH_VERSION, at)
  at = frame.writeInt32BE(id, at)
  at = writeText(frame, at, shape.clientId)
  at = frame.writeInt32BE(-1, at) // no replica
  at = frame.writeInt32BE(shape.maxWaitMs, at)
  at = frame.writeInt32BE(shape.minBytes, at)
  at = frame.writeInt32BE(shape.maxBytes, at)
  at = frame.writeInt8(shape.readCommitted ? 1 : 0, at)
  at = frame.writeInt32BE(0, at) // no session …
  at = frame.writeInt32BE(-1, at) // … and none wanted
  at = frame.writeInt32BE(1, at) // one topic
  at = writeText(frame, at, shape.topic)
  at = frame.writeInt32BE(parts.length, at)
  for (const { partition, offset } of parts) {
    at = frame.writeInt32BE(partition, at)
    at = frame.writeInt32BE(-1, at) // any leader epoch
    at = writeInt64(frame, at, offset)
    at = writeInt64(frame, at, -1) // log start offset: replicas only
    at = frame.writeInt32BE(shape.partitionBytes, at)
  }
  at = frame.writeInt32BE(0, at) // no forgotten topics
  at = writeText(frame, at, shape.rack)
  frame.writeInt32BE(at - 4, 0)
  return frame.subarray(0, at)
}

/** A text with its length in two bytes. */
export function writeText(target: Buffer, at: number, text: string): number {
  const bytes = target.write(text, at + 2)
  target.writeInt16BE(bytes, at)
  return at + 2 + bytes
}
