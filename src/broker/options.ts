/** One more listener per broker, for a proxy in between: clients that come in by it are told the proxy's port. */
export interface ExtraListener {
  /** Kafka's listener name, upper case, for example PROXIED. */
  name: string
  /** Port of the first broker; the n-th gets `port + n`. Free ports when absent. */
  port?: number
  /** What the first broker tells clients of this listener; the n-th tells `advertisedPort + n`. */
  advertisedPort?: number
}

export interface BrokerOptions {
  /** `auto`: kafka where this machine can run it, else mock, with a note. */
  engine: 'auto' | 'kafka' | 'mock'
  /** One, or three with replication 3 and min ISR 2. */
  brokers: 1 | 3
  /** Port of the first broker; three brokers take `port`, `port + 1`, `port + 2`. Free ports when absent. */
  port?: number
  /** The heap of each broker; 1024 when measured, else 192. */
  heapMb?: number
  /** Full JIT, G1 and 1 GiB heap. Otherwise a small, fast starting JVM whose figures mean nothing. */
  measured?: boolean
  /** How many partitions the test is going to write; the bound on disk is divided by it. Default 12. */
  partitions?: number
  listeners?: readonly ExtraListener[]
  /** More lines for server.properties; they win over ours. */
  config?: Readonly<Record<string, string>>
  /** More flags for each broker's JVM: settings that Kafka takes as system properties only. */
  jvmFlags?: readonly string[]
  /** Lives on when this process ends, until `stopBroker`. */
  detached?: boolean
  /** How long the brokers may take to start, 60 s when absent. */
  startTimeoutMs?: number
  /** Progress notes, one line each, for standard error. */
  log?: (line: string) => void
}

export interface RunningBroker {
  /** Kafka's node id, from 1. */
  id: number
  port: number
  /** Send it SIGSTOP and SIGCONT to pause and resume the broker. All mock brokers live in one process. */
  pid: number
}

/** Why a throw-away broker is no more. */
export interface BrokerEnd {
  /** `exit`: a broker process died by itself; `stopped`: somebody stopped it. */
  how: 'exit' | 'stopped'
  /** One line, from the log of the broker that died. */
  reason: string
}

export interface ThrowAwayBroker {
  id: string
  engine: 'kafka' | 'mock'
  /** Apache Kafka's version, or the client's whose librdkafka plays the broker. */
  version: string
  /** `127.0.0.1:port`, comma separated. */
  bootstrapServers: string
  brokers: RunningBroker[]
  /** Addresses behind `options.listeners`, by name, one per broker. */
  listeners: Record<string, string[]>
  dataDir: string
  /** What a report has to say about figures taken on this broker. */
  limits: readonly string[]
  /** Settles when the first of its processes dies or the whole is stopped; never rejects. */
  ended: Promise<BrokerEnd>
  /**
   * Kills a broker where it still runs, and starts it again on its port and its data; ready when this comes back, with
   * its new process id in `brokers`. @throws TuneError BROKER; UNSUPPORTED for the mock, which keeps nothing, and for a
   * detached broker, which nobody holds
   */
  restart(id: number): Promise<void>
  /** Ends the processes and removes their data; comes back when both are done. */
  stop(): Promise<void>
}

/** Said in every report on a mock broker. It keeps about 5 MB a partition and hands out one batch a fetch. */
export const MOCK_LIMITS: readonly string[] = ['broker: librdkafka mock, figures show the client only']
