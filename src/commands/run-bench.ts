/** What every bench does around its run: a broker where none was named, questions, interruption, topics of its own. */
import { randomBytes } from 'node:crypto'
import type { BrokerPlan, TopicPlan } from '../bench/plan.ts'
import type { Progress } from '../bench/progress.ts'
import { adminOfSeveral, joinTopics } from '../bench/several-topics.ts'
import type { ThrowAwayBroker } from '../broker/index.ts'
import type { Result } from '../core/result.ts'
import { connectAdminOf } from '../drivers/admin-of.ts'
import type { Admin, Connection } from '../drivers/driver.ts'
import { messageOf, TuneError } from '../errors.ts'
import type { Output } from './bench-output.ts'
import type { BenchRequest, TopicRequest } from './bench-request.ts'
import { type Interrupt, onInterrupt } from './interrupt.ts'
import type { Io } from './io.ts'
import { noting, removeLeft, sayWhatStays } from './left-topics.ts'
import { mayLoad, mayLoadBehind } from './local.ts'
import { brokerPlan, refuseEarly, startOwnBroker, watchBroker } from './own-broker.ts'

export interface Run<Plan extends Place> {
  readonly request: Pick<BenchRequest, 'connection' | 'connectTo' | 'engine' | 'brokers' | 'repeat'> & {
    readonly topic: TopicRequest
  }
  /** What it does to a cluster, for the question before one elsewhere gets it. */
  readonly what: string
  readonly yes: boolean
  /** The checked request, with the cluster that it goes to. */
  plan(place: Place): Plan
  /** What runs where, one line. */
  describe(plan: Plan): string
  bench(plan: Plan, tools: RunTools): Promise<Result>
}

export interface Place {
  readonly connection: Connection
  readonly topic: TopicPlan
  readonly broker: BrokerPlan
}

export interface RunTools {
  readonly admin: Admin
  /** First Ctrl-C, or the cluster is no more. */
  readonly signal: AbortSignal
  /** Aborted, with the reason in words, when the cluster is no more: answers are hardly waited for. */
  readonly gone: AbortSignal
  readonly progress: (progress: Progress) => void
  readonly note: (text: string) => void
}

/** @returns the exit code */
export async function runBench<Plan extends Place>(run: Run<Plan>, output: Output, io: Io): Promise<number> {
  const { request, what, yes } = run
  if (request.connection !== undefined) await mayLoad(io, request.connection.bootstrapServers, what, yes)
  let broker: ThrowAwayBroker | undefined
  const each = async (interrupt: Interrupt): Promise<string | undefined> => {
    if (request.connection === undefined) {
      broker = await startOwnBroker({ ...request, partitions: request.topic.partitions }, io)
    }
    const place = placeOf(request, broker)
    const died = watchBroker(broker, output.note)
    const connected = await connectAdminOf(place.broker.engine, place.connection)
    const isOwn = request.topic.name === undefined && request.topic.include === undefined
    const admin = adminOfSeveral(
      broker === undefined && isOwn ? noting(connected, place.connection) : connected,
    )
    try {
      const brokerNow = await mayLoadBehind(io, admin, place.broker, what, yes)
      const topic = await included(request.topic, admin)
      if (broker === undefined) await removeLeft(admin, place.connection.bootstrapServers, output.note)
      return await repeatRuns(
        request.repeat,
        {
          begin() {
            const plan = run.plan({ ...place, topic: topicOf(topic), broker: brokerNow })
            return { what: run.describe(plan), bench: (tools) => run.bench(plan, { ...tools, admin }) }
          },
          died,
          // A throw-away broker takes its topics along.
          note: broker === undefined ? output.note : () => {},
        },
        interrupt,
        output,
      )
    } finally {
      output.end()
      await admin.close()
    }
  }
  return seeThrough(
    each,
    output,
    io,
    () => sayWhatStays(output.note),
    async () => broker?.stop(),
  )
}

/** A bench that needs no broker. */
export interface LoneRun {
  readonly repeat: number
  /** What runs where, one line. */
  describe(): string
  bench(tools: Omit<RunTools, 'admin'>): Promise<Result>
}

/** @returns the exit code */
export async function runAlone(run: LoneRun, output: Output, io: Io): Promise<number> {
  const never = new AbortController().signal
  const runs: Runs = {
    begin: () => ({ what: run.describe(), bench: run.bench }),
    died: never,
    note: output.note,
  }
  return seeThrough(
    async (interrupt) => {
      try {
        return await repeatRuns(run.repeat, runs, interrupt, output)
      } finally {
        output.end()
      }
    },
    output,
    io,
  )
}

interface Runs {
  /** The next run: what it is, one line, and how to do it. */
  begin(): { what: string; bench(tools: Omit<RunTools, 'admin'>): Promise<Result> }
  readonly died: AbortSignal
  readonly note: (text: string) => void
}

/** Fresh runs, one after the other. @returns why they ended early, where they did */
async function repeatRuns(
  repeat: number,
  { begin, died, note }: Runs,
  interrupt: Interrupt,
  output: Output,
): Promise<string | undefined> {
  for (let n = 1; n <= repeat && !interrupt.signal.aborted; n++) {
    const { what, bench } = begin()
    output.begin(`${repeat === 1 ? '' : `run ${n} of ${repeat}: `}${what}`)
    const result = await bench({
      signal: AbortSignal.any([interrupt.signal, died]),
      gone: died,
      progress: output.progress,
      note,
    })
    output.end()
    await output.take(result)
    const early = result.endedEarly ?? (died.aborted ? String(died.reason) : undefined)
    if (early !== undefined) return early
  }
  return undefined
}

/**
 * From runs to the exit code, whatever interrupts them.
 * @param runs gives the reason where they ended early
 */
async function seeThrough(
  runs: (interrupt: Interrupt) => Promise<string | undefined>,
  output: Output,
  io: Io,
  onQuit?: () => void,
  cleanUp: () => Promise<void> = async () => {},
): Promise<number> {
  const interrupt = onInterrupt(output.note, onQuit)
  try {
    const early = await runs(interrupt)
    const gateCode = await output.finish()
    refuseEarly(early)
    return interrupt.exitCode() ?? gateCode
  } catch (error) {
    const code = interrupt.exitCode()
    if (code === undefined) throw error
    // Interrupted before there was anything to report.
    io.err(`${messageOf(error)}\n`)
    return code
  } finally {
    interrupt.stop()
    await cleanUp()
  }
}

function placeOf(
  { connection, connectTo }: Run<Place>['request'],
  broker?: ThrowAwayBroker,
): Omit<Place, 'topic'> {
  const to = connection ?? connectTo(broker?.bootstrapServers ?? '')
  return { connection: to, broker: brokerPlan(broker, to) }
}

/** The topics that are there and match, as one. @throws TuneError TOPIC when none does */
async function included(topic: TopicRequest, admin: Admin): Promise<TopicRequest> {
  const { include } = topic
  if (include === undefined) return topic
  const names = (await admin.topics()).filter((name) => include.test(name)).toSorted()
  if (names.length > 0) return { ...topic, name: joinTopics(names) }
  throw new TuneError('TOPIC', `no topic matches ${include.source}`, {
    hint: 'see what is there with: kafka-topics.sh --list; the whole name has to match',
  })
}

/** Those of its own are others for each run: what a run leaves in a topic is not the next one's. */
function topicOf({ include: _, count, ...topic }: TopicRequest): TopicPlan {
  const own = `tune-bench-${randomBytes(4).toString('hex')}`
  const names = count === 1 ? [own] : Array.from({ length: count }, (_, n) => `${own}-${n + 1}`)
  return { ...topic, name: topic.name ?? joinTopics(names), own: topic.name === undefined }
}
