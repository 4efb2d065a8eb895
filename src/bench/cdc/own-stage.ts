/** A connector of the run's own, with everything it needs. */
import { debeziumConfig, type OwnNames } from '../../connect/debezium.ts'
import { type Connect, whyDead } from '../../connect/rest.ts'
import { TuneError } from '../../errors.ts'
import { explain } from '../../postgres/errors.ts'
import { literal, quoted, quotedTable } from '../../postgres/names.ts'
import { refuseOwn, refuseServer, serverState } from '../../postgres/preflight.ts'
import type { Queries } from '../../postgres/session.ts'
import { slotLag } from '../../postgres/slot.ts'
import { createTable } from '../../postgres/table.ts'
import { type Capture, type CdcBenchPlan, firstRows } from './plan.ts'
import { awaitActive, awaitEvents, fill, type Stage, type StageIo, type Undo } from './stage.ts'
import { watchConnector } from './watch-connector.ts'

export interface OwnStageOptions {
  readonly plan: CdcBenchPlan
  readonly capture: Extract<Capture, { kind: 'own' }>
  readonly names: OwnNames
  readonly connect: Connect
  readonly undo: Undo
  /** Of the run's first row, as it stands in the table. */
  readonly firstId: number
  readonly bodyBytes: number
}

/** @throws TuneError; what was made until then is in `undo` */
export async function makeOwnStage(options: OwnStageOptions, io: StageIo): Promise<Stage> {
  const { plan, capture, names, connect, undo, firstId, bodyBytes } = options
  const { control, admin, clock } = io
  const { database } = plan.cdc
  const { table, slot, publication, connector } = names
  const state = await serverState(control)
  refuseServer(state, database)
  refuseOwn(state, database)
  // A worker that is not there is told of before anything is made
  await connect.status(connector)

  const run = (sql: string) =>
    control.query(sql).catch((error: unknown) => Promise.reject(explain(error, database)))
  await run(createTable(table))
  undo.add(`table ${table.schema}.${table.table}`, () => run(`drop table if exists ${quotedTable(table)}`))
  await run(`create publication ${quoted(publication)} for table ${quotedTable(table)}`)
  undo.add(`publication ${publication}`, () => run(`drop publication if exists ${quoted(publication)}`))
  const rows = firstRows(plan.cdc)
  await fill(io, table, { firstId, count: rows, bodyBytes })
  refuseInterrupted(io.signal)

  const { name: topic, partitions, replicationFactor, configs } = plan.topic
  await admin.create(topic, { partitions, replicationFactor, configs })
  undo.add(`topic ${topic}`, () => admin.remove(topic))
  undo.add(`replication slot ${slot}`, () => dropSlot(control, slot))
  const beganMs = clock.nowMs()
  undo.add(`connector ${connector}`, () => connect.remove(connector))
  await connect.create(connector, debeziumConfig(names, database, capture.config))
  const came = await awaitEvents(io, topic, { before: 0, count: rows }, async () => {
    const status = await connect.status(connector)
    return whyDead(connector, status)
  })
  await awaitActive(io, slot)
  const watch = watchConnector(connect, connector)
  undo.add('the watch', async () => watch.stop())
  return {
    table,
    slot: { name: slot, plugin: capture.config['plugin.name'] ?? 'pgoutput' },
    connector,
    own: true,
    serverVersion: state.version,
    snapshot:
      capture.snapshotRows === 0
        ? undefined
        : {
            rows,
            firstEventMs: came.firstMs - beganMs,
            tookMs: came.lastMs - beganMs,
            rowsPerSec: (rows * 1000) / (came.lastMs - beganMs),
          },
    dead: watch.dead,
    close: undo.all,
  }
}

function refuseInterrupted(signal: AbortSignal): void {
  if (signal.aborted) throw new TuneError('ABORTED', 'interrupted before anything was measured')
}

const DROP_TRIES = 50
const DROP_PAUSE_MS = 200

/** A slot can go when its reader has gone, which takes a worker a moment; then its reader is sent away. */
async function dropSlot(control: Queries, slot: string): Promise<void> {
  for (let n = 0; n < DROP_TRIES; n++) {
    const found = await slotLag(control, slot)
    if (found === undefined) return
    if (!found.active) {
      await control.query(`select pg_drop_replication_slot(${literal(slot)})`)
      return
    }
    if (n === DROP_TRIES / 2) {
      await control.query(
        'select pg_terminate_backend(active_pid) from pg_replication_slots where slot_name = $1',
        [slot],
      )
    }
    await new Promise((resolve) => setTimeout(resolve, DROP_PAUSE_MS))
  }
  throw new Error(`it is still read; later: select pg_drop_replication_slot(${literal(slot)})`)
}
