/** A consumer bench from the checked plan to the result: preload, join, measured time, lag. */
import type { Clock } from '../../core/clock.ts'
import { Histogram } from '../../core/histogram.ts'
import { mergeTools } from '../../core/merge.ts'
import type { ConsumerResult } from '../../core/result.ts'
import type { ConsumerClient, Subscription } from '../../drivers/consumer.ts'
import type { Admin, Driver } from '../../drivers/driver.ts'
import { codeIn, messageOf } from '../../errors.ts'
import { type Random, randomOf } from '../../records/random.ts'
import type { RecordSource } from '../../records/source.ts'
import { formatDurationMs } from '../../units.ts'
import { togetherStats } from '../client-stats.ts'
import { defined } from '../defined.ts'
import { endsOf } from '../ends.ts'
import { environment } from '../environment.ts'
import { type Loader, loadHere } from '../load.ts'
import { type Seen, startMonitors } from '../monitors.ts'
import { findOrMakeTopic, inspect } from '../preflight.ts'
import type { Progress } from '../progress.ts'
import { watchTopic } from '../topic-watch.ts'
import { removeTopic } from '../topics.ts'
import { type Application, createApplication, isIdle } from './application.ts'
import { assembleConsumer } from './assemble.ts'
import { catchUpOf, type GoingLoad, startGoingLoad, watchLag } from './catch-up.ts'
import { delaySampler } from './delay.ts'
import type { ConsumerBenchPlan } from './plan.ts'
import { type Preloaded, preload } from './preload.ts'
import { createSession, type EndReason } from './session.ts'
import { startingOffsets } from './starting.ts'

export interface ConsumerBenchIo {
  readonly clock: Clock
  readonly driver: Driver
  /** Writes what is read, where the plan has a preload. */
  readonly writer: Driver
  readonly source: RecordSource | undefined
  readonly admin: Admin
  /** First Ctrl-C: stop reading, report. */
  readonly signal: AbortSignal
  /** Aborted, with the reason in words, when the cluster is no more. */
  readonly gone?: AbortSignal
  readonly progress: (progress: Progress) => void
  /** A sentence that belongs beside the run, not into its result. */
  readonly note: (text: string) => void
  /** Who sends the load that goes on, where the plan has one; this process where absent. */
  readonly load?: Loader
  /** Where other processes have the consumers, one after the other: what these cost. */
  readonly processes?: Processes
}

/** What processes cost between two moments, one entry each. */
export interface Processes {
  watch(): void
  seen(): Promise<ConsumerResult['health']['tool'][]>
}

const TICK_MS = 100
/** Of the delays that the application takes; a stream of its own beside keys and values. */
const DELAY_STREAM = 7

export async function benchConsumer(plan: ConsumerBenchPlan, io: ConsumerBenchIo): Promise<ConsumerResult> {
  const { admin } = io
  const cluster = await admin.cluster()
  const { topic, created } = await findOrMakeTopic(admin, plan, cluster.brokers.length, 'read')
  try {
    const written = await fill(plan, topic.partitions.length, io)
    const preflight = inspect(
      { acks: undefined, bytes: undefined, engine: plan.broker.engine },
      cluster,
      topic,
    )
    const read = await readAll(plan, topic.partitions.length, io)
    return assembleConsumer({
      plan,
      ...read,
      preloaded: written,
      source: io.source,
      topicCreated: created,
      partitions: topic.partitions.length,
      ...defined({ topics: topic.topics }),
      driverLabel: io.driver.label,
      environment: environment(
        io.driver.version(),
        plan.broker,
        cluster.brokers.length,
        plan.connection.bootstrapServers,
      ),
      preflight: preflight.facts,
      warnings: preflight.warnings,
    })
  } finally {
    if (created && plan.topic.own) await removeTopic(plan.topic.name, io)
  }
}

async function fill(
  plan: ConsumerBenchPlan,
  partitions: number,
  { clock, writer, source, signal, progress }: ConsumerBenchIo,
): Promise<Preloaded | undefined> {
  if (plan.preload === undefined || source === undefined) return undefined
  const { numRecords, properties } = plan.preload
  const facts = { connection: plan.connection, topic: plan.topic.name, partitions, properties, numRecords }
  const onProgress = (records: number, elapsedMs: number) =>
    progress({
      ...{ phase: 'filling', elapsedMs, recordsDone: records, totalRecords: numRecords, errors: 0 },
      ...{ recordsPerSec: (records * 1000) / elapsedMs, bytesPerSec: 0 },
    })
  onProgress(0, 1)
  return preload(facts, { clock, driver: writer, source, signal, onProgress })
}

async function readAll(plan: ConsumerBenchPlan, partitions: number, io: ConsumerBenchIo) {
  const { clock, driver, admin, signal, gone, progress } = io
  const { read } = plan
  const { from, until } = await startingOffsets(read, plan.topic.name, partitions, admin)
  const random = randomOf(1, DELAY_STREAM)
  const commits = new Histogram()
  const processing = new Histogram()
  let commitsFailed = 0
  let monitors: ReturnType<typeof startMonitors> | undefined
  let startedAt = new Date(clock.epochMs()).toISOString()
  let stop: (reason: EndReason) => void = () => {}
  const over = new Promise<EndReason>((resolve) => {
    stop = resolve
  })
  const clients: ConsumerClient[] = []
  const going = await goingLoad(plan, partitions, io)

  const session = createSession({
    partitions,
    ...read,
    from,
    until,
    onInterval: ({ phase, atMs, durationMs, records, bytes, errors }) =>
      progress({
        phase: phase === 'start' ? 'joining' : 'reading',
        elapsedMs: atMs + durationMs,
        recordsDone: session.records(),
        recordsPerSec: (records * 1000) / durationMs,
        bytesPerSec: (bytes * 1000) / durationMs,
        errors,
        ...(read.numRecords === undefined ? {} : { totalRecords: read.numRecords }),
        ...(read.durationMs === undefined ? {} : { totalMs: read.durationMs }),
      }),
    onFirstRecord() {
      startedAt = new Date(clock.epochMs()).toISOString()
      monitors = startMonitors(togetherStats(clients), () => {})
      io.processes?.watch()
    },
    onEnd: stop,
  })

  const applications: Application[] = []
  const recordsOf: number[] = []
  const make = async (member: number) => {
    const subscription = subscriptionOf(plan, member, from)
    const application = createApplication({
      plan: plan.application,
      clock,
      delayMs: delayOf(plan, random),
      commit: (offsets) => clients[member]?.commit(offsets) ?? Promise.resolve(),
      onProcessed: (_, ms) => processing.record(ms),
      onCommitted(ms, error) {
        if (error === undefined) commits.record(ms)
        else {
          commitsFailed++
          session.failed(codeIn(error) ?? messageOf(error), clock.nowMs())
        }
      },
    })
    applications[member] = application
    return driver.consumer(
      {
        connection: plan.connection,
        topic: plan.topic.name,
        partitions,
        subscription,
        properties: plan.properties,
        records: false,
        mayHold: !isIdle(plan.application),
      },
      {
        onRecords(batch) {
          if (!session.received(member, batch, clock.nowMs())) return undefined
          let records = 0
          for (const received of batch) records += received.records
          recordsOf[member] = (recordsOf[member] ?? 0) + records
          return application.take(batch)
        },
        onPast: session.past,
        onAssigned: (now) => session.assigned(member, now, clock.nowMs()),
        onRevoked: (gone, lost) => session.revoked(member, gone, lost),
        onError: (code) => session.failed(code, clock.nowMs()),
      },
    )
  }

  let endedEarly: string | undefined
  const fail = (error: unknown) => {
    endedEarly ??= messageOf(error)
    session.fail()
  }
  const onAbort = () => (gone?.aborted === true ? fail(gone.reason) : session.interrupt())
  signal.addEventListener('abort', onAbort)
  const topicWatch = watchTopic(plan.topic.name, partitions, { admin, onGone: fail })
  const tick = setInterval(() => {
    session.tick(clock.nowMs())
    void topicWatch.look(session.silentMs(clock.nowMs()))
  }, TICK_MS)
  try {
    for (let member = 0; member < read.consumers; member++) clients[member] = await make(member)
    progress({ phase: 'joining', elapsedMs: 0, recordsDone: 0, recordsPerSec: 0, bytesPerSec: 0, errors: 0 })
    session.start(clock.nowMs())
    const readingMs = clock.nowMs()
    const positions = () => from.map((offset, partition) => session.position(partition) ?? offset)
    const lag =
      plan.catchUp === undefined
        ? undefined
        : watchLag({ ...plan, catchUp: plan.catchUp }, positions, {
            clock,
            admin,
            onCaughtUp: () => session.caughtUp(),
          })
    if (signal.aborted) onAbort()
    const failed = Promise.race([...clients.map(({ ended }) => ended), ...(going ? [going.failed] : [])])
    for (const client of clients) client.start()
    const reason = await Promise.race([
      over,
      failed.then(
        () => over,
        (error) => {
          // Without a record there is nothing to report but this
          if (session.records() === 0) throw error
          fail(error)
        },
      ),
    ])
    lag?.stop()
    const readTo = positions()
    const tools = await settled(io.processes?.seen() ?? Promise.resolve([]))
    const seen = (monitors ?? startMonitors(togetherStats(clients), () => {})).stop()
    await Promise.all(applications.map((application) => settled(application.finish())))
    // Load that goes on would be counted as lag, although nobody reads any more
    const now = lag?.ends() ?? (gone?.aborted ? endedEarly : await endsOf(admin, plan.topic.name, partitions))
    // They were read when reading began: nobody is there any more, so the records that are missing are no end of a topic
    if (reason === 'idle' && typeof now === 'string' && session.records() > 0) {
      endedEarly ??= `no record came for ${formatDurationMs(read.idleMs)}, then ${now}`
    }
    const loaded = await going?.stop()
    return {
      startedAt,
      ...(endedEarly === undefined ? {} : { endedEarly }),
      seen: withTools(seen, tools ?? []),
      workers: workersOf(tools ?? [], read.consumers, recordsOf),
      idleConsumers: idleOf(Math.min(read.consumers, partitions), recordsOf),
      session: session.finish(),
      positions: lag === undefined ? from.map((_, partition) => session.position(partition)) : readTo,
      until: typeof now === 'string' ? undefined : now,
      ...(typeof now === 'string' ? { notCounted: now } : {}),
      nowEpochMs: clock.epochMs(),
      commit: commits.summary(),
      commitsFailed,
      processing: processing.summary(),
      catchUp:
        plan.catchUp === undefined || loaded === undefined || lag === undefined || going === undefined
          ? undefined
          : catchUpOf(plan.catchUp, lag.samples, { loaded, startedMs: going.startedMs, readingMs }),
      effective: driver.effectiveConsumer({
        connection: plan.connection,
        properties: plan.properties,
        subscription: subscriptionOf(plan, 0, from),
      }),
    }
  } finally {
    clearInterval(tick)
    monitors?.cancel()
    await going?.stop().catch(() => {})
    signal.removeEventListener('abort', onAbort)
    await Promise.all(clients.map((client) => client.close()))
  }
}

/** The load of a catch-up run, once it has run alone for a while. */
async function goingLoad(
  plan: ConsumerBenchPlan,
  partitions: number,
  io: ConsumerBenchIo,
): Promise<GoingLoad | undefined> {
  const { catchUp } = plan
  const { source, writer, load = loadHere, progress } = io
  if (catchUp === undefined || source === undefined) return undefined
  progress({ phase: 'starting', elapsedMs: 0, recordsDone: 0, recordsPerSec: 0, bytesPerSec: 0, errors: 0 })
  return startGoingLoad({ ...plan, catchUp }, partitions, load, { ...io, source, driver: writer })
}

/** This process has the clocks and the accounting, those have the clients: the run costs them all. */
function withTools(seen: Seen, tools: readonly Seen['tool'][]): Seen {
  if (tools.length === 0) return seen
  const tool = mergeTools([seen.tool, ...tools])
  return { ...seen, tool, cpuUs: tool.cpuUs ?? seen.cpuUs }
}

/** Consumers go to the processes one after the other. */
function workersOf(
  tools: readonly Seen['tool'][],
  consumers: number,
  recordsOf: readonly number[],
): ConsumerResult['workers'] {
  if (tools.length === 0) return undefined
  return tools.map((tool, worker) => {
    const members = Array.from({ length: consumers }, (_, member) => member).filter(
      (member) => member % tools.length === worker,
    )
    const records = members.reduce((sum, member) => sum + (recordsOf[member] ?? 0), 0)
    return { consumers: members.length, records, tool }
  })
}

/** Of those that there were partitions for. */
function idleOf(consumers: number, recordsOf: readonly number[]): number {
  return Math.max(0, consumers - recordsOf.filter((records) => records > 0).length)
}

/** The group, or this member's share of the partitions. */
export function subscriptionOf(
  { read }: Pick<ConsumerBenchPlan, 'read'>,
  member: number,
  from: readonly (number | undefined)[],
): Subscription {
  const { groupId, consumers } = read
  if (groupId !== undefined) {
    return { kind: 'group', groupId, reset: read.from.kind === 'latest' ? 'latest' : 'earliest' }
  }
  return {
    kind: 'assigned',
    from: from.flatMap((offset, partition) =>
      partition % consumers === member ? [{ partition, offset: offset ?? 0 }] : [],
    ),
  }
}

function delayOf({ application }: ConsumerBenchPlan, random: Random): () => number {
  return application.process === undefined ? () => 0 : delaySampler(application.process, random)
}

/** undefined where it fails: the answer is there already. */
async function settled<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work
  } catch {
    return undefined
  }
}
