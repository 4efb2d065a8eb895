/**
 * The Produce request and its answer, version 9: the first with compact lengths (Kafka 2.8), the last whose answer
 * has no tagged fields, which the library's reader cannot skip.
 */
import { type Reader, Writer } from './library.ts'
import { BATCH_HEADER_BYTES, type Variant, writeHeader } from './variants.ts'

export const PRODUCE_KEY = 0
export const PRODUCE_VERSION = 9

/** One batch of a request; a request has at most one for each partition. */
export interface RequestPart {
  readonly partition: number
  readonly variant: Variant
  readonly timestampMs: number
}

/** Index, length of the records (at most 5 bytes), tags. */
const PART_BYTES = 4 + 5 + 1

/**
 * The request's body. Records are appended as views of what was encoded before the run, so the one copy of them is the
 * library's, when it puts the request together.
 */
export function produceRequest(
  topic: string,
  acks: number,
  timeoutMs: number,
  parts: readonly RequestPart[],
): Writer {
  const name = Buffer.from(topic)
  const room = 32 + name.length + parts.length * (PART_BYTES + BATCH_HEADER_BYTES)
  const frame = Buffer.allocUnsafe(room)
  const writer = Writer.create()
  let at = 0
  frame[at++] = 0 // transactional id: null
  at = frame.writeInt16BE(acks, at)
  at = frame.writeInt32BE(timeoutMs, at)
  frame[at++] = 2 // one topic
  at = writeUnsignedVarint(frame, at, name.length + 1)
  at += name.copy(frame, at)
  at = writeUnsignedVarint(frame, at, parts.length + 1)
  let written = 0
  for (const { partition, variant, timestampMs } of parts) {
    at = frame.writeInt32BE(partition, at)
    at = writeUnsignedVarint(frame, at, BATCH_HEADER_BYTES + variant.body.length + 1)
    writeHeader(frame, at, variant, timestampMs)
    at += BATCH_HEADER_BYTES
    writer.append(frame.subarray(written, at)).append(variant.body)
    written = at
    frame[at++] = 0 // tags of the partition
  }
  frame[at++] = 0 // tags of the topic
  frame[at++] = 0 // tags of the request
  writer.append(frame.subarray(written, at))
  if (acks === 0) writer.context['noResponse'] = true
  return writer
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
  readonly throttleMs: number
}

/** base offset, append time, log start offset */
const OFFSETS_BYTES = 24

/** Reads the answer. Unlike the library's parser it gives a partition's error back instead of throwing all away. */
export function readProduceAnswer(
  _id: number,
  _key: number,
  _version: number,
  reader: Reader,
): ProduceAnswer {
  const errorCodes = new Map<number, number>()
  reader.readArray((topics) => {
    topics.readString()
    topics.readArray((partition) => {
      errorCodes.set(partition.readInt32(), partition.readInt16())
      partition.skip(OFFSETS_BYTES)
      partition.readArray((record) => {
        record.readInt32()
        record.readNullableString()
      })
      partition.readNullableString()
    })
  })
  return { errorCodes, throttleMs: reader.readInt32() }
}
