/** A Flink cluster of one's own: parallelism, TaskManagers, memory, checkpoints, and what its autoscaler would do. */
import { formatBytes, formatRate } from '../units.ts'
import { calculator } from './calculator.ts'
import { jobManagerMemory, MEMORY, networkBuffers, taskManagerMemory } from './flink-memory.ts'
import { autoscale, OBSERVED_JOB } from './flink-scale.ts'
import { checkpoints, STATE, stateMemory } from './flink-state.ts'
import { f } from './formula.ts'
import { refuse, type Values } from './inputs.ts'
import { type Quantity, shown } from './quantity.ts'
import { LOAD, peakOf, RECORD, UTILIZATION } from './workload.ts'
import { type Worksheet, worksheet } from './worksheet.ts'

const SOURCE =
  'a Kafka source reads a partition in one subtask; more subtasks than partitions stay idle and hold watermarks back (https://nightlies.apache.org/flink/flink-docs-stable/docs/connectors/datastream/kafka/)'
const MOST_KEY_GROUPS = 32_768

const inputs = {
  ...LOAD,
  partitions: { kind: 'count', unit: 'partitions', about: 'partitions of the topic that is read', max: 1e6 },
  ratePerSlot: {
    kind: 'rate',
    about: 'records/s that one subtask of the slowest operator does; else one subtask a partition',
    optional: true,
  },
  ...UTILIZATION,
  ...RECORD,
  slots: { kind: 'count', unit: 'slots', about: 'taskmanager.numberOfTaskSlots', default: '4', max: 1000 },
  maxParallelism: {
    kind: 'count',
    about: 'pipeline.max-parallelism; else what Flink derives',
    optional: true,
    max: MOST_KEY_GROUPS,
  },
  ...MEMORY,
  ...STATE,
  ...OBSERVED_JOB,
} as const

type Inputs = Values<typeof inputs>

export const flink = calculator({
  name: 'flink',
  about: 'self-managed Flink: parallelism, TaskManagers, their memory to the megabyte, checkpoints',
  source: SOURCE,
  example:
    'tune size flink --rate 100k/s --partitions 12 --rate-per-slot 15k/s --state 50GiB --checkpoint-rate 200MiB/s',
  inputs,
  size(given) {
    const sheet = worksheet()
    const peak = peakOf(sheet, given)
    const parallelism = parallelismOf(sheet, given, peak)
    const managers = sheet.step(
      'taskManagers',
      'TaskManagers',
      'with a slot for each subtask of the widest operator',
      f`ceil(${parallelism} / ${given.slots})`,
    )
    const most = maxParallelismOf(sheet, given, parallelism)
    const memory = taskManagerMemory(sheet, given)
    jobManagerMemory(sheet, given)
    networkBuffers(sheet, given, { peak, parallelism, network: memory.network })
    stateMemory(sheet, given, memory.managedPerSlot)
    const checkpointing = checkpoints(sheet, given, peak)
    const target = autoscale(sheet, given, most)
    besideTheGuide(sheet, given, { parallelism, most, memory })
    config(sheet, given, { parallelism, most, ...checkpointing })
    const text = `parallelism ${parallelism.value} in ${shown(managers)} of ${formatBytes(given.memory.value * 1024 ** 2)} for ${formatRate(peak.value)}`
    const more = [checkpointing.text, target].filter((part) => part !== undefined)
    return sheet.sized(parallelism, [text, ...more].join('; '), {
      limitedBy: given.ratePerSlot === undefined ? 'partitions' : 'toKeepUp',
    })
  },
})

/** So many that each reads equally many partitions, and none idles. */
function parallelismOf(sheet: Worksheet, given: Inputs, peak: Quantity): Quantity {
  const { ratePerSlot, partitions, utilization } = given
  if (ratePerSlot === undefined) {
    return sheet.step('parallelism', 'subtasks', 'one for each partition', f`${partitions}`, SOURCE)
  }
  const toKeepUp = sheet.step(
    'toKeepUp',
    'subtasks',
    'so that the slowest operator keeps up',
    f`ceil(${peak} / (${ratePerSlot} × ${utilization}))`,
  )
  if (toKeepUp.value > partitions.value) {
    sheet.warn(
      'too-few-partitions',
      `${toKeepUp.value} subtasks are needed, ${partitions.value} can read: more partitions (tune size partitions), or a shuffle after the source (rebalance, keyBy) with the source at ${partitions.value}`,
    )
    return sheet.step(
      'parallelism',
      'subtasks',
      'of operators after a shuffle; of the source one for each partition',
      f`${toKeepUp}`,
      SOURCE,
    )
  }
  const each = sheet.step(
    'partitionsEach',
    'partitions',
    'a subtask can keep up with',
    f`floor(${partitions} / ${toKeepUp})`,
  )
  return sheet.step(
    'parallelism',
    'subtasks',
    'so that none reads more',
    f`ceil(${partitions} / ${each})`,
    SOURCE,
  )
}

function maxParallelismOf(sheet: Worksheet, { maxParallelism }: Inputs, parallelism: Quantity): Quantity {
  if (maxParallelism === undefined) {
    return sheet.step(
      'maxParallelism',
      '',
      'key groups, fixed for the life of the state, as Flink derives them',
      f`min(${MOST_KEY_GROUPS}, max(128, pow2(ceil(log2(${parallelism} × 1.5)))))`,
      'KeyGroupRangeAssignment.computeDefaultMaxParallelism',
    )
  }
  if (maxParallelism.value < parallelism.value) {
    throw refuse(
      maxParallelism,
      `must be at least the parallelism ${parallelism.value}`,
      '720 divides by most numbers of subtasks',
    )
  }
  return maxParallelism
}

function besideTheGuide(
  sheet: Worksheet,
  given: Inputs,
  { parallelism, most, memory }: { parallelism: Quantity; most: Quantity; memory: { managed: Quantity } },
): void {
  const { partitions, slots } = given
  sheet.guide(
    'range',
    'parallelism 1-2 × the partition count for best performance',
    'subtasks',
    f`2 × ${partitions}`,
    'subtasks of a Kafka source beyond the partitions read nothing, and their idle watermarks hold back the rest',
  )
  sheet.guide(
    'TaskManagers',
    'parallelism / numberOfTaskSlots',
    'TaskManagers',
    f`${parallelism} / ${slots}`,
    'the same, rounded up',
  )
  sheet.guide(
    'maximum',
    'parallelism.max: 128',
    '',
    f`128`,
    `the key is pipeline.max-parallelism; here ${most.value}`,
  )
  sheet.guide(
    'managed memory',
    'managed.fraction 0.4: 40 % of managed memory, for state and network',
    'MiB',
    f`${memory.managed} × 0.4`,
    'the fraction is of total Flink memory, and managed memory holds state, not network buffers',
  )
}

interface Found {
  readonly parallelism: Quantity
  readonly most: Quantity
  readonly intervalMs: number
  readonly timeoutMs: number
}

function config(sheet: Worksheet, given: Inputs, { parallelism, most, intervalMs, timeoutMs }: Found): void {
  const mib = ({ value }: Quantity) => `${Math.floor(value)}m`
  sheet.command(
    'config.yaml',
    'yaml',
    `parallelism.default: ${parallelism.value}`,
    `pipeline.max-parallelism: ${most.value}`,
    `taskmanager.numberOfTaskSlots: ${given.slots.value}`,
    `taskmanager.memory.process.size: ${mib(given.memory)}`,
    `taskmanager.memory.jvm-metaspace.size: ${mib(given.metaspace)}`,
    `taskmanager.memory.managed.fraction: ${given.managedFraction.value}`,
    `taskmanager.memory.network.fraction: ${given.networkFraction.value}`,
    `taskmanager.memory.network.min: ${mib(given.networkMin)}`,
    `taskmanager.memory.network.max: ${mib(given.networkMax)}`,
    `jobmanager.memory.process.size: ${mib(given.jobMemory)}`,
    `jobmanager.memory.jvm-metaspace.size: ${mib(given.jobMetaspace)}`,
    'state.backend.type: rocksdb',
    'execution.checkpointing.incremental: true',
    `execution.checkpointing.interval: ${intervalMs} ms`,
    `execution.checkpointing.timeout: ${timeoutMs} ms`,
    `execution.checkpointing.min-pause: ${Math.round(given.minPause.value * 1000)} ms`,
  )
}
