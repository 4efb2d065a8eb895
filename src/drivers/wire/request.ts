/**
 * The Produce request and its answer, version 9: the first with compact lengths (Kafka 2.8), the last whose answer
 * has no tagged fields, which the library's reader cannot skip.
 */
import { BATCH_HEADER_BYTES } from './batch-header.ts'
import { Reader } from './library.ts'
import type { NeededApi } from './metadata.ts'
import { type Variant, writeHeader } from './variants.ts'

const PRODUCE_KEY = 0
const PRODUCE_VERSION = 9
export const PRODUCE_API: NeededApi = { key: PRODUCE_KEY, version: PRODUCE_VERSION }

/** One batch of a request; a request has at most one for each partition. */
export interface RequestPart {
  readonly partition: number
  readonly variant: Variant
  readonly timestampMs: number
}

/** What every request of a producer shares. */
export interface RequestShape {
  readonly clientId: string
  readonly topic: string
  readonly acks: number
  readonly timeoutMs: number
}

/** Index, length of the records (at most 5 bytes), tags. */
const PART_BYTES = 4 + 5 + 1
/** Length, request header, acks, time-out, counts and tags, without the two names. */
const FRAME_BYTES = 64

/**
 * The request as pieces of one frame, its length first. Records are views of what was encoded before the run; nothing
 * of them is copied, and nobody writes to them.
 */
export function produceRequest(id: number, shape: RequestShape, parts: readonly RequestPart[]): Buffer[] {
  const clientId = Buffer.from(shape.clientId)
  const topic = Buffer.from(shape.topic)
  const frame = Buffer.allocUnsafe(
    FRAME_BYTES + clientId.length + topic.length + parts.length * (PART_BYTES + BATCH_HEADER_BYTES),
  )
  const pieces: Buffer[] = []
  let bodies = 0
  let at = 4 // the frame's length, known at the end
  at = frame.writeInt16BE(PRODUCE_KEY, at)
  at = frame.writeInt16BE(PRODUCE_VERSION, at)
  at = frame.writeInt32BE(id, at)
  at = frame.writeInt16BE(clientId.length, at)
  at += clientId.copy(frame, at)
  frame[at++] = 0 // tags of the header
  frame[at++] = 0 // transactional id: null
  at = frame.writeInt16BE(shape.acks, at)
  at = frame.writeInt32BE(shape.timeoutMs, at)
  frame[at++] = 2 // one topic
  at = writeUnsignedVarint(frame, at, topic.length + 1)
  at += topic.copy(frame, at)
  at = writeUnsignedVarint(frame, at, parts.length + 1)
  let written = 0
  for (const { partition, variant, timestampMs } of parts) {
    at = frame.writeInt32BE(partition, at)
    at = writeUnsignedVarint(frame, at, BATCH_HEADER_BYTES + variant.body.length + 1)
    writeHeader(frame, at, variant, timestampMs)
    at += BATCH_HEADER_BYTES
    pieces.push(frame.subarray(written, at), variant.body)
    written = at
    bodies += variant.body.length
    frame[at++] = 0 // tags of the partition
  }
  frame[at++] = 0 // tags of the topic
  frame[at++] = 0 // tags of the request
  pieces.push(frame.subarray(written, at))
  frame.writeInt32BE(at + bodies - 4, 0)
  return pieces
}

function writeUnsignedVarint(target: Buffer, start: number, value: number): number {
  let at = start
  let rest = value
  while (rest > 0x7f) {
    target[at++] = (rest & 0x7f) | 0x80
    rest >>>= 7
  }
  target[at++] = rest
  return at
}

export interface ProduceAnswer {
  /** Error code of each partition of the request; 0 is stored. */
  readonly errorCodes: ReadonlyMap<number, number>
  /** Of the first record of each partition's batch; -1 where the broker does not tell (a duplicate). */
  readonly baseOffsets: ReadonlyMap<number, number>
  readonly throttleMs: number
}

/** append time, log start offset */
const AFTER_OFFSET_BYTES = 16

/**
 * Reads the answer, from behind its correlation id. Unlike the library's parser it gives a partition's error back
 * instead of throwing all away.
 */
export function readProduceAnswer(body: Buffer): ProduceAnswer {
  const errorCodes = new Map<number, number>()
  const baseOffsets = new Map<number, number>()
  const reader = Reader.from(body)
  reader.readTaggedFields()
  reader.readArray((topics) => {
    topics.readString()
    topics.readArray((partition) => {
      const index = partition.readInt32()
      errorCodes.set(index, partition.readInt16())
      baseOffsets.set(index, Number(partition.readInt64()))
      partition.skip(AFTER_OFFSET_BYTES)
      partition.readArray((record) => {
        record.readInt32()
        record.readNullableString()
      })
      partition.readNullableString()
    })
  })
  return { errorCodes, baseOffsets, throttleMs: reader.readInt32() }
}
