/** Records for who looks at each: read where they lie, when they are asked for. */
import type { Received, ReceivedRecord } from '../consumer.ts'
import { ATTRIBUTES_AT, BASE_TIMESTAMP_AT, LOG_APPEND_TIME_BIT, MAX_TIMESTAMP_AT } from './batch-header.ts'
import { readInt64 } from './bytes.ts'
import { findHeader, type RecordRange, visitRecords } from './records.ts'

/** A batch with wanted records; those before `wantedOffset` are not. */
export interface WantedRecords {
  readonly range: RecordRange
  readonly header: Buffer
  readonly wantedOffset: number
}

/** The `each` of what was received in these batches. */
export function visitBatches(batches: readonly WantedRecords[]): NonNullable<Received['each']> {
  return (visit) => {
    for (const batch of batches) visitBatch(batch, visit)
  }
}

function visitBatch({ range, header, wantedOffset }: WantedRecords, visit: (record: ReceivedRecord) => void) {
  const { bytes } = range
  const baseOffset = readInt64(header, 0)
  const baseTimestampMs = readInt64(header, BASE_TIMESTAMP_AT)
  // With message.timestamp.type=LogAppendTime all records have the time at which the broker took the batch
  const appended = ((header[ATTRIBUTES_AT + 1] ?? 0) & LOG_APPEND_TIME_BIT) !== 0
  const appendMs = appended ? readInt64(header, MAX_TIMESTAMP_AT) : undefined
  visitRecords(range, ({ offsetDelta, timestampDelta, keyAt, keyBytes, valueAt, valueBytes, headersAt }) => {
    const offset = baseOffset + offsetDelta
    if (offset < wantedOffset) return
    visit({
      offset,
      timestampMs: appendMs ?? baseTimestampMs + timestampDelta,
      get key() {
        return keyBytes < 0 ? null : view(bytes.subarray(keyAt, keyAt + keyBytes))
      },
      get value() {
        return valueBytes < 0 ? null : view(bytes.subarray(valueAt, valueAt + valueBytes))
      },
      header(name) {
        const found = findHeader(bytes, headersAt, Buffer.from(name))
        return found && view(found)
      },
    })
  })
}

/** The same bytes as a Buffer. */
function view(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
