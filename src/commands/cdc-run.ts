/** `tune bench cdc` from flags to exit code. */
import { randomBytes } from 'node:crypto'
import { benchCdc } from '../bench/cdc/bench.ts'
import { topicOfConnector } from '../bench/cdc/existing-stage.ts'
import type { CdcBenchPlan } from '../bench/cdc/plan.ts'
import { ownNames, topicOf } from '../connect/debezium.ts'
import { type Connect, connectAt } from '../connect/rest.ts'
import { realClock } from '../core/clock.ts'
import type { CdcResult } from '../core/result.ts'
import type { Driver, EffectiveConfig } from '../drivers/driver.ts'
import { TuneError } from '../errors.ts'
import { openSession } from '../postgres/session.ts'
import { makeRecordSource } from '../records/index.ts'
import { openOutput } from './bench-output.ts'
import { printCdcPlan } from './cdc-dry-run.ts'
import { type CdcFlags, type CdcRequest, readCdcRequest } from './cdc-request.ts'
import type { Io } from './io.ts'
import { mayLoad } from './local.ts'
import { producerLines } from './producer-lines.ts'
import { type Place, type Run, type RunTools, runBench } from './run-bench.ts'

export async function runCdc(flags: CdcFlags, io: Io): Promise<number> {
  const request = await readCdcRequest(flags, io)
  const source = makeRecordSource(request.records, io.cwd)
  const driver = reading(request)
  const effective = driver.effective({ connection: placeOf(request), properties: {}, source })
  const output = await openOutput(flags, io, producerLines(flags))
  if (flags.dryRun === true) {
    printCdcPlan(request, source, effective, flags, io)
    return 0
  }
  const { database } = request.cdc
  await mayLoad(
    io,
    `${database.host}:${database.port}`,
    'this writes rows into a database',
    flags.yes === true,
  )
  const connect = workerOf(request)
  const named = await topicNamed(request, connect)
  const stays = sayOnExit(io)
  let id = ''
  const run: Run<CdcBenchPlan> = {
    request: named === undefined ? request : { ...request, topic: { ...request.topic, name: named } },
    what: 'this makes a connector send events into the cluster',
    yes: flags.yes === true,
    plan(place) {
      id = randomBytes(4).toString('hex')
      return planFor(request, place, id)
    },
    describe: (plan) =>
      `rows into ${database.shown}, events from topic ${plan.receive.outputTopic} of ${plan.connection.bootstrapServers}`,
    bench: (plan, tools: RunTools): Promise<CdcResult> =>
      benchCdc(plan, {
        ...tools,
        ...{ clock: realClock, driver, source, connect, id },
        openSession: () => openSession(database, request.connectTimeoutMs),
        staying: stays.set,
      }),
  }
  try {
    return await runBench(run, output, io)
  } finally {
    stays.stop()
  }
}

function placeOf({ connection }: CdcRequest) {
  if (connection !== undefined) return connection
  throw new TuneError('INTERNAL', 'a request without a cluster')
}

/** The driver as it is used here: its consumer reads, and a database's client takes the place of its producer. */
function reading({ driver, connection, consumerProperties }: CdcRequest): Driver {
  return {
    ...driver,
    effective({ connection: given }): EffectiveConfig {
      return driver.effectiveConsumer({
        connection: connection ?? given,
        properties: consumerProperties,
        subscription: { kind: 'assigned', from: [] },
      })
    },
  }
}

function workerOf({ connectUrl, cdc }: CdcRequest): Connect | undefined {
  const { password } = cdc.database
  return connectUrl === undefined
    ? undefined
    : connectAt(connectUrl, password === undefined ? [] : [password])
}

/** Of a connector that is there; one of its own gets another for each run. */
async function topicNamed(
  { cdc, topic }: CdcRequest,
  connect: Connect | undefined,
): Promise<string | undefined> {
  const { capture } = cdc
  if (capture.kind === 'own' || topic.name !== undefined || connect === undefined) return topic.name
  return topicOfConnector(capture, connect)
}

/** The checked request, with the cluster that the events come into. */
function planFor(request: CdcRequest, { connection, topic, broker }: Place, id: string): CdcBenchPlan {
  const { capture } = request.cdc
  const { connector, table } = ownNames(id)
  const name = capture.kind === 'own' ? topicOf(connector, table) : topic.name
  return {
    driver: request.driver.name,
    connection,
    // It is there when the load begins, and whoever made it removes it
    topic: { ...topic, name, create: false, own: false },
    records: request.records,
    load: request.load,
    properties: {},
    profile: null,
    warmup: request.warmup,
    pacing: request.pacing,
    drainMs: request.drainMs,
    thresholds: request.thresholds.thresholds,
    thresholdsName: request.thresholds.name,
    tag: request.tag,
    broker,
    receive: {
      outputTopic: request.outputTopic ?? name,
      correlate: { kind: 'change' },
      consumers: request.consumers,
      properties: request.consumerProperties,
    },
    cdc: request.cdc,
  }
}

/** A second Ctrl-C ends the process at once: says what it leaves. */
function sayOnExit(io: Io) {
  let left: () => readonly string[] = () => []
  const say = () => {
    for (const what of left().filter((what) => what !== 'the watch')) io.err(`${what} stays\n`)
  }
  process.once('exit', say)
  return {
    set(now: () => readonly string[]) {
      left = now
    },
    stop: () => process.off('exit', say),
  }
}
