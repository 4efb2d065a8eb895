/** Debezium for PostgreSQL: the queue of its one task, and the WAL that a database keeps while it does not read. */
import { formatDurationMs } from '../units.ts'
import { connectorJson, producerBatch } from './connector-config.ts'
import { TASKS } from './connector-http.ts'
import { f, most } from './formula.ts'
import { type InputTable, refuse, type Values } from './inputs.ts'
import { type Quantity, shown } from './quantity.ts'
import { LOAD, peakOf, RECORD, UTILIZATION } from './workload.ts'
import { largest, type Sized, type Worksheet, worksheet } from './worksheet.ts'

const DOCS =
  'Debezium connector for PostgreSQL (https://debezium.io/documentation/reference/stable/connectors/postgresql.html)'
const QUEUE = `ChangeEventQueue: a poll returns when max.batch.size records are there or poll.interval.ms, 5 s at most, is over; ${DOCS}`
const HEADROOM =
  'a replication slot keeps all WAL from the last confirmed position on: disk ≥ WAL/s × time without a reader'

/** Debezium's own, in records. */
const DEFAULT_BATCH = 2048
/** Above that a queue is a good part of the 2 GiB heap that Connect starts with. */
const LARGE_QUEUE_MIB = 512

export const DEBEZIUM = {
  ...LOAD,
  ...RECORD,
  ...UTILIZATION,
  ...TASKS,
  captureRate: {
    kind: 'rate',
    about: 'changes/s that one connector reads at most, measured',
    optional: true,
  },
  pollInterval: { kind: 'ms', about: 'poll.interval.ms', default: '500ms' },
  produceTime: { kind: 'ms', about: 'from a produce request to its answer, acks=all', default: '10ms' },
  wal: {
    kind: 'mibPerSec',
    about:
      'WAL that the whole database writes at peak, before growth; else the captured changes alone, which is less',
    optional: true,
  },
  outage: {
    kind: 'seconds',
    about: 'time without the connector that the database has to bear',
    default: '1d',
  },
  snapshotRows: { kind: 'count', unit: 'rows', about: 'rows of the first snapshot', optional: true },
  snapshotRate: { kind: 'rate', about: 'rows/s that one snapshot thread reads', optional: true },
  snapshotThreads: {
    kind: 'count',
    unit: 'threads',
    about: 'snapshot.max.threads',
    default: '1',
    max: 100,
  },
  tables: { kind: 'count', unit: 'tables', about: 'captured tables', default: '1', max: 1e6 },
} as const satisfies InputTable

type Given = Values<typeof DEBEZIUM>

/** @throws TuneError USAGE for rows of a snapshot without their rate */
export function sizeDebezium(given: Given): Sized {
  const sheet = worksheet()
  const peak = peakOf(sheet, given)
  const { batch, queue, queueMemory } = queueOf(sheet, given, peak)
  const onTheWay = sheet.step(
    'onTheWay',
    'B',
    'while one produce request is answered, at least one record',
    f`max(${given.recordSize}, ${peak} × ${given.recordSize} × ${given.produceTime} / 1000)`,
  )
  const producer = producerBatch(sheet, 'one request at a time keeps up', onTheWay)
  const wal = walOf(sheet, given, peak)
  const times = [given.outage, ...snapshotTime(sheet, given)]
  const held = sheet.step('held', 's', 'that WAL is kept, at the longest', most(times))
  const disk = sheet.step('walDisk', 'GiB', 'for WAL, beside the data', f`${wal} × ${held} / 1024`, HEADROOM)
  const connectors = connectorsOf(sheet, given, peak)
  besideTheGuide(sheet, given)
  commands(sheet, given, { batch, queue, queueMemory, producer, disk })
  const many = connectors === 1 ? '' : `; ${connectors} connectors with tables of their own`
  return sheet.sized(
    disk,
    `${shown(disk)} of WAL for ${formatDurationMs(held.value * 1000)}; max.batch.size ${batch.value} and max.queue.size ${queue.value} in one task${many}`,
    { limitedBy: largest(times).name },
  )
}

function queueOf(sheet: Worksheet, given: Given, peak: Quantity) {
  const { utilization, pollInterval, recordSize, tasks } = given
  if (tasks.value > 1) {
    sheet.warn(
      'one-task',
      `a slot is read in order by one reader, so Debezium makes one task: tasks.max=${tasks.value} is taken and does nothing; more need connectors with tables, slots and publications of their own`,
    )
  }
  const pace = sheet.step(
    'pace',
    'records/s',
    'the task has to keep up, with room to catch up',
    f`${peak} / ${utilization}`,
  )
  const perPoll = sheet.step(
    'perPoll',
    'records',
    'that come while a poll waits',
    f`ceil(${pace} × min(${pollInterval}, 5000) / 1000)`,
    QUEUE,
  )
  const batch = sheet.step(
    'batch',
    'records',
    'max.batch.size: a poll at peak, no less than the default',
    f`max(${DEFAULT_BATCH}, pow2(ceil(log2(${perPoll}))))`,
    QUEUE,
  )
  const queue = sheet.step(
    'queue',
    'records',
    'max.queue.size: four batches, as the defaults are; it must be above max.batch.size',
    f`4 × ${batch}`,
    DOCS,
  )
  const queueMemory = sheet.step(
    'queueMemory',
    'MiB',
    'of heap for a full queue; as max.queue.size.in.bytes it holds for wide rows too',
    f`${queue} × ${recordSize} / ${1024 ** 2}`,
  )
  sheet.step('stall', 's', 'of Kafka that the queue takes before reading stops', f`${queue} / ${peak}`)
  if (queueMemory.value > LARGE_QUEUE_MIB) {
    sheet.warn(
      'queue-memory',
      `a full queue takes ${shown(queueMemory)} of heap, and Connect starts with 2 GiB: tune size memory --for connect`,
    )
  }
  return { batch, queue, queueMemory }
}

function walOf(sheet: Worksheet, { wal, growth, recordSize }: Given, peak: Quantity): Quantity {
  if (wal !== undefined) {
    return sheet.step('walPlanned', 'MiB/s', 'of WAL: more changes write more', f`${wal} × ${growth}`)
  }
  sheet.warn(
    'wal-not-measured',
    'a slot keeps the WAL of the whole database, other tables, indexes and full-page images included: this counts captured changes alone, a lower bound; measure it with the query below, for --wal',
  )
  sheet.command(
    'WAL per second: twice, 60 s apart, the difference by 60',
    'sql',
    "SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0') AS bytes;",
  )
  return sheet.step('walPlanned', 'MiB/s', 'of WAL, at least', f`${peak} × ${recordSize} / ${1024 ** 2}`)
}

/** While the first snapshot runs, the slot is not read. */
function snapshotTime(sheet: Worksheet, given: Given): Quantity[] {
  const { snapshotRows, snapshotRate, snapshotThreads, tables } = given
  if (snapshotRows === undefined) return []
  if (snapshotRate === undefined) throw refuse(snapshotRows, 'needs a rate', 'give it with --snapshot-rate')
  if (snapshotThreads.value > tables.value) {
    sheet.warn(
      'snapshot-threads',
      `a thread reads a table (in chunks only from Debezium 3.5 on): of ${shown(snapshotThreads)} ${tables.value} have work`,
    )
  }
  const readers = sheet.step(
    'readers',
    'threads',
    'with a table to read',
    f`min(${snapshotThreads}, ${tables})`,
    DOCS,
  )
  return [
    sheet.step(
      'snapshotTime',
      's',
      'for the first snapshot, where tables are alike',
      f`${snapshotRows} / (${snapshotRate} × ${readers})`,
    ),
  ]
}

function connectorsOf(sheet: Worksheet, given: Given, peak: Quantity): number {
  const { captureRate, utilization, outage } = given
  if (captureRate === undefined) return 1
  const connectors = sheet.step(
    'connectors',
    'connectors',
    'that keep up, one task each',
    f`ceil(${peak} / (${captureRate} × ${utilization}))`,
    DOCS,
  )
  if (connectors.value > 1) {
    sheet.warn(
      'more-connectors',
      `one task reads ${shown(captureRate)}: ${connectors.value} connectors, each with tables, slot and publication of its own`,
    )
  }
  const spare = sheet.step(
    'spare',
    'records/s',
    'beyond what arrives, for catching up',
    f`${connectors} × ${captureRate} - ${peak}`,
  )
  if (spare.value > 0) {
    sheet.step(
      'catchUp',
      's',
      'after the outage until changes are read as they come',
      f`${outage} × ${peak} / ${spare}`,
    )
  } else {
    sheet.warn('never-caught-up', 'nothing is spare: after an outage the connector stays behind')
  }
  return connectors.value
}

function besideTheGuide(sheet: Worksheet, { pollInterval }: Given): void {
  sheet.guide(
    'tasks',
    '"tasks.max": "3", increase for parallel processing',
    'tasks',
    f`3`,
    'the connector makes one task whatever the number says',
  )
  sheet.guide(
    'batch',
    '"max.batch.size": "2048", increase batch size',
    'records',
    f`${2048}`,
    'that is the default, so it increases nothing',
  )
  sheet.guide(
    'queue',
    '"max.queue.size": "8192", increase queue size',
    'records',
    f`${8192}`,
    'that is the default, so it increases nothing',
  )
  sheet.guide(
    'poll interval',
    '"poll.interval.ms": "100", decrease for lower latency',
    'ms',
    f`${pollInterval} - 100`,
    'so much less may a record wait that comes alone; under load a full batch ends the wait and it changes nothing',
  )
  sheet.guide(
    'snapshot fetch',
    '"snapshot.fetch.size": "2048"',
    'rows',
    f`${2048}`,
    'a fifth of the default 10,240, under the heading of tuning',
  )
}

interface Decided {
  readonly batch: Quantity
  readonly queue: Quantity
  readonly queueMemory: Quantity
  readonly producer: Quantity
  readonly disk: Quantity
}

function commands(
  sheet: Worksheet,
  given: Given,
  { batch, queue, queueMemory, producer, disk }: Decided,
): void {
  sheet.command(
    'what to add to the connector',
    'json',
    ...connectorJson({
      'connector.class': 'io.debezium.connector.postgresql.PostgresConnector',
      'plugin.name': 'pgoutput',
      'publication.autocreate.mode': 'filtered',
      'tasks.max': 1,
      'max.batch.size': batch.value,
      'max.queue.size': queue.value,
      'max.queue.size.in.bytes': Math.ceil(queueMemory.value * 1024 ** 2),
      'poll.interval.ms': Math.ceil(given.pollInterval.value),
      'heartbeat.interval.ms': 10_000,
      'snapshot.max.threads': Math.min(given.snapshotThreads.value, given.tables.value),
      'producer.override.batch.size': producer.value,
    }),
  )
  sheet.command(
    'so that a slot nobody reads cannot fill the disk: beyond it the slot is lost and a new snapshot is due',
    'sql',
    `ALTER SYSTEM SET max_slot_wal_keep_size = '${Math.ceil(disk.value)}GB';`,
    'SELECT pg_reload_conf();',
  )
  sheet.command(
    'WAL that each slot keeps',
    'sql',
    'SELECT slot_name, pg_wal_lsn_diff(pg_current_wal_lsn(), restart_lsn) AS bytes FROM pg_replication_slots;',
  )
}
