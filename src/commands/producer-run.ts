/** `tune bench producer` from flags to exit code. Everything that can be wrong is found before the first record. */
import { randomBytes } from 'node:crypto'
import type { BrokerPlan, ProducerBenchPlan } from '../bench/plan.ts'
import { benchProducer } from '../bench/producer.ts'
import { startBroker, type ThrowAwayBroker } from '../broker/index.ts'
import { realClock } from '../core/clock.ts'
import type { Result } from '../core/result.ts'
import { connectAdmin } from '../drivers/admin.ts'
import { connectMockAdmin } from '../drivers/mock-admin.ts'
import { TuneError } from '../errors.ts'
import { makeRecordSource } from '../records/index.ts'
import { onInterrupt } from './interrupt.ts'
import type { Io } from './io.ts'
import { noting, removeLeft, sayWhatStays } from './left-topics.ts'
import { isThisMachine, mayLoad } from './local.ts'
import { printPlan } from './producer-dry-run.ts'
import type { ProducerFlags } from './producer-flags.ts'
import { openOutput } from './producer-output.ts'
import { type ProducerRequest, readRequest } from './producer-request.ts'

export async function runProducer(flags: ProducerFlags, io: Io): Promise<number> {
  const request = await readRequest(flags, io)
  const source = makeRecordSource(request.records, io.cwd)
  const effective = request.driver.effective({
    connection: request.connection ?? request.connectTo('127.0.0.1:9092'),
    properties: request.properties,
    source,
  })
  const output = await openOutput(flags, io)
  if (flags.dryRun === true) {
    printPlan(request, source, effective, flags, io)
    return 0
  }
  if (request.connection !== undefined) {
    const { bootstrapServers } = request.connection
    await mayLoad(io, bootstrapServers, 'this sends load to the cluster', flags.yes === true)
  }
  let broker: ThrowAwayBroker | undefined
  const interrupt = onInterrupt(output.note, () => sayWhatStays(output.note))
  try {
    broker = request.connection === undefined ? await startOwnBroker(request, io) : undefined
    const plan = planFor(request, broker)
    const died = watchBroker(broker, output.note)
    const connected = await (broker?.engine === 'mock' ? connectMockAdmin : connectAdmin)(plan.connection)
    const admin = broker === undefined && plan.topic.own ? noting(connected, plan.connection) : connected
    let result: Result
    try {
      output.begin(plan)
      if (broker === undefined) await removeLeft(admin, plan.connection.bootstrapServers, output.note)
      result = await benchProducer(plan, {
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
    if (died.aborted)
      throw new TuneError('ABORTED', `the run ended early: ${died.reason}`, {
        hint: 'the report above tells of the time until then',
      })
    return interrupt.exitCode() ?? gateCode
  } finally {
    interrupt.stop()
    await broker?.stop()
  }
}

/** Aborts, with the reason, when a broker of ours dies by itself: waiting for its answers would be in vain. */
function watchBroker(broker: ThrowAwayBroker | undefined, note: (text: string) => void): AbortSignal {
  const died = new AbortController()
  void broker?.ended.then(({ how, reason }) => {
    if (how !== 'exit') return
    note(`${reason}; no more records are sent`)
    died.abort(reason)
  })
  return died.signal
}

async function startOwnBroker(request: ProducerRequest, io: Io): Promise<ThrowAwayBroker> {
  io.err('no --bootstrap-server: starting a throw-away broker, removed afterwards\n')
  return startBroker({
    engine: request.engine,
    brokers: request.brokers,
    measured: true,
    partitions: request.topic.partitions,
    log: (line) => io.err(`${line}\n`),
  })
}

/** The checked request, with the cluster that it goes to. */
function planFor(request: ProducerRequest, broker: ThrowAwayBroker | undefined): ProducerBenchPlan {
  const connection = request.connection ?? request.connectTo(broker?.bootstrapServers ?? '')
  const own = request.topic.name === undefined
  const brokerPlan: BrokerPlan =
    broker === undefined
      ? { throwAway: false, engine: 'unknown', onThisMachine: isThisMachine(connection.bootstrapServers) }
      : { throwAway: true, engine: broker.engine, version: broker.version, onThisMachine: true }
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
    broker: brokerPlan,
  }
}
