/** `tune bench consumer` from flags to exit code. Everything that can be wrong is found before a broker is touched. */
import { randomBytes } from 'node:crypto'
import { benchConsumer } from '../bench/consumer/bench.ts'
import type { ConsumerBenchPlan } from '../bench/consumer/plan.ts'
import type { ThrowAwayBroker } from '../broker/index.ts'
import { realClock } from '../core/clock.ts'
import { connectAdmin } from '../drivers/admin.ts'
import { loadDriver } from '../drivers/index.ts'
import { apacheConsumer } from '../report/apache-consumer.ts'
import { type ApacheLines, openOutput } from './bench-output.ts'
import { printConsumerPlan } from './consumer-dry-run.ts'
import type { ConsumerFlags } from './consumer-flags.ts'
import { type ConsumerRequest, readConsumerRequest } from './consumer-request.ts'
import { onInterrupt } from './interrupt.ts'
import type { Io } from './io.ts'
import { noting, removeLeft, sayWhatStays } from './left-topics.ts'
import { mayLoad, mayLoadBehind } from './local.ts'
import { brokerPlan, refuseDead, startOwnBroker, watchBroker } from './own-broker.ts'

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
  const what =
    request.preload === undefined
      ? 'this reads at full speed from the cluster'
      : 'this sends load to the cluster'
  if (request.connection !== undefined) {
    await mayLoad(io, request.connection.bootstrapServers, what, flags.yes === true)
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
    const connected = await connectAdmin(planned.connection)
    const admin =
      broker === undefined && planned.topic.own ? noting(connected, planned.connection) : connected
    let gateCode: number
    try {
      const plan = {
        ...planned,
        broker: await mayLoadBehind(io, admin, planned.broker, what, flags.yes === true),
      }
      output.begin(`${plan.driver} from ${plan.connection.bootstrapServers}, topic ${plan.topic.name}`)
      if (broker === undefined) await removeLeft(admin, plan.connection.bootstrapServers, output.note)
      const result = await benchConsumer(plan, {
        clock: realClock,
        driver: request.driver,
        writer,
        source: request.source,
        admin,
        signal: AbortSignal.any([interrupt.signal, died]),
        progress: output.progress,
        // A throw-away broker takes its topics along.
        note: broker === undefined ? output.note : () => {},
      })
      output.end()
      gateCode = await output.finish(result)
    } finally {
      output.end()
      await admin.close()
    }
    refuseDead(died)
    return interrupt.exitCode() ?? gateCode
  } catch (error) {
    const code = interrupt.exitCode()
    if (code === undefined) throw error
    // Interrupted before there was anything to report.
    io.err(`${error instanceof Error ? error.message : String(error)}\n`)
    return code
  } finally {
    interrupt.stop()
    await broker?.stop()
  }
}

function consumerLines({ hideHeader, showDetailedStats }: ConsumerFlags): ApacheLines {
  const options = { hideHeader: hideHeader === true, detailed: showDetailedStats === true }
  return { last: (result) => (result.kind === 'consumer' ? apacheConsumer(result, options) : '') }
}

function planFor(request: ConsumerRequest, broker: ThrowAwayBroker | undefined): ConsumerBenchPlan {
  const connection = request.connection ?? request.connectTo(broker?.bootstrapServers ?? '')
  const own = request.topic.name === undefined
  return {
    driver: request.driver.name,
    connection,
    topic: {
      ...request.topic,
      name: request.topic.name ?? `tune-bench-${randomBytes(4).toString('hex')}`,
      own,
    },
    preload: request.preload,
    read: request.read,
    application: request.application,
    properties: request.properties,
    profile: request.profile,
    thresholds: request.thresholds.thresholds,
    thresholdsName: request.thresholds.name,
    tag: request.tag,
    broker: brokerPlan(broker, connection),
  }
}
