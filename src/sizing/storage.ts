/** What retention fills. */
import { formatBytes } from '../units.ts'
import { calculator } from './calculator.ts'
import { f } from './formula.ts'
import { refuse, type Values } from './inputs.ts'
import type { Quantity } from './quantity.ts'
import { checkReplicas } from './replicas.ts'
import { REPLICAS, RETENTION, VOLUME, writtenOf } from './workload.ts'
import { type Worksheet, worksheet } from './worksheet.ts'

const GIB = 1024 ** 3

const inputs = {
  ...VOLUME,
  ...RETENTION,
  replication: REPLICAS.replication,
  localRetention: {
    kind: 'seconds',
    about: 'with tiered storage: how long brokers keep records on their own disks',
    optional: true,
  },
  partitions: {
    kind: 'count',
    unit: 'partitions',
    about: 'partitions, for their open segments',
    optional: true,
    max: 1e8,
  },
  segment: { kind: 'mib', about: 'segment.bytes: a segment is deleted whole', default: '1GiB' },
  brokers: { kind: 'count', unit: 'brokers', about: 'brokers that share it', default: '3', max: 10_000 },
  disk: { kind: 'gib', about: 'disk of a broker', optional: true },
  fill: { kind: 'share', about: 'share of a disk that may be filled', default: '60%' },
} as const

export const storage = calculator({
  name: 'storage',
  about: 'disk that retention fills, on the cluster and on each broker',
  source:
    'bytes per second × retention × replication; a disk half to two thirds full leaves room to move partitions',
  example: 'tune size storage --rate 100k/s --record-size 1KiB --retention 7d --compression 3x',
  inputs,
  exactlyOne: [['rate', 'ingress']],
  curve: { over: 'retention', title: 'Disk as records are kept longer' },
  size(given) {
    const { brokers, disk, fill, retention } = given
    checkReplicas(given)
    const sheet = worksheet()
    const kept = keptOf(sheet, given, writtenOf(sheet, given))
    const each = sheet.step('keptEach', 'GiB', 'on each broker', f`${kept} / ${brokers}`)
    const diskEach = sheet.step('diskEach', 'GiB', 'disk for each, with room', f`${each} / ${fill}`)
    if (disk !== undefined) {
      const full = sheet.step('full', '', 'of the disks given', f`${each} / ${disk}`)
      const needed = sheet.step(
        'brokersForDisk',
        'brokers',
        'with such disks',
        f`max(ceil(${kept} / (${disk} × ${fill})), ${given.replication})`,
      )
      if (full.value > fill.value) {
        sheet.warn(
          'disk-full',
          `the disks would be ${Math.round(full.value * 100)} % full: ${needed.value} brokers, or larger disks`,
        )
      }
    }
    sheet.command(
      'retention of a topic',
      'sh',
      `kafka-configs.sh --bootstrap-server BROKER:9092 --alter --entity-type topics --entity-name TOPIC --add-config ${topicConfig(retention, given.localRetention)}`,
    )
    return sheet.sized(
      kept,
      `${formatBytes(kept.value * GIB)} on the cluster; each of ${brokers.value} brokers needs a disk of ${formatBytes(diskEach.value * GIB)}`,
    )
  },
})

function topicConfig(retention: Quantity, local: Quantity | undefined): string {
  const retentionMs = `retention.ms=${retention.value * 1000}`
  return local === undefined
    ? retentionMs
    : `${retentionMs},local.retention.ms=${local.value * 1000},remote.storage.enable=true`
}

/** What `keptOf` asks for; partitions, and tiers, where they are known. */
type Kept = Pick<Values<typeof inputs>, 'average' | 'retention' | 'replication'> &
  Partial<Pick<Values<typeof inputs>, 'localRetention' | 'partitions' | 'segment'>>

/** GiB that the brokers of a cluster keep. */
export function keptOf(sheet: Worksheet, given: Kept, written: Quantity): Quantity {
  const { average, retention, replication, localRetention, partitions, segment } = given
  if (localRetention !== undefined && localRetention.value > retention.value) {
    throw refuse(
      localRetention,
      'must be at most the retention',
      'brokers hand over what gets older than that',
    )
  }
  const filling = sheet.step('filling', 'MiB/s', 'that fill disks, on average', f`${written} × ${average}`)
  sheet.step('daily', 'GiB', 'a day, all copies', f`${filling} × ${86_400} × ${replication} / ${1024}`)
  const closed = sheet.step(
    'closed',
    'GiB',
    'kept by brokers, all copies',
    f`${filling} × ${localRetention ?? retention} × ${replication} / ${1024}`,
  )
  if (localRetention !== undefined) {
    sheet.step('remote', 'GiB', 'in remote storage, one copy', f`${filling} × ${retention} / ${1024}`)
  }
  if (partitions === undefined || segment === undefined) {
    return sheet.step('kept', 'GiB', 'on the cluster', f`${closed}`)
  }
  const open = sheet.step(
    'open',
    'GiB',
    'in segments that are not yet whole, and so not yet old: at most one for each replica',
    f`${partitions} × ${replication} × ${segment} / ${1024}`,
    'Kafka deletes closed segments only (log.segment.bytes)',
  )
  return sheet.step('kept', 'GiB', 'on the cluster', f`${closed} + ${open}`)
}
