/**
 * What `tune` asks of a Kafka client that reads. As with producers, a driver never measures and never prints: it says
 * which records came out of the client, and when partitions came and went.
 */
import type { ClientStats, Connection, Properties } from './driver.ts'

/** Where a consumer reads, and how it gets its partitions. */
export type Subscription =
  /** A member of a group; the group decides. Without a committed offset it starts at `reset`. */
  | { readonly kind: 'group'; readonly groupId: string; readonly reset: 'earliest' | 'latest' }
  /** These partitions, each from its offset; no group. */
  | {
      readonly kind: 'assigned'
      readonly from: readonly { readonly partition: number; readonly offset: number }[]
    }

export interface ConsumerPlan {
  readonly connection: Connection
  readonly topic: string
  /** How many partitions the topic has. */
  readonly partitions: number
  readonly subscription: Subscription
  /** Java names; `group.id` and `auto.offset.reset` are in `subscription`, not here. */
  readonly properties: Properties
  /** True: `Received.each` is there. Costs an object a record, so only who looks at records asks for it. */
  readonly records: boolean
  /** True where `onRecords` may answer with a promise; who never does is not waited for. */
  readonly mayHold: boolean
}

/** Records of one partition that came out of the client together, in the order of their offsets. */
export interface Received {
  readonly partition: number
  readonly records: number
  /** Keys, values and headers, decompressed. */
  readonly bytes: number
  readonly firstOffset: number
  readonly lastOffset: number
  /** The newest record's time stamp, ms since 1970; -1 where it has none. */
  readonly timestampMs: number
  /** Visits each record; only where `ConsumerPlan.records` asked for it. Its buffers are good until the visit ends. */
  readonly each?: (visit: (record: ReceivedRecord) => void) => void
}

export interface ReceivedRecord {
  readonly offset: number
  readonly timestampMs: number
  readonly key: Buffer | null
  readonly value: Buffer | null
  /** The last header of that name. */
  header(name: string): Buffer | undefined
}

export interface ConsumerEvents {
  /**
   * What one poll brought, one entry a partition, never empty. When it answers with a promise, the client is not polled
   * again before that settles: the application is busy.
   */
  onRecords(received: readonly Received[]): void | Promise<void>
  /**
   * Everything before this offset has been read, what has no record included: markers of transactions, records of
   * aborted ones. After the records before it; told at least where a partition ends.
   */
  onPast(partition: number, nextOffset: number): void
  /** All partitions that this consumer reads from now on; also after a rebalance. Called once with `assigned`. */
  onAssigned(partitions: readonly number[]): void
  /** These are no longer its own. `lost`: the group threw it out before it gave them up. */
  onRevoked(partitions: readonly number[], lost: boolean): void
  /** Something went wrong and the client goes on by itself: the code under which it is counted. */
  onError(code: string): void
}

export interface ConsumerClient {
  /**
   * Subscribes or assigns, and polls from then on until `close`. Comes back at once; joining takes its time.
   * What ends the polling for good (no such topic, not allowed) rejects `ended`.
   */
  start(): void
  /** Settles when the client is closed; rejects with a TuneError when it cannot go on. */
  readonly ended: Promise<void>
  /**
   * Commits these next offsets, partition -> offset, to the group. Resolves when the broker has confirmed.
   * @throws Error with a Kafka code in `code`, or TuneError UNSUPPORTED without a group
   */
  commit(offsets: ReadonlyMap<number, number>): Promise<void>
  /** What the client says of itself; of the batch figures, those of batches it received. */
  stats(): ClientStats
  /** Leaves the group, ends the polling. Never hangs for more than some seconds, never throws. */
  close(): Promise<void>
}
