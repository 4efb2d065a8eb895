/**
 * What `tune` asks of a Kafka client. A driver never measures and never prints: it takes operations, and says when
 * each was answered. Keys of properties are Kafka's own Java names everywhere; only a driver translates them.
 */
import type { OnDone, Operation } from '../core/operation.ts'
import type { RecordSource } from '../records/source.ts'
import type { ConsumerClient, ConsumerEvents, ConsumerPlan } from './consumer.ts'

/** Kafka properties under their Java names, values as people write them in a `client.properties`. */
export type Properties = Readonly<Record<string, string>>

/** Where to, and how to get in. Secrets are here and in no result. */
export interface Connection {
  /** host:port, …  */
  readonly bootstrapServers: string
  readonly clientId: string
  readonly security: Security
  /** How long the first contact may take. */
  readonly connectTimeoutMs: number
  /** Lines of the client's own log (`--debug`). */
  readonly log?: (line: string) => void
}

export interface Security {
  /** As in `security.protocol`. */
  readonly protocol: 'PLAINTEXT' | 'SSL' | 'SASL_PLAINTEXT' | 'SASL_SSL'
  readonly sasl?: {
    readonly mechanism: 'PLAIN' | 'SCRAM-SHA-256' | 'SCRAM-SHA-512' | 'OAUTHBEARER'
    readonly username?: string
    readonly password?: string
    /** OAUTHBEARER: a token, or where to get one by client credentials. */
    readonly token?: string
    readonly oauth?: { tokenEndpoint: string; clientId: string; clientSecret: string; scope?: string }
  }
  readonly tls?: {
    /** PEM texts. */
    readonly ca?: string
    readonly cert?: string
    readonly key?: string
    readonly keyPassword?: string
    /** `ssl.endpoint.identification.algorithm=` (empty) turns the host name check off. */
    readonly verifyHostname: boolean
  }
}

/** One partition as the cluster describes it. */
export interface PartitionState {
  readonly partition: number
  /** Broker id, -1 where there is none. */
  readonly leader: number
  readonly replicas: readonly number[]
  readonly inSyncReplicas: readonly number[]
}

export interface TopicState {
  readonly topic: string
  readonly partitions: readonly PartitionState[]
  /** Effective topic configs under their Kafka names; empty where the client may not read them. */
  readonly configs: Readonly<Record<string, string>>
  /** Where several topics stand as one: which, in the order of their partitions. */
  readonly topics?: readonly { readonly topic: string; readonly partitions: number }[]
}

export interface ClusterState {
  readonly brokers: readonly { id: number; host: string; port: number; rack?: string }[]
  readonly controllerId?: number
  readonly clusterId?: string
}

/** Topics and offsets; the same for every driver's cluster, so one implementation serves all (`drivers/admin.ts`). */
export interface Admin {
  cluster(): Promise<ClusterState>
  /** Names of all topics that may be seen, without the brokers' own. */
  topics(): Promise<string[]>
  /** undefined where the topic does not exist (or may not be seen). */
  describe(topic: string): Promise<TopicState | undefined>
  create(
    topic: string,
    shape: { partitions: number; replicationFactor: number; configs: Readonly<Record<string, string>> },
  ): Promise<void>
  /** A topic that is not there is no error. */
  remove(topic: string): Promise<void>
  /** Next offset of each partition, index = partition. */
  endOffsets(topic: string, partitions: number): Promise<number[]>
  /** Oldest offset that is kept of each partition. */
  startOffsets(topic: string, partitions: number): Promise<number[]>
  /** First offset at or after a time, ms since 1970; the next offset where none is that young. */
  offsetsAt(topic: string, partitions: number, epochMs: number): Promise<number[]>
  /** Next offset that a group has committed for each partition; undefined where it has none. */
  committed(groupId: string, topic: string, partitions: number): Promise<(number | undefined)[]>
  close(): Promise<void>
}

/** What the client itself says, cumulative since the producer was made; undefined = this client cannot tell. */
export interface ClientStats {
  /** Records and bytes (on the wire, after compression, without requests' own headers) that left in batches. */
  readonly batches?: number
  readonly batchRecords?: number
  readonly batchWireBytes?: number
  readonly batchPayloadBytes?: number
  readonly retries?: number
  /** Averages over the last window, weighted over brokers: time in the client's queue, its send buffer, the network and broker, and the quota. */
  readonly queueMs?: number
  readonly outbufMs?: number
  readonly rttMs?: number
  readonly throttleMs?: number
  /** Highest since the start: waiting in the client now. */
  readonly queuedRecords?: number
}

export interface ProducerClient {
  /** Records that an unpaced operation should hold: what this client takes at once with profit; 1 for record-by-record clients. */
  readonly groupRecords: number
  /** Unpaced: records in flight at most where the user does not say. */
  readonly inFlightRecords: number
  send(operation: Operation): boolean
  /** Called by the runner when nothing more is due for now; a client that gathers records itself may send them. */
  flushHint?(): void
  /** Called (once each) when a client that answered false can take more. */
  onRoom(listener: () => void): void
  /** Waits until every taken operation was answered, at most `timeoutMs`; what is still open then is answered as 'unknown' `_TIMED_OUT`, or as what is known of it: never sent, refused. */
  drain(timeoutMs: number): Promise<void>
  stats(): ClientStats
  /** Where the plan has a `transactional.id`; every record is in the transaction that was begun last. */
  readonly transactions?: Transactions
  close(): Promise<void>
}

/** One transaction at a time. What fails rejects with the client's code in `code`. */
export interface Transactions {
  begin(): Promise<void>
  /** Waits for what is open, then ends it. @returns the partitions that got a marker, which takes an offset */
  commit(): Promise<ReadonlySet<number>>
  abort(): Promise<ReadonlySet<number>>
}

/** The settings a client really runs with, and what it could not take. */
export interface EffectiveConfig {
  /** In the client's own names, without secrets. */
  readonly values: Readonly<Record<string, string | number | boolean>>
  /** `linger.ms` … : Java names that this client has no equivalent for. */
  readonly unsupported: readonly string[]
  /** Sentences worth a warning, e.g. a default that differs from Java's. */
  readonly notes: readonly string[]
}

/** A header beside the source's, or another value in place of the source's. */
export type Stamp =
  | { readonly kind: 'header'; readonly header: string; readonly of: (operation: Operation) => Buffer }
  | { readonly kind: 'value'; readonly of: (operation: Operation, value: Buffer) => Buffer }

export interface ProducerPlan {
  readonly connection: Connection
  readonly topic: string
  readonly partitions: number
  /** Java names. */
  readonly properties: Properties
  readonly source: RecordSource
  /** True when every operation has a due time of its own. */
  readonly paced: boolean
  /** What is put into each record of a paced run. */
  readonly stamp?: Stamp
}

export interface Driver {
  readonly name: DriverName
  /** For the report: `wire (broker capacity; an application's client will be slower)`. */
  readonly label: string
  /** Package and version, and of the native library under it. */
  version(): string
  /** Pure: what would run. Throws TuneError UNSUPPORTED for features this driver refuses (wire: idempotence, …). */
  effective(plan: Pick<ProducerPlan, 'connection' | 'properties' | 'source'>): EffectiveConfig
  producer(plan: ProducerPlan, onDone: OnDone): Promise<ProducerClient>
  /** As `effective`, of a consumer. Throws TuneError UNSUPPORTED for what this driver cannot read by (wire: groups). */
  effectiveConsumer(plan: Pick<ConsumerPlan, 'connection' | 'properties' | 'subscription'>): EffectiveConfig
  /** Connects and knows its topic; nothing is read before `start`. */
  consumer(plan: ConsumerPlan, events: ConsumerEvents): Promise<ConsumerClient>
}

export type DriverName = 'confluent' | 'kafkajs' | 'wire' | 'memory'
