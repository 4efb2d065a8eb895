/**
 * What happens between the start of the consumers and the last record: join, first record, measured time, end. Knows no
 * client: events come in with their times, so whole sessions are played in tests.
 */
import { NO_TIME_MS } from '../../core/health-reader.ts'
import { Histogram } from '../../core/histogram.ts'
import { ReceiveRecorder, type ReceiveView } from '../../core/receive-recorder.ts'
import type { ConsumerResult } from '../../core/result.ts'
import type { Received } from '../../drivers/consumer.ts'
import { createPositions } from './positions.ts'

const INTERVAL_MS = 1000

/** A partition that does not deliver for so long after the first record does not hold up measured time. */
export const LONGEST_START_MS = 5000

/** Consumers without partitions after so long will not get any. */
const LONGEST_JOIN_MS = 60_000

/** Below this share of all records, measured time would leave out most of the run. */
const LEAST_SHARE = 0.5

export type EndReason = ConsumerResult['consumption']['endedBy']

export interface SessionOptions {
  readonly partitions: number
  /** Next offset to read of each partition when reading begins; undefined where it is not known. */
  readonly from: readonly (number | undefined)[]
  /** Where each partition ended then. */
  readonly until: readonly number[]
  readonly toEnd: boolean
  readonly numRecords: number | undefined
  readonly durationMs: number | undefined
  readonly idleMs: number
  readonly onInterval: (interval: ReceiveView) => void
  readonly onFirstRecord: () => void
  readonly onEnd: (reason: EndReason) => void
}

export type Session = ReturnType<typeof createSession>

export function createSession(options: SessionOptions) {
  const { partitions, from, until, toEnd, numRecords, durationMs, idleMs, onEnd } = options
  const recorder = new ReceiveRecorder(INTERVAL_MS, options.onInterval)
  const positions = createPositions(partitions)
  from.forEach((offset, partition) => {
    if (offset !== undefined) positions.startAt(partition, offset)
  })
  /** Partitions with records that have delivered none. */
  const silent = new Set(until.flatMap((end, partition) => ((from[partition] ?? 0) < end ? [partition] : [])))
  /** Partitions that have not been read to where they ended. */
  const unread = new Set(silent)
  const assigned = new Map<number, readonly number[]>()
  const polls = new Histogram()
  const lastPollMs = new Map<number, number>()
  let longestPollMs = 0
  let startMs = 0
  let joinedMs: number | undefined
  let firstMs: number | undefined
  let deliveredMs: number | undefined
  let measureMs: number | undefined
  let lastMs = 0
  let rebalances = 0
  let pollsMissed = 0
  let ended: EndReason | undefined

  const end = (reason: EndReason) => {
    if (ended !== undefined) return
    ended = reason
    onEnd(reason)
  }

  const measureFrom = (nowMs: number) => {
    measureMs = nowMs
    recorder.measureFrom(nowMs)
  }

  return {
    start(nowMs: number) {
      startMs = nowMs
      lastMs = nowMs
    },

    /** All partitions that a member reads from now on. */
    assigned(member: number, now: readonly number[], nowMs: number) {
      assigned.set(member, now)
      if (firstMs !== undefined && joinedMs !== undefined) {
        rebalances++
        recorder.rebalanced(nowMs)
      }
      const all = new Set([...assigned.values()].flat())
      if (all.size === partitions && joinedMs === undefined) {
        joinedMs = nowMs
        lastMs = Math.max(lastMs, nowMs)
      }
    },

    /** @param lost the group threw the member out: it polled too late */
    revoked(member: number, gone: readonly number[], lost: boolean) {
      const rest = new Set(assigned.get(member) ?? [])
      for (const partition of gone) rest.delete(partition)
      assigned.set(member, [...rest])
      if (lost) pollsMissed++
      // What is read next comes to another member, or to this one after a rest: no time between polls
      lastPollMs.delete(member)
    },

    failed(code: string, nowMs: number) {
      recorder.failed(code, nowMs)
    },

    /** @returns false when the session is over: these records do not count */
    received(member: number, batch: readonly Received[], nowMs: number): boolean {
      if (ended !== undefined) return false
      if (firstMs === undefined) {
        firstMs = nowMs
        recorder.begin(nowMs)
        options.onFirstRecord()
      }
      let records = 0
      let bytes = 0
      for (const received of batch) {
        positions.take(received)
        records += received.records
        bytes += received.bytes
        const { partition, lastOffset } = received
        if (silent.size > 0) silent.delete(partition)
        if (lastOffset + 1 >= (until[partition] ?? 0)) unread.delete(partition)
      }
      recorder.polled(records, bytes, nowMs)
      lastMs = nowMs
      const before = lastPollMs.get(member)
      lastPollMs.set(member, nowMs)
      if (before !== undefined) {
        polls.record(nowMs - before)
        longestPollMs = Math.max(longestPollMs, nowMs - before)
      }
      if (silent.size === 0) deliveredMs ??= nowMs
      if (measureMs === undefined && (silent.size === 0 || nowMs - firstMs >= LONGEST_START_MS)) {
        measureFrom(nowMs)
      }
      if (numRecords !== undefined && recorder.records >= numRecords) end('records')
      else if (toEnd && unread.size === 0) end('end-of-topic')
      return true
    },

    /** Read up to there, with or without records; a run ends by it at the next tick. */
    past(partition: number, nextOffset: number) {
      if (ended !== undefined) return
      positions.past(partition, nextOffset)
      if (nextOffset < (until[partition] ?? 0)) return
      silent.delete(partition)
      unread.delete(partition)
    },

    /** Several times a second: ends what has ended by time. */
    tick(nowMs: number) {
      if (ended !== undefined) return
      if (firstMs !== undefined) recorder.advance(nowMs)
      // Nothing was there to read
      if (toEnd && unread.size === 0 && joinedMs !== undefined) end('end-of-topic')
      else if (nowMs - lastMs >= longestWaitMs()) end('idle')
      else if (durationMs !== undefined && measureMs !== undefined && nowMs - measureMs >= durationMs)
        end('duration')
    },

    interrupt: () => end('interrupt'),

    /** A consumer cannot go on, or there is nobody left to read from. */
    fail: () => end('failure'),

    caughtUp: () => end('caught-up'),

    records: () => recorder.records,

    /** Since the last record, or the join. */
    silentMs: (nowMs: number) => nowMs - lastMs,

    position: positions.next,

    /** Closes the series; once, after the end. */
    finish() {
      const isAll = isMostlyStart()
      const beganMs = isAll ? firstMs : measureMs
      return {
        ...recorder.finish(lastMs, isAll),
        /** Of measured time, without any idle time at its end. */
        durationMs: Math.max(NO_TIME_MS, lastMs - (beganMs ?? lastMs)),
        measuredFrom: measuredFrom(isAll),
        endedBy: ended ?? ('interrupt' as const),
        joinMs: since(joinedMs),
        firstRecordMs: since(firstMs),
        allDeliveredMs: since(deliveredMs),
        perPartition: [...positions.perPartition],
        repeated: positions.repeated(),
        skipped: positions.skipped(),
        newestMs: positions.newestMs(),
        rebalances,
        pollsMissed,
        longestPollMs,
        poll: polls.summary(),
      }
    },
  }

  function measuredFrom(isAll: boolean): ConsumerResult['consumption']['measuredFrom'] {
    if (isAll) return 'first-record'
    return measureMs === deliveredMs ? 'all-delivered' : 'not-all-delivered'
  }

  /** A group may take its time, on a new broker most of all; what counts as idle begins after it. */
  function longestWaitMs(): number {
    return joinedMs === undefined && firstMs === undefined ? Math.max(idleMs, LONGEST_JOIN_MS) : idleMs
  }

  function since(atMs: number | undefined): number | undefined {
    return atMs === undefined ? undefined : atMs - startMs
  }

  /** Whether measured time would leave out most of what was read. */
  function isMostlyStart(): boolean {
    return recorder.measuredRecords() < LEAST_SHARE * recorder.records
  }
}
