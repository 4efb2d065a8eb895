import type { ConnectorConfig } from '../../connect/rest.ts'
import type { TableName } from '../../postgres/names.ts'
import type { DatabaseTarget } from '../../postgres/target.ts'
import type { ReceivePlan } from '../e2e/plan.ts'
import type { ProducerBenchPlan } from '../plan.ts'

export const KINDS = ['insert', 'update', 'delete'] as const
export type Kind = (typeof KINDS)[number]
/** A figure for each kind of change. */
export type ByKind = Readonly<Record<Kind, number>>

/** A bench that writes rows and receives their change events: a record is the change of a row. */
export interface CdcBenchPlan extends ProducerBenchPlan {
  /** Its correlation is `change`. */
  readonly receive: ReceivePlan
  readonly cdc: CdcSettings
}

export interface CdcSettings {
  readonly database: DatabaseTarget
  readonly capture: Capture
  /** Shares; together 1. */
  readonly mix: ByKind
  readonly rowsPerTransaction: number
  readonly connections: number
  readonly seed: number
}

/** Who captures the changes. */
export type Capture =
  /** A connector that this run makes, with table, slot, publication and topic, and removes. */
  | {
      readonly kind: 'own'
      readonly connectUrl: string
      readonly config: ConnectorConfig
      /** In the table before the connector is made. */
      readonly snapshotRows: number
    }
  /** One that is there; watched where a worker is named. */
  | {
      readonly kind: 'existing'
      readonly table: TableName
      readonly slot: string | undefined
      readonly connector: { readonly url: string; readonly name: string } | undefined
    }

/** Of tables that are not filled for a snapshot: what updates and deletes find at the start, for each connection. */
const TRANSACTIONS_AHEAD = 4
const LEAST_ROWS = 100

/** Rows that are in the table before the first change. */
export function firstRows({ capture, mix, rowsPerTransaction, connections }: CdcSettings): number {
  const snapshotRows = capture.kind === 'own' ? capture.snapshotRows : 0
  const busy = mix.insert === 1 ? 0 : connections * rowsPerTransaction * TRANSACTIONS_AHEAD
  return Math.max(snapshotRows, busy, LEAST_ROWS)
}
