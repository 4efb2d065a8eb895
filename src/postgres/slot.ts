/** The replication slot that a connector reads by: which it is, and how far behind. */
import { TuneError } from '../errors.ts'
import type { Queries } from './session.ts'
import type { DatabaseTarget } from './target.ts'

export interface Slot {
  readonly name: string
  readonly plugin: string
}

export interface SlotLag {
  /** Written to the log and not confirmed by the connector, which confirms when its offsets are flushed. */
  readonly lagBytes: number
  /** What the database keeps on disk because of it. */
  readonly retainedBytes: number
  /** Somebody reads. */
  readonly active: boolean
}

/** undefined where there is no such slot. */
export async function slotLag(session: Queries, name: string): Promise<SlotLag | undefined> {
  const [row] = await session.query(
    `select active,
            coalesce(pg_wal_lsn_diff(pg_current_wal_lsn(), confirmed_flush_lsn), 0)::float8 as lag,
            coalesce(pg_wal_lsn_diff(pg_current_wal_lsn(), restart_lsn), 0)::float8 as retained
     from pg_replication_slots where slot_name = $1`,
    [name],
  )
  if (row === undefined) return undefined
  return {
    // A connector may confirm what was written between the two functions of the query
    lagBytes: Math.max(0, Number(row.lag)),
    retainedBytes: Math.max(0, Number(row.retained)),
    active: row.active === true,
  }
}

/**
 * The slot of that name, or the only logical one of the database.
 * @throws TuneError DATABASE
 */
export async function findSlot(
  session: Queries,
  name: string | undefined,
  { shown }: DatabaseTarget,
): Promise<Slot> {
  const rows = await session.query(
    `select slot_name, plugin from pg_replication_slots
     where slot_type = 'logical' and database = current_database() order by slot_name`,
  )
  const slots = rows.map(({ slot_name, plugin }) => ({ name: String(slot_name), plugin: String(plugin) }))
  const found = name === undefined ? slots[0] : slots.find((slot) => slot.name === name)
  const all = slots.map((slot) => slot.name).join(', ')
  if (found === undefined) {
    throw new TuneError(
      'DATABASE',
      `${shown} has no logical replication slot${name === undefined ? '' : ` ${name}`}: no connector reads its changes`,
      {
        hint:
          all === ''
            ? 'start the connector first, or let tune make one: --connect-url http://HOST:8083'
            : `--slot takes one of ${all}`,
      },
    )
  }
  if (name === undefined && slots.length > 1) {
    throw new TuneError('DATABASE', `${shown} has several logical replication slots: ${all}`, {
      hint: 'name the connector’s own with --slot',
    })
  }
  return found
}
