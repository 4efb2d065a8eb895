/**
 * What one process does of a bench that sends: client, warm-up, measured time. This process, or each of several workers;
 * what the cluster says of it afterwards is asked once, by whoever sent them out.
 */
import type { Clock } from '../core/clock.ts'
import type { Operation } from '../core/operation.ts'
import { createAnswers, type Phase, type PhaseOutcome } from '../core/phase.ts'
import type { Measured } from '../core/recorder.ts'
import type { Load } from '../core/result.ts'
import { runPhase } from '../core/run.ts'
import { type Share, shareCount, WHOLE } from '../core/share.ts'
import { sum } from '../core/sum.ts'
import type { Admin, Driver, ProducerClient, Properties } from '../drivers/driver.ts'
import { messageOf } from '../errors.ts'
import { type RecordSource, shareSource } from '../records/index.ts'
import { defined } from './defined.ts'
import { type Correlator, type EndToEnd, endToEnd, type Reception } from './e2e/driver.ts'
import type { Receiving } from './e2e/plan.ts'
import type { Seen } from './monitors.ts'
import type { LoadPlan, ProducerBenchPlan, WarmupPlan } from './plan.ts'
import type { Progress } from './progress.ts'
import { watchRefusals } from './refusals.ts'
import { type TransactionsSeen, transactional } from './transactions.ts'
import { type WarmupOutcome, warmUp } from './warmup.ts'
import { watch } from './watch.ts'

/** A bench that sends, and one that receives as well. */
export interface SendingPlan extends ProducerBenchPlan {
  readonly receive?: Receiving
}

export interface LoadIo {
  readonly clock: Clock
  readonly driver: Driver
  readonly admin: Pick<Admin, 'describe' | 'endOffsets'>
  readonly source: RecordSource
  /** Stops offering; what is in flight is waited for. */
  readonly signal: AbortSignal
  /** The cluster is no more: answers are hardly waited for. */
  readonly gone?: AbortSignal
  /** Aborted, with the reason, when nothing more can be sent: ends the run early, and what is in flight is waited for. */
  readonly cut?: AbortSignal
  readonly correlator?: Correlator
  readonly progress: (progress: Progress) => void
  /** The client is warm and idle, and has used so many offsets; measured time begins when this comes back. */
  readonly ready: (used: number) => Promise<void>
}

/** What came of it. Everything here survives the way from one process to another. */
export interface Loaded extends Seen {
  /** With the number in flight filled in. */
  readonly load: Load
  readonly startedAt: string
  readonly warmup: WarmupOutcome
  readonly outcome: PhaseOutcome
  readonly measured: Measured
  /** At the other end, where the plan has one. */
  readonly reception?: Reception
  /** Where the records went in transactions. */
  readonly transactions?: TransactionsSeen
  /** Where workers shared the load: what each of them brought. */
  readonly parts?: readonly Loaded[]
  /** Why it could not go on to its end. */
  readonly endedEarly?: string
}

export type Loader = (plan: SendingPlan, partitions: number, io: LoadIo) => Promise<Loaded>

/** In this process. @throws TuneError when nothing can be sent */
export async function loadHere(whole: SendingPlan, partitions: number, io: LoadIo): Promise<Loaded> {
  const plan = ownShare(whole)
  const share = plan.share ?? WHOLE
  let onAborted: ((operation: Operation) => void) | undefined
  if (plan.receive !== undefined) onAborted = (operation) => ends?.aborted(operation)
  const inTransactions =
    plan.transactions === undefined
      ? undefined
      : transactional({ ...io, ...plan.transactions, partitions, ...defined({ onAborted }) })
  const driver = inTransactions?.driver ?? io.driver
  const ends: EndToEnd | undefined =
    plan.receive === undefined ? undefined : endToEnd({ ...io, driver, plan: plan.receive, share })
  const answers = createAnswers()
  const refusals = watchRefusals(answers.onDone, plan.connection, plan.topic.name)
  // Nobody reads any more: what is sent from here on tells nothing
  const gone = [io.gone, ends?.broken].filter((signal) => signal !== undefined)
  const signal = AbortSignal.any([
    ...gone,
    io.signal,
    refusals.signal,
    ...(io.cut === undefined ? [] : [io.cut]),
    ...(inTransactions === undefined ? [] : [inTransactions.signal]),
  ])
  const client = await (ends?.driver ?? driver).producer(
    {
      connection: plan.connection,
      topic: plan.topic.name,
      partitions,
      properties: ownProperties(plan.properties, share),
      source: shareSource(io.source, share),
      paced: plan.load.shape.shape !== 'unpaced',
    },
    refusals.onDone,
  )
  let loaded: Loaded
  try {
    loaded = await measure(client)
  } finally {
    await client.close()
  }
  return {
    ...loaded,
    ...(ends === undefined ? {} : { reception: ends.reception() }),
    ...(inTransactions === undefined ? {} : { transactions: inTransactions.seen() }),
  }

  async function measure(client: ProducerClient): Promise<Loaded> {
    const load = withInFlight(plan.load.shape, client)
    const { clock } = io
    const base = { load, share, precise: plan.pacing === 'precise', drainMs: plan.drainMs }
    const nothing = { recordsDone: 0, recordsPerSec: 0, bytesPerSec: 0, errors: 0 }
    io.progress({ phase: 'starting', elapsedMs: 0, ...nothing })
    const warmup = await warmUp(
      plan.warmup,
      base,
      { clock, client, signal, gone: AbortSignal.any(gone) },
      answers,
      (recorder, elapsedMs) =>
        io.progress({
          phase: 'warm-up',
          elapsedMs,
          recordsDone: recorder.acked,
          recordsPerSec: (recorder.acked * 1000) / elapsedMs,
          bytesPerSec: 0,
          errors: recorder.errorCount,
        }),
    )
    refusals.check()
    ends?.broken.throwIfAborted()
    inTransactions?.check()
    await io.ready(warmup.records + sum(inTransactions?.seen().controlRecords ?? []))
    ends?.onMeasure()
    inTransactions?.reset()
    const watched = await watch(plan, load, client, io, (recorder) =>
      runPhase(
        { ...base, ...pickEnd(plan.load) },
        { clock, client, recorder, signal, gone: AbortSignal.any(gone) } satisfies Phase,
        answers,
      ),
    )
    refusals.check()
    inTransactions?.check()
    if (ends?.broken.aborted !== true) {
      return {
        load,
        warmup,
        ...watched,
        ...(io.cut?.aborted === true ? { endedEarly: messageOf(io.cut.reason) } : {}),
      }
    }
    // Without a record there is nothing to report but this
    if (ends.reception().tally.received === 0) throw ends.broken.reason
    return { load, warmup, ...watched, endedEarly: messageOf(ends.broken.reason) }
  }
}

/** Counts are divided; a schedule is shared as it is walked (`core/share.ts`). */
function ownShare(plan: SendingPlan): SendingPlan {
  const { share = WHOLE, load, warmup } = plan
  if (share.of === 1) return plan
  return { ...plan, load: ownLoad(load, share), warmup: ownWarmup(warmup, share) }
}

function ownLoad({ shape, numRecords, ...rest }: LoadPlan, share: Share): LoadPlan {
  return {
    ...rest,
    shape:
      shape.shape === 'unpaced' && shape.maxInFlight > 0
        ? { ...shape, maxInFlight: Math.max(1, shareCount(shape.maxInFlight, share)) }
        : shape,
    ...(numRecords === undefined ? {} : { numRecords: shareCount(numRecords, share) }),
  }
}

function ownWarmup(plan: WarmupPlan, share: Share): WarmupPlan {
  return plan.kind === 'records' ? { ...plan, records: shareCount(plan.records, share) } : plan
}

/** Two producers with one transactional id would fence each other off. */
function ownProperties(properties: Properties, { index, of }: Share): Properties {
  const id = properties['transactional.id']
  return of === 1 || id === undefined ? properties : { ...properties, 'transactional.id': `${id}-${index}` }
}

function withInFlight(load: Load, client: ProducerClient): Load {
  return load.shape === 'unpaced' && load.maxInFlight === 0
    ? { shape: 'unpaced', maxInFlight: client.inFlightRecords }
    : load
}

function pickEnd({ durationMs, numRecords }: LoadPlan) {
  return {
    ...(durationMs === undefined ? {} : { durationMs }),
    ...(numRecords === undefined ? {} : { numRecords }),
  }
}
