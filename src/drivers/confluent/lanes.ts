/**
 * Which record a delivery report is about, without asking librdkafka to carry a token for each record: the token (an
 * `opaque`, a persistent V8 handle) costs a fifth of the JavaScript thread at full speed. So an unpaced run names the
 * partition itself, by the same rule as librdkafka's murmur2_random, and takes reports of a partition in the order in
 * which its records went in. That order can be broken only by a retry without idempotence, or by a record that times
 * out while an earlier one is in flight; then two neighbours swap their times, and the counts stay right.
 */
import type { RecordSource } from '../../records/source.ts'
import { partitionOfKey } from '../wire/murmur2.ts'
import type { Flight } from './flights.ts'

interface Segment {
  readonly flight: Flight
  records: number
}

/** Emptied slots are let go of in one go. */
const COMPACT_AT = 1024

export interface Lanes {
  went(partition: number, flight: Flight): void
  /** The flight of the oldest record of this partition without a report. */
  came(partition: number): Flight | undefined
}

export function createLanes(partitions: number): Lanes {
  const lanes = Array.from({ length: partitions }, () => ({ segments: [] as Segment[], head: 0 }))
  return {
    went(partition, flight) {
      const segments = lanes[partition]?.segments
      const last = segments?.at(-1)
      // A segment that was reported empty has left the queue, so the last one is open
      if (last?.flight === flight && last.records > 0) last.records++
      else segments?.push({ flight, records: 1 })
    },
    came(partition) {
      const lane = lanes[partition]
      const segment = lane?.segments[lane.head]
      if (lane === undefined || segment === undefined) return undefined
      segment.records--
      if (segment.records === 0) {
        lane.head++
        if (lane.head === lane.segments.length) {
          lane.segments.length = 0
          lane.head = 0
        } else if (lane.head >= COMPACT_AT) {
          lane.segments.splice(0, lane.head)
          lane.head = 0
        }
      }
      return segment.flight
    },
  }
}

/** librdkafka's default of sticky.partitioning.linger.ms. */
const STICKY_MS = 10

/**
 * librdkafka's murmur2_random: keys by Java's hash, records without one stay on a random partition for 10 ms
 * (rd_kafka_msg_sticky_partition).
 * @param usable partitions that have a leader
 */
export function createChooser(
  source: RecordSource,
  partitions: number,
  usable: readonly number[],
): (n: number, nowMs: number) => number {
  let sticky = 0
  let untilMs = Number.NEGATIVE_INFINITY
  return (n, nowMs) => {
    const key = source.keyed ? source.key(n) : null
    if (key !== null) return partitionOfKey(key, partitions)
    if (nowMs >= untilMs) {
      sticky = usable[Math.floor(Math.random() * usable.length)] ?? 0
      untilMs = nowMs + STICKY_MS
    }
    return sticky
  }
}
