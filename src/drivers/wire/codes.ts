/** What a broker's error code means for a batch. */
import { protocolErrors, protocolErrorsCodesById } from './library.ts'

export interface Answer {
  /** `NOT_LEADER_OR_FOLLOWER` … */
  readonly name: string
  readonly retriable: boolean
  /** The batch may be in the log all the same. */
  readonly maybeStored: boolean
}

/** The leader wrote the batch, or may have, and the error came after. */
const MAYBE_STORED: ReadonlySet<string> = new Set([
  'REQUEST_TIMED_OUT',
  'NOT_ENOUGH_REPLICAS_AFTER_APPEND',
  'KAFKA_STORAGE_ERROR',
  'UNKNOWN_SERVER_ERROR',
])

/** The request was sent and no answer came: the connection was lost. */
export const CONNECTION_LOST: Answer = { name: '_TRANSPORT', retriable: true, maybeStored: true }
/** The request was sent and no answer came within request.timeout.ms. */
export const REQUEST_EXPIRED: Answer = { name: '_TIMED_OUT', retriable: true, maybeStored: true }

/** Reads a partition's error code; undefined is success. */
export function answerOf(code: number): Answer | undefined {
  if (code === 0) return undefined
  const name = protocolErrorsCodesById[code] ?? `ERROR_${code}`
  return { name, retriable: protocolErrors[name]?.canRetry ?? false, maybeStored: MAYBE_STORED.has(name) }
}
