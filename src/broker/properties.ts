import type { ExtraListener } from './options.ts'

const MIB = 2 ** 20

/** The most that the data of one throw-away cluster may take: all partitions and replicas together. */
export const MEASURED_DISK_BYTES = 4096 * MIB
/** The same for small brokers, which only functional tests write to. */
export const SMALL_DISK_BYTES = 1024 * MIB

/** What can arrive between two looks at retention: 2 s of checking and 0.5 s until the file goes, at 300 MiB/s. */
const INFLOW_SHARE = 0.18
const CHECK_INTERVAL_MS = 2_000
const DELETE_DELAY_MS = 500
/** Kafka refuses segments below 1 MiB (`log.segment.bytes`, since 4.0). */
const MIN_SEGMENT_BYTES = MIB
const MAX_SEGMENT_BYTES = 64 * MIB

export interface Retention {
  segmentBytes: number
  retentionBytes: number
}

/**
 * Retention is per partition and never deletes the active segment, so a partition holds up to
 * `retentionBytes + segmentBytes` after each check; what arrives until the next check comes on top.
 * The sum over partitions and replicas stays below `diskBytes` down to 2 MiB a partition.
 */
export function retentionFor(diskBytes: number, partitions: number, replicas: number): Retention {
  const perPartition = Math.floor((diskBytes * (1 - INFLOW_SHARE)) / (partitions * replicas))
  const segmentBytes = Math.min(
    MAX_SEGMENT_BYTES,
    Math.max(MIN_SEGMENT_BYTES, 2 ** Math.floor(Math.log2(Math.max(1, perPartition / 4)))),
  )
  return { segmentBytes, retentionBytes: Math.max(segmentBytes, perPartition - segmentBytes) }
}

/** Where one broker of the cluster listens. */
export interface NodePlan {
  id: number
  port: number
  controllerPort: number
  /** One port per extra listener, in their order. */
  extraPorts: readonly number[]
}

export interface ServerPlan {
  node: NodePlan
  nodes: readonly NodePlan[]
  logDir: string
  measured: boolean
  partitions: number
  listeners: readonly ExtraListener[]
  config: Readonly<Record<string, string>>
}

/** The server.properties of one broker, as key and value. */
export function serverProperties(plan: ServerPlan): Record<string, string> {
  const { node, nodes, measured } = plan
  const replicas = nodes.length
  const minIsr = replicas > 1 ? 2 : 1
  const diskBytes = measured ? MEASURED_DISK_BYTES : SMALL_DISK_BYTES
  const retention = retentionFor(diskBytes, plan.partitions, replicas)
  const at = (name: string, port: number) => `${name}://127.0.0.1:${port}`
  const extra = plan.listeners.map(({ name, advertisedPort }, i) => {
    const port = node.extraPorts[i] ?? 0
    return { name, port, advertised: advertisedPort === undefined ? port : advertisedPort + node.id - 1 }
  })
  return {
    'process.roles': 'broker,controller',
    'node.id': String(node.id),
    'controller.quorum.voters': nodes.map((n) => `${n.id}@127.0.0.1:${n.controllerPort}`).join(','),
    'controller.listener.names': 'CONTROLLER',
    'inter.broker.listener.name': 'PLAINTEXT',
    listeners: [
      at('PLAINTEXT', node.port),
      ...extra.map(({ name, port }) => at(name, port)),
      at('CONTROLLER', node.controllerPort),
    ].join(','),
    'advertised.listeners': [
      at('PLAINTEXT', node.port),
      ...extra.map(({ name, advertised }) => at(name, advertised)),
    ].join(','),
    'listener.security.protocol.map': ['PLAINTEXT', ...extra.map(({ name }) => name), 'CONTROLLER']
      .map((name) => `${name}:PLAINTEXT`)
      .join(','),
    'log.dirs': plan.logDir,

    // three brokers are for replication and ISR tests, so that is the default of a topic there
    'default.replication.factor': String(replicas),
    'min.insync.replicas': String(minIsr),
    'offsets.topic.replication.factor': String(replicas),
    'transaction.state.log.replication.factor': String(replicas),
    'transaction.state.log.min.isr': String(minIsr),
    'share.coordinator.state.topic.replication.factor': String(replicas),
    'share.coordinator.state.topic.min.isr': String(minIsr),
    // the default of 50 partitions each only costs time here
    'offsets.topic.num.partitions': '4',
    'transaction.state.log.num.partitions': '4',
    'share.coordinator.state.topic.num.partitions': '4',

    'log.segment.bytes': String(retention.segmentBytes),
    'log.retention.bytes': String(retention.retentionBytes),
    'log.retention.check.interval.ms': String(CHECK_INTERVAL_MS),
    // the first check comes after 30 s otherwise: at full speed that is twice the bound on disk
    'log.initial.task.delay.ms': String(CHECK_INTERVAL_MS),
    'log.segment.delete.delay.ms': String(DELETE_DELAY_MS),

    // a mistyped topic name is an error, not a new topic
    'auto.create.topics.enable': 'false',
    // 3 s of waiting for more group members that never come
    'group.initial.rebalance.delay.ms': '0',
    // on the heap, and 128 MiB by default: a broker with -Xmx192m dies at start without this
    'log.cleaner.dedupe.buffer.size': String(4 * MIB),
    ...(measured ? {} : { 'num.network.threads': '2', 'num.io.threads': '4', 'log.cleaner.threads': '1' }),
    ...plan.config,
  }
}

/** As a file: one `key=value` a line, backslashes, line ends and outer spaces escaped as java.util.Properties wants. */
export function propertiesText(properties: Readonly<Record<string, string>>): string {
  const escapeValue = (value: string) =>
    value.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('\r', '\\r').replace(/^ /, '\\ ')
  const escapeKey = (key: string) => escapeValue(key).replace(/[ :=]/g, '\\$&')
  return Object.entries(properties)
    .map(([key, value]) => `${escapeKey(key)}=${escapeValue(value)}\n`)
    .join('')
}
