/** A producer bench from the checked plan to the result: preflight, load, accounting. */
import type { ProducerResult } from '../core/result.ts'
import type { Admin } from '../drivers/driver.ts'
import { messageOf } from '../errors.ts'
import { account } from './accounting.ts'
import { assemble } from './assemble.ts'
import { environment } from './environment.ts'
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
    let before: number[] | string = []
    const loaded = await load(plan, partitions, {
      ...io,
      async ready() {
        before = await offsets(admin, plan, partitions)
      },
    })
    const after = Array.isArray(before) ? await offsets(admin, plan, partitions) : before
    const { measured, outcome } = loaded
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
        offsets: Array.isArray(before) && Array.isArray(after) ? { before, after } : `${after}`,
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
      ...(io.gone?.aborted ? { gone: String(io.gone.reason) } : {}),
    })
    return { result, loaded }
  } finally {
    if (created && plan.topic.own) await removeTopic(plan.topic.name, io)
  }
}

/** Java and this tool ask for idempotence in words; librdkafka and kafkajs leave it off unless told. */
function isExactlyOnce(acks: string, properties: Readonly<Record<string, string>>): boolean {
  return (acks === 'all' || acks === '-1') && properties['enable.idempotence'] === 'true'
}

/** Or why they cannot be read (no right, no topic, no broker): the run goes on, the accounting says so. */
async function offsets(
  admin: Admin,
  plan: ProducerBenchPlan,
  partitions: number,
): Promise<number[] | string> {
  try {
    return await admin.endOffsets(plan.topic.name, partitions)
  } catch (error) {
    return messageOf(error)
  }
}
