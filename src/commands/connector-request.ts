/** What `tune bench connector` is asked, from its flags. Nothing is touched here. */
import { resolve } from 'node:path'
import { readConnection } from '../connection.ts'
import type { Connection } from '../drivers/driver.ts'
import { TuneError } from '../errors.ts'
import { SAMPLED } from '../monitor/session.ts'
import { type Places, parsePlaces } from '../monitor/sources/health-metrics.ts'
import { loadRules, type RuleSet } from '../profiles/rules.ts'
import { loadThresholds, type ThresholdSet } from '../profiles/thresholds.ts'
import { parseCount, parseDurationMs } from '../units.ts'
import type { ConnectorFlags } from './connector-flags.ts'
import type { Io } from './io.ts'
import { readSourceLoad, type SourceLoadRequest } from './source-load.ts'
import { readUrl } from './urls.ts'

export interface ConnectorRequest {
  readonly connect: { readonly url: string; readonly connector: string | undefined } | undefined
  readonly health: { readonly url: string; readonly places: Places } | undefined
  readonly jolokiaUrl: string | undefined
  readonly prometheusUrl: string | undefined
  /** Of the tasks that Jolokia and Prometheus are asked for. */
  readonly connector: string | undefined
  readonly topic: { readonly connection: Connection; readonly topics: readonly string[] } | undefined
  readonly durationMs: number
  readonly intervalMs: number
  readonly sourceLoad: SourceLoadRequest | undefined
  readonly rules: RuleSet
  readonly thresholds: ThresholdSet
  readonly tag: string | undefined
  readonly repeat: number
}

const DEFAULT_CONNECT_MS = 5_000
const DEFAULT_DURATION_MS = 60_000
const DEFAULT_INTERVAL_MS = 1_000
/** Faster than this, sources tell of their own looks. */
const MIN_INTERVAL_MS = 100
const MAX_REPEAT = 1_000

/** @throws TuneError USAGE, CONFIG */
export function readConnectorRequest(flags: ConnectorFlags, io: Io): ConnectorRequest {
  const url = (text: string | undefined, flag: string) =>
    text === undefined ? undefined : readUrl(text, flag, io)
  const connectUrl = url(flags.connectUrl, '--connect-url')
  const metricsUrl = url(flags.metricsUrl, '--metrics-url')
  const jolokiaUrl = url(flags.jolokiaUrl, '--jolokia-url')
  const prometheusUrl = url(flags.prometheusUrl, '--prometheus-url')
  const topic = topicOf(flags, io)
  if ([connectUrl, metricsUrl, jolokiaUrl, prometheusUrl, topic].every((source) => source === undefined)) {
    throw new TuneError('USAGE', 'nothing to watch: no source of figures is named', {
      hint: 'give --topic with --bootstrap-server, which works for every connector, and --connect-url for its tasks',
    })
  }
  if (flags.metricsField !== undefined && metricsUrl === undefined) {
    throw new TuneError(
      'USAGE',
      '--metrics-field says where figures are at --metrics-url, which is missing',
      {
        hint: 'give --metrics-url http://host:8080/health/metrics',
      },
    )
  }
  const { duration, interval } = flags
  const durationMs = duration === undefined ? DEFAULT_DURATION_MS : parseDurationMs(duration, '--duration')
  const intervalMs =
    interval === undefined
      ? DEFAULT_INTERVAL_MS
      : parseDurationMs(interval, '--interval', { min: MIN_INTERVAL_MS })
  if (durationMs < intervalMs) {
    throw new TuneError(
      'USAGE',
      '--duration is shorter than --interval: no sample would follow the baseline',
      {
        hint: 'watch for longer, or sample more often',
      },
    )
  }
  return {
    connect: connectUrl === undefined ? undefined : { url: connectUrl, connector: flags.connector },
    health:
      metricsUrl === undefined
        ? undefined
        : { url: metricsUrl, places: parsePlaces(flags.metricsField ?? [], '--metrics-field') },
    jolokiaUrl,
    prometheusUrl,
    connector: flags.connector,
    topic,
    durationMs,
    intervalMs,
    sourceLoad: flags.sourceLoad === undefined ? undefined : readSourceLoad(flags.sourceLoad, io),
    rules: loadRules(flags.rules ?? 'guide', SAMPLED, io.cwd),
    thresholds: loadThresholds(flags.thresholds ?? 'guide', 'connector', io.cwd),
    tag: flags.tag,
    repeat:
      flags.repeat === undefined ? 1 : parseCount(flags.repeat, '--repeat', { min: 1, max: MAX_REPEAT }),
  }
}

function topicOf(flags: ConnectorFlags, io: Io): ConnectorRequest['topic'] {
  const { topic, bootstrapServer, commandConfig, connectTimeout } = flags
  if (topic === undefined) {
    if (bootstrapServer === undefined && commandConfig === undefined) return undefined
    throw new TuneError('USAGE', '--bootstrap-server without --topic: no records would be counted', {
      hint: 'name what the connector writes to: --topic a,b; the worker tells it at /connectors/NAME/topics',
    })
  }
  const { connection } = readConnection({
    bootstrapServers: bootstrapServer,
    file: commandConfig === undefined ? undefined : resolve(io.cwd, commandConfig),
    connectTimeoutMs:
      connectTimeout === undefined
        ? DEFAULT_CONNECT_MS
        : parseDurationMs(connectTimeout, '--connect-timeout', { min: 100 }),
    env: io.env,
  })
  if (connection === undefined) {
    throw new TuneError('USAGE', '--topic needs a cluster', { hint: 'give --bootstrap-server host:port' })
  }
  return { connection, topics: topic.split(',').filter((name) => name !== '') }
}
