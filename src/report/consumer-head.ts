/** What a reading run was, and its answer in one sentence. */

import type { ConsumerResult } from '../core/result.ts'
import { formatBytes, formatDurationMs, formatRate } from '../units.ts'
import { cutShort } from './cut-short.ts'
import { countCell, joined, megabytesCell, ms, plural } from './format.ts'
import type { Report } from './model.ts'
import { broker, verdictCount, worstLevel } from './run-head.ts'

export function consumerSubtitle(result: ConsumerResult): string[] {
  const { plan, environment } = result
  const { preload } = plan
  return [
    `${broker(environment.broker)} → ${result.driverLabel}`,
    joined([
      `topic ${plan.topic}`,
      plural(plan.partitions, 'partition'),
      plural(plan.consumers, 'consumer'),
      plan.subscription === 'group' ? `group ${plan.groupId}` : 'partitions assigned, no group',
      `from ${plan.from}`,
    ]),
    joined([
      preload === undefined
        ? 'records that were there'
        : `${countCell(preload.recordsWritten)} records written before, values ${preload.records.values} (mean ${formatBytes(preload.records.meanValueBytes)})`,
      `measured ${formatDurationMs(result.durationMs, 1)}`,
      result.profile === null ? undefined : `profile ${result.profile}`,
    ]),
    joined([
      result.startedAt,
      `tune ${environment.tune}`,
      result.tag === undefined ? undefined : `tag ${result.tag}`,
    ]),
  ]
}

export function consumerBanner(result: ConsumerResult): Report['banner'] {
  const { metrics, health, consumption } = result
  const notes = health.reasons
  if (consumption.received === 0) return { level: 'critical', text: 'no record came', notes: [] }
  const sentence = joined(
    [
      joined(
        [
          `${metrics.recordsPerSec === undefined ? '–' : formatRate(metrics.recordsPerSec).replace('/s', '')} records/s received`,
          `${megabytesCell(metrics.bytesPerSec)} MB/s`,
          metrics.lagRecords === undefined ? undefined : `${countCell(metrics.lagRecords)} left`,
          `joined in ${ms(consumption.joinMs)}`,
          `limited by ${health.limitedBy}`,
        ],
        ', ',
      ),
      verdictCount(result),
    ],
    '; ',
  )
  const short = cutShort(result, sentence)
  if (short !== undefined) return { level: 'invalid', text: short, notes }
  return { level: worstLevel(result), text: sentence, notes }
}
