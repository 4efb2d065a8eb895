/** A JVM around a heap: what the process takes beside it, and the options to start it with. */
import { f } from './formula.ts'
import { type InputTable, RefusedChoice, type Values } from './inputs.ts'
import { JDK_NAMES, JDKS, type Jdk, KAFKA_G1 } from './jdk.ts'
import { type Quantity, shown } from './quantity.ts'
import type { Worksheet } from './worksheet.ts'

const PARTS =
  'a JVM takes heap, metaspace, code cache (240 MiB reserved), a stack a thread (1 MiB) and direct buffers (as much as the heap unless limited)'
const G1 =
  'G1 heap regions: a power of two of about heap / 2048 within 1 and 32 MiB; an object of half a region is humongous (https://docs.oracle.com/en/java/javase/17/gctuning/garbage-first-g1-garbage-collector1.html)'

/** From there on pointers are no longer compressed: a heap of 33 GiB holds less than one of 31. */
const OOPS_MIB = 32 * 1024

export const JVM = {
  jdk: { kind: 'choice', choices: JDK_NAMES, about: 'version of the JDK', default: '17' },
  gc: { kind: 'choice', choices: ['g1', 'zgc'], about: 'garbage collector', default: 'g1' },
  metaspace: { kind: 'mib', about: '-XX:MaxMetaspaceSize', default: '256MiB' },
  direct: { kind: 'mib', about: '-XX:MaxDirectMemorySize', default: '128MiB' },
  codeCache: { kind: 'mib', about: '-XX:ReservedCodeCacheSize', default: '240MiB' },
  threads: { kind: 'count', unit: 'threads', about: 'threads of the process', default: '100', max: 1e6 },
} as const satisfies InputTable

export type JvmGiven = Values<typeof JVM>

/**
 * Memory of the process, in MiB.
 * @throws TuneError USAGE for a collector that the JDK has not
 */
export function processOf(sheet: Worksheet, given: JvmGiven, heap: Quantity): Quantity {
  const { jdk, metaspace, direct, codeCache, threads } = given
  collectorOf(given)
  const process = sheet.step(
    'process',
    'MiB',
    'of the JVM, which is the least limit of a container',
    f`${heap} + ${metaspace} + ${direct} + ${codeCache} + ${threads} × 1`,
    PARTS,
  )
  if (given.gc === 'g1') {
    const region = sheet.step(
      'region',
      'MiB',
      'of G1, as it chooses',
      f`max(1, min(32, pow2(floor(log2(${heap} / 2048)))))`,
      G1,
    )
    sheet.step('humongous', 'KiB', 'from which on an object is allocated apart', f`${region} × 1024 / 2`, G1)
  }
  if (heap.value >= OOPS_MIB) {
    sheet.warn(
      'compressed-oops',
      `a heap of ${shown(heap)} has no compressed pointers: it holds less than one of 31 GiB`,
    )
  }
  const { kafka }: Jdk = JDKS[jdk]
  if (kafka !== undefined) sheet.warn('old-jdk', kafka)
  return process
}

function collectorOf({ jdk, gc }: JvmGiven): readonly string[] {
  const { zgc }: Jdk = JDKS[jdk]
  if (gc === 'g1') return KAFKA_G1
  if (zgc !== undefined) return zgc
  throw new RefusedChoice('gc', `JDK ${jdk} has no ZGC`, 'it is there from 11 on, for use from 15 on')
}

/** The share of the process that is heap, as containers without -Xmx take it; with a decimal, which JDK 8 wants. */
export function ramPercentage(heap: Quantity, limit: Quantity): string {
  return `-XX:MaxRAMPercentage=${(Math.floor((heap.value / limit.value) * 1000) / 10).toFixed(1)}`
}

function heapOptions(heap: Quantity): string {
  return `-Xms${heap.value}m -Xmx${heap.value}m`
}

function otherOptions(given: JvmGiven): string[] {
  const mib = ({ value }: Quantity) => `${Math.ceil(value)}m`
  return [
    ...collectorOf(given),
    `-XX:MaxMetaspaceSize=${mib(given.metaspace)}`,
    `-XX:MaxDirectMemorySize=${mib(given.direct)}`,
    `-XX:ReservedCodeCacheSize=${mib(given.codeCache)}`,
  ]
}

/** The two variables of Kafka's start scripts; the second takes the place of Kafka's own options, so it repeats them. */
export function kafkaOptions(sheet: Worksheet, given: JvmGiven, heap: Quantity): void {
  const options = ['-server', ...otherOptions(given), '-Djava.awt.headless=true']
  sheet.command(
    'for the start script',
    'sh',
    `export KAFKA_HEAP_OPTS="${heapOptions(heap)}"`,
    `export KAFKA_JVM_PERFORMANCE_OPTS="${options.join(' ')}"`,
  )
}

export function applicationOptions(sheet: Worksheet, given: JvmGiven, heap: Quantity): void {
  sheet.command(
    'JVM options',
    'sh',
    `java ${heapOptions(heap)} ${otherOptions(given).join(' ')} -jar APP.jar`,
  )
}

/** What the guide starts a worker with. */
export function besideTheJvmGuide(sheet: Worksheet, { jdk, gc }: JvmGiven, heap: Quantity): void {
  sheet.guide(
    'heap',
    '-Xms4g -Xmx8g, with -XX:+UnlockExperimentalVMOptions -XX:+UseCGroupMemoryLimitForHeap',
    'MiB',
    f`8 × 1024`,
    `a figure without a load; -Xms below -Xmx makes the heap grow and shrink while it works; ${JDKS[jdk].cgroupFlag}`,
  )
  sheet.guide(
    'large heap',
    '-Xms16g -Xmx24g on 32 GB of memory',
    'MiB left',
    f`32 × 1024 - 24 × 1024`,
    'for page cache, metaspace, direct buffers and all other processes of the machine',
  )
  if (gc !== 'g1') return
  sheet.guide(
    'pause goal',
    '-XX:MaxGCPauseMillis=200 in KAFKA_JVM_PERFORMANCE_OPTS',
    'ms',
    f`200`,
    'ten times what Kafka sets itself (20); the variable takes the place of all of Kafka’s options, so InitiatingHeapOccupancyPercent and MaxInlineLevel are lost too',
  )
  sheet.guide(
    'region size',
    '-XX:G1HeapRegionSize=16m',
    'regions',
    f`floor(${heap} / 16)`,
    'G1 aims at 2,048: few regions leave it little to choose from; 8 GiB have 512 of them',
  )
}
