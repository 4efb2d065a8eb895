import { TuneError } from '../../errors.ts'
import type { RecordSource } from '../../records/source.ts'
import type { EffectiveConfig } from '../driver.ts'
import { largestRecord } from '../largest-record.ts'

/** What librdkafka adds to key, value and headers before it compares (rd_kafka_msg_max_wire_size). */
const OVERHEAD_BYTES = 36

/**
 * librdkafka refuses a record above message.max.bytes when it is handed over, before it compresses anything: each of
 * them, one by one, under load. So it is said before. @throws TuneError CONFIG
 */
export function refuseTooLarge(source: RecordSource, { values }: EffectiveConfig): void {
  const limit = Number(values['message.max.bytes'])
  const { keyBytes, valueBytes, headerBytes } = largestRecord(source)
  const bytes = keyBytes + valueBytes + headerBytes + OVERHEAD_BYTES
  if (bytes <= limit) return
  throw new TuneError(
    'CONFIG',
    `records of up to ${bytes} B do not fit into librdkafka's message.max.bytes (max.request.size) of ${limit}`,
    { hint: `send smaller ones, or raise it: --producer-props max.request.size=${bytes}` },
  )
}
