/** A producer bench from the checked plan to the result: preflight, load, accounting. */
import type { ProducerResult } from '../core/result.ts'
import { sum } from '../core/sum.ts'
import type { Admin } from '../drivers/driver.ts'
import { account } from './accounting.ts'
import { assemble } from './assemble.ts'
import { defined } from './defined.ts'
import { endsOf } from './ends.ts'
import { environment } from './environment.ts'
import { isExactlyOnce } from './exactly-once.ts'
import { type Loaded, type Loader, type LoadIo, loadHere, type SendingPlan } from './load.ts'
import type { ProducerBenchPlan } from './plan.ts'
import { findOrMakeTopic, inspect, plannedBytes, refuseTooLarge } from './preflight.ts'
import { removeTopic } from './topics.ts'

export interface BenchIo extends Omit<LoadIo, 'ready' | 'admin'> {
  readonly admin: Admin
  /** A sentence that belongs beside the run, not into its result. */
  readonly note: (text: string) => void
  /** Who sends; this process where absent. */
  readonly load?: Loader
}

export async function benchProducer(plan: ProducerBenchPlan, io: BenchIo): Promise<ProducerResult> {
  const { result } = await benchSending(plan, io)
  return result
}

/** The result as a producer's, and what the load brought beside it. */
export async function benchSending(
  plan: SendingPlan,
  io: BenchIo,
): Promise<{ result: ProducerResult; loaded: Loaded }> {
  const { driver, admin, source, load = loadHere } = io
  const effective = driver.effective({ connection: plan.connection, properties: plan.properties, source })
  const cluster = await admin.cluster()
  const { topic, created } = await findOrMakeTopic(admin, plan, cluster.brokers.length)
  const partitions = topic.partitions.length
  try {
    refuseTooLarge(plan, topic, source)
    const preflight = inspect(
      {
        acks: plan.properties.acks,
        bytes: plannedBytes(plan, source.meanBytes),
        engine: plan.broker.engine,
        askedPartitions: created ? plan.topic.partitions : undefined,
      },
      cluster,
      topic,
    )
    const ends = offsetsOf(admin, plan, partitions)
    // Without transactions every answer is an offset that is there
    const first = plan.transactions === undefined ? undefined : await ends()
    let before: number[] | string = []
    const loaded = await load(plan, partitions, {
      ...io,
      async ready(used) {
        before = await ends(Array.isArray(first) ? sum(first) + used : 0)
      },
    })
    const { measured, outcome, transactions } = loaded
    const used = measured.acked + sum(transactions?.controlRecords ?? [])
    const after = Array.isArray(before)
      ? await ends(transactions === undefined ? 0 : sum(before) + used)
      : before
    const acks = plan.properties.acks ?? String(effective.values.acks ?? 'all')
    const result = assemble({
      plan,
      ...loaded,
      topicCreated: created,
      partitions,
      records: source.about,
      properties: plan.properties,
      driverLabel: driver.label,
      environment: environment(
        driver.version(),
        plan.broker,
        cluster.brokers.length,
        plan.connection.bootstrapServers,
      ),
      effective,
      accounting: account({
        measured: { sent: measured.sent, ...(loaded.reception?.tally ?? measured) },
        offsets:
          Array.isArray(before) && Array.isArray(after)
            ? { before, after, controlRecords: transactions?.controlRecords ?? [] }
            : `${after}`,
        // Nobody else knows of it, or can
        own: plan.topic.own || created || plan.broker.throwAway,
        exactlyOnce: isExactlyOnce(acks, plan.properties),
        acks,
      }),
      preflight: preflight.facts,
      warnings: [
        ...preflight.warnings,
        // They could be read before
        ...(Array.isArray(before) && !Array.isArray(after) ? [{ id: 'not-counted', text: after }] : []),
      ],
      interrupted: outcome.aborted,
      ...defined({ endedEarly: io.gone?.aborted ? String(io.gone.reason) : loaded.endedEarly }),
    })
    return { result, loaded }
  } finally {
    if (created && plan.topic.own) await removeTopic(plan.topic.name, io)
  }
}

/** A commit is confirmed before its markers are written. */
const MARKERS_MS = 2000
const MARKERS_PAUSE_MS = 50

/** Looks at the ends; the accounting says why where they cannot be read. `ends(atLeast)` gives those on their way a moment. */
function offsetsOf(admin: Admin, { topic }: ProducerBenchPlan, partitions: number) {
  return async (atLeast = 0): Promise<number[] | string> => {
    const untilMs = performance.now() + MARKERS_MS
    for (;;) {
      const found = await endsOf(admin, topic.name, partitions)
      if (typeof found === 'string' || sum(found) >= atLeast || performance.now() >= untilMs) return found
      await new Promise((resolve) => setTimeout(resolve, MARKERS_PAUSE_MS))
    }
  }
}
