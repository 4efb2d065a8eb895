/** A producer bench from the checked plan to the result: preflight, warm-up, measured time, drain, accounting. */
import type { Clock } from '../core/clock.ts'
import { createAnswers, type Phase } from '../core/phase.ts'
import type { Load, ProducerResult } from '../core/result.ts'
import { runPhase } from '../core/run.ts'
import type { Admin, Driver, ProducerClient } from '../drivers/driver.ts'
import { messageOf } from '../errors.ts'
import type { RecordSource } from '../records/source.ts'
import { account } from './accounting.ts'
import { assemble } from './assemble.ts'
import { environment } from './environment.ts'
import type { ProducerBenchPlan } from './plan.ts'
import { findOrMakeTopic, inspect, plannedBytes, refuseTooLarge } from './preflight.ts'
import type { Progress } from './progress.ts'
import { watchRefusals } from './refusals.ts'
import { removeTopic } from './topics.ts'
import { warmUp } from './warmup.ts'
import { watch } from './watch.ts'

export interface BenchIo {
  readonly clock: Clock
  readonly driver: Driver
  readonly admin: Admin
  readonly source: RecordSource
  /** First Ctrl-C: stop offering, drain, report. */
  readonly signal: AbortSignal
  /** Aborted, with the reason in words, when the cluster is no more: answers are hardly waited for. */
  readonly gone?: AbortSignal
  readonly progress: (progress: Progress) => void
  /** A sentence that belongs beside the run, not into its result. */
  readonly note: (text: string) => void
  /** Where `done` is not `acknowledged` (end to end): told when measured time begins, and what the client's answers were. */
  readonly endToEnd?: {
    onMeasure(): void
    answers(): ClientAnswers
  }
}

/** How the client answered the records of the measured time. */
export interface ClientAnswers {
  readonly acked: number
  readonly failed: number
  readonly unknown: number
}

export async function benchProducer(plan: ProducerBenchPlan, io: BenchIo): Promise<ProducerResult> {
  const { driver, admin, source } = io
  const effective = driver.effective({ connection: plan.connection, properties: plan.properties, source })
  const cluster = await admin.cluster()
  const { topic, created } = await findOrMakeTopic(admin, plan, cluster.brokers.length)
  const answers = createAnswers()
  const refusals = watchRefusals(answers.onDone, plan.connection, plan.topic.name)
  const signal = AbortSignal.any([io.signal, refusals.signal])
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
    const client = await driver.producer(
      {
        connection: plan.connection,
        topic: plan.topic.name,
        partitions: topic.partitions.length,
        properties: plan.properties,
        source,
        paced: plan.load.shape.shape !== 'unpaced',
      },
      refusals.onDone,
    )
    try {
      return await measure()
    } finally {
      await client.close()
    }

    async function measure(): Promise<ProducerResult> {
      const load = withInFlight(plan.load.shape, client)
      const { clock } = io
      const gone = io.gone === undefined ? {} : { gone: io.gone }
      const base = { load, precise: plan.pacing === 'precise', drainMs: plan.drainMs }
      io.progress({
        phase: 'starting',
        elapsedMs: 0,
        recordsDone: 0,
        recordsPerSec: 0,
        bytesPerSec: 0,
        errors: 0,
      })
      const warmup = await warmUp(
        plan.warmup,
        base,
        { clock, client, signal, ...gone },
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
      const before = await offsets(admin, plan, topic.partitions.length)
      io.endToEnd?.onMeasure()
      const answered = plan.properties.acks !== '0'
      const { outcome, measured, startedAt, ...watched } = await watch(
        plan,
        load,
        answered,
        client,
        io,
        (recorder) =>
          runPhase(
            { ...base, ...pickEnd(plan) },
            { clock, client, recorder, signal, ...gone } satisfies Phase,
            answers,
          ),
      )
      refusals.check()
      const after = Array.isArray(before) ? await offsets(admin, plan, topic.partitions.length) : before
      const acks = plan.properties.acks ?? String(effective.values.acks ?? 'all')
      return assemble({
        plan,
        load,
        startedAt,
        outcome,
        measured,
        warmup,
        topicCreated: created,
        partitions: topic.partitions.length,
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
        ...watched,
        accounting: account({
          measured: { sent: measured.sent, ...(io.endToEnd?.answers() ?? measured) },
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
    }
  } finally {
    if (created && plan.topic.own) await removeTopic(plan.topic.name, io)
  }
}

function withInFlight(load: Load, client: ProducerClient): Load {
  return load.shape === 'unpaced' && load.maxInFlight === 0
    ? { shape: 'unpaced', maxInFlight: client.inFlightRecords }
    : load
}

function pickEnd(plan: ProducerBenchPlan) {
  const { durationMs, numRecords } = plan.load
  return {
    ...(durationMs === undefined ? {} : { durationMs }),
    ...(numRecords === undefined ? {} : { numRecords }),
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
