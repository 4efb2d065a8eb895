/** `tune bench producer` from flags to exit code. Everything that can be wrong is found before the first record. */
import type { ProducerBenchPlan } from '../bench/plan.ts'
import { type BenchIo, benchProducer } from '../bench/producer.ts'
import { driverOfSeveral } from '../bench/several-topics.ts'
import { realClock } from '../core/clock.ts'
import type { Result } from '../core/result.ts'
import { makeRecordSource, type RecordSource } from '../records/index.ts'
import { loadByWorkers } from '../workers/load.ts'
import { openOutput } from './bench-output.ts'
import type { Io } from './io.ts'
import { printPlan } from './producer-dry-run.ts'
import type { ProducerFlags } from './producer-flags.ts'
import { producerLines } from './producer-lines.ts'
import { type ProducerRequest, readRequest } from './producer-request.ts'
import { type Place, type Run, runBench } from './run-bench.ts'

/** What differs among the benches that send. */
export interface Sending {
  readonly kind: 'producer' | 'e2e'
  /** Its own wishes, checked before a broker is touched. @throws TuneError */
  check(request: ProducerRequest, source: RecordSource): void
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
  const source = makeRecordSource(request.records, io.cwd)
  sending.check(request, source)
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
  const run: Run<ProducerBenchPlan> = {
    request,
    what: 'this sends load to the cluster',
    yes: flags.yes === true,
    plan: (place) => planFor(request, place),
    describe: (plan) => `${plan.driver} to ${plan.connection.bootstrapServers}, topic ${plan.topic.name}`,
    bench: (plan, tools) =>
      sending.bench(plan, {
        ...tools,
        clock: realClock,
        driver: driverOfSeveral(request.driver, tools.admin),
        source,
        ...(request.workers === 1 ? {} : { load: loadByWorkers(request.workers, io.cwd, output.note) }),
      }),
  }
  return runBench(run, output, io)
}

/** The checked request, with the cluster that it goes to. */
function planFor(request: ProducerRequest, { connection, topic, broker }: Place): ProducerBenchPlan {
  return {
    driver: request.driver.name,
    connection,
    topic: { ...topic, create: topic.create || broker.throwAway },
    records: request.records,
    load: request.load,
    properties: request.properties,
    profile: request.profile,
    warmup: request.warmup,
    pacing: request.pacing,
    ...(request.transactions === undefined ? {} : { transactions: request.transactions }),
    drainMs: request.drainMs,
    thresholds: request.thresholds.thresholds,
    thresholdsName: request.thresholds.name,
    tag: request.tag,
    broker,
  }
}
