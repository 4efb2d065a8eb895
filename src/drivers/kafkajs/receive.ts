/** A batch of kafkajs: what one fetch brought of one partition. */
import type { Batch, IHeaders, KafkaMessage } from 'kafkajs'
import type { Received, ReceivedRecord } from '../consumer.ts'

/** @param visited true: `each` is wanted */
export function receivedOf({ partition, messages }: Batch, visited: boolean): Received | undefined {
  const first = messages[0]
  const last = messages.at(-1)
  if (first === undefined || last === undefined) return undefined
  let bytes = 0
  for (const message of messages) bytes += sizeOf(message)
  return {
    partition,
    records: messages.length,
    bytes,
    firstOffset: Number(first.offset),
    lastOffset: Number(last.offset),
    timestampMs: Number(last.timestamp),
    ...(visited && {
      each(visit) {
        for (const message of messages) visit(recordOf(message))
      },
    }),
  }
}

function sizeOf({ key, value, headers }: KafkaMessage): number {
  let bytes = (key?.length ?? 0) + (value?.length ?? 0)
  for (const name in headers) {
    const values = headers[name]
    if (!Array.isArray(values)) bytes += Buffer.byteLength(name) + (values?.length ?? 0)
    else for (const each of values) bytes += Buffer.byteLength(name) + each.length
  }
  return bytes
}

function recordOf({ offset, timestamp, key, value, headers }: KafkaMessage): ReceivedRecord {
  return {
    offset: Number(offset),
    timestampMs: Number(timestamp),
    key,
    value,
    header: (name) => lastOf(headers, name),
  }
}

function lastOf(headers: IHeaders | undefined, name: string): Buffer | undefined {
  if (headers === undefined || !Object.hasOwn(headers, name)) return undefined
  const values = headers[name]
  const last = Array.isArray(values) ? values.at(-1) : values
  // Typed as text too, which it is only where it is sent
  return typeof last === 'string' ? Buffer.from(last) : last
}
