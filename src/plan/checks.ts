/** Whether the answers agree with each other, with what there is already, and with the targets. */
import { shown } from '../sizing/quantity.ts'
import { formatBytesPerSec, formatDurationMs, formatRate } from '../units.ts'
import type { Answer } from './asking.ts'
import { figure } from './figures.ts'
import type { Reader } from './reader.ts'
import { lingerOf } from './settings.ts'

export interface Check {
  readonly id: string
  readonly level: 'ok' | 'warn' | 'critical'
  readonly text: string
}

export function checksOf(read: Reader, answers: readonly Answer[]): Check[] {
  const partitions = answers.find(({ id }) => id === 'partitions')
  if (partitions === undefined) throw new Error('a plan has partitions')
  const count = partitions.have ?? partitions.sizing.answer.value
  return [
    ...unusedKeys(read, answers),
    ...answers.flatMap(enoughThere),
    perPartition(read, partitions, count),
    ...hottestKey(partitions),
    ...answers.flatMap((answer) => againstPartitions(answer, count)),
    ...answers.flatMap(fastEnough),
    ...overfull(read, answers),
    ...answers.flatMap((answer) => afterLoss(answer)),
    ...answers.flatMap((answer) => withinTargets(read, answer)),
  ]
}

/** What the file says and nothing here listens to: a disk on Confluent Cloud. */
function unusedKeys({ file, looked, text }: Reader, answers: readonly Answer[]): Check[] {
  const used = new Set([...looked, ...answers.flatMap(({ paths }) => Object.values(paths))])
  const unused = [...file.given].filter(([path]) => !used.has(path) && !path.endsWith('.name'))
  return unused.map(([path, { place }]) => ({
    id: `unused.${path}`,
    level: 'warn',
    text: `${place}: ${path} changes nothing on ${text('platform.kind')}${path.startsWith('flink.') ? ' with this Flink' : ''}`,
  }))
}

/** What there is already, against what is needed. */
function enoughThere({ id, title, sizing, have }: Answer): Check[] {
  if (have === undefined) return []
  const need = id === 'partitions' ? (figure(sizing, 'need') ?? 0) : sizing.answer.value
  const missing = need - have
  return [
    {
      id: `${id}.enough`,
      level: missing <= 0 ? 'ok' : 'critical',
      text: `${title}: ${have} are there, ${need} are needed${missing <= 0 ? '' : `: ${missing} more`}`,
    },
  ]
}

/** A partition takes only so much, whatever the cluster can. */
function perPartition(read: Reader, { sizing }: Answer, count: number): Check {
  const of = (name: string) => figure(sizing, name) ?? 0
  const bytes = (of('peak') / count) * of('recordSize')
  const most = of('produceRate') * of('recordSize')
  const isKnown = read.file.given.has('topic.produce-rate') || sizing.inputs.produceRate?.from === 'measured'
  const from = isKnown ? 'as measured' : 'a planning figure'
  return {
    id: 'partition.throughput',
    level: bytes <= most ? 'ok' : 'critical',
    text: `a partition gets ${formatBytesPerSec(bytes)} at peak and takes ${formatBytesPerSec(most)}, ${from}`,
  }
}

/** A key lives in one partition: more of them do not help. */
function hottestKey({ sizing }: Answer): Check[] {
  const hottest = figure(sizing, 'hottest')
  const most = figure(sizing, 'onePartition')
  if (hottest === undefined || most === undefined) return []
  const is = hottest <= most * ROUNDING
  return [
    {
      id: 'partition.hot-key',
      level: is ? 'ok' : 'critical',
      text: `the hottest key has ${formatRate(hottest)} at peak, one partition can do ${formatRate(most)}${is ? '' : ': split the key'}`,
    },
  ]
}

function againstPartitions({ id, title, sizing, have }: Answer, partitions: number): Check[] {
  const readers = have ?? sizing.answer.value
  if (sizing.calculator === 'consumers') {
    return [
      {
        id: `${id}.partitions`,
        level: readers <= partitions ? 'ok' : 'critical',
        text: `${title}: ${readers} for ${partitions} partitions${readers <= partitions ? '' : `, ${readers - partitions} are idle`}${partitions % readers === 0 || readers > partitions ? '' : '; some read one partition more than others'}`,
      },
    ]
  }
  if (sizing.calculator === 'flink') {
    return [
      {
        id: 'flink.partitions',
        level: readers <= partitions ? 'ok' : 'warn',
        text: `Flink: parallelism ${readers} for ${partitions} partitions${readers <= partitions ? '' : '; sources beyond them idle and hold watermarks back'}`,
      },
    ]
  }
  if (sizing.calculator === 'cku' && sizing.warnings.some(({ id }) => id === 'does-not-fit')) {
    const warning = sizing.warnings.find(({ id }) => id === 'does-not-fit')
    return [{ id: 'units.fit', level: 'critical', text: `cluster type: ${warning?.text}` }]
  }
  return []
}

/** A connector against the load that it is to bring. */
function fastEnough({ id, title, sizing }: Answer): Check[] {
  if (sizing.calculator !== 'connector') return []
  const peak = figure(sizing, 'peak') ?? 0
  const connectors = figure(sizing, 'connectors')
  if (sizing.answer.unit === 'records/s') {
    const is = sizing.answer.value * ROUNDING >= peak
    const text = `${title}: reads ${formatRate(sizing.answer.value)}, ${formatRate(peak)} are due`
    return [{ id: `${id}.rate`, level: is ? 'ok' : 'critical', text }]
  }
  if (connectors === undefined) return []
  const is = connectors === 1
  const text = is
    ? `${title}: one task keeps up`
    : `${title}: ${connectors} of them are needed, with tables of their own`
  return [{ id: `${id}.rate`, level: is ? 'ok' : 'critical', text }]
}

/** More than the topic is planned for. */
function overfull(read: Reader, answers: readonly Answer[]): Check[] {
  const peak = read.number('workload.peak') ?? 0
  const connectors = answers.filter(({ sizing }) => sizing.calculator === 'connector')
  const rates = connectors.map(({ sizing }) => figure(sizing, 'rate') ?? 0)
  const all = rates.reduce((sum, rate) => sum + rate, 0)
  if (connectors.length < 2) return []
  return [
    {
      id: 'connectors.rate',
      level: all <= peak * ROUNDING ? 'ok' : 'critical',
      text: `connectors bring ${formatRate(all)}, the topic is planned for ${formatRate(peak)}`,
    },
  ]
}

function afterLoss({ sizing }: Answer): Check[] {
  if (sizing.calculator !== 'brokers') return []
  const replication = figure(sizing, 'replication') ?? 0
  const minInsync = figure(sizing, 'minInsync') ?? 0
  const left = replication - 1
  return [
    {
      id: 'writes.after-loss',
      level: left >= minInsync ? 'ok' : 'critical',
      text: `after a broker is lost ${shown({ value: left, unit: 'replicas' })} are left and min.insync.replicas is ${minInsync}: writes with acks=all ${left >= minInsync ? 'go on' : 'are refused'}`,
    },
  ]
}

function withinTargets(read: Reader, { id, title, sizing }: Answer): Check[] {
  if (sizing.calculator !== 'consumers') return []
  const p99 = figure(sizing, 'p99Time')
  const drain = figure(sizing, 'drainTime')
  const lingerMs = lingerOf(read)
  const total = p99 === undefined ? undefined : p99 + lingerMs
  return [
    ...target(`${id}.latency`, read.number('targets.latency'), total, (limit) =>
      total === undefined
        ? `${title} are full: the wait grows without end`
        : `${title}: 99 % of records take ${formatDurationMs(total)}: linger.ms ${lingerMs}, then waiting and processing (network, brokers and Flink are not counted); the target is ${limit}`,
    ),
    ...target(`${id}.max-lag`, inMs(read.number('targets.max-lag')), p99, (limit) =>
      p99 === undefined
        ? `${title} are full: the lag grows without end`
        : `${title}: behind by ${formatDurationMs(p99)} at the 99th percentile; the target is ${limit}`,
    ),
    ...target(`${id}.drain`, inMs(read.number('targets.drain-within')), inMs(drain), (limit) =>
      drain === undefined
        ? `${title} never catch up`
        : `${title}: catch up in ${formatDurationMs(drain * 1000)}; the target is ${limit}`,
    ),
  ]
}

function inMs(seconds: number | undefined): number | undefined {
  return seconds === undefined ? undefined : seconds * 1000
}

/** Numbers are rounded to six digits, so that a target may be missed by a rounding. */
const ROUNDING = 1.00001

/** Nothing where there is no target; missed where there is no number to it. */
function target(
  id: string,
  limit: number | undefined,
  value: number | undefined,
  text: (limit: string) => string,
): Check[] {
  if (limit === undefined) return []
  const is = value !== undefined && value <= limit * ROUNDING
  return [{ id, level: is ? 'ok' : 'critical', text: text(formatDurationMs(limit)) }]
}
