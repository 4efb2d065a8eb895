/** `tune bench http` from flags to exit code. Everything that can be wrong is found before an API or a broker is touched. */
import { benchHttp, effectiveOf } from '../bench/http/bench.ts'
import type { ConfigFacts, HttpBenchPlan, KafkaPlan } from '../bench/http/plan.ts'
import { driverOfSeveral } from '../bench/several-topics.ts'
import { realClock } from '../core/clock.ts'
import type { HttpResult } from '../core/result.ts'
import type { EffectiveConfig } from '../drivers/driver.ts'
import type { Reading } from '../http/config/read.ts'
import type { HttpSetup } from '../http/setup.ts'
import { type Output, openOutput } from './bench-output.ts'
import { printHttpPlan } from './http-dry-run.ts'
import type { HttpFlags } from './http-flags.ts'
import { type HttpRequest, hostsOf, instancesOf, readHttpRequest } from './http-request.ts'
import type { Io } from './io.ts'
import { isThisMachine, mayLoad } from './local.ts'
import { type OwnStub, startOwnStub } from './own-stub.ts'
import { producerLines } from './producer-lines.ts'
import { type Place, type RunTools, runAlone, runBench } from './run-bench.ts'

export async function runHttp(flags: HttpFlags, io: Io): Promise<number> {
  const request = await readHttpRequest(flags, io)
  // Refused before anything is started
  const instances = instancesOf(request.setups, request.pollsPerSec)
  const effective =
    request.sink === 'none' ? NO_CLIENT : effectiveOf(request.driver, offline(request), { instances })
  const output = await openOutput(flags, io, producerLines(flags))
  if (flags.dryRun === true) {
    printHttpPlan(request, instances, effective, flags, io)
    return 0
  }
  const hosts = hostsOf(request)
  if (hosts.length > 0) await mayLoad(io, hosts.join(','), 'this polls the API', flags.yes === true)
  const where = request.stub === undefined ? hosts.join(', ') : 'a stub API'
  if (request.sink === 'none') {
    return runAlone(
      {
        repeat: request.repeat,
        describe: () => `http from ${where}, records go nowhere`,
        bench: (tools) => bench(request, undefined, tools, output),
      },
      output,
      io,
    )
  }
  return runBench(
    {
      request,
      what: 'this sends load to the cluster',
      yes: flags.yes === true,
      plan: (place: Place) => kafkaPlan(request, place),
      describe: ({ driver, connection, topic }: KafkaPlan) =>
        `http from ${where}, ${driver} to ${connection.bootstrapServers}, topic ${topic.name}`,
      bench: (plan: KafkaPlan, tools) => bench(request, plan, tools, output),
    },
    output,
    io,
  )
}

const NO_CLIENT: EffectiveConfig = { values: {}, unsupported: [], notes: [] }

function offline({ connection, connectTo, properties }: HttpRequest) {
  return { connection: connection ?? connectTo('127.0.0.1:9092'), properties }
}

async function bench(
  request: HttpRequest,
  kafka: KafkaPlan | undefined,
  tools: Omit<RunTools, 'admin'> & Partial<Pick<RunTools, 'admin'>>,
  output: Output,
): Promise<HttpResult> {
  const stub = request.stub === undefined ? undefined : await startOwnStub(request.stub, output.note)
  try {
    const plan = planFor(request, kafka, stub)
    const { admin } = tools
    return await benchHttp(plan, {
      ...tools,
      clock: realClock,
      ...(admin === undefined ? {} : { kafka: { driver: driverOfSeveral(request.driver, admin), admin } }),
    })
  } finally {
    await stub?.stop()
  }
}

function kafkaPlan({ driver, properties }: HttpRequest, { connection, topic, broker }: Place): KafkaPlan {
  return {
    driver: driver.name,
    connection,
    topic: { ...topic, create: topic.create || broker.throwAway },
    properties,
    broker,
  }
}

/** The checked request, with the API and the cluster that it goes to. */
function planFor(
  request: HttpRequest,
  kafka: KafkaPlan | undefined,
  stub: OwnStub | undefined,
): HttpBenchPlan {
  const setups = stub === undefined ? request.setups : request.setups.map((setup) => at(setup, stub))
  return {
    instances: instancesOf(setups, request.pollsPerSec),
    api: {
      stub: stub !== undefined,
      onThisMachine: hostsOf(request).every(isThisMachine),
    },
    kafka,
    durationMs: request.durationMs,
    warmup: request.warmup,
    pacing: request.pacing,
    drainMs: request.drainMs,
    profile: request.profile,
    thresholds: request.thresholds.thresholds,
    thresholdsName: request.thresholds.name,
    tag: request.tag,
    configs: request.readings.map(configOf),
    warnings: request.warnings,
  }
}

/** The same for the stub, which has the same records at every path. */
function at(setup: HttpSetup, { url, ca }: OwnStub): HttpSetup {
  const { origin } = new URL(url)
  const targets = setup.plan.targets.map((target) => {
    const { pathname, search } = new URL(target.url)
    return { ...target, url: origin + pathname + search }
  })
  return {
    ...setup,
    plan: { ...setup.plan, targets },
    connection: { ...setup.connection, ...(ca === undefined ? {} : { ca }) },
  }
}

function configOf({ shown, dialect, title, ignored, unknown, unread }: Reading): ConfigFacts {
  return { file: shown, dialect, title, ignored, unknown, unread }
}
