/** Makes the result of a bench of changes from that of the load. Pure. */
import type { CdcResult, ProducerResult, Warning } from '../../core/result.ts'
import { judge } from '../../core/verdict.ts'
import { defined } from '../defined.ts'
import { receivedAs } from '../e2e/bench.ts'
import type { Reception } from '../e2e/driver.ts'
import type { CdcBenchPlan } from './plan.ts'
import type { Stage } from './stage.ts'
import type { Wrote } from './writer.ts'

export interface CdcFacts {
  readonly stage: Pick<Stage, 'own' | 'connector' | 'snapshot' | 'serverVersion' | 'table'>
  readonly reception: Reception
  readonly wrote: Wrote
  readonly reconnects: number
  readonly slot: CdcResult['slot']
}

export function toCdc(plan: CdcBenchPlan, result: ProducerResult, facts: CdcFacts): CdcResult {
  const { stage, wrote, slot, reconnects } = facts
  const { database, mix, rowsPerTransaction, connections } = plan.cdc
  const base = receivedAs(plan.receive, result, facts.reception)
  const { sent, acked, failed, unknown } = base.accounting
  const metrics = Object.fromEntries(
    Object.entries(base.metrics).filter(([name]) => !OFFSET_METRICS.includes(name)),
  )
  const lags = slot?.lag.map(({ lagBytes }) => lagBytes) ?? []
  const cdc: CdcResult = {
    ...base,
    kind: 'cdc',
    plan: {
      ...base.plan,
      database: database.shown,
      table: `${stage.table.schema}.${stage.table.table}`,
      own: stage.own,
      mix,
      rowsPerTransaction,
      connections,
      ...defined({ connector: stage.connector }),
    },
    metrics: {
      ...metrics,
      ...defined({
        snapshotRowsPerSec: stage.snapshot?.rowsPerSec,
        slotLagBytes: lags.at(-1),
        slotLagMaxBytes: lags.length === 0 ? undefined : Math.max(...lags),
      }),
    },
    ...defined({ databaseCommit: wrote.commit, slot, snapshot: stage.snapshot }),
    database: {
      server: `PostgreSQL ${stage.serverVersion}`,
      transactions: wrote.transactions,
      changes: wrote.changes,
      reconnects,
    },
    accounting: {
      ...{ sent, acked, failed, unknown },
      exact: false,
      note: 'changes are known by the key of their row: missing and repeated events are counted one by one',
    },
    verdicts: [],
    warnings: [
      ...base.warnings.filter(({ id }) => !OFFSET_WARNINGS.includes(id)).map(inWordsOfDatabases),
      ...spoilers(facts),
    ],
  }
  return { ...cdc, verdicts: judge(cdc, plan.thresholds) }
}

/** Offsets of the topic tell nothing that the keys do not, and `tune` writes no record itself. */
const OFFSET_METRICS: readonly string[] = [
  'recordsDelivered',
  'recordsLost',
  'recordsDuplicated',
  'partitionSkew',
]
const OFFSET_WARNINGS: readonly string[] = ['lost', 'duplicated', 'retention', 'not-counted']

const WORDS: Readonly<Record<string, (text: string) => string>> = {
  missing: (text) =>
    text.replace('acknowledged records were never received', 'committed changes never came as an event'),
  repeated: (text) => text.replace('records were received more than once', 'events came more than once'),
  errors: (text) => text.replace('records were not acknowledged', 'changes were not committed'),
  foreign: (text) =>
    text.replace(
      'records were received that are not of this run',
      'records were received that are no change of this run’s rows, or no JSON',
    ),
  'out-of-order': (text) =>
    text.replace(
      'records were received behind a later one of their partition',
      'events were received behind a later one of the same row',
    ),
}

function inWordsOfDatabases({ id, text }: Warning): Warning {
  return { id, text: WORDS[id]?.(text) ?? text }
}

function spoilers({ wrote, slot, reconnects }: CdcFacts): Warning[] {
  const warnings: Warning[] = []
  const warn = (id: string, text: string) => warnings.push({ id, text })
  const { becameInserts } = wrote.changes
  if (becameInserts > 0) {
    warn(
      'mix',
      `${becameInserts} updates or deletes found no row that was free and became inserts: ask for more inserts, or for fewer rows a transaction`,
    )
  }
  if (reconnects > 0) warn('reconnects', `${reconnects} connections to the database were lost and made again`)
  const idle = slot?.lag.filter(({ active }) => !active).length ?? 0
  if (slot !== undefined && idle > 0) {
    warn('slot-idle', `nobody read replication slot ${slot.name} in ${idle} of ${slot.lag.length} looks`)
  }
  const growth = growthOf(slot)
  if (growth !== undefined) {
    warn(
      'slot-lag',
      `replication slot ${slot?.name} fell behind by ${Math.round(growth)} B/s in all of the run: its connector confirmed too little, or its worker flushes offsets less often than the run is long (offset.flush.interval.ms)`,
    )
  }
  return warnings
}

const SAMPLES = 5
const GROWTH_BYTES_PER_SEC = 1024

/** Bytes a second, where each look found the slot further behind than the one before. */
function growthOf(slot: CdcResult['slot']): number | undefined {
  const lag = slot?.lag ?? []
  const first = lag[0]
  const last = lag.at(-1)
  if (first === undefined || last === undefined || lag.length < SAMPLES) return undefined
  if (lag.some(({ lagBytes }, n) => n > 0 && lagBytes < (lag[n - 1]?.lagBytes ?? 0))) return undefined
  const perSec = ((last.lagBytes - first.lagBytes) * 1000) / (last.atMs - first.atMs)
  return perSec > GROWTH_BYTES_PER_SEC ? perSec : undefined
}
