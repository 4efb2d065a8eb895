/** A bench of an HTTP source from the checked plan to the result: preflight, load, accounting. */
import type { HttpResult, Warning } from '../../core/result.ts'
import type { Admin, Driver, EffectiveConfig, TopicState } from '../../drivers/driver.ts'
import { account } from '../accounting.ts'
import { endsOf } from '../ends.ts'
import { environment } from '../environment.ts'
import { isExactlyOnce } from '../exactly-once.ts'
import { findOrMakeTopic, inspect } from '../preflight.ts'
import { removeTopic } from '../topics.ts'
import { assembleHttp, type SinkFacts } from './assemble.ts'
import { openKafkaSink } from './kafka-sink.ts'
import { createLiveSource } from './live-source.ts'
import { type HttpLoaded, type HttpLoadIo, loadHttp } from './load.ts'
import type { HttpBenchPlan, KafkaPlan } from './plan.ts'

export interface HttpBenchIo extends Pick<HttpLoadIo, 'clock' | 'signal' | 'gone' | 'progress'> {
  /** A sentence that belongs beside the run, not into its result. */
  readonly note: (text: string) => void
  /** Where the plan has a Kafka. */
  readonly kafka?: { readonly driver: Driver; readonly admin: Admin }
}

export async function benchHttp(plan: HttpBenchPlan, io: HttpBenchIo): Promise<HttpResult> {
  const { kafka } = plan
  return kafka === undefined || io.kafka === undefined
    ? withoutKafka(plan, io)
    : intoKafka(plan, kafka, { ...io, ...io.kafka })
}

/** Nothing is kept: what the poller could do with a sink that costs nothing. */
async function withoutKafka(plan: HttpBenchPlan, io: HttpBenchIo): Promise<HttpResult> {
  const loaded = await loadHttp(plan, { ...io, openSink: undefined, ready: async () => {} })
  const { sent, acked, failed, unknown } = loaded.records
  return assembleHttp({
    plan,
    loaded,
    ...endOf(loaded, io),
    sink: {
      driver: 'none',
      driverLabel: 'none (records are counted and let go)',
      environment: environment(
        'none',
        { throwAway: false, engine: 'unknown', onThisMachine: true },
        0,
        'none',
      ),
      effective: { values: {}, unsupported: [], notes: [] },
      topicCreated: false,
      partitions: 0,
      preflight: undefined,
      accounting: { sent, acked, failed, unknown, exact: true, note: 'records are counted and let go' },
      warnings: [],
    },
  })
}

interface KafkaIo extends Omit<HttpBenchIo, 'kafka'> {
  readonly driver: Driver
  readonly admin: Admin
}

async function intoKafka(plan: HttpBenchPlan, kafka: KafkaPlan, io: KafkaIo): Promise<HttpResult> {
  const { driver, admin } = io
  const { connection, properties } = kafka
  const effective = effectiveOf(driver, kafka, plan)
  const cluster = await admin.cluster()
  const { topic, created } = await findOrMakeTopic(admin, kafka, cluster.brokers.length)
  const partitions = topic.partitions.length
  try {
    const preflight = inspect(
      {
        acks: properties.acks,
        bytes: undefined,
        engine: kafka.broker.engine,
        askedPartitions: created ? kafka.topic.partitions : undefined,
      },
      cluster,
      topic,
    )
    let before: number[] | string = []
    const loaded = await loadHttp(plan, {
      ...io,
      openSink: ({ converters, topic: own }, onDone) =>
        openKafkaSink(
          driver,
          { connection, ...ownTopic(topic, own), properties },
          converters.keyPath !== undefined,
          onDone,
        ),
      async openDeadLetters(name, onDone) {
        const letters = { ...kafka.topic, name, own: false }
        const made = await findOrMakeTopic(admin, { ...kafka, topic: letters }, cluster.brokers.length)
        const to = { connection, topic: name, partitions: made.topic.partitions.length, properties }
        return openKafkaSink(driver, to, true, onDone)
      },
      async ready() {
        before = await endsOf(admin, kafka.topic.name, partitions)
      },
    })
    const after = Array.isArray(before) ? await endsOf(admin, kafka.topic.name, partitions) : before
    const acks = properties.acks ?? String(effective.values.acks ?? 'all')
    const sink: SinkFacts = {
      driver: kafka.driver,
      driverLabel: driver.label,
      environment: environment(
        driver.version(),
        kafka.broker,
        cluster.brokers.length,
        connection.bootstrapServers,
      ),
      effective,
      topicCreated: created,
      partitions,
      preflight: preflight.facts,
      accounting: account({
        measured: loaded.records,
        offsets: Array.isArray(before) && Array.isArray(after) ? { before, after } : `${after}`,
        own: kafka.topic.own || created || kafka.broker.throwAway,
        exactlyOnce: isExactlyOnce(acks, properties),
        acks,
      }),
      warnings: [
        ...preflight.warnings,
        ...(Array.isArray(before) && !Array.isArray(after) ? [{ id: 'not-counted', text: after }] : []),
      ] satisfies Warning[],
    }
    return assembleHttp({ plan, loaded, ...endOf(loaded, io), sink })
  } finally {
    if (created && kafka.topic.own) await removeTopic(kafka.topic.name, io)
  }
}

/** A connector's own topic where it is among several, else all that there is. */
function ownTopic(
  { topic, topics = [], partitions: { length } }: TopicState,
  own: string | undefined,
): { topic: string; partitions: number } {
  return topics.find((one) => one.topic === own) ?? { topic, partitions: length }
}

/** Pure. @throws TuneError CONFIG, UNSUPPORTED for properties that the driver does not take */
export function effectiveOf(
  driver: Driver,
  { connection, properties }: Pick<KafkaPlan, 'connection' | 'properties'>,
  { instances }: Pick<HttpBenchPlan, 'instances'>,
): EffectiveConfig {
  const keyed = instances.some(({ setup }) => setup.converters.keyPath !== undefined)
  return driver.effective({ connection, properties, source: createLiveSource(keyed).source })
}

function endOf(
  { outcome }: HttpLoaded,
  { gone }: HttpBenchIo,
): { interrupted: boolean; endedEarly?: string } {
  return {
    interrupted: outcome.aborted,
    ...(gone?.aborted ? { endedEarly: String(gone.reason) } : {}),
  }
}
