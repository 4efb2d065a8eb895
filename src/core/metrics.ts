/**
 * Every number a result can hold, once: unit, which direction is better, how it is titled and rounded; and those of other
 * tools' runs that ours do not have.
 * Names with a dot say where in the result the number is (`latency.p99Ms` is `result.latency.p99Ms`);
 * the others are members of `result.metrics`.
 */

export type Unit =
  | 'records'
  | 'recordsPerSec'
  | 'perSec'
  | 'bytes'
  | 'bytesPerSec'
  | 'ms'
  | 'us'
  | 'ratio'
  | 'times'
  | 'count'

export interface Metric {
  readonly unit: Unit
  /** 'none' where more is neither better nor worse. */
  readonly better: 'higher' | 'lower' | 'none'
  readonly title: string
  readonly decimals: number
}

const latencyOf = (title: string) =>
  ({
    count: { unit: 'records', better: 'none', title: `${title} count`, decimals: 0 },
    meanMs: { unit: 'ms', better: 'lower', title: `${title} mean`, decimals: 2 },
    p50Ms: { unit: 'ms', better: 'lower', title: `${title} P50`, decimals: 2 },
    p90Ms: { unit: 'ms', better: 'lower', title: `${title} P90`, decimals: 2 },
    p95Ms: { unit: 'ms', better: 'lower', title: `${title} P95`, decimals: 2 },
    p99Ms: { unit: 'ms', better: 'lower', title: `${title} P99`, decimals: 2 },
    p999Ms: { unit: 'ms', better: 'lower', title: `${title} P99.9`, decimals: 2 },
    maxMs: { unit: 'ms', better: 'lower', title: `${title} max`, decimals: 2 },
  }) as const satisfies Record<string, Metric>

type Prefixed<P extends string, T> = { [K in keyof T & string as `${P}.${K}`]: T[K] }

function prefixed<P extends string, T extends Record<string, Metric>>(prefix: P, metrics: T): Prefixed<P, T> {
  return Object.fromEntries(
    Object.entries(metrics).map(([key, metric]) => [`${prefix}.${key}`, metric]),
  ) as Prefixed<P, T>
}

export const METRICS = {
  recordsPerSec: { unit: 'recordsPerSec', better: 'higher', title: 'Throughput', decimals: 0 },
  bytesPerSec: { unit: 'bytesPerSec', better: 'higher', title: 'Throughput', decimals: 2 },
  targetRecordsPerSec: { unit: 'recordsPerSec', better: 'none', title: 'Asked rate', decimals: 0 },
  sentPerSec: { unit: 'recordsPerSec', better: 'none', title: 'Sent rate', decimals: 0 },
  recordsSent: { unit: 'records', better: 'none', title: 'Sent', decimals: 0 },
  recordsAcked: { unit: 'records', better: 'higher', title: 'Acknowledged', decimals: 0 },
  recordsFailed: { unit: 'records', better: 'lower', title: 'Failed', decimals: 0 },
  recordsUnknown: { unit: 'records', better: 'lower', title: 'Unknown', decimals: 0 },
  recordsUnsent: { unit: 'records', better: 'lower', title: 'Due but never sent', decimals: 0 },
  recordsDelivered: { unit: 'records', better: 'higher', title: 'Delivered', decimals: 0 },
  recordsLost: { unit: 'records', better: 'lower', title: 'Lost', decimals: 0 },
  recordsDuplicated: { unit: 'records', better: 'lower', title: 'Duplicated', decimals: 0 },
  errorRatio: { unit: 'ratio', better: 'lower', title: 'Errors', decimals: 4 },
  retries: { unit: 'count', better: 'lower', title: 'Retries', decimals: 0 },
  batchRecords: { unit: 'records', better: 'none', title: 'Records a batch', decimals: 1 },
  batchBytes: { unit: 'bytes', better: 'none', title: 'Bytes a batch', decimals: 0 },
  compressionRatio: { unit: 'times', better: 'higher', title: 'Compression', decimals: 2 },
  partitionSkew: { unit: 'times', better: 'lower', title: 'Fullest partition against the mean', decimals: 2 },
  transactionsCommitted: { unit: 'count', better: 'higher', title: 'Transactions', decimals: 0 },
  transactionsAborted: { unit: 'count', better: 'lower', title: 'Transactions aborted', decimals: 0 },
  recordsAborted: { unit: 'records', better: 'lower', title: 'Acknowledged and not committed', decimals: 0 },
  cpuUsPerRecord: { unit: 'us', better: 'lower', title: 'CPU a record', decimals: 2 },
  ...prefixed('latency', latencyOf('Latency')),
  ...prefixed('lateness', latencyOf('Lateness')),
  ...prefixed('blocked', latencyOf('Blocked')),
  ...prefixed('service', latencyOf('Service')),
  recordsReceived: { unit: 'records', better: 'higher', title: 'Received', decimals: 0 },
  joinMs: { unit: 'ms', better: 'lower', title: 'Time to join', decimals: 0 },
  firstRecordMs: { unit: 'ms', better: 'lower', title: 'Time to the first record', decimals: 0 },
  caughtUpMs: { unit: 'ms', better: 'lower', title: 'Time to catch up', decimals: 0 },
  drainedPerSec: { unit: 'recordsPerSec', better: 'higher', title: 'Lag drained', decimals: 0 },
  lagRecords: { unit: 'records', better: 'lower', title: 'Lag at the end', decimals: 0 },
  lagMs: { unit: 'ms', better: 'lower', title: 'Age of the lag', decimals: 0 },
  rebalances: { unit: 'count', better: 'lower', title: 'Rebalances', decimals: 0 },
  recordsMissing: { unit: 'records', better: 'lower', title: 'Never received', decimals: 0 },
  recordsOutOfOrder: { unit: 'records', better: 'lower', title: 'Out of order', decimals: 0 },
  recordsRepeated: { unit: 'records', better: 'lower', title: 'Read twice', decimals: 0 },
  pollBudgetRatio: {
    unit: 'ratio',
    better: 'lower',
    title: 'Longest poll of max.poll.interval.ms',
    decimals: 3,
  },
  ...prefixed('acknowledged', latencyOf('Acknowledged')),
  ...prefixed('receive', latencyOf('Receive')),
  ...prefixed('poll', latencyOf('Poll')),
  ...prefixed('processing', latencyOf('Processing')),
  ...prefixed('commit', latencyOf('Commit')),
  ...prefixed('databaseCommit', latencyOf('Database commit')),
  snapshotRowsPerSec: { unit: 'recordsPerSec', better: 'higher', title: 'Snapshot', decimals: 0 },
  slotLagBytes: { unit: 'bytes', better: 'lower', title: 'Replication slot lag at the end', decimals: 0 },
  slotLagMaxBytes: { unit: 'bytes', better: 'lower', title: 'Largest replication slot lag', decimals: 0 },
  ...prefixed('api', latencyOf('API time')),
  pollsPerSec: { unit: 'perSec', better: 'higher', title: 'Polls', decimals: 2 },
  targetPollsPerSec: { unit: 'perSec', better: 'none', title: 'Asked polls', decimals: 2 },
  pagesPerSec: { unit: 'perSec', better: 'higher', title: 'Pages', decimals: 2 },
  recordsRead: { unit: 'records', better: 'higher', title: 'Read from pages', decimals: 0 },
  recordsTwice: { unit: 'records', better: 'lower', title: 'Read by several tasks', decimals: 0 },
  rateLimited: { unit: 'count', better: 'lower', title: 'Answers of 429', decimals: 0 },
  requestRetries: { unit: 'count', better: 'lower', title: 'Requests tried again', decimals: 0 },
  cacheHitRatio: { unit: 'ratio', better: 'higher', title: 'Cache hits', decimals: 4 },
  poolRatio: { unit: 'ratio', better: 'none', title: 'Connections in use', decimals: 3 },
  recordsWritten: { unit: 'records', better: 'higher', title: 'Written', decimals: 0 },
  recordsPolled: { unit: 'records', better: 'none', title: 'Polled', decimals: 0 },
  polledPerSec: { unit: 'recordsPerSec', better: 'none', title: 'Polled', decimals: 0 },
  recordsPerSecMin: { unit: 'recordsPerSec', better: 'higher', title: 'Slowest sample', decimals: 0 },
  recordsPerSecMedian: { unit: 'recordsPerSec', better: 'higher', title: 'Median sample', decimals: 0 },
  recordsPerSecMax: { unit: 'recordsPerSec', better: 'none', title: 'Fastest sample', decimals: 0 },
  throughputVariation: { unit: 'ratio', better: 'lower', title: 'Variation of throughput', decimals: 3 },
  toldRecordsPerSec: { unit: 'recordsPerSec', better: 'higher', title: 'Told by the connector', decimals: 0 },
  connectorLatencyMs: { unit: 'ms', better: 'lower', title: 'Mean latency, as told', decimals: 2 },
  pollBatchMs: { unit: 'ms', better: 'lower', title: 'Poll of a batch', decimals: 2 },
  offsetCommitMs: { unit: 'ms', better: 'lower', title: 'Offset commit', decimals: 2 },
  offsetCommitFailureRatio: {
    unit: 'ratio',
    better: 'lower',
    title: 'Offset commits that failed',
    decimals: 3,
  },
  activeRecords: { unit: 'records', better: 'lower', title: 'Polled and not yet written', decimals: 0 },
  heapUsedBytes: { unit: 'bytes', better: 'lower', title: 'Heap used', decimals: 0 },
  heapRatio: { unit: 'ratio', better: 'lower', title: 'Heap used', decimals: 3 },
  gcRatio: { unit: 'ratio', better: 'lower', title: 'Time in garbage collection', decimals: 3 },
  tasksFailed: { unit: 'count', better: 'lower', title: 'Tasks failed', decimals: 0 },
  restarts: { unit: 'count', better: 'lower', title: 'Restarts', decimals: 0 },
  counterResets: { unit: 'count', better: 'lower', title: 'Counters that began again', decimals: 0 },
  // Of runs that other tools made
  ...prefixed('publish', latencyOf('Publish')),
  consumedPerSec: { unit: 'recordsPerSec', better: 'higher', title: 'Consumed', decimals: 0 },
  requestsPerSec: { unit: 'perSec', better: 'higher', title: 'Requests', decimals: 2 },
  'host.cpuRatio': { unit: 'ratio', better: 'none', title: 'CPU utilization', decimals: 3 },
  'host.memoryRatio': { unit: 'ratio', better: 'none', title: 'Memory utilization', decimals: 3 },
  'host.networkRatio': { unit: 'ratio', better: 'lower', title: 'Network utilization', decimals: 3 },
} as const satisfies Record<string, Metric>

export type MetricName = keyof typeof METRICS

export function isMetricName(name: string): name is MetricName {
  return Object.hasOwn(METRICS, name)
}

/** The entry of a metric, typed as a `Metric`. */
export function metric(name: MetricName): Metric {
  return METRICS[name]
}
