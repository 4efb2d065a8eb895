/** How many brokers a load needs: each resource says a number, the largest counts, and one more for the one that is lost. */
import { formatCount, formatShare } from '../units.ts'
import { brokerHost, checkHeap, HOST } from './broker-host.ts'
import { calculator } from './calculator.ts'
import { f } from './formula.ts'
import { refuse, type Values } from './inputs.ts'
import { BROKER_PLATFORM_NAMES, PLATFORMS, type Platform } from './platforms.ts'
import { type Quantity, shown } from './quantity.ts'
import { checkReplicas } from './replicas.ts'
import { keptOf } from './storage.ts'
import { AWS, GROUPS, REPLICAS, RETENTION, VOLUME, writtenOf } from './workload.ts'
import { largest, type Worksheet, worksheet } from './worksheet.ts'

const CPU =
  'one vCPU takes about 5 MiB/s from producers and gives 15 MiB/s to consumers: one author’s model (https://2minutestreaming.com/apache-kafka-calculator/resources/assumptions/tldr)'
const ALIBABA =
  'ApsaraMQ for Kafka, suggestions for estimating cluster resources: 400 MB/s a broker with half to spare'

const inputs = {
  ...VOLUME,
  ...RETENTION,
  ...REPLICAS,
  ...GROUPS,
  partitions: {
    kind: 'count',
    unit: 'partitions',
    about: 'partitions of all topics',
    default: '100',
    max: 1e8,
  },
  platform: {
    kind: 'choice',
    choices: BROKER_PLATFORM_NAMES,
    about: 'what brokers run on, for limits',
    default: 'kraft',
  },
  disk: { kind: 'gib', about: 'disk of a broker', default: '2TiB' },
  fill: { kind: 'share', about: 'share of a disk that may be filled', default: '60%' },
  diskThroughput: { kind: 'mibPerSec', about: 'what a broker’s disks write', default: '250MiB/s' },
  diskNetwork: { kind: 'mibPerSec', about: 'network between a broker and its disks (EBS)', optional: true },
  line: { kind: 'mibPerSec', about: 'network of a broker, in each direction', default: '10Gbit/s' },
  utilization: {
    kind: 'share',
    about: 'share of disk and network throughput that may be used',
    default: '60%',
  },
  survive: {
    kind: 'choice',
    choices: ['broker', 'zone', 'none'],
    about: 'what may be lost with the rest still within limits',
    default: 'broker',
  },
  zones: { kind: 'count', unit: 'zones', about: 'availability zones', default: '3', max: 100 },
  ...HOST,
} as const

type Inputs = Values<typeof inputs>

export const brokers = calculator({
  name: 'brokers',
  about: 'brokers of a cluster: disk, network, replicas and CPU, with one broker or zone lost',
  source: AWS,
  example: 'tune size brokers --rate 100k/s --record-size 1KiB --groups 3 --retention 3d --partitions 500',
  inputs,
  exactlyOne: [['rate', 'ingress']],
  curve: { over: 'growth', title: 'Brokers as the load grows' },
  size(given) {
    checkReplicas(given)
    checkHeap(given)
    const { zones, survive } = given
    if (survive === 'zone' && zones.value < 2)
      throw refuse(zones, 'must be 2 or more to survive one', 'or --survive broker')
    const sheet = worksheet()
    const platform: Platform = PLATFORMS[given.platform]
    const written = writtenOf(sheet, given)
    const kept = keptOf(sheet, given, written)
    const cores = coresOf(sheet, given, platform)
    const needs = [
      byDisk(sheet, given, kept),
      ...byThroughput(sheet, given, written),
      byReplicas(sheet, given, platform),
      byCpu(sheet, given, written, cores),
    ]
    const need = sheet.step('need', 'brokers', 'that have to be up', f`max(${needs})`)
    const answer = surviving(sheet, given, need)
    sustained(sheet, given, written, answer)
    brokerHost(sheet, given, { written, kept, brokers: answer, memoryGiB: platform.memoryGiB })
    const decides = largest(needs)
    const spare = survive === 'none' ? 'none may be lost' : `one ${survive} may be lost`
    return sheet.sized(
      answer,
      `${shown(answer)}: ${REASONS[decides.name]} needs ${formatCount(need.value)}, ${spare}`,
      {
        limitedBy: decides.name,
      },
    )
  },
})

const REASONS: Readonly<Record<string, string>> = {
  byDisk: 'disk space',
  byDiskThroughput: 'disk throughput',
  byDiskNetwork: 'the network to the disks',
  byLineIn: 'the network into brokers',
  byLineOut: 'the network out of brokers',
  byReplicas: 'the number of replicas',
  byCpu: 'CPU',
}

function byDisk(sheet: Worksheet, { disk, fill }: Inputs, kept: Quantity): Quantity {
  return sheet.step('byDisk', 'brokers', 'whose disks hold it', f`ceil(${kept} / (${disk} × ${fill}))`)
}

function byThroughput(sheet: Worksheet, given: Inputs, written: Quantity): Quantity[] {
  const { replication, groups, diskThroughput, diskNetwork, line, utilization } = given
  const of = (name: string, about: string, copies: Quantity, capacity: Quantity) =>
    sheet.step(name, 'brokers', about, f`ceil(${written} × ${copies} / (${capacity} × ${utilization}))`, AWS)
  const out = sheet.step(
    'readers',
    '',
    'of each record: groups, and followers',
    f`${groups} + ${replication} - 1`,
  )
  return [
    of('byDiskThroughput', 'whose disks write all copies', replication, diskThroughput),
    ...(diskNetwork === undefined
      ? []
      : [of('byDiskNetwork', 'whose disks can be reached as fast', replication, diskNetwork)]),
    of('byLineIn', 'whose lines take all copies', replication, line),
    of('byLineOut', 'whose lines feed all readers', out, line),
  ]
}

function byReplicas(sheet: Worksheet, { partitions, replication }: Inputs, platform: Platform): Quantity {
  const replicas = partitions.value * replication.value
  if (platform.replicasPerCluster !== undefined && replicas > platform.replicasPerCluster) {
    sheet.warn(
      'cluster-limit',
      `${formatCount(replicas)} replicas; at most ${formatCount(platform.replicasPerCluster)} are advised, however many brokers there are (${platform.source})`,
    )
  }
  return sheet.step(
    'byReplicas',
    'brokers',
    'within the replicas that are advised for one',
    f`ceil(${partitions} × ${replication} / ${platform.replicasPerBroker ?? 4000})`,
    platform.source,
  )
}

function coresOf(sheet: Worksheet, { cores }: Inputs, platform: Platform): Quantity {
  return cores ?? sheet.step('cores', 'cores', 'of a broker', f`${platform.cores ?? 8}`)
}

function byCpu(sheet: Worksheet, { groups }: Inputs, written: Quantity, cores: Quantity): Quantity {
  const busy = sheet.step(
    'busyCores',
    'cores',
    'busy on the cluster',
    f`max(${written} / 5, ${written} × ${groups} / 15)`,
    CPU,
  )
  return sheet.step('byCpu', 'brokers', 'with enough cores', f`ceil(${busy} / ${cores})`)
}

/** Enough are left when one is lost, and those are enough for min.insync.replicas. */
function surviving(sheet: Worksheet, given: Inputs, need: Quantity): Quantity {
  const { survive, zones, replication, minInsync } = given
  if (survive === 'none') {
    return sheet.step('brokers', 'brokers', 'with a place for each replica', f`max(${need}, ${replication})`)
  }
  if (survive === 'broker') {
    if (minInsync.value === replication.value && replication.value > 1) {
      sheet.warn(
        'no-writes-after-loss',
        `min.insync.replicas ${minInsync.value} of ${replication.value}: without one broker, writes with acks=all are refused`,
      )
    }
    return sheet.step(
      'brokers',
      'brokers',
      'with one to lose, a place for each replica, and min.insync.replicas left',
      f`max(${need} + 1, ${replication}, ${minInsync} + 1)`,
    )
  }
  const inZone = sheet.step(
    'replicasInZone',
    'replicas',
    'of a partition in one zone',
    f`ceil(${replication} / ${zones})`,
  )
  if (replication.value - inZone.value < minInsync.value) {
    sheet.warn(
      'no-writes-after-loss',
      `a zone holds ${shown(inZone)} of ${replication.value}: without it, min.insync.replicas ${minInsync.value} is not met and writes with acks=all are refused`,
    )
  }
  const left = sheet.step(
    'withZone',
    'brokers',
    'so that enough are left without a zone',
    f`max(${need} × ${zones} / (${zones} - 1), ${replication})`,
  )
  return sheet.step('brokers', 'brokers', 'equally many in each zone', f`ceil(${left} / ${zones}) × ${zones}`)
}

/** What the brokers that were found can do, as AWS counts it, and another provider's rule for comparison. */
function sustained(sheet: Worksheet, given: Inputs, written: Quantity, answer: Quantity): void {
  const { replication, groups, diskThroughput, diskNetwork, line } = given
  const disks =
    diskNetwork === undefined
      ? diskThroughput
      : sheet.step(
          'diskSpeed',
          'MiB/s',
          'of the disks of a broker',
          f`min(${diskThroughput}, ${diskNetwork})`,
        )
  const limit = sheet.step(
    'sustained',
    'MiB/s',
    'can be written to this cluster',
    f`min(${disks} × ${answer} / ${replication}, ${line} × ${answer} / (${groups} + ${replication} - 1))`,
    AWS,
  )
  const load = sheet.step('load', '', 'of that at peak', f`${written} / ${limit}`)
  if (load.value > 0.8)
    sheet.warn(
      'near-limit',
      `the peak is ${formatShare(load.value)} of what the cluster can sustain: at most 80 % is advised`,
    )
  sheet.step(
    'byAlibaba',
    'brokers',
    'for comparison, by the rule of another provider',
    f`ceil(max(4, ${written} × (${groups} + 2 × ${replication} - 1) × 2 / 400))`,
    ALIBABA,
  )
}
