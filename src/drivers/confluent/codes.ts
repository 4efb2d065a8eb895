/** librdkafka's error codes by the names its own C API gives them, without `RD_KAFKA_RESP_ERR_`. */
import type { ConfluentClient } from '../../native.ts'

/** -192 -> `_MSG_TIMED_OUT`, 10 -> `MSG_SIZE_TOO_LARGE`. */
export function codeNames(client: ConfluentClient): (code: number) => string {
  const names = new Map<number, string>()
  for (const [name, code] of Object.entries(client.CODES.ERRORS)) {
    if (typeof code === 'number') names.set(code, name.replace(/^ERR_/, ''))
  }
  return (code) => names.get(code) ?? `ERROR_${code}`
}

/**
 * After these the record may be in the log: it had been sent, or may have been, and no answer tells. librdkafka knows
 * more (rd_kafka_message_status), but the binding does not pass it on.
 */
const MAYBE_STORED: ReadonlySet<string> = new Set([
  '_MSG_TIMED_OUT',
  '_TIMED_OUT',
  '_TRANSPORT',
  '_DESTROY',
  '_FATAL',
  '_PURGE_INFLIGHT',
  'UNKNOWN',
  'REQUEST_TIMED_OUT',
  'NETWORK_EXCEPTION',
  'NOT_ENOUGH_REPLICAS_AFTER_APPEND',
])

export function outcomeOf(name: string): 'failed' | 'unknown' {
  return MAYBE_STORED.has(name) ? 'unknown' : 'failed'
}
