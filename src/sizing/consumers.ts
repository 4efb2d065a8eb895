/** How many consumers keep up with a rate, and catch up with a backlog. */
import { formatCount, formatDurationMs, formatRate } from '../units.ts'
import { calculator } from './calculator.ts'
import { f } from './formula.ts'
import { present, refuse, type Values } from './inputs.ts'
import { type Quantity, shown } from './quantity.ts'
import { LOAD, peakOf, UTILIZATION } from './workload.ts'
import { type Curve, largest, type Worksheet, worksheet } from './worksheet.ts'

const LITTLE =
  "Little's law: records in process = rate × time; as Confluent's eventsizer counts consumer instances (NetApp solutions, confluent-kafka-sizing)"
const QUEUE = 'M/M/1 for each consumer: mean S / (1 - ρ), 99th percentile ln(100) × S / (1 - ρ)'

const inputs = {
  ...LOAD,
  processTime: {
    kind: 'ms',
    about: 'time to process one record, on one thread',
    optional: true,
  },
  consumeRate: {
    kind: 'rate',
    about: 'records/s that one thread processes',
    optional: true,
    measured: 'consumePerConsumer',
  },
  threads: {
    kind: 'count',
    unit: 'threads',
    about: 'threads that process, in each consumer',
    default: '1',
    max: 10_000,
  },
  ...UTILIZATION,
  partitions: {
    kind: 'count',
    unit: 'partitions',
    about: 'partitions that the group reads: more consumers than that are idle',
    optional: true,
    max: 1e6,
  },
  lag: { kind: 'count', unit: 'records', about: 'a backlog to catch up with', optional: true },
  drainWithin: { kind: 'seconds', about: 'time in which the backlog has to be gone', optional: true },
  maxPollRecords: {
    kind: 'count',
    unit: 'records',
    about: 'max.poll.records of the consumers',
    default: '500',
    max: 1e6,
  },
  maxPollInterval: { kind: 'seconds', about: 'max.poll.interval.ms of the consumers', default: '5m' },
} as const

type Inputs = Values<typeof inputs>

export const consumers = calculator({
  name: 'consumers',
  about: 'consumers of a group: what the rate and a backlog need, capped by partitions',
  source: LITTLE,
  example: 'tune size consumers --rate 100k/s --process-time 0.1ms --partitions 24',
  inputs,
  exactlyOne: [['processTime', 'consumeRate']],
  size(given) {
    const { threads, utilization, partitions, lag, drainWithin } = given
    const sheet = worksheet()
    const peak = peakOf(sheet, given)
    const each = recordTime(sheet, given)
    const inProcess = sheet.step(
      'inProcess',
      'records',
      'in process at any time',
      f`${peak} × ${each} / ${1000}`,
      LITTLE,
    )
    const toKeepUp = sheet.step(
      'toKeepUp',
      'consumers',
      'so that the rate is processed',
      f`ceil(${inProcess} / (${threads} × ${utilization}))`,
    )
    const perConsumer = sheet.step(
      'perConsumer',
      'records/s',
      'that one consumer processes',
      f`${threads} × ${1000} / ${each}`,
    )
    const needs = [toKeepUp]
    if (partitions !== undefined)
      needs.push(...wholePartitions(sheet, given, { peak, perConsumer }, partitions))
    if (drainWithin !== undefined) {
      if (lag === undefined) throw refuse(drainWithin, 'needs a backlog', 'give it with --lag')
      needs.push(toDrain(sheet, { peak, lag, drainWithin, perConsumer }, partitions))
    }
    const answer = sheet.step('consumers', 'consumers', 'the largest need', f`max(${needs})`)
    const usable = partitions === undefined ? answer : againstPartitions(sheet, answer, partitions)
    const share = busiestShare(sheet, usable, partitions)
    const busiest = sheet.step(
      'busiest',
      'records/s',
      'of the busiest consumer',
      f`${peak} × ${share.part} / ${share.of}`,
    )
    if (lag !== undefined) drainTime(sheet, { lag, share, busiest, perConsumer, drainWithin })
    const curve = waiting(sheet, { busiest, each, perConsumer })
    pollBudget(sheet, given, each)
    if (partitions !== undefined) {
      sheet.guide(
        'rule',
        'consumers at most as many as partitions; best one a partition, or half as many with two each',
        'consumers',
        f`${partitions}`,
        'right as a cap, which more consumers cannot pass; how many are needed follows from the rate and the time a record takes',
      )
    }
    const { name } = largest(needs)
    const capped = usable.value < answer.value ? `, but ${shown(usable)} can work` : ''
    return sheet.sized(answer, `${shown(answer)} for ${formatRate(peak.value)}${capped}`, {
      limitedBy: name,
      curve,
    })
  },
})

function recordTime(sheet: Worksheet, { processTime, consumeRate }: Inputs): Quantity {
  if (processTime !== undefined) return processTime
  return sheet.step('recordTime', 'ms', 'to process one record', f`${1000} / ${present(consumeRate)}`)
}

function toDrain(
  sheet: Worksheet,
  given: { peak: Quantity; lag: Quantity; drainWithin: Quantity; perConsumer: Quantity },
  partitions: Quantity | undefined,
): Quantity {
  const { peak, lag, drainWithin, perConsumer } = given
  const needed = sheet.step(
    'rateToDrain',
    'records/s',
    'to process so that the backlog is gone in time, while more arrives',
    f`${peak} + ${lag} / ${drainWithin}`,
  )
  const about = 'for that rate, at full load'
  const whole =
    partitions === undefined
      ? undefined
      : sheet.step(
          'eachToDrain',
          'partitions',
          'one consumer can drain in time',
          f`floor(${partitions} × ${perConsumer} / ${needed})`,
        )
  return partitions === undefined || whole === undefined || whole.value < 1
    ? sheet.step('toDrain', 'consumers', about, f`ceil(${needed} / ${perConsumer})`)
    : sheet.step('toDrain', 'consumers', about, f`ceil(${partitions} / ${whole})`)
}

/** The backlog is gone when that of the busiest consumer is: it has the most partitions, and the least to spare. */
function drainTime(
  sheet: Worksheet,
  given: {
    lag: Quantity
    share: Share
    busiest: Quantity
    perConsumer: Quantity
    drainWithin: Quantity | undefined
  },
): void {
  const { lag, share, busiest, perConsumer, drainWithin } = given
  const spare = sheet.step(
    'spare',
    'records/s',
    'that the busiest consumer can process beyond what arrives',
    f`${perConsumer} - ${busiest}`,
  )
  if (spare.value <= 0) {
    sheet.warn('never-drained', 'nothing is spare: the backlog stays as it is')
    return
  }
  const time = sheet.step(
    'drainTime',
    's',
    'until the backlog is gone',
    f`${lag} × ${share.part} / ${share.of} / ${spare}`,
  )
  if (drainWithin !== undefined && time.value > drainWithin.value * ROUNDING) {
    sheet.warn('drained-late', `the backlog is gone after ${shown(time)}, not within ${shown(drainWithin)}`)
  }
}

/** Of numbers with six digits. */
const ROUNDING = 1.0001

/** A consumer reads whole partitions: 15 consumers of 24 partitions are as busy as 12. */
function wholePartitions(
  sheet: Worksheet,
  { utilization }: Inputs,
  { peak, perConsumer }: { peak: Quantity; perConsumer: Quantity },
  partitions: Quantity,
): Quantity[] {
  const atMost = sheet.step(
    'eachAtMost',
    'partitions',
    'one consumer keeps up with',
    f`floor(${partitions} × ${perConsumer} × ${utilization} / ${peak})`,
  )
  if (atMost.value < 1) return []
  return [
    sheet.step(
      'toShare',
      'consumers',
      'so that none reads more partitions',
      f`ceil(${partitions} / ${atMost})`,
    ),
  ]
}

/** @returns the consumers that can work */
function againstPartitions(sheet: Worksheet, answer: Quantity, partitions: Quantity): Quantity {
  const usable = sheet.step(
    'usable',
    'consumers',
    'can work: a partition has one reader in a group',
    f`min(${answer}, ${partitions})`,
  )
  if (answer.value > partitions.value) {
    sheet.warn(
      'too-few-partitions',
      `${shown(partitions)} cap the group below the ${formatCount(answer.value)} it needs: more partitions (tune size partitions), or more threads in each consumer`,
    )
  }
  return usable
}

/** What part of all records one consumer reads. */
interface Share {
  readonly part: Quantity | number
  readonly of: Quantity
}

function busiestShare(sheet: Worksheet, usable: Quantity, partitions: Quantity | undefined): Share {
  if (partitions === undefined) return { part: 1, of: usable }
  const part = sheet.step(
    'partitionsEach',
    'partitions',
    'the busiest consumer reads',
    f`ceil(${partitions} / ${usable})`,
  )
  return { part, of: partitions }
}

const RHOS = [0.5, 0.6, 0.7, 0.8, 0.9, 0.95] as const

/** How long a record waits and takes; nothing to tell where the group is full. */
function waiting(
  sheet: Worksheet,
  { busiest, each, perConsumer }: { busiest: Quantity; each: Quantity; perConsumer: Quantity },
): Curve {
  const load = sheet.step('load', '', 'of the busiest consumer', f`${busiest} / ${perConsumer}`)
  if (load.value >= 1) {
    sheet.warn('overloaded', 'at full load or beyond it the lag grows without end')
  } else {
    sheet.step('meanTime', 'ms', 'of a record, waiting included', f`${each} / (1 - ${load})`, QUEUE)
    sheet.step('p99Time', 'ms', 'the same, 99th percentile', f`ln(100) × ${each} / (1 - ${load})`, QUEUE)
  }
  return {
    title: 'Time of a record as consumers fill (99th percentile)',
    x: { name: 'load', unit: '' },
    y: { name: 'p99Time', unit: 'ms' },
    points: RHOS.map((x) => ({ x, y: Number(((Math.log(100) * each.value) / (1 - x)).toPrecision(6)) })),
  }
}

/** A consumer that processes longer than max.poll.interval.ms between polls is thrown out of its group. */
function pollBudget(
  sheet: Worksheet,
  { maxPollRecords, maxPollInterval, threads }: Inputs,
  each: Quantity,
): void {
  const poll = sheet.step(
    'pollTime',
    's',
    'to process what one poll returns',
    f`${maxPollRecords} × ${each} / ${1000} / ${threads}`,
  )
  const most = sheet.step(
    'mostPollRecords',
    'records',
    'a poll may return, for twice the time to be left',
    f`floor(${maxPollInterval} × ${1000} × ${threads} / (2 × ${each}))`,
  )
  if (poll.value * 2 <= maxPollInterval.value) return
  const longest = formatDurationMs(maxPollInterval.value * 1000)
  sheet.warn(
    'poll-budget',
    `a full poll takes ${formatDurationMs(poll.value * 1000)} of max.poll.interval.ms ${longest}: a consumer that exceeds it loses its partitions`,
  )
  if (most.value >= 1) {
    sheet.command('so that a poll takes half the interval', 'properties', `max.poll.records=${most.value}`)
  }
}
