/** How Flink divides the memory of its processes. */
import { f } from './formula.ts'
import { type InputTable, refuse, type Values } from './inputs.ts'
import { type Quantity, shown } from './quantity.ts'
import type { Worksheet } from './worksheet.ts'

const MODEL =
  'Flink, memory model of TaskManager and JobManager (https://nightlies.apache.org/flink/flink-docs-stable/docs/deployment/memory/mem_setup_tm/); JVM overhead 0.1 of the process within 192 MiB and 1 GiB'
const NETWORK =
  'Flink, network memory tuning (https://nightlies.apache.org/flink/flink-docs-stable/docs/deployment/memory/network_mem_tuning/): 2 buffers a channel, 8 floating a gate, 32 KiB each'

/** Framework heap and framework off-heap of a TaskManager, 128 MiB each, by default. */
const FRAMEWORK_MIB = 128
/** Off-heap of a JobManager, by default. */
const JOB_OFF_HEAP_MIB = 128
/** Less heap for user code than that runs nothing. */
const LEAST_HEAP_MIB = 64

export const MEMORY = {
  memory: { kind: 'mib', about: 'taskmanager.memory.process.size', default: '4096MiB', min: 256 },
  metaspace: { kind: 'mib', about: 'taskmanager.memory.jvm-metaspace.size', default: '256MiB' },
  managedFraction: { kind: 'share', about: 'taskmanager.memory.managed.fraction', default: '0.4' },
  networkFraction: { kind: 'share', about: 'taskmanager.memory.network.fraction', default: '0.1' },
  networkMin: { kind: 'mib', about: 'taskmanager.memory.network.min', default: '64MiB' },
  networkMax: { kind: 'mib', about: 'taskmanager.memory.network.max', default: '1GiB' },
  jobMemory: { kind: 'mib', about: 'jobmanager.memory.process.size', default: '2048MiB', min: 256 },
  jobMetaspace: { kind: 'mib', about: 'jobmanager.memory.jvm-metaspace.size', default: '256MiB' },
  roundTrip: { kind: 'ms', about: 'round trip between TaskManagers', default: '1ms' },
} as const satisfies InputTable

type Memory = Values<typeof MEMORY> & { readonly slots: Quantity }

interface Divided {
  readonly network: Quantity
  readonly managed: Quantity
  readonly managedPerSlot: Quantity
}

/** @throws TuneError USAGE where no heap is left */
export function taskManagerMemory(sheet: Worksheet, given: Memory): Divided {
  const { memory, metaspace, managedFraction, networkFraction, networkMin, networkMax, slots } = given
  if (networkMin.value > networkMax.value) {
    throw refuse(networkMin, `must be at most network.max ${shown(networkMax)}`, 'Flink does not start so')
  }
  const step = (name: string, about: string, formula: Parameters<Worksheet['step']>[3]) =>
    sheet.step(name, 'MiB', about, formula, MODEL)
  const overhead = step('overhead', 'of a TaskManager, for the JVM', f`max(192, min(1024, 0.1 × ${memory}))`)
  const total = step('flinkMemory', 'total Flink memory of it', f`${memory} - ${metaspace} - ${overhead}`)
  const managed = step('managed', 'for state, sorting and Python', f`${managedFraction} × ${total}`)
  const network = step(
    'network',
    'for buffers between tasks',
    f`max(${networkMin}, min(${networkMax}, ${networkFraction} × ${total}))`,
  )
  const heap = step(
    'taskHeap',
    'heap for operators and user code',
    f`${total} - ${managed} - ${network} - ${FRAMEWORK_MIB} - ${FRAMEWORK_MIB}`,
  )
  if (heap.value < LEAST_HEAP_MIB) {
    throw refuse(
      memory,
      `leaves ${shown(heap)} of heap for user code`,
      `at least ${LEAST_HEAP_MIB} MiB; 1728MiB is Flink's own default`,
    )
  }
  const managedPerSlot = step('managedPerSlot', 'for the state of a slot', f`${managed} / ${slots}`)
  return { network, managed, managedPerSlot }
}

/** @throws TuneError USAGE where no heap is left */
export function jobManagerMemory(sheet: Worksheet, { jobMemory, jobMetaspace }: Memory): void {
  const step = (name: string, about: string, formula: Parameters<Worksheet['step']>[3]) =>
    sheet.step(name, 'MiB', about, formula, MODEL)
  const overhead = step(
    'jobOverhead',
    'of the JobManager, for the JVM',
    f`max(192, min(1024, 0.1 × ${jobMemory}))`,
  )
  const heap = step(
    'jobHeap',
    'heap of the JobManager',
    f`${jobMemory} - ${jobMetaspace} - ${overhead} - ${JOB_OFF_HEAP_MIB}`,
  )
  if (heap.value < 2 * FRAMEWORK_MIB) {
    throw refuse(jobMemory, `leaves ${shown(heap)} of heap`, "1600MiB is Flink's own default")
  }
}

/** What an all-to-all exchange (keyBy) takes of the network memory of a TaskManager. */
export function networkBuffers(
  sheet: Worksheet,
  { slots, roundTrip, recordSize }: Memory & { readonly recordSize: Quantity },
  { peak, parallelism, network }: { peak: Quantity; parallelism: Quantity; network: Quantity },
): void {
  sheet.step(
    'buffersInFlight',
    'buffers',
    'of 32 KiB that keep the whole exchange busy for a round trip',
    f`${peak} × ${recordSize} / 32768 × ${roundTrip} / 1000`,
    NETWORK,
  )
  const needed = sheet.step(
    'exchange',
    'MiB',
    'for one all-to-all exchange, into a TaskManager and out of it',
    f`2 × ${slots} × (2 × ${parallelism} + 8) × 32 / ${1024}`,
    NETWORK,
  )
  if (needed.value > network.value) {
    sheet.warn(
      'network-memory',
      `one exchange takes ${shown(needed)} of network buffers and a TaskManager has ${shown(network)}: “Insufficient number of network buffers”; raise network.fraction and network.max, or fewer slots`,
    )
  }
}
