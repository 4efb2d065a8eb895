/** Memory of a Connect worker: the guide's formula, for each task and with what it leaves out. */
import { formatBytes } from '../units.ts'
import { TASKS } from './connector-http.ts'
import { f } from './formula.ts'
import { besideTheJvmGuide, JVM, kafkaOptions, processOf, ramPercentage } from './jvm.ts'
import { type Quantity, shown } from './quantity.ts'
import { variant } from './variants.ts'
import { RECORD } from './workload.ts'
import { largest, type Worksheet, worksheet } from './worksheet.ts'

const GUIDE = 'the HTTP guide, sizing guidelines: base, cache × 1.5, transformation × 2, and 25 % on top'
const PRODUCERS =
  'Kafka Connect, Worker.java: a producer for each source task, buffer.memory 32 MiB (https://kafka.apache.org/documentation/#producerconfigs_buffer.memory)'
const MIB = 1024 ** 2
/** `-Xms256M -Xmx2G` of bin/connect-distributed.sh. */
const CONNECT_HEAP = '2GiB'

const inputs = {
  ...RECORD,
  ...TASKS,
  base: { kind: 'mib', about: 'heap of a worker without load', default: CONNECT_HEAP },
  batch: {
    kind: 'count',
    unit: 'records',
    about: 'records that a task transforms at once',
    default: '500',
    max: 1e9,
  },
  cacheEntries: {
    kind: 'count',
    unit: 'pages',
    about: 'answers that a cache keeps; Connect itself has none',
    default: '0',
    min: 0,
    max: 1e9,
  },
  pageRecords: { kind: 'count', unit: 'records', about: 'records a page', default: '100', max: 1e6 },
  producerBuffer: { kind: 'mib', about: 'producer.override.buffer.memory', default: '32MiB' },
  queue: { kind: 'mib', about: 'max.queue.size.in.bytes of Debezium connectors, together', optional: true },
  ...JVM,
} as const

export const connect = variant({
  inputs,
  size(given) {
    const { base, batch, cacheEntries, pageRecords, recordSize, tasks, producerBuffer, queue } = given
    const sheet = worksheet()
    const cache = sheet.step(
      'cache',
      'MiB',
      'of pages that are kept',
      f`${cacheEntries} × ${pageRecords} × ${recordSize} × 1.5 / ${MIB}`,
      GUIDE,
    )
    const transformation = sheet.step(
      'transformation',
      'MiB',
      'of records and what becomes of them, in each task',
      f`${tasks} × ${batch} × ${recordSize} × 2 / ${MIB}`,
      GUIDE,
    )
    const producers = sheet.step(
      'producers',
      'MiB',
      'of records on their way, in each task',
      f`${tasks} × ${producerBuffer}`,
      PRODUCERS,
    )
    const parts = [base, cache, transformation, producers, ...(queue === undefined ? [] : [queue])]
    const heap = sheet.step('heap', 'MiB', 'with a quarter on top', f`ceil(1.25 × sum(${parts}))`, GUIDE)
    const process = processOf(sheet, given, heap)
    besideTheFormula(sheet, given, heap)
    besideTheJvmGuide(sheet, given, heap)
    kafkaOptions(sheet, given, heap)
    sheet.command(
      'or in a container of that size, by share',
      'sh',
      `export KAFKA_HEAP_OPTS="${ramPercentage(heap, process)}"`,
    )
    return sheet.sized(
      process,
      `${formatBytes(process.value * MIB)} for the worker, ${formatBytes(heap.value * MIB)} of it heap`,
      { limitedBy: largest(parts).name },
    )
  },
})

function besideTheFormula(
  sheet: Worksheet,
  { cacheEntries, batch, recordSize }: Readonly<Record<'cacheEntries' | 'batch' | 'recordSize', Quantity>>,
  heap: Quantity,
): void {
  sheet.guide(
    'formula',
    '(2 GB + cache size × record size × 1.5 + batch size × record size × 2) + 25 %',
    'MiB',
    f`1.25 × (2048 + ${cacheEntries} × ${recordSize} × 1.5 / ${MIB} + ${batch} × ${recordSize} × 2 / ${MIB})`,
    `is a heap (here ${shown(heap)}), not the memory of a process; counts one task, whose producer it leaves out; and an entry of cache.response.max.size is a page, not a record`,
  )
}
