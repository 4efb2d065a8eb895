/**
 * Follows each record from its due time to its receipt: which were acknowledged, which came out at the other end, which
 * twice or out of order. Knows no client; ids travel in a header, or a record is known by its partition and offset.
 */
import { Histogram } from '../../core/histogram.ts'
import type { Operation, Place } from '../../core/operation.ts'
import type { LatencySummary } from '../../core/result.ts'
import { type Share, WHOLE } from '../../core/share.ts'

import type { Stamped } from './json-field.ts'

/** Told once for each operation: when it was received, or when it failed for certain. */
export interface TrackerEvents {
  onReceived(operation: Operation): void
  onFailed(operation: Operation, error: string, outcome: 'failed' | 'unknown'): void
}

export interface Tally {
  readonly acked: number
  readonly failed: number
  readonly unknown: number
  readonly received: number
  /** Received again. */
  readonly duplicated: number
  /** Behind a later record of the same partition. */
  readonly outOfOrder: number
  /** Acknowledged and never received. */
  readonly missing: number
  /** Acknowledged, taken back with their transaction, and not received: nobody who reads committed ones gets them. */
  readonly aborted: number
  /** Given up, and received all the same: neither received nor missing. */
  readonly late: number
  /** Carried no id of this run. */
  readonly foreign: number
  /** Due to acknowledged. */
  readonly acknowledged: LatencySummary | undefined
  /** Acknowledged to received; a record that was received first counts as 0. */
  readonly receive: LatencySummary | undefined
}

interface Flight {
  readonly operation: Operation
  ackedMs: number | undefined
  receivedMs: number | undefined
}

/** The code under which missing records stand among the errors. */
export const NOT_RECEIVED = '_NOT_RECEIVED'
/** The code of those that were taken back. */
export const ABORTED = '_ABORTED'

/** Bytes of a stamp: run, id, due time. */
export const STAMP_BYTES = 4 + 8 + 8

/**
 * @param run of the whole; each process that sends has the next number for its own
 * @param share which of them this is
 */
export function createTracker(
  run: number,
  nowMs: () => number,
  events: TrackerEvents,
  { index, of }: Share = WHOLE,
) {
  const own = run + index
  const open = new Map<number, Flight>()
  const ids = new Map<Operation, number>()
  /** Closed without having been received. */
  const givenUp = new Set<number>()
  /** Highest id received of each partition. */
  const highest = new Map<number, number>()
  /** Received before their acknowledgement told where they are: partition -> offset -> when. */
  const early = new Map<number, Map<number, number>>()
  /** Where acknowledged records are that have not been received. */
  const placed = new Map<number, Map<number, number>>()
  let nextId = 0
  /** Records of the measured part begin here: those of a warm-up may come late. */
  let firstId = 0
  let idleListener = () => {}
  let counts = zero()
  let acknowledged = new Histogram()
  let receive = new Histogram()

  function zero() {
    return {
      acked: 0,
      failed: 0,
      unknown: 0,
      received: 0,
      duplicated: 0,
      outOfOrder: 0,
      missing: 0,
      aborted: 0,
      late: 0,
      foreign: 0,
    }
  }

  const close = (id: number, flight: Flight) => {
    open.delete(id)
    ids.delete(flight.operation)
    if (flight.receivedMs === undefined) givenUp.add(id)
    if (open.size === 0) idleListener()
  }

  const idOf = (operation: Operation): number => {
    const known = ids.get(operation)
    if (known !== undefined) return known
    const id = nextId++
    ids.set(operation, id)
    open.set(id, { operation, ackedMs: undefined, receivedMs: undefined })
    return id
  }

  const received = (id: number, partition: number, atMs: number) => {
    if (id < firstId) return
    const flight = open.get(id)
    if (givenUp.delete(id)) {
      counts.late++
      return
    }
    // Acknowledged and received before: it is closed
    if (flight === undefined || flight.receivedMs !== undefined) {
      counts.duplicated++
      return
    }
    if ((highest.get(partition) ?? -1) > id) counts.outOfOrder++
    else highest.set(partition, id)
    flight.receivedMs = atMs
    counts.received++
    events.onReceived(flight.operation)
    if (flight.ackedMs === undefined) return
    receive.record(atMs - flight.ackedMs)
    close(id, flight)
  }

  /** A record came out that says whose it is; undefined: it does not. */
  const receivedId = (stamped: Stamped | undefined, partition: number, atMs: number) => {
    if (stamped === undefined || stamped.sender < run || stamped.sender >= run + of) counts.foreign++
    else if (stamped.sender === own) received(stamped.id, partition, atMs)
  }

  return {
    /** What travels with the record; the same for an operation that is offered again. */
    stamp(operation: Operation): Buffer {
      const stamp = Buffer.allocUnsafe(STAMP_BYTES)
      stamp.writeUInt32BE(own, 0)
      stamp.writeDoubleBE(idOf(operation), 4)
      stamp.writeDoubleBE(operation.dueMs, 12)
      return stamp
    },

    /** Without a stamp: the place tells. */
    sent: (operation: Operation) => void idOf(operation),

    /** As `OnDone`; an operation here is one record, so nothing of it fails in part. */
    answered(
      operation: Operation,
      error?: string,
      outcome: 'failed' | 'unknown' = 'failed',
      _failed?: number,
      place?: Place,
    ) {
      const id = ids.get(operation)
      const flight = id === undefined ? undefined : open.get(id)
      if (id === undefined || flight === undefined) return
      const atMs = nowMs()
      if (error !== undefined) {
        counts[outcome]++
        // Unknown to the client, and received all the same
        if (flight.receivedMs === undefined) events.onFailed(operation, error, outcome)
        close(id, flight)
        return
      }
      counts.acked++
      acknowledged.record(atMs - operation.dueMs)
      flight.ackedMs = atMs
      if (flight.receivedMs !== undefined) {
        receive.record(0)
        close(id, flight)
        return
      }
      if (place === undefined) return
      const { partition, offset } = place
      const cameMs = early.get(partition)?.get(offset)
      if (cameMs === undefined) nested(placed, partition).set(offset, id)
      else {
        early.get(partition)?.delete(offset)
        flight.ackedMs = Math.min(atMs, cameMs)
        received(id, partition, cameMs)
      }
    },

    /** Its transaction was taken back, and all of its records are answered. */
    aborted(operation: Operation) {
      const id = ids.get(operation)
      const flight = id === undefined ? undefined : open.get(id)
      // Closed where a reader of uncommitted records has it
      if (id === undefined || flight === undefined) return
      counts.aborted++
      events.onFailed(operation, ABORTED, 'failed')
      close(id, flight)
    },

    /** What travels with the record in another shape; the same for an operation that is offered again. */
    identify: (operation: Operation): Stamped => ({ sender: own, id: idOf(operation) }),

    receivedId,

    /** A record came out with this stamp; undefined: it had none. */
    receivedStamp(stamp: Buffer | undefined, partition: number, atMs: number) {
      const isOne = stamp?.length === STAMP_BYTES
      receivedId(
        isOne ? { sender: stamp.readUInt32BE(0), id: stamp.readDoubleBE(4) } : undefined,
        partition,
        atMs,
      )
    },

    /** Records of a partition came out; which they are is known from their acknowledgements. */
    receivedPlaces(partition: number, firstOffset: number, lastOffset: number, atMs: number) {
      const waiting = placed.get(partition)
      for (let offset = firstOffset; offset <= lastOffset; offset++) {
        const id = waiting?.get(offset)
        if (id === undefined) nested(early, partition).set(offset, atMs)
        else {
          waiting?.delete(offset)
          received(id, partition, atMs)
        }
      }
    },

    /** Taken, and neither failed nor received yet. */
    waiting: () => open.size,
    onIdle(listener: () => void) {
      idleListener = listener
    },

    /** The client has answered all it took; what was acknowledged and has not come out is missing. */
    giveUp() {
      for (const [id, flight] of [...open]) {
        // Offered and never taken, or received and never acknowledged: nothing is missing
        if (flight.ackedMs !== undefined && flight.receivedMs === undefined) {
          counts.missing++
          events.onFailed(flight.operation, NOT_RECEIVED, 'unknown')
        }
        close(id, flight)
      }
    },

    /** Counts begin again: what went before was a warm-up. */
    reset() {
      firstId = nextId
      counts = zero()
      acknowledged = new Histogram()
      receive = new Histogram()
      highest.clear()
      givenUp.clear()
    },

    tally: (): Tally => ({ ...counts, acknowledged: acknowledged.summary(), receive: receive.summary() }),
  }
}

export type Tracker = ReturnType<typeof createTracker>

function nested(of: Map<number, Map<number, number>>, key: number): Map<number, number> {
  const known = of.get(key)
  if (known !== undefined) return known
  const made = new Map<number, number>()
  of.set(key, made)
  return made
}
