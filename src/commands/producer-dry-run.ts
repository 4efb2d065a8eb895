/** `--dry-run`: the whole plan and the client's effective configuration, for people or as JSON. */
import type { EffectiveConfig } from '../drivers/driver.ts'
import type { RecordSource } from '../records/index.ts'
import { describeLoad } from '../report/run-head.ts'
import { formatBytes, formatDurationMs } from '../units.ts'
import { commonLines, printDryRun, propertiesLine } from './dry-run.ts'
import type { Io } from './io.ts'
import type { ProducerFlags } from './producer-flags.ts'
import type { ProducerRequest } from './producer-request.ts'

export function printPlan(
  request: ProducerRequest,
  source: RecordSource,
  effective: EffectiveConfig,
  flags: ProducerFlags,
  more: Readonly<Record<string, string>>,
  io: Io,
): void {
  const plan = { ...describe(request, source, flags), ...more }
  printDryRun(request.driver.name, plan, effective, flags, io)
}

function describe(
  request: ProducerRequest,
  source: RecordSource,
  flags: ProducerFlags,
): Record<string, string> {
  const { topic, load, warmup } = request
  return {
    driver: request.driver.label,
    cluster:
      request.connection?.bootstrapServers ??
      `a throw-away broker (${request.brokers} × ${request.engine === 'mock' ? 'mock' : 'kafka'})`,
    topic: `${topic.name ?? `${topic.count === 1 ? 'one' : topic.count} of its own, removed afterwards`}${topic.create && topic.name !== undefined ? ', made when missing' : ''}`,
    'topic shape': `${topic.partitions} partitions, replication ${topic.replicationFactor}`,
    load: describeLoad(load.shape),
    length:
      load.numRecords !== undefined
        ? `${load.numRecords} records`
        : load.durationMs !== undefined
          ? formatDurationMs(load.durationMs)
          : 'none',
    'warm-up':
      warmup.kind === 'auto'
        ? `until steady, at most ${formatDurationMs(warmup.longestMs)}`
        : warmup.kind === 'records'
          ? `${warmup.records} records`
          : formatDurationMs(warmup.ms),
    pacing: request.pacing,
    transactions:
      request.transactions === undefined
        ? 'none'
        : `of ${formatDurationMs(request.transactions.durationMs)}, id ${request.properties['transactional.id']}`,
    'drain time-out': formatDurationMs(request.drainMs),
    records: `${source.about.values}, mean ${formatBytes(source.meanBytes)}, gzip ${source.about.gzipRatio.toFixed(2)}x`,
    keys: source.about.keys,
    headers: describeHeaders(source),
    seed: String(source.about.seed),
    profile: request.profile ?? 'none',
    properties: propertiesLine(request.properties),
    ...commonLines(request, flags),
  }
}

const LONGEST_HEADERS_BYTES = 200

function describeHeaders({ headers, about: { headerBytes } }: RecordSource): string {
  if (headers.length === 0) return 'none'
  if (headerBytes > LONGEST_HEADERS_BYTES) return `${headers.length}, ${formatBytes(headerBytes)} a record`
  return headers.map(({ key, value }) => propertiesLine({ [key]: value.toString() })).join(' ')
}
