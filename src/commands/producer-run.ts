/** `tune bench producer` from flags to exit code. Everything that can be wrong is found before the first record. */
import { randomBytes } from 'node:crypto'
import type { ProducerBenchPlan } from '../bench/plan.ts'
import { type BenchIo, benchProducer } from '../bench/producer.ts'
import type { ThrowAwayBroker } from '../broker/index.ts'
import { realClock } from '../core/clock.ts'
import type { Result } from '../core/result.ts'
import { connectAdmin } from '../drivers/admin.ts'
import { connectMockAdmin } from '../drivers/mock-admin.ts'
import { makeRecordSource } from '../records/index.ts'
import { openOutput } from './bench-output.ts'
import { onInterrupt } from './interrupt.ts'
import type { Io } from './io.ts'
import { noting, removeLeft, sayWhatStays } from './left-topics.ts'
import { mayLoad, mayLoadBehind } from './local.ts'
import { brokerPlan, refuseDead, startOwnBroker, watchBroker } from './own-broker.ts'
import { printPlan } from './producer-dry-run.ts'
import type { ProducerFlags } from './producer-flags.ts'
import { producerLines } from './producer-lines.ts'
import { type ProducerRequest, readRequest } from './producer-request.ts'

const WHAT = 'this sends load to the cluster'

/** What differs among the benches that send. */
export interface Sending {
  readonly kind: 'producer' | 'e2e'
  /** Its own wishes, checked before a broker is touched. @throws TuneError */
  check(request: ProducerRequest): void
  /** What a dry run says beside the load. */
  planned(): Readonly<Record<string, string>>
  bench(plan: ProducerBenchPlan, io: BenchIo): Promise<Result>
}

export function runProducer(flags: ProducerFlags, io: Io): Promise<number> {
  return runSending(flags, io, {
    kind: 'producer',
    check: () => {},
    planned: () => ({}),
    bench: benchProducer,
  })
}

export async function runSending(flags: ProducerFlags, io: Io, sending: Sending): Promise<number> {
  const request = await readRequest(sending.kind, flags, io)
  sending.check(request)
  const source = makeRecordSource(request.records, io.cwd)
  const effective = request.driver.effective({
    connection: request.connection ?? request.connectTo('127.0.0.1:9092'),
    properties: request.properties,
    source,
  })
  const output = await openOutput(flags, io, producerLines(flags))
  if (flags.dryRun === true) {
    printPlan(request, source, effective, flags, sending.planned(), io)
    return 0
  }
  if (request.connection !== undefined) {
    const { bootstrapServers } = request.connection
    await mayLoad(io, bootstrapServers, WHAT, flags.yes === true)
  }
  let broker: ThrowAwayBroker | undefined
  const interrupt = onInterrupt(output.note, () => sayWhatStays(output.note))
  try {
    broker =
      request.connection === undefined
        ? await startOwnBroker({ ...request, partitions: request.topic.partitions }, io)
        : undefined
    const planned = planFor(request, broker)
    const died = watchBroker(broker, output.note)
    const connected = await (broker?.engine === 'mock' ? connectMockAdmin : connectAdmin)(planned.connection)
    const admin =
      broker === undefined && planned.topic.own ? noting(connected, planned.connection) : connected
    let result: Result
    try {
      const plan = {
        ...planned,
        broker: await mayLoadBehind(io, admin, planned.broker, WHAT, flags.yes === true),
      }
      output.begin(`${plan.driver} to ${plan.connection.bootstrapServers}, topic ${plan.topic.name}`)
      if (broker === undefined) await removeLeft(admin, plan.connection.bootstrapServers, output.note)
      result = await sending.bench(plan, {
        clock: realClock,
        driver: request.driver,
        admin,
        source,
        signal: AbortSignal.any([interrupt.signal, died]),
        gone: died,
        progress: output.progress,
        // A throw-away broker takes its topics along.
        note: broker === undefined ? output.note : () => {},
      })
    } finally {
      output.end()
      await admin.close()
    }
    const gateCode = await output.finish(result)
    refuseDead(died)
    return interrupt.exitCode() ?? gateCode
  } finally {
    interrupt.stop()
    await broker?.stop()
  }
}

/** The checked request, with the cluster that it goes to. */
function planFor(request: ProducerRequest, broker: ThrowAwayBroker | undefined): ProducerBenchPlan {
  const connection = request.connection ?? request.connectTo(broker?.bootstrapServers ?? '')
  const own = request.topic.name === undefined
  return {
    driver: request.driver.name,
    connection,
    topic: {
      ...request.topic,
      name: request.topic.name ?? `tune-bench-${randomBytes(4).toString('hex')}`,
      own,
      create: request.topic.create || broker !== undefined,
    },
    records: request.records,
    load: request.load,
    properties: request.properties,
    profile: request.profile,
    warmup: request.warmup,
    pacing: request.pacing,
    drainMs: request.drainMs,
    thresholds: request.thresholds.thresholds,
    thresholdsName: request.thresholds.name,
    tag: request.tag,
    broker: brokerPlan(broker, connection),
  }
}
