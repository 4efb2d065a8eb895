/** The answer to a Fetch of version 11, read in place: records stay where the socket put them. */
import { ProtocolError, readInt64 } from './bytes.ts'

/** An aborted transaction: what this producer wrote from that offset on, up to its marker. */
export interface AbortedTransaction {
  readonly producerId: number
  readonly firstOffset: number
}

export interface FetchedPartition {
  readonly partition: number
  readonly errorCode: number
  readonly aborted: readonly AbortedTransaction[]
  /** A replica nearer by that the broker wants to be asked instead (KIP-392), -1 for none. */
  readonly preferredReplica: number
  /** Where the partition's batches lie in the body. */
  readonly start: number
  readonly end: number
}

export interface FetchAnswer {
  readonly throttleMs: number
  /** Of the whole request; 0 where partitions have their own. */
  readonly errorCode: number
  readonly partitions: readonly FetchedPartition[]
  /** What the batches lie in. */
  readonly body: Buffer
}

/** Index, error code, high watermark, last stable offset, log start offset. */
const PARTITION_BYTES = 4 + 2 + 8 + 8 + 8
const NO_ABORTED: readonly AbortedTransaction[] = []

/** Reads the answer, from behind its correlation id. @throws ProtocolError */
export function readFetchAnswer(body: Buffer): FetchAnswer {
  try {
    return read(body)
  } catch (error) {
    // A field beyond the end
    if (error instanceof RangeError) throw new ProtocolError('a Fetch answer that ends too early')
    throw error
  }
}

function read(body: Buffer): FetchAnswer {
  const partitions: FetchedPartition[] = []
  let at = 14 // throttle time, error code, session id, number of topics
  for (let topics = body.readInt32BE(10); topics > 0; topics -= 1) {
    at += 2 + body.readInt16BE(at) // the topic's name: one was asked for
    const count = body.readInt32BE(at)
    at += 4
    for (let n = 0; n < count; n += 1) {
      const { partition, end } = readPartition(body, at)
      partitions.push(partition)
      at = end
    }
  }
  return { throttleMs: body.readInt32BE(0), errorCode: body.readInt16BE(4), partitions, body }
}

function readPartition(body: Buffer, start: number): { partition: FetchedPartition; end: number } {
  let at = start + PARTITION_BYTES
  const transactions = body.readInt32BE(at)
  at += 4
  let aborted = NO_ABORTED
  if (transactions > 0) {
    aborted = readAborted(body, at, transactions)
    at += 16 * transactions
  }
  const preferredReplica = body.readInt32BE(at)
  // -1 for no records at all
  const bytes = Math.max(0, body.readInt32BE(at + 4))
  at += 8
  const end = at + bytes
  if (end > body.length) throw new ProtocolError('records that end behind their answer')
  return {
    partition: {
      partition: body.readInt32BE(start),
      errorCode: body.readInt16BE(start + 4),
      aborted,
      preferredReplica,
      start: at,
      end,
    },
    end,
  }
}

function readAborted(body: Buffer, start: number, count: number): AbortedTransaction[] {
  const aborted: AbortedTransaction[] = []
  for (let n = 0; n < count; n += 1) {
    const at = start + 16 * n
    aborted.push({ producerId: readInt64(body, at), firstOffset: readInt64(body, at + 8) })
  }
  return aborted.sort((a, b) => a.firstOffset - b.firstOffset)
}
