/** `tune bench connector` from flags to exit code. */
import { machine } from '../bench/environment.ts'
import { realClock } from '../core/clock.ts'
import { connectAdmin } from '../drivers/admin.ts'
import type { Admin } from '../drivers/driver.ts'
import { messageOf } from '../errors.ts'
import { type Asker, createAsker } from '../http/ask.ts'
import { benchConnector, type ConnectorPlan } from '../monitor/bench.ts'
import type { Source } from '../monitor/source.ts'
import { connectorInfo, connectSource, findConnector } from '../monitor/sources/connect.ts'
import { healthSource } from '../monitor/sources/health-metrics.ts'
import { jolokiaSource } from '../monitor/sources/jolokia.ts'
import { prometheusSource } from '../monitor/sources/prometheus.ts'
import { topicSource } from '../monitor/sources/topic.ts'
import { type Output, openOutput } from './bench-output.ts'
import { printConnectorPlan } from './connector-dry-run.ts'
import type { ConnectorFlags } from './connector-flags.ts'
import { type ConnectorRequest, readConnectorRequest } from './connector-request.ts'
import { onInterrupt } from './interrupt.ts'
import type { Io } from './io.ts'
import { mayLoad } from './local.ts'
import { hostOf, openSourceLoad } from './source-load.ts'

export async function runConnector(flags: ConnectorFlags, io: Io): Promise<number> {
  const request = readConnectorRequest(flags, io)
  const output = await openOutput(flags, io, { last: () => '' })
  if (flags.dryRun === true) {
    printConnectorPlan(request, flags, io)
    return 0
  }
  if (request.sourceLoad !== undefined) {
    await mayLoad(io, hostOf(request.sourceLoad), 'this drives the source', flags.yes === true)
  }
  const asker = createAsker(realClock.nowMs)
  const interrupt = onInterrupt(output.note, () => {}, 'stopping: the last sample; again to quit at once')
  let admin: Admin | undefined
  try {
    if (request.topic !== undefined) admin = await connectAdmin(request.topic.connection)
    const name =
      request.connect === undefined
        ? request.connector
        : await findConnector(request.connect.url, request.connect.connector, asker)
    const plan = planFor(request, name, asker, admin)
    for (let n = 1; n <= request.repeat && !interrupt.signal.aborted; n++) {
      output.begin(`${request.repeat === 1 ? '' : `run ${n} of ${request.repeat}: `}${describe(plan, name)}`)
      const result = await benchConnector(plan, {
        clock: realClock,
        signal: interrupt.signal,
        environment: machine(),
        info: async () =>
          request.connect === undefined || name === undefined
            ? undefined
            : connectorInfo(request.connect.url, name, asker),
        onSample: reporter(output, request.durationMs),
      })
      output.end()
      await output.take(result)
      if (result.failure !== undefined) break
    }
    const code = await output.finish()
    return interrupt.exitCode() ?? code
  } catch (error) {
    output.end()
    const code = interrupt.exitCode()
    if (code === undefined) throw error
    // Interrupted before there was anything to report
    io.err(`${messageOf(error)}\n`)
    return code
  } finally {
    interrupt.stop()
    await admin?.close()
    await asker.close()
  }
}

function planFor(
  request: ConnectorRequest,
  connector: string | undefined,
  asker: Asker,
  admin: Admin | undefined,
): ConnectorPlan {
  const { connect, health, jolokiaUrl, prometheusUrl, topic, rules, thresholds, sourceLoad: load } = request
  const sources: Source[] = [
    ...(connect === undefined || connector === undefined
      ? []
      : [connectSource(connect.url, connector, asker)]),
    ...(topic === undefined || admin === undefined ? [] : [topicSource(admin, topic.topics)]),
    ...(jolokiaUrl === undefined ? [] : [jolokiaSource(jolokiaUrl, connector, asker)]),
    ...(prometheusUrl === undefined ? [] : [prometheusSource(prometheusUrl, connector, asker)]),
    ...(health === undefined ? [] : [healthSource(health.url, health.places, asker)]),
  ]
  return {
    durationMs: request.durationMs,
    intervalMs: request.intervalMs,
    sources,
    rules: rules.rules,
    rulesName: rules.name,
    thresholds: thresholds.thresholds,
    thresholdsName: thresholds.name,
    load: load === undefined ? undefined : openSourceLoad(load, asker),
    tag: request.tag,
  }
}

function describe({ sources }: ConnectorPlan, name: string | undefined): string {
  const what = name === undefined ? 'watching' : `watching ${name} by`
  return `${what} ${sources.map(({ kind, shown }) => `${kind} ${shown}`).join(', ')}`
}

function reporter(output: Output, totalMs: number): Parameters<typeof benchConnector>[1]['onSample'] {
  return (atMs, interval, recordsWritten) =>
    output.progress({
      phase: interval === undefined ? 'starting' : 'measuring',
      elapsedMs: atMs,
      totalMs,
      recordsDone: recordsWritten,
      recordsPerSec: interval?.recordsPerSec ?? 0,
      bytesPerSec: 0,
      errors: interval?.missed?.length ?? 0,
    })
}
