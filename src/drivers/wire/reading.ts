/** Where the reading of one partition stands. */

export interface Reading {
  readonly partition: number
  /** What is asked for next. */
  offset: number
  /** What the application gets next; behind `offset` while an answer waits for it. */
  handedOffset: number
  /** Broker id, -1 where there is none now. */
  leader: number
  /** A replica nearer by that the leader named (KIP-392), -1 for none. */
  replica: number
  /**
   * Goes up when what was asked for is no longer wanted: the partition moved to another broker, or goes on from
   * another offset. Answers to what was asked before are then passed over, so nothing is read twice.
   */
  turn: number
  /** It asks nothing now, for it rests after an error or is finding out its offset. */
  paused: boolean
  /** Errors since the last good answer. */
  failures: number
  /** When it was first told that the partition is not there, or cannot be read; undefined while all is well. */
  troubleSinceMs: number | undefined
}

export function newReading(partition: number, offset: number, leader: number): Reading {
  return {
    partition,
    offset,
    handedOffset: offset,
    leader,
    replica: -1,
    turn: 0,
    paused: false,
    failures: 0,
    troubleSinceMs: undefined,
  }
}

/** The broker to ask. */
export function brokerOf(reading: Reading): number {
  return reading.replica >= 0 ? reading.replica : reading.leader
}

/** Asks for something else than what stands behind the last answer. */
export function askFrom(reading: Reading, offset: number): void {
  reading.offset = offset
  reading.turn += 1
}

/** An answer brought what it should: the next error is a new one. */
export function isWell(reading: Reading): void {
  reading.failures = 0
  reading.troubleSinceMs = undefined
}
