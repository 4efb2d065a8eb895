/** `--dry-run` of a consumer bench: the plan and the client's effective configuration, for people or as JSON. */
import { describeDelay } from '../bench/consumer/delay.ts'
import { describeFrom } from '../bench/consumer/plan.ts'
import type { EffectiveConfig } from '../drivers/driver.ts'
import { formatCount, formatDurationMs, formatRate } from '../units.ts'
import type { ConsumerFlags } from './consumer-flags.ts'
import type { ConsumerRequest } from './consumer-request.ts'
import { commonLines, printDryRun, propertiesLine } from './dry-run.ts'
import type { Io } from './io.ts'

export function printConsumerPlan(
  request: ConsumerRequest,
  effective: EffectiveConfig,
  flags: ConsumerFlags,
  io: Io,
): void {
  printDryRun(request.driver.name, describe(request, flags), effective, flags, io)
}

function describe(request: ConsumerRequest, flags: ConsumerFlags): Record<string, string> {
  const { topic, read, application, preload, source, catchUp } = request
  const ends = [
    read.toEnd ? 'at the end of the topic' : undefined,
    read.numRecords === undefined ? undefined : `after ${formatCount(read.numRecords)} records`,
    read.durationMs === undefined ? undefined : `after ${formatDurationMs(read.durationMs)}`,
    `after ${formatDurationMs(read.idleMs)} without a record`,
  ].filter((end) => end !== undefined)
  return {
    driver: request.driver.label,
    cluster: request.connection?.bootstrapServers ?? `a throw-away broker (${request.brokers} × kafka)`,
    topic:
      topic.name ??
      `one of its own, removed afterwards: ${topic.partitions} partitions, replication ${topic.replicationFactor}`,
    'written before':
      preload === undefined || source === undefined
        ? 'nothing'
        : `${formatCount(preload.numRecords)} records, ${source.about.values}, keys ${source.about.keys}`,
    'written meanwhile':
      catchUp === undefined
        ? 'nothing'
        : `${formatRate(catchUp.ratePerSec)}, ${formatDurationMs(catchUp.aloneMs)} of it before anybody reads, until fewer than ${formatCount(catchUp.lagRecords)} are left`,
    consumers: String(read.consumers),
    group: read.groupId ?? 'none: partitions are assigned',
    from: describeFrom(read.from),
    ends: ends.join(', or '),
    work:
      application.process === undefined
        ? 'none'
        : `${describeDelay(application.process)} ms a ${application.per}`,
    batches: application.batchSize === undefined ? 'what a poll brings' : `${application.batchSize} records`,
    commit: application.commit,
    profile: request.profile ?? 'none',
    properties: propertiesLine(request.properties),
    ...commonLines(request, flags),
  }
}
