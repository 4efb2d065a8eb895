/** A connector that somebody else made: looked at, written for, and left as it is. */
import { topicOf } from '../../connect/debezium.ts'
import { type Connect, type ConnectorConfig, whyDead } from '../../connect/rest.ts'
import { TuneError } from '../../errors.ts'
import { explain } from '../../postgres/errors.ts'
import { plainName, quoted, quotedTable } from '../../postgres/names.ts'
import { publicationsOf, refuseServer, refuseTable, serverState } from '../../postgres/preflight.ts'
import { findSlot } from '../../postgres/slot.ts'
import { type Capture, type CdcBenchPlan, firstRows } from './plan.ts'
import { awaitEvents, countIn, fill, type Stage, type StageIo, type Undo } from './stage.ts'
import { watchConnector } from './watch-connector.ts'

type Existing = Extract<Capture, { kind: 'existing' }>

export interface ExistingStageOptions {
  readonly plan: CdcBenchPlan
  readonly capture: Existing
  readonly undo: Undo
  readonly firstId: number
  readonly bodyBytes: number
}

/** @throws TuneError */
export async function findStage(options: ExistingStageOptions, io: StageIo): Promise<Stage> {
  const { plan, capture, undo, firstId, bodyBytes } = options
  const { control, admin, connect } = io
  const { database } = plan.cdc
  const { table } = capture
  const state = await serverState(control)
  refuseServer(state, database)
  await refuseTable(control, table, database)
  const config = await configOf(capture, connect)
  const slot = await findSlot(control, capture.slot ?? config?.['slot.name'], database)
  if (slot.plugin === 'pgoutput') await refuseUnpublished()

  const topic = plan.topic.name
  const before = await countIn(admin, topic)
  const rows = firstRows(plan.cdc)
  try {
    await fill(io, table, { firstId, count: rows, bodyBytes })
  } catch (error) {
    throw explain(error, database)
  }
  const { connector } = capture
  await awaitEvents(io, topic, { before, count: rows }, async () =>
    connect === undefined || connector === undefined
      ? undefined
      : whyDead(connector.name, await connect.status(connector.name)),
  )
  const watch =
    connect === undefined || connector === undefined ? undefined : watchConnector(connect, connector.name)
  if (watch !== undefined) undo.add('the watch', async () => watch.stop())
  io.note(
    `rows of this run stay in ${plainName(table)}: delete from ${quotedTable(table)} where id >= ${firstId} and id < ${firstId + 2 ** 32};`,
  )
  return {
    table,
    slot,
    connector: connector?.name,
    own: false,
    serverVersion: state.version,
    snapshot: undefined,
    dead: watch?.dead ?? new AbortController().signal,
    close: undo.all,
  }

  async function refuseUnpublished(): Promise<void> {
    const publications = await publicationsOf(control, table)
    const wanted = config?.['publication.name']
    const isPublished = wanted === undefined ? publications.length > 0 : publications.includes(wanted)
    if (isPublished) return
    const name = wanted ?? 'dbz_publication'
    throw new TuneError(
      'DATABASE',
      `table ${plainName(table)} is not in ${wanted === undefined ? 'any publication' : `publication ${name}`}: pgoutput does not read its changes`,
      { hint: `alter publication ${quoted(name)} add table ${quotedTable(table)};` },
    )
  }
}

/** Undefined where no worker is named. @throws TuneError CONNECTOR */
async function configOf(
  { connector }: Existing,
  connect: Connect | undefined,
): Promise<ConnectorConfig | undefined> {
  if (connector === undefined || connect === undefined) return undefined
  const config = await connect.config(connector.name)
  if (config !== undefined) return config
  throw new TuneError('CONNECTOR', `there is no connector ${connector.name} at ${connector.url}`, {
    hint: 'see what there is with GET /connectors, or leave --connector out and tune makes one of its own',
  })
}

/** Where a connector's events go unless a transformation renames the topic. */
export async function topicOfConnector(capture: Existing, connect: Connect): Promise<string> {
  const prefix = (await configOf(capture, connect))?.['topic.prefix']
  if (prefix !== undefined) return topicOf(prefix, capture.table)
  throw new TuneError('USAGE', `the settings of ${capture.connector?.name} do not tell its topic`, {
    hint: 'name it with --topic',
  })
}
