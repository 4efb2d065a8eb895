/** Memory of a broker: a small heap, and the page cache that its readers live on. */
import { formatBytes } from '../units.ts'
import { checkHeap, OPS } from './broker-host.ts'
import { f } from './formula.ts'
import { besideTheJvmGuide, JVM, kafkaOptions, processOf } from './jvm.ts'
import { shown } from './quantity.ts'
import { checkReplicas } from './replicas.ts'
import { variant } from './variants.ts'
import { LOAD, RECORD, REPLICAS, VOLUME, writtenOf } from './workload.ts'
import { largest, worksheet } from './worksheet.ts'

const MIB = 1024 ** 2

const inputs = {
  ...LOAD,
  ...RECORD,
  compression: VOLUME.compression,
  replication: REPLICAS.replication,
  brokers: { kind: 'count', unit: 'brokers', about: 'brokers of the cluster', default: '3', max: 10_000 },
  heap: { kind: 'mib', about: 'heap of a broker: 4 to 6 GiB serve most', default: '6GiB' },
  cached: { kind: 'seconds', about: 'of writes that readers find in memory', default: '30s' },
  memory: { kind: 'mib', about: 'memory that a broker’s machine has', optional: true },
  ...JVM,
} as const

export const broker = variant({
  inputs,
  size(given) {
    checkReplicas(given)
    checkHeap(given)
    const sheet = worksheet()
    const written = writtenOf(sheet, { ...given, ingress: undefined })
    const each = sheet.step(
      'writtenEach',
      'MiB/s',
      'that each broker writes',
      f`${written} × ${given.replication} / ${given.brokers}`,
    )
    const cache = sheet.step(
      'pageCache',
      'MiB',
      'so that readers do not reach the disk',
      f`${each} × ${given.cached}`,
      OPS,
    )
    const process = processOf(sheet, given, given.heap)
    const machine = sheet.step('machine', 'MiB', 'of a broker', f`ceil(${process} + ${cache})`)
    if (given.memory !== undefined) {
      const left = sheet.step(
        'left',
        'MiB',
        'for page cache on that machine',
        f`${given.memory} - ${process}`,
      )
      if (left.value < cache.value) {
        sheet.warn(
          'page-cache',
          `${shown(left)} are left for page cache, ${shown(cache)} are needed: readers that lag ${shown(given.cached)} read from disk; more memory, or a smaller heap`,
        )
      }
    }
    besideTheJvmGuide(sheet, given, given.heap)
    kafkaOptions(sheet, given, given.heap)
    return sheet.sized(
      machine,
      `${formatBytes(machine.value * MIB)} for a broker: ${formatBytes(process.value * MIB)} for the JVM, ${formatBytes(cache.value * MIB)} of page cache`,
      { limitedBy: largest([process, cache]).name },
    )
  },
})
