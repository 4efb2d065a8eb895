/** A bench of change events, from the checked plan to the result: rows in, events out, everything of its own removed. */
import { randomBytes } from 'node:crypto'
import { ownNames } from '../../connect/debezium.ts'
import type { Connect } from '../../connect/rest.ts'
import type { Operation } from '../../core/operation.ts'
import type { CdcResult } from '../../core/result.ts'
import type { Driver } from '../../drivers/driver.ts'
import { TuneError } from '../../errors.ts'
import type { Session } from '../../postgres/session.ts'
import { randomOf } from '../../records/random.ts'
import { runInField } from '../e2e/json-field.ts'
import { type LoadIo, loadHere } from '../load.ts'
import { type BenchIo, benchSending } from '../producer.ts'
import { toCdc } from './assemble.ts'
import { type Changes, createChanges } from './changes.ts'
import { findStage } from './existing-stage.ts'
import { makeOwnStage } from './own-stage.ts'
import { type CdcBenchPlan, firstRows } from './plan.ts'
import { openPool, type Pool } from './pool.ts'
import { createRows } from './rows.ts'
import { watchSlot } from './slot-watch.ts'
import { createUndo, type Stage, type StageIo } from './stage.ts'
import { transactionMaker } from './transactions.ts'
import { createWriter, type Writer } from './writer.ts'

export interface CdcBenchIo extends BenchIo {
  readonly openSession: () => Promise<Session>
  /** Of the worker that is named. */
  readonly connect: Connect | undefined
  /** Told what would stay if this process ended now; asked when it does. */
  readonly staying: (left: () => readonly string[]) => void
  /** Letters and digits that no other run has. */
  readonly id: string
}

/** Stream of the changes' kinds and rows, beside keys and values. */
const CHANGE_STREAM = 11

export async function benchCdc(plan: CdcBenchPlan, io: CdcBenchIo): Promise<CdcResult> {
  const { clock, source } = io
  const { cdc } = plan
  const run = runInField(randomBytes(4).readUInt32BE() >>> 1)
  const changes = createChanges(run)
  const undo = createUndo(io.note)
  io.staying(undo.left)
  const control = await keptSession(io.openSession)
  let pool: Pool | undefined
  try {
    const stage = await makeStage(plan, { ...io, control }, undo, changes)
    pool = await openPool({
      size: cdc.connections,
      open: io.openSession,
      nowMs: clock.nowMs,
      pause: (ms) => clock.wait(clock.nowMs() + ms, false).done,
      shown: cdc.database.shown,
    })
    const rows = createRows(randomOf(cdc.seed, CHANGE_STREAM))
    for (let n = firstRows(cdc); n > 0; n--) rows.add(rows.fresh())
    const maker = transactionMaker({
      ...{ table: stage.table, mix: cdc.mix, random: randomOf(cdc.seed, CHANGE_STREAM + 1), rows, changes },
      dueEpochMs: ({ dueMs }) => clock.epochMs() + dueMs - clock.nowMs(),
      bodyOf: bodies(source),
    })
    const slot = watchSlot(stage.slot, { control, clock })
    undo.add('the watch', async () => slot.stop())
    let writer: Writer | undefined
    const open = pool
    const driver: Driver = {
      ...io.driver,
      async producer(_, onDone) {
        writer = createWriter({
          ...{ pool: open, maker, onDone, nowMs: clock.nowMs },
          rowsPerTransaction: cdc.rowsPerTransaction,
          bytesOf: ({ first }) => source.bytes(first),
        })
        return writer
      },
    }
    const { result, loaded } = await benchSending(
      { ...plan, receive: { ...plan.receive, run } },
      {
        ...io,
        driver,
        // What it had sent is in the topic by now; nothing follows
        gone: anyOf(io.gone, stage.dead),
        load: (asked, partitions, loadIo) =>
          loadHere(asked, partitions, {
            ...loadIo,
            correlator: changes.correlator,
            cut: open.gone,
            async ready(used) {
              await loadIo.ready(used)
              writer?.reset()
              await slot.begin()
            },
          } satisfies LoadIo),
      },
    )
    const lag = await slot.end()
    if (writer === undefined || loaded.reception === undefined) {
      throw new TuneError('INTERNAL', 'the load wrote or received nothing')
    }
    return toCdc(plan, result, {
      stage,
      reception: loaded.reception,
      wrote: writer.wrote(),
      reconnects: open.reconnects(),
      slot: lag,
    })
  } finally {
    await pool?.close()
    await undo.all()
    await control.close()
    io.staying(() => [])
  }
}

function makeStage(
  plan: CdcBenchPlan,
  io: StageIo & Pick<CdcBenchIo, 'id' | 'source'>,
  undo: ReturnType<typeof createUndo>,
  changes: Changes,
): Promise<Stage> {
  const { capture } = plan.cdc
  const shared = {
    plan,
    undo,
    firstId: changes.rowKey(0),
    bodyBytes: Math.max(1, Math.round(io.source.meanBytes)),
  }
  if (capture.kind === 'existing') return findStage({ ...shared, capture }, io)
  if (io.connect === undefined) throw new TuneError('INTERNAL', 'a connector without a worker')
  return makeOwnStage({ ...shared, capture, names: ownNames(io.id), connect: io.connect }, io)
}

/** The same text for the same value, made once. */
function bodies(source: CdcBenchIo['source']): (operation: Operation) => string {
  const texts = new WeakMap<Buffer, string>()
  return ({ first }) => {
    const value = source.value(first)
    const known = texts.get(value)
    if (known !== undefined) return known
    const text = value.toString('latin1')
    texts.set(value, text)
    return text
  }
}

function anyOf(...signals: (AbortSignal | undefined)[]): AbortSignal {
  return AbortSignal.any(signals.filter((signal) => signal !== undefined))
}

/** A session that is made again when it was lost: what was made is still to be removed then. */
async function keptSession(open: () => Promise<Session>): Promise<Pick<Session, 'query' | 'close'>> {
  let session = await open()
  return {
    async query(sql, values) {
      if (session.lost.aborted) session = await open()
      return session.query(sql, values)
    },
    close: () => session.close(),
  }
}
