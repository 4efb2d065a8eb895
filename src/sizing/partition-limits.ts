import { formatCount } from '../units.ts'
import { f } from './formula.ts'
import type { Platform } from './platforms.ts'
import { type Quantity, shown } from './quantity.ts'
import type { Worksheet } from './worksheet.ts'

/** Where the formulas of partitions come from. */
export const RAO_POST =
  'Confluent, How to choose the number of topics/partitions in a Kafka cluster (https://www.confluent.io/blog/how-choose-number-topics-partitions-kafka-cluster/)'

interface Cluster {
  readonly platform: string
  readonly existingPartitions: Quantity
  readonly replication: Quantity
  readonly brokers: Quantity
}

/** Whether the cluster can hold the topic beside what it holds already. */
export function lookAtLimits(
  sheet: Worksheet,
  given: Cluster,
  partitions: Quantity,
  platform: Platform,
): void {
  const { existingPartitions, replication, brokers } = given
  const all = sheet.step(
    'allPartitions',
    'partitions',
    'on the cluster, with this topic',
    f`${partitions} + ${existingPartitions}`,
  )
  const ceiling = platform.partitionsPerCluster
  if (ceiling !== undefined && all.value > ceiling) {
    sheet.warn(
      'cluster-limit',
      `${shown(all)}; ${given.platform} ends at ${formatCount(ceiling)} (${platform.source})`,
    )
  }
  if (platform.replicasPerBroker === undefined) return
  const replicas = sheet.step('replicas', 'replicas', 'on the cluster', f`${all} × ${replication}`)
  const each = sheet.step('replicasEach', 'replicas', 'on a broker', f`ceil(${replicas} / ${brokers})`)
  if (each.value > platform.replicasPerBroker) {
    const needed = Math.ceil(replicas.value / platform.replicasPerBroker)
    sheet.warn(
      'broker-limit',
      `${shown(each)} on a broker; at most ${formatCount(platform.replicasPerBroker)} are advised, so ${formatCount(needed)} brokers (${platform.source})`,
    )
  }
  if (platform.replicasPerCluster !== undefined && replicas.value > platform.replicasPerCluster) {
    sheet.warn(
      'cluster-limit',
      `${shown(replicas)}; at most ${formatCount(platform.replicasPerCluster)} are advised (${platform.source})`,
    )
  }
  if (platform.zookeeper === true) zookeeperCosts(sheet, given, all)
}

const ZOOKEEPER = `${RAO_POST}, 2015`

function zookeeperCosts(sheet: Worksheet, { brokers, replication }: Cluster, all: Quantity): void {
  sheet.step(
    'leaderMove',
    'ms',
    'without a leader after a broker is lost',
    f`${all} / ${brokers} × 5`,
    ZOOKEEPER,
  )
  sheet.step('controllerMove', 'ms', 'for a new controller to load all', f`${all} × 2`, ZOOKEEPER)
  const cap = sheet.step(
    'latencyCap',
    'partitions',
    'a broker, where latency matters',
    f`100 × ${brokers} × ${replication}`,
    ZOOKEEPER,
  )
  if (all.value / brokers.value > cap.value) {
    sheet.warn('zookeeper-latency', `more than ${shown(cap)} a broker add latency: fewer, or KRaft`)
  }
}
