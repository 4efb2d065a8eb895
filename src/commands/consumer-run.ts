/** `tune bench consumer` from flags to exit code. Everything that can be wrong is found before a broker is touched. */
import { benchConsumer } from '../bench/consumer/bench.ts'
import type { ConsumerBenchPlan } from '../bench/consumer/plan.ts'
import { driverOfSeveral } from '../bench/several-topics.ts'
import { realClock } from '../core/clock.ts'
import type { ConsumerResult } from '../core/result.ts'
import type { Driver } from '../drivers/driver.ts'
import { loadDriver } from '../drivers/index.ts'
import { apacheConsumer } from '../report/apache-consumer.ts'
import { consumeByWorkers } from '../workers/consumers.ts'
import { loadByWorkers } from '../workers/load.ts'
import { type ApacheLines, openOutput } from './bench-output.ts'
import { printConsumerPlan } from './consumer-dry-run.ts'
import type { ConsumerFlags } from './consumer-flags.ts'
import { type ConsumerRequest, readConsumerRequest } from './consumer-request.ts'
import type { Io } from './io.ts'
import { type Place, type Run, type RunTools, runBench } from './run-bench.ts'

export async function runConsumer(flags: ConsumerFlags, io: Io): Promise<number> {
  const request = await readConsumerRequest(flags, io)
  const effective = request.driver.effectiveConsumer({
    connection: request.connection ?? request.connectTo('127.0.0.1:9092'),
    properties: request.properties,
    subscription:
      request.read.groupId === undefined
        ? { kind: 'assigned', from: [] }
        : { kind: 'group', groupId: request.read.groupId, reset: 'earliest' },
  })
  const writer = await loadDriver('wire')
  if (request.preload !== undefined && request.source !== undefined) {
    const { preload, source } = request
    // What fills the topic is checked as well before a broker is touched
    writer.effective({
      connection: request.connection ?? request.connectTo('127.0.0.1:9092'),
      properties: preload.properties,
      source,
    })
  }
  const output = await openOutput(flags, io, consumerLines(flags))
  if (flags.dryRun === true) {
    printConsumerPlan(request, effective, flags, io)
    return 0
  }
  const run: Run<ConsumerBenchPlan> = {
    request,
    what:
      request.preload === undefined
        ? 'this reads at full speed from the cluster'
        : 'this sends load to the cluster',
    yes: flags.yes === true,
    plan: (place) => planFor(request, place),
    describe: (plan) => `${plan.driver} from ${plan.connection.bootstrapServers}, topic ${plan.topic.name}`,
    bench: (plan, tools) => bench(request, plan, { ...tools, writer, cwd: io.cwd }, output.note),
  }
  return runBench(run, output, io)
}

/** In this process, or with its consumers in others. */
async function bench(
  { driver, source, workers }: ConsumerRequest,
  plan: ConsumerBenchPlan,
  tools: RunTools & { readonly writer: Driver; readonly cwd: string },
  note: (line: string) => void,
): Promise<ConsumerResult> {
  // Beside the consumers it would disturb them
  const load = loadByWorkers(1, tools.cwd, note)
  const io = {
    ...tools,
    clock: realClock,
    driver: driverOfSeveral(driver, tools.admin),
    writer: driverOfSeveral(tools.writer, tools.admin),
    source,
    load,
  }
  if (workers === 1) return benchConsumer(plan, io)
  const crew = consumeByWorkers(workers, driver, note)
  try {
    return await benchConsumer(plan, {
      ...io,
      driver: driverOfSeveral(crew.driver, tools.admin),
      processes: crew,
    })
  } finally {
    await crew.close()
  }
}

function consumerLines({ hideHeader, showDetailedStats }: ConsumerFlags): ApacheLines {
  const options = { hideHeader: hideHeader === true, detailed: showDetailedStats === true }
  return { last: (result) => (result.kind === 'consumer' ? apacheConsumer(result, options) : '') }
}

function planFor(request: ConsumerRequest, place: Place): ConsumerBenchPlan {
  return {
    ...place,
    driver: request.driver.name,
    preload: request.preload,
    read: request.read,
    ...(request.catchUp === undefined ? {} : { catchUp: request.catchUp }),
    application: request.application,
    properties: request.properties,
    profile: request.profile,
    thresholds: request.thresholds.thresholds,
    thresholdsName: request.thresholds.name,
    tag: request.tag,
  }
}
