import type { Load, Result } from '../core/result.ts'
import { formatBytes, formatCount, formatDurationMs, formatRate } from '../units.ts'
import { joined, ms, plural } from './format.ts'
import type { Report } from './model.ts'

/** acks=0 records are written, and nobody has acknowledged them. */
export function doneWord({ latency, accounting }: Result): 'written' | 'acknowledged' {
  return latency === undefined && accounting.acked > 0 ? 'written' : 'acknowledged'
}

/** What ran: client and broker, topic and records, load, when. */
export function subtitle(result: Result): string[] {
  const { plan, environment } = result
  const { records } = plan
  return [
    `${result.driverLabel} → ${broker(environment.broker)}`,
    joined([
      `topic ${plan.topic}`,
      plural(plan.partitions, 'partition'),
      `values ${records.values}${records.values.startsWith('fixed:') ? '' : ` (mean ${formatBytes(records.meanValueBytes)})`}`,
      `keys ${records.keys}`,
    ]),
    joined([
      describeLoad(plan.load),
      `measured ${formatDurationMs(result.durationMs)}`,
      warmup(result),
      result.profile === null ? undefined : `profile ${result.profile}`,
    ]),
    joined([
      result.startedAt,
      `tune ${environment.tune}`,
      result.tag === undefined ? undefined : `tag ${result.tag}`,
    ]),
  ]
}

function broker(facts: Result['environment']['broker']): string {
  const version = facts.version === undefined ? '' : ` ${facts.version}`
  const where = joined(
    [
      plural(facts.brokers, 'broker'),
      facts.throwAway ? 'throw-away' : facts.bootstrapServers,
      facts.onThisMachine && !facts.throwAway && 'this machine',
    ],
    ', ',
  )
  if (facts.engine === 'mock') return `librdkafka mock${version}, figures show the client only (${where})`
  return facts.engine === 'kafka' ? `Apache Kafka${version} (${where})` : where
}

/** The rate that was asked for. */
export function describeLoad(load: Load): string {
  switch (load.shape) {
    case 'constant':
      return formatRate(load.ratePerSec)
    case 'ramp':
      return `${formatRate(load.fromPerSec)} to ${formatRate(load.toPerSec)} over ${formatDurationMs(load.overMs)}`
    case 'steps':
      return `steps ${load.ratesPerSec.map((rate) => formatRate(rate)).join(', ')}, ${formatDurationMs(load.holdMs)} each`
    case 'unpaced':
      // 0 in a plan: what suits the client, known when it is there
      return `as fast as it goes${load.maxInFlight > 0 ? `, ${formatCount(load.maxInFlight)} in flight` : ''}`
  }
}

function warmup({ plan: { warmup } }: Result): string {
  if (warmup.records === 0) return 'no warm-up'
  return `warm-up ${warmup.asked === 'auto' ? 'auto, ' : ''}${formatDurationMs(warmup.tookMs, 1)}`
}

const WORST_FIRST = ['critical', 'warn', 'not measured'] as const

/** The answer in one sentence. */
export function banner(result: Result): Report['banner'] {
  const { metrics, latency, health, durationMs } = result
  const rate = `${formatRate(metrics.recordsPerSec ?? 0).replace('/s', ' records/s')} ${doneWord(result)}`
  const isUnpaced = result.plan.load.shape === 'unpaced'
  const facts = joined(
    [
      rate,
      isUnpaced ? 'as fast as it goes' : latency && `p99 ${ms(latency.p99Ms)}`,
      isUnpaced && health.limitedBy !== 'none' && `limited by ${health.limitedBy}`,
    ],
    ', ',
  )
  const sentence = joined([facts, verdictCount(result)], '; ')
  const notes = health.reasons
  if (health.generatorLimited) return { level: 'invalid', text: `generator-limited: ${sentence}`, notes }
  if (!result.complete) {
    const how = result.warnings.some(({ id }) => id === 'broker-gone') ? 'broker gone' : 'interrupted'
    return {
      level: 'invalid',
      text: `${how} after ${formatDurationMs(durationMs, 1)}: ${sentence}`,
      notes,
    }
  }
  if (result.accounting.acked === 0) return { level: 'critical', text: sentence, notes }
  const worst = WORST_FIRST.find((level) => result.verdicts.some((verdict) => verdict.level === level))
  return { level: worst ?? 'ok', text: sentence, notes }
}

function verdictCount({ verdicts }: Result): string {
  const judged = verdicts.filter(({ level }) => level !== 'not applicable')
  if (judged.length === 0) return ''
  const count = (wanted: string) => judged.filter(({ level }) => level === wanted).length
  return joined(
    [
      `${count('ok')} of ${plural(judged.length, 'verdict')} ok`,
      ...['warn', 'critical', 'not measured'].map((level) => count(level) > 0 && `${count(level)} ${level}`),
    ],
    ', ',
  )
}
