/**
 * One operation of a run: a record, or in an unpaced run a group of records that one slot takes.
 * All times are milliseconds on the run's clock (`Clock.nowMs`), with fractions.
 */
export interface Operation {
  /** Index of the first record, counted from the start of the phase. */
  readonly first: number
  /** How many records this operation stands for; 1 in every paced run. */
  readonly records: number
  /** When the schedule wanted it. Latency starts here. */
  readonly dueMs: number
  /** When it was first offered to the client. offered - due is the generator's own lateness. */
  readonly offeredMs: number
  /** When the client took it. sent - offered is time blocked by a full client. Set by the runner. */
  sentMs: number
  /** Key, value and header bytes before compression; set by the driver when it takes the operation. */
  bytes: number
}

/**
 * Hands one operation to the client.
 * @returns false when the client is full: the same operation comes again, with the same due and offered time.
 */
export type Send = (operation: Operation) => boolean

/** Where a record is stored, as the broker's answer tells. */
export interface Place {
  readonly partition: number
  readonly offset: number
}

/**
 * Called once for each operation that was taken, when all its records are answered.
 * @param error undefined when acknowledged; otherwise the client's error code (`UNKNOWN_TOPIC_OR_PARTITION`, `_MSG_TIMED_OUT`, …).
 * @param outcome 'failed' when the broker surely has not stored it, 'unknown' when it may have (a time-out, a lost connection).
 * @param failed how many records of the operation the error is about; all of them where it is absent.
 * @param place of the operation's first record, from drivers that are told.
 */
export type OnDone = (
  operation: Operation,
  error?: string,
  outcome?: 'failed' | 'unknown',
  failed?: number,
  place?: Place,
) => void
