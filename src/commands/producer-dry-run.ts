/** `--dry-run`: the whole plan and the client's effective configuration, for people or as JSON. */
import type { EffectiveConfig } from '../drivers/driver.ts'
import type { RecordSource } from '../records/index.ts'
import { describeLoad } from '../report/run-head.ts'
import { redact } from '../secrets.ts'
import { formatBytes, formatDurationMs } from '../units.ts'
import type { Io } from './io.ts'
import type { ProducerFlags } from './producer-flags.ts'
import type { ProducerRequest } from './producer-request.ts'

export function printPlan(
  request: ProducerRequest,
  source: RecordSource,
  effective: EffectiveConfig,
  flags: ProducerFlags,
  io: Io,
): void {
  const plan = describe(request, source)
  if (flags.report === 'json') {
    io.out(`${JSON.stringify({ plan, effectiveConfig: effective }, null, 2)}\n`)
    return
  }
  const lines = [
    'Plan (nothing was sent)',
    ...table(plan),
    '',
    `Effective configuration of ${request.driver.name}`,
  ]
  lines.push(...table(effective.values))
  if (effective.unsupported.length > 0) {
    lines.push('', `Unsupported by ${request.driver.name}: ${effective.unsupported.join(', ')}`)
  }
  lines.push(...effective.notes.map((note) => `Note: ${note}`))
  io.out(`${lines.join('\n')}\n`)
}

function describe(request: ProducerRequest, source: RecordSource): Record<string, string> {
  const { topic, load, warmup } = request
  return {
    driver: request.driver.label,
    cluster:
      request.connection?.bootstrapServers ??
      `a throw-away broker (${request.brokers} × ${request.engine === 'mock' ? 'mock' : 'kafka'})`,
    topic: `${topic.name ?? 'one of its own, removed afterwards'}${topic.create ? ', made when missing' : ''}`,
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
    records: `${source.about.values}, mean ${formatBytes(source.meanBytes)}, gzip ${source.about.gzipRatio.toFixed(2)}x`,
    keys: source.about.keys,
    profile: request.profile ?? 'none',
    properties: Object.entries(redact(request.properties))
      .map(([key, value]) => `${key}=${value}`)
      .join(' '),
    thresholds: request.thresholds.name,
  }
}

function table(values: Readonly<Record<string, string | number | boolean>>): string[] {
  const width = Math.max(0, ...Object.keys(values).map((key) => key.length))
  return Object.entries(values).map(([key, value]) => `  ${key.padEnd(width)}  ${value}`)
}
