/** State in RocksDB, and checkpoints of it. */
import { formatDurationMs } from '../units.ts'
import { f } from './formula.ts'
import { type InputTable, refuse, type Values } from './inputs.ts'
import { type Quantity, shown } from './quantity.ts'
import type { Worksheet } from './worksheet.ts'

const LARGE =
  'Flink, tuning checkpoints and large state (https://nightlies.apache.org/flink/flink-docs-stable/docs/ops/state/large_state_tuning/)'

export const STATE = {
  state: { kind: 'gib', about: 'keyed state of the whole job', optional: true },
  states: {
    kind: 'count',
    unit: 'states',
    about: 'column families in a slot: each keyed state, timers count as one',
    optional: true,
    max: 10_000,
  },
  changed: {
    kind: 'share',
    about: 'share of the state that changes between checkpoints (incremental)',
    default: '10%',
    idle: { without: 'state' },
  },
  checkpointRate: {
    kind: 'mibPerSec',
    about: 'what the whole job writes to checkpoint storage',
    optional: true,
    idle: { without: 'state' },
  },
  interval: { kind: 'seconds', about: 'execution.checkpointing.interval', default: '30s' },
  timeout: { kind: 'seconds', about: 'execution.checkpointing.timeout', default: '10m' },
  minPause: { kind: 'seconds', about: 'execution.checkpointing.min-pause', default: '5s' },
} as const satisfies InputTable

type State = Values<typeof STATE> & { readonly slots: Quantity }

/** The guide's RocksDB settings, per column family. */
const GUIDE_CACHE_MIB = 256

/** What RocksDB makes of the managed memory of a slot. */
export function stateMemory(sheet: Worksheet, { states, slots }: State, managedPerSlot: Quantity): void {
  const cache = sheet.step(
    'blockCache',
    'MiB',
    'of a slot for reads; the other half buffers writes',
    f`${managedPerSlot} × 0.5`,
    LARGE,
  )
  if (states !== undefined) {
    sheet.step(
      'unmanaged',
      'MiB',
      'RocksDB could take on a TaskManager were it not managed',
      f`140 × ${states} × ${slots}`,
      LARGE,
    )
  }
  sheet.guide(
    'block cache',
    'state.backend.rocksdb.block.cache-size: 256mb',
    'MiB',
    f`${GUIDE_CACHE_MIB}`,
    `without effect while state.backend.rocksdb.memory.managed is true, its default: the cache is ${shown(cache)} of the slot's managed memory`,
  )
}

interface Checkpoints {
  /** To set, in ms: as given, or longer where that is too short. */
  readonly intervalMs: number
  readonly timeoutMs: number
  /** What a checkpoint takes, where that is known. */
  readonly text: string | undefined
}

export function checkpoints(sheet: Worksheet, given: State, peak: Quantity): Checkpoints {
  const { state, changed, checkpointRate, interval, timeout, minPause } = given
  if (minPause.value >= timeout.value)
    throw refuse(minPause, 'must be below the checkpoint timeout', 'the guide has 5s of 10m')
  if (state === undefined || checkpointRate === undefined) {
    return { intervalMs: interval.value * 1000, timeoutMs: timeout.value * 1000, text: undefined }
  }
  const time = sheet.step(
    'checkpointTime',
    's',
    'to write what changed',
    f`${state} × ${1024} × ${changed} / ${checkpointRate}`,
  )
  const full = sheet.step(
    'fullTime',
    's',
    'to write all: a savepoint, or the first checkpoint',
    f`${state} × ${1024} / ${checkpointRate}`,
  )
  const least = sheet.step(
    'leastInterval',
    's',
    'so that one ends, and a pause, before the next begins',
    f`${time} + ${minPause}`,
    LARGE,
  )
  const leastTimeout = sheet.step(
    'leastTimeout',
    's',
    'three times the longest',
    f`3 × max(${time}, ${full})`,
  )
  sheet.step(
    'redo',
    'records',
    'to process again after a failure, at most',
    f`${peak} × (${interval} + ${time})`,
  )
  if (least.value > interval.value) {
    sheet.warn(
      'interval',
      `a checkpoint takes ${seconds(time)}: with an interval of ${seconds(interval)} they follow each other without pause; at least ${seconds(least)}`,
    )
  }
  if (leastTimeout.value > timeout.value) {
    sheet.warn(
      'timeout',
      `a full checkpoint takes ${seconds(full)}: a timeout of ${seconds(timeout)} may abort it; at least ${seconds(leastTimeout)}`,
    )
  }
  if (time.value > 30) {
    sheet.warn(
      'long-checkpoint',
      `a checkpoint takes ${seconds(time)}, above the 30 s from which the guide scales up`,
    )
  }
  return {
    intervalMs: Math.ceil(Math.max(interval.value, least.value)) * 1000,
    timeoutMs: Math.ceil(Math.max(timeout.value, leastTimeout.value)) * 1000,
    text: `checkpoints take ${seconds(time)}`,
  }
}

function seconds({ value }: Quantity): string {
  return formatDurationMs(value * 1000)
}
