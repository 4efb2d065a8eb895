/** What each broker's machine needs beside disk and network: memory, file handles, memory maps, and time to rebuild. */
import { formatCount, formatDurationMs } from '../units.ts'
import { f } from './formula.ts'
import { type InputTable, refuse, type Values } from './inputs.ts'
import { type Quantity, shown } from './quantity.ts'
import type { Worksheet } from './worksheet.ts'

export const OPS =
  'Apache Kafka operations guide, hardware and OS (https://kafka.apache.org/documentation/#hwandos)'
const THROTTLE =
  'Apache Kafka operations guide, limiting bandwidth usage during data migration: a throttle below what is written makes no progress'

/** `vm.max_map_count` of an ordinary Linux; a segment maps two index files. */
const USUAL_MAPS = 65_530
/** Descriptors that Kafka's operations guide starts with. */
const USUAL_FILES = 100_000

export const HOST = {
  cores: {
    kind: 'count',
    unit: 'cores',
    about: 'cores of a broker; of the MSK instance, else 8',
    optional: true,
    max: 10_000,
  },
  memory: { kind: 'gib', about: 'memory of a broker; of the MSK instance, else 32GiB', optional: true },
  heap: { kind: 'gib', about: 'heap of a broker', default: '6GiB' },
  segment: { kind: 'mib', about: 'segment.bytes', default: '1GiB' },
  throttle: { kind: 'mibPerSec', about: 'replication throttle while a broker is rebuilt', optional: true },
} as const satisfies InputTable

type Host = Values<typeof HOST> & {
  readonly partitions: Quantity
  readonly replication: Quantity
  readonly line: Quantity
  readonly diskThroughput: Quantity
}

interface Found {
  /** MiB/s, compressed, before replication. */
  readonly written: Quantity
  /** GiB on the cluster. */
  readonly kept: Quantity
  readonly brokers: Quantity
  /** Of the platform's instance. */
  readonly memoryGiB: number | undefined
}

/** @throws TuneError USAGE for a heap that its machine cannot hold */
export function checkHeap({ heap, memory }: { heap: Quantity; memory: Quantity | undefined }): void {
  if (memory === undefined || heap.value < memory.value) return
  throw refuse(
    heap,
    `must be below the memory of the machine, ${shown(memory)}`,
    '4 to 6 GiB serve most brokers',
  )
}

export function brokerHost(sheet: Worksheet, given: Host, found: Found): void {
  const each = sheet.step(
    'writtenEach',
    'MiB/s',
    'that each broker writes',
    f`${found.written} × ${given.replication} / ${found.brokers}`,
  )
  memory(sheet, given, found, each)
  files(sheet, given, found)
  rebuild(sheet, given, found, each)
}

function memory(sheet: Worksheet, given: Host, { memoryGiB }: Found, each: Quantity): void {
  const { heap } = given
  const has = given.memory ?? sheet.step('memory', 'GiB', 'of a broker', f`${memoryGiB ?? 32}`)
  const cache = sheet.step(
    'pageCache',
    'GiB',
    'that keep 30 s of writes for readers',
    f`${each} × 30 / ${1024}`,
    OPS,
  )
  const needed = sheet.step('memoryNeeded', 'GiB', 'of a broker, heap included', f`${heap} + ${cache}`)
  if (needed.value > has.value) {
    sheet.warn(
      'memory',
      `a broker needs ${shown(needed)} to read from memory what was just written, and has ${shown(has)}`,
    )
  }
}

function files(sheet: Worksheet, { partitions, replication, segment }: Host, { kept, brokers }: Found): void {
  const replicas = sheet.step(
    'replicasEach',
    'replicas',
    'on a broker',
    f`ceil(${partitions} × ${replication} / ${brokers})`,
  )
  const segments = sheet.step(
    'segmentsEach',
    'segments',
    'on a broker: at least one of each replica',
    f`max(ceil(${kept} × ${1024} / ${brokers} / ${segment}), ${replicas})`,
    OPS,
  )
  const maps = sheet.step('mapsEach', 'maps', 'of memory: two for each segment', f`2 × ${segments}`, OPS)
  if (maps.value > USUAL_MAPS) {
    sheet.warn(
      'memory-maps',
      `${formatCount(maps.value)} memory maps: with the usual vm.max_map_count of ${formatCount(USUAL_MAPS)} a broker dies with “Map failed”`,
    )
    sheet.command(
      'room for memory maps',
      'sh',
      `sudo sysctl -w vm.max_map_count=${Math.max(262_144, 2 * maps.value)}`,
    )
  }
  if (segments.value > USUAL_FILES) {
    sheet.warn(
      'file-handles',
      `${formatCount(segments.value)} segments: more file handles than the ${formatCount(USUAL_FILES)} that are usual`,
    )
  }
}

function rebuild(sheet: Worksheet, given: Host, { kept, brokers }: Found, each: Quantity): void {
  const { line, diskThroughput, throttle } = given
  const ways = [line, diskThroughput, ...(throttle === undefined ? [] : [throttle])]
  const speed = sheet.step(
    'rebuildSpeed',
    'MiB/s',
    'at which a lost broker’s data is copied',
    f`min(${ways})`,
  )
  const time = sheet.step(
    'rebuildTime',
    's',
    'until a lost broker is whole again',
    f`${kept} × ${1024} / ${brokers} / ${speed}`,
    THROTTLE,
  )
  if (throttle !== undefined && throttle.value <= each.value) {
    sheet.warn(
      'throttle',
      `the throttle is not above the ${shown(each)} that each broker writes: it never catches up`,
    )
  } else if (time.value > 86_400) {
    sheet.warn(
      'slow-rebuild',
      `a lost broker takes ${formatDurationMs(time.value * 1000)} to rebuild: more or smaller brokers, or faster disks`,
    )
  }
}
