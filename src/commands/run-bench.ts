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
import { onInterrupt } from './interrupt.ts'
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
  const { repeat } = request
  if (request.connection !== undefined) await mayLoad(io, request.connection.bootstrapServers, what, yes)
  let broker: ThrowAwayBroker | undefined
  let early: string | undefined
  const interrupt = onInterrupt(output.note, () => sayWhatStays(output.note))
  try {
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
      for (let n = 1; n <= repeat && !interrupt.signal.aborted && early === undefined; n++) {
        const plan = run.plan({ ...place, topic: topicOf(topic), broker: brokerNow })
        const which = repeat === 1 ? '' : `run ${n} of ${repeat}: `
        output.begin(`${which}${run.describe(plan)}`)
        const result = await run.bench(plan, {
          admin,
          signal: AbortSignal.any([interrupt.signal, died]),
          gone: died,
          progress: output.progress,
          // A throw-away broker takes its topics along.
          note: broker === undefined ? output.note : () => {},
        })
        output.end()
        await output.take(result)
        early = result.endedEarly ?? (died.aborted ? String(died.reason) : undefined)
      }
    } finally {
      output.end()
      await admin.close()
    }
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
    await broker?.stop()
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
