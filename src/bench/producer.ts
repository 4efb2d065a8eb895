/** A producer bench from the checked plan to the result: preflight, warm-up, measured time, drain, accounting. */
import type { Clock } from '../core/clock.ts'
import { createAnswers, type Phase } from '../core/phase.ts'
import type { Load, ProducerResult } from '../core/result.ts'
import { runPhase } from '../core/run.ts'
import type { Admin, Driver, ProducerClient } from '../drivers/driver.ts'
import type { RecordSource } from '../records/source.ts'
import { account, type OffsetsAround } from './accounting.ts'
import { assemble } from './assemble.ts'
import { environment } from './environment.ts'
import type { ProducerBenchPlan } from './plan.ts'
import { findOrMakeTopic, inspect, plannedBytes, refuseTooLarge } from './preflight.ts'
import type { Progress } from './progress.ts'
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
  /** The cluster is gone for good, as a throw-away broker that died: no answer is worth waiting for. */
  readonly gone?: AbortSignal
  readonly progress: (progress: Progress) => void
  /** A sentence that belongs beside the run, not into its result. */
  readonly note: (text: string) => void
}

export async function benchProducer(plan: ProducerBenchPlan, io: BenchIo): Promise<ProducerResult> {
  const { driver, admin, source } = io
  const effective = driver.effective({ connection: plan.connection, properties: plan.properties, source })
  const cluster = await admin.cluster()
  const { topic, created } = await findOrMakeTopic(admin, plan.topic, cluster.brokers.length)
  const answers = createAnswers()
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
      answers.onDone,
    )
    try {
      return await measure()
    } finally {
      await client.close()
    }

    async function measure(): Promise<ProducerResult> {
      const load = withInFlight(plan.load.shape, client)
      const { clock, signal, gone } = io
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
        { clock, client, signal, gone },
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
      const before = await offsets(admin, plan, topic.partitions.length)
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
            { clock, client, recorder, signal, gone } satisfies Phase,
            answers,
          ),
      )
      const after = before && (await offsets(admin, plan, topic.partitions.length))
      const acks = plan.properties.acks ?? String(effective.values.acks ?? 'all')
      const around: OffsetsAround | undefined = before && after && { before, after }
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
          measured,
          offsets: around,
          // Nobody else knows of it, or can
          own: plan.topic.own || created || plan.broker.throwAway,
          exactlyOnce: isExactlyOnce(acks, plan.properties),
          acks,
        }),
        preflight: preflight.facts,
        warnings: preflight.warnings,
        interrupted: outcome.aborted,
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

/** undefined where this user may not read offsets: the run goes on, the accounting says so. */
async function offsets(
  admin: Admin,
  plan: ProducerBenchPlan,
  partitions: number,
): Promise<number[] | undefined> {
  try {
    return await admin.endOffsets(plan.topic.name, partitions)
  } catch {
    return undefined
  }
}
