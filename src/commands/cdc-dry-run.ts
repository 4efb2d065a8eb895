/** `--dry-run` of `tune bench cdc`. */
import { type CdcSettings, firstRows } from '../bench/cdc/plan.ts'
import type { EffectiveConfig } from '../drivers/driver.ts'
import { plainName } from '../postgres/names.ts'
import type { RecordSource } from '../records/index.ts'
import { describeMix } from '../report/cdc.ts'
import { describeLoad } from '../report/run-head.ts'
import { withoutLogins } from '../secrets.ts'
import { formatBytes, formatDurationMs } from '../units.ts'
import type { CdcFlags, CdcRequest } from './cdc-request.ts'
import { commonLines, printDryRun, propertiesLine } from './dry-run.ts'
import type { Io } from './io.ts'
import { isThisMachine } from './local.ts'

export function printCdcPlan(
  request: CdcRequest,
  source: RecordSource,
  effective: EffectiveConfig,
  flags: CdcFlags,
  io: Io,
): void {
  const { cdc, topic, load, warmup, consumers, consumerProperties, connection } = request
  const plan = {
    database: `${cdc.database.shown} as ${cdc.database.user}`,
    ...captureLines(cdc, topic.partitions, topic.name),
    'received from': request.outputTopic ?? 'the topic itself',
    cluster: connection?.bootstrapServers ?? 'none',
    driver: request.driver.label,
    load: `${describeLoad(load.shape)}, ${describeMix(cdc.mix)}`,
    transactions: `of ${cdc.rowsPerTransaction} rows, at most ${cdc.connections} at once`,
    length:
      load.numRecords === undefined ? formatDurationMs(load.durationMs ?? 0) : `${load.numRecords} rows`,
    'warm-up':
      warmup.kind === 'auto'
        ? `until steady, at most ${formatDurationMs(warmup.longestMs)}`
        : warmup.kind === 'records'
          ? `${warmup.records} rows`
          : formatDurationMs(warmup.ms),
    pacing: request.pacing,
    'drain time-out': formatDurationMs(request.drainMs),
    rows: `${source.about.values}, mean ${formatBytes(source.meanBytes)}; ${firstRows(cdc)} there before`,
    seed: String(source.about.seed),
    consumers: String(consumers),
    'consumer properties': propertiesLine(consumerProperties),
    ...commonLines(request, flags, isThisMachine(cdc.database.host) ? [] : ['the database']),
  }
  printDryRun(request.driver.name, plan, effective, flags, io)
}

function captureLines(
  { capture }: CdcSettings,
  partitions: number,
  topic: string | undefined,
): Record<string, string> {
  if (capture.kind === 'own') {
    return {
      connector: `Debezium, of its own, made at ${withoutLogins(capture.connectUrl)} and removed afterwards`,
      'connector settings': propertiesLine(capture.config) || 'Debezium’s own',
      snapshot: capture.snapshotRows === 0 ? 'not timed' : `of ${capture.snapshotRows} rows, timed`,
      topic: `one of its own, ${partitions} partitions, removed afterwards`,
    }
  }
  const { connector, slot, table } = capture
  return {
    connector:
      connector === undefined
        ? 'one that is there, not watched'
        : `${connector.name} at ${withoutLogins(connector.url)}, watched`,
    table: plainName(table),
    slot: slot ?? 'the connector’s, or the only one of the database',
    topic: topic ?? 'as the connector says',
  }
}
