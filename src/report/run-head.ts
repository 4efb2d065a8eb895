import { isReceiving } from '../core/receiving.ts'
import type { ClientResult, Load, Result, SendingResult, TimedResult } from '../core/result.ts'
import { isPromiseBroken } from '../core/trust.ts'
import { formatBytes, formatCount, formatDurationMs, formatRate } from '../units.ts'
import { cutShort } from './cut-short.ts'
import { joined, ms, plural } from './format.ts'
import type { Level, Report } from './model.ts'

/** acks=0 records are written, and nobody has acknowledged them. */
export function doneWord(result: TimedResult): 'written' | 'acknowledged' | 'received' {
  if (isReceiving(result)) return 'received'
  const { latency, accounting } = result
  return latency === undefined && accounting.acked > 0 ? 'written' : 'acknowledged'
}

/** What ran: client and broker, topic and records, load, when. */
export function subtitle(result: SendingResult): string[] {
  const { plan, environment } = result
  const { records } = plan
  return [
    `${result.driverLabel} → ${broker(environment.broker)}`,
    joined([
      isReceiving(result) && result.plan.outputTopic !== plan.topic
        ? `topic ${plan.topic} → ${result.plan.outputTopic}`
        : `topic ${plan.topic}`,
      plural(plan.partitions, 'partition'),
      `values ${records.values}${records.values.startsWith('fixed:') ? '' : ` (mean ${formatBytes(records.meanValueBytes)})`}`,
      `keys ${records.keys}`,
    ]),
    joined([
      describeLoad(plan.load),
      `measured ${formatDurationMs(result.durationMs)}`,
      warmup(plan),
      result.profile === null ? undefined : `profile ${result.profile}`,
    ]),
    joined([
      result.startedAt,
      `tune ${environment.tune}`,
      result.tag === undefined ? undefined : `tag ${result.tag}`,
    ]),
  ]
}

export function broker(facts: ClientResult['environment']['broker']): string {
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
  const { recordsAtOnce = 1 } = load.shape === 'unpaced' ? {} : load
  return recordsAtOnce === 1 ? shapeOf(load) : `${shapeOf(load)}, ${formatCount(recordsAtOnce)} at once`
}

function shapeOf(load: Load): string {
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

export function warmup({ warmup }: Pick<TimedResult['plan'], 'warmup'>): string {
  if (warmup.records === 0) return 'no warm-up'
  return `warm-up ${warmup.asked === 'auto' ? 'auto, ' : ''}${formatDurationMs(warmup.tookMs, 1)}`
}

const WORST_FIRST = ['critical', 'warn', 'not measured'] as const

/** The answer in one sentence. */
export function banner(result: SendingResult): Report['banner'] {
  const { metrics, latency, health } = result
  const rate = `${formatRate(metrics.recordsPerSec ?? 0).replace('/s', ' records/s')} ${doneWord(result)}`
  const isUnpaced = result.plan.load.shape === 'unpaced'
  const facts = joined(
    [
      rate,
      isUnpaced ? 'as fast as it goes' : latency && `p99 ${ms(latency.p99Ms)}`,
      isUnpaced && health.limitedBy !== 'none' && `limited by ${health.limitedBy}`,
      ...recordsFate(result),
    ],
    ', ',
  )
  return judgedBanner(result, facts, levelOf(result))
}

/** @param level where the numbers are to be trusted */
export function judgedBanner(result: TimedResult, facts: string, level: Level): Report['banner'] {
  const { generatorLimited, reasons: notes } = result.health
  const sentence = joined([facts, verdictCount(result)], '; ')
  if (generatorLimited) return { level: 'invalid', text: `generator-limited: ${sentence}`, notes }
  const short = cutShort(result, sentence)
  return short === undefined ? { level, text: sentence, notes } : { level: 'invalid', text: short, notes }
}

/** Verdicts are about speed; what became of the records weighs more. */
function levelOf(result: SendingResult): Level {
  const { acked, failed, unknown, lost = 0, duplicated = 0 } = result.accounting
  const { missing = 0, repeated = 0 } = isReceiving(result) ? result.reception : {}
  if (acked === 0 || missing > 0 || isPromiseBroken(result)) return 'critical'
  const worst = worstLevel(result)
  return failed + unknown + lost + duplicated + repeated > 0 && worst === 'ok' ? 'warn' : worst
}

/** Bad news of the records, for the first line. */
export function recordsFate(result: TimedResult): (string | false)[] {
  const { failed, unknown, lost = 0, duplicated = 0 } = result.accounting
  const { missing = 0, repeated = 0 } = isReceiving(result) ? result.reception : {}
  const word = (count: number, what: string) => count > 0 && `${formatCount(count)} ${what}`
  return [
    word(failed, 'failed'),
    word(unknown, 'unknown'),
    word(lost, 'lost'),
    word(duplicated, 'duplicated'),
    word(missing, 'never received'),
    word(repeated, 'received twice'),
  ]
}

export function worstLevel({ verdicts }: Pick<Result, 'verdicts'>): Level {
  return WORST_FIRST.find((level) => verdicts.some((verdict) => verdict.level === level)) ?? 'ok'
}

export function verdictCount({ verdicts }: Pick<Result, 'verdicts'>): string {
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
