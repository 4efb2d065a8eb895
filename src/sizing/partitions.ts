/** How many partitions a topic needs. */
import { formatCount, formatRate } from '../units.ts'
import { calculator } from './calculator.ts'
import { f } from './formula.ts'
import type { Values } from './inputs.ts'
import { lookAtKeys, type PartitionRates } from './partition-keys.ts'
import { lookAtLimits, RAO_POST } from './partition-limits.ts'
import { isConfluent, PLATFORM_NAMES, PLATFORMS, type Platform } from './platforms.ts'
import { type Quantity, shown } from './quantity.ts'
import { checkReplicas } from './replicas.ts'
import { LOAD, peakOf, RECORD, REPLICAS, UTILIZATION } from './workload.ts'
import { largest, type Worksheet, worksheet } from './worksheet.ts'

const RAO = `max(t/p, t/c): ${RAO_POST}`

const MIB = 1024 ** 2

const ON_CLOUD = {
  with: 'platform',
  words: PLATFORM_NAMES.filter(isConfluent),
  why: 'the service decides how many brokers and replicas there are (3)',
} as const

const inputs = {
  ...LOAD,
  produceRate: {
    kind: 'rate',
    about: 'records/s that one partition takes; from --from, else a planning figure of the platform',
    optional: true,
    measured: 'producePerPartition',
  },
  consumeRate: {
    kind: 'rate',
    about: 'records/s that one consumer processes; from --from, else a planning figure of the platform',
    optional: true,
    measured: 'consumePerConsumer',
  },
  ...RECORD,
  ...UTILIZATION,
  consumers: {
    kind: 'count',
    unit: 'consumers',
    about: 'consumers of the largest group at peak',
    optional: true,
    max: 1e6,
  },
  keys: { kind: 'count', unit: 'keys', about: 'distinct keys, where records have keys', optional: true },
  hotKey: { kind: 'share', about: 'share of the records that the hottest key has', optional: true },
  platform: {
    kind: 'choice',
    choices: PLATFORM_NAMES,
    about: 'where the topic lives, for limits',
    default: 'kraft',
  },
  brokers: {
    kind: 'count',
    unit: 'brokers',
    about: 'brokers of the cluster (not on Confluent Cloud)',
    default: '3',
    max: 10_000,
    idle: ON_CLOUD,
  },
  existingPartitions: {
    kind: 'count',
    unit: 'partitions',
    about: 'partitions that the cluster has already, with the same replication',
    default: '0',
    min: 0,
    max: 1e8,
  },
  ...REPLICAS,
  replication: { ...REPLICAS.replication, idle: ON_CLOUD },
} as const

type Inputs = Values<typeof inputs>

export const partitions = calculator({
  name: 'partitions',
  about: 'partitions of a topic: what producing, consuming and consumers need, spread evenly, within limits',
  source: RAO,
  example: 'tune size partitions --rate 100k/s --produce-rate 20k/s --consume-rate 12k/s',
  inputs,
  curve: { over: 'rate', title: 'Partitions as the rate grows' },
  size(given) {
    const platform: Platform = PLATFORMS[given.platform]
    const isCloud = platform.confluent === true
    checkReplicas(isCloud ? { replication: given.replication, minInsync: given.minInsync } : given)
    const sheet = worksheet()
    const peak = peakOf(sheet, given)
    const { produceRate, consumeRate } = ratesOf(sheet, given, platform)
    const toProduce = sheet.step(
      'toProduce',
      'partitions',
      'so that producing keeps up',
      f`ceil(${peak} / (${produceRate} × ${given.utilization}))`,
      RAO,
    )
    const toConsume = sheet.step(
      'toConsume',
      'partitions',
      'so that consuming keeps up: one consumer reads a partition',
      f`ceil(${peak} / (${consumeRate} × ${given.utilization}))`,
      RAO,
    )
    const needs = [toProduce, toConsume, ...(given.consumers === undefined ? [] : [given.consumers])]
    const need = sheet.step('need', 'partitions', 'the largest need', f`max(${needs})`)
    const partitions = evenly(sheet, given, need, isCloud)
    const decides = largest(needs)

    lookAtKeys(sheet, given, partitions, peak, { produceRate, consumeRate })
    lookAtLimits(sheet, given, partitions, platform)
    besideTheGuide(sheet, given, { produceRate, consumeRate }, platform)
    commands(sheet, given, partitions, isCloud)
    const even = partitions.value === need.value ? '' : `, ${formatCount(need.value)} spread evenly`
    return sheet.sized(
      partitions,
      `${shown(partitions)} for ${formatRate(peak.value)}: ${REASONS[decides.name]} decides${even}`,
      {
        limitedBy: decides.name,
      },
    )
  },
})

const REASONS: Readonly<Record<string, string>> = {
  toProduce: 'producing',
  toConsume: 'consuming',
  consumers: 'the number of consumers',
}

const FILES = { produceRate: 'p.json', consumeRate: 'c.json' } as const

const TO_MEASURE = {
  produceRate: `one partition: tune bench producer --partitions 1 --throughput -1 --save ${FILES.produceRate}`,
  consumeRate: `what a consumer processes is up to the application: tune bench consumer --process-ms N --save ${FILES.consumeRate}`,
} as const

/** As given or measured; else what the platform says to plan with. */
function ratesOf(sheet: Worksheet, given: Inputs, { perPartition }: Platform): PartitionRates {
  const planned = (name: string, about: string, mibPerSec: number) =>
    sheet.step(name, 'records/s', about, f`${mibPerSec} × ${MIB} / ${given.recordSize}`, perPartition.source)
  const { inMiBPerSec, outMiBPerSec } = perPartition
  const missing = (['produceRate', 'consumeRate'] as const).filter((name) => given[name] === undefined)
  if (missing.length > 0) {
    const runs = missing.map((name) => TO_MEASURE[name]).join('; ')
    sheet.warn(
      'not-measured',
      `${missing.join(' and ')}: a planning figure, not measured; ${runs}; then --from ${missing.map((name) => FILES[name]).join(' ')}`,
    )
  }
  return {
    produceRate: given.produceRate ?? planned('produceRate', 'what one partition takes', inMiBPerSec),
    consumeRate: given.consumeRate ?? planned('consumeRate', 'what one partition hands out', outMiBPerSec),
  }
}

/** Up to a multiple of brokers and consumers, so that none has more than another; partitions can never be taken away. */
function evenly(sheet: Worksheet, given: Inputs, need: Quantity, isCloud: boolean): Quantity {
  const { brokers, consumers } = given
  const round = (by: Quantity, what: string) =>
    sheet.step('partitions', 'partitions', what, f`ceil(${need} / ${by}) × ${by}`)
  if (isCloud) {
    return consumers === undefined
      ? sheet.step('partitions', 'partitions', 'brokers are not yours to count here', f`${need}`)
      : round(consumers, 'each consumer reads equally many')
  }
  if (consumers === undefined) return round(brokers, 'each broker leads equally many')
  const both = sheet.step('both', '', 'divided by brokers and by consumers', f`lcm(${brokers}, ${consumers})`)
  if (both.value <= 2 * need.value) return round(both, 'each broker leads, each consumer reads equally many')
  sheet.warn(
    'uneven',
    `no number up to twice the need divides by ${shown(brokers)} and ${shown(consumers)}: consumers read equally many, brokers lead unequally many`,
  )
  return round(consumers, 'each consumer reads equally many')
}

function besideTheGuide(sheet: Worksheet, { rate }: Inputs, rates: PartitionRates, platform: Platform): void {
  const ours = `here one partition takes ${formatRate(rates.produceRate.value)} and one consumer ${formatRate(rates.consumeRate.value)}`
  sheet.guide(
    'rule of thumb',
    '1 partition per 1,000 messages/s',
    'partitions',
    f`ceil(${rate} / ${1000})`,
    `right only where a partition or its consumer does 1,000/s: ${ours}`,
  )
  sheet.guide(
    'calculation',
    'THROUGHPUT / (PARTITIONS_PER_BROKER × BROKERS), with 3 and 3',
    'partitions',
    f`floor(${rate} / (3 × 3))`,
    'contradicts its own rule and its own example: records/s divided by a number of partitions is a rate, not a count',
  )
  sheet.guide(
    'example',
    'a topic with 12 partitions for 100,000 messages/s',
    'partitions',
    f`12`,
    `follows from neither; it fits where a partition and its consumer do ${formatRate(rate.value / 12)}`,
  )
  const { replicasPerBroker: most, source } = platform
  if (most === undefined) return
  sheet.guide(
    'maximum',
    '10,000 partitions a broker',
    'partitions a broker',
    f`${10_000}`,
    `at most ${formatCount(most)} replicas a broker are advised (${source})`,
  )
}

function commands(sheet: Worksheet, given: Inputs, { value }: Quantity, isCloud: boolean): void {
  const { replication, minInsync } = given
  if (isCloud) {
    sheet.command(
      'a new topic',
      'sh',
      `confluent kafka topic create TOPIC --partitions ${value} --config min.insync.replicas=${minInsync.value}`,
    )
    sheet.command(
      'a topic that has fewer (its keys move)',
      'sh',
      `confluent kafka topic update TOPIC --config num.partitions=${value}`,
    )
    return
  }
  sheet.command(
    'a new topic',
    'sh',
    `kafka-topics.sh --bootstrap-server BROKER:9092 --create --topic TOPIC --partitions ${value} --replication-factor ${replication.value} --config min.insync.replicas=${minInsync.value}`,
  )
  sheet.command(
    'a topic that has fewer (its keys move)',
    'sh',
    `kafka-topics.sh --bootstrap-server BROKER:9092 --alter --topic TOPIC --partitions ${value}`,
  )
}
