/** The records of a poll, told by partition. */
import type { Message } from '@confluentinc/kafka-javascript'
import type { Received, ReceivedRecord } from '../consumer.ts'

/** What a poll brought of one partition; `runs` are [from, to) in the poll, since a partition may come more than once. */
interface Part {
  readonly partition: number
  records: number
  bytes: number
  readonly firstOffset: number
  last: Message
  readonly runs: number[]
}

/**
 * Groups by partition. Records of a partition come in runs, as the broker's answers had them, so that a record costs
 * the reading of its sizes and nothing else.
 * @param visited true: `each` is wanted
 */
export function byPartition(messages: readonly Message[], visited: boolean): Received[] {
  const parts: Part[] = []
  let at = 0
  for (let first = messages[0]; first !== undefined; first = messages[at]) {
    const { partition } = first
    const from = at
    let bytes = 0
    let last = first
    for (let next: Message | undefined = first; next?.partition === partition; next = messages[++at]) {
      bytes += sizeOf(next)
      last = next
    }
    const known = parts.find((part) => part.partition === partition)
    if (known === undefined) {
      parts.push({ partition, records: at - from, bytes, firstOffset: first.offset, last, runs: [from, at] })
    } else {
      known.records += at - from
      known.bytes += bytes
      known.last = last
      known.runs.push(from, at)
    }
  }
  return parts.map((part) => received(part, messages, visited))
}

function received(part: Part, messages: readonly Message[], visited: boolean): Received {
  const { partition, records, bytes, firstOffset, last, runs } = part
  return {
    partition,
    records,
    bytes,
    firstOffset,
    lastOffset: last.offset,
    timestampMs: last.timestamp ?? -1,
    ...(visited && {
      each(visit) {
        for (let run = 0; run < runs.length; run += 2) {
          for (const message of messages.slice(runs[run], runs[run + 1])) visit(recordOf(message))
        }
      },
    }),
  }
}

/** Key, value and headers. `size` is the value's (rd_kafka_message_t.len). */
function sizeOf({ size, key, headers }: Message): number {
  let bytes = size
  if (key) bytes += key.length
  if (headers !== undefined) {
    for (const header of headers) {
      for (const name in header) bytes += Buffer.byteLength(name) + (header[name]?.length ?? 0)
    }
  }
  return bytes
}

function recordOf({ offset, timestamp, key, value, headers = [] }: Message): ReceivedRecord {
  return {
    offset,
    timestampMs: timestamp ?? -1,
    key: typeof key === 'string' ? Buffer.from(key) : (key ?? null),
    value,
    header(name) {
      const found = headers.findLast((header) => Object.hasOwn(header, name))?.[name]
      // Typed as text too, which it is only where it is sent
      return typeof found === 'string' ? Buffer.from(found) : found
    },
  }
}
