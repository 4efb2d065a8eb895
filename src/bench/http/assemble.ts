/** Makes the result document of a bench that polls an API from what was measured. Pure: every figure here can be tested. */
import { doneRatioOf, hitRatioOf, judgePoller, laneIntervalMs } from '../../core/health-poller.ts'
import { askedPerSec } from '../../core/pacer.ts'
import type { HttpInterval, HttpResult, Warning } from '../../core/result.ts'
import { sum } from '../../core/sum.ts'
import { judge } from '../../core/verdict.ts'
import type { EffectiveConfig } from '../../drivers/driver.ts'
import { shown } from '../../http/config/shown.ts'
import { dealLanes } from '../../http/plan.ts'
import { askedUrls } from '../../http/setup.ts'
import { partitionSkew } from '../accounting.ts'
import { askedWarmup } from '../assemble.ts'
import { defined } from '../defined.ts'
import { shownConfig, shownProperties } from '../shown.ts'
import type { HttpLoaded } from './load.ts'
import { type HttpBenchPlan, type InstancePlan, loadOf } from './plan.ts'
import { mergeSeries } from './series.ts'
import { httpSpoilers } from './spoilers.ts'

/** Where the records went. */
export interface SinkFacts {
  readonly driver: string
  readonly driverLabel: string
  readonly environment: Omit<HttpResult['environment'], 'api'>
  readonly effective: EffectiveConfig
  readonly topicCreated: boolean
  readonly partitions: number
  readonly preflight: HttpResult['preflight']
  readonly accounting: HttpResult['accounting']
  readonly warnings: readonly Warning[]
}

export interface HttpFacts {
  readonly plan: HttpBenchPlan
  readonly loaded: HttpLoaded
  readonly sink: SinkFacts
  readonly interrupted: boolean
  /** Why it could not go on, where it could not. */
  readonly endedEarly?: string
}

export function assembleHttp(facts: HttpFacts): HttpResult {
  const { plan, loaded, sink, endedEarly } = facts
  const { outcome, records, requests, polls, counts, times, pool, tool, cpuUs, host, client } = loaded
  const durationMs = Math.max(0.001, outcome.endMs - outcome.startMs)
  const series = mergeSeries(loaded)
  const inTime = series.filter(({ phase }) => phase === 'measure')
  const perSec = (pick: (interval: HttpInterval) => number) =>
    (inTime.reduce((total, interval) => total + pick(interval), 0) * 1000) / durationMs
  const { sent, acked, failed, unknown, found, lost, duplicated, perPartition } = sink.accounting
  const { health: clientHealth, retries: _, ...clientMetrics } = client
  const load = loadOf(plan.instances)
  const metrics = defined({
    recordsPerSec: perSec((interval) => interval.records),
    bytesPerSec: perSec(({ bytes }) => bytes),
    pollsPerSec: perSec((interval) => interval.polls),
    pagesPerSec: perSec(({ pages }) => pages),
    targetPollsPerSec: askedPerSec(load, durationMs),
    recordsSent: sent,
    recordsAcked: acked,
    recordsFailed: failed,
    recordsUnknown: unknown,
    recordsDelivered: found,
    recordsLost: lost,
    recordsDuplicated: duplicated,
    recordsRead: counts.records,
    recordsTwice: counts.recordsTwice,
    errorRatio: requests.sent === 0 ? undefined : requests.failed / requests.sent,
    requestRetries: counts.retries,
    rateLimited: counts.rateLimited,
    cacheHitRatio: hitRatioOf(loaded.parts),
    poolRatio: pool.busyMs / (pool.size * pool.ofMs),
    cpuUsPerRecord: acked === 0 ? undefined : cpuUs / acked,
    partitionSkew: partitionSkew(perPartition),
    ...clientMetrics,
  }) as Record<string, number>

  const planned = plannedOf(facts)
  const pacing = load.shape === 'unpaced' ? 'unpaced' : plan.pacing
  const judgement = judgePoller({
    pacing,
    lateness: polls.lateness,
    poll: polls.latency,
    intervalMs: laneIntervalMs(planned),
    achievedRatio: outcome.achievedRatio,
    doneRatio: doneRatioOf(metrics),
    errorRatio: metrics.errorRatio ?? 0,
    durationMs,
    blockedMs: outcome.blockedMs,
    times,
    tool,
    hostCpuRatio: host?.cpuRatio,
    ...defined({ gone: endedEarly }),
  })
  const body = {
    plan: planned,
    environment: { ...sink.environment, api: { ...plan.api, origins: originsOf(plan.instances) } },
    metrics,
    ...defined({
      latency: records.latency,
      lateness: records.lateness,
      blocked: records.blocked,
      service: records.service,
      api: requests.service,
      poll: polls.latency,
      host,
      warmupSeries: loaded.warmup.series,
    }),
  } satisfies Partial<HttpResult>

  return {
    schema: 'tune.result/1',
    kind: 'http',
    startedAt: loaded.startedAt,
    durationMs,
    complete: !facts.interrupted,
    ...defined({ endedEarly, tag: plan.tag }),
    ...body,
    profile: plan.profile,
    driver: sink.driver,
    driverLabel: sink.driverLabel,
    effectiveConfig: shownConfig(sink.effective),
    series,
    polls: {
      sent: polls.sent,
      done: polls.acked,
      failed: polls.failed,
      unknown: polls.unknown,
      errors: { ...polls.errors },
      ...defined({ lateness: polls.lateness }),
      ends: { ...counts.ends },
    },
    requests: {
      sent: requests.sent,
      good: requests.acked,
      failed: requests.failed,
      open: requests.sent - requests.acked - requests.failed,
      errors: { ...requests.errors },
      statuses: { ...counts.statuses },
      retries: counts.retries,
      rateLimited: counts.rateLimited,
      wireBytes: counts.wireBytes,
    },
    pages: {
      count: counts.pages,
      empty: counts.emptyPages,
      records: counts.records,
      recordsTwice: counts.recordsTwice,
      cached: counts.cachedPages,
      recordsCached: counts.recordsCached,
      notModified: counts.notModified,
      recordsRejected: sum(Object.values(counts.rejected)),
      recordsLeft: counts.recordsLeft,
    },
    times,
    pool,
    connectors: [...loaded.parts],
    health: {
      ...judgement,
      reasons: [...judgement.reasons],
      pacing,
      ...defined({ achievedRatio: outcome.achievedRatio }),
      blockedMs: outcome.blockedMs,
      tool,
      client: clientHealth,
    },
    accounting: sink.accounting,
    ...(sink.preflight === undefined ? {} : { preflight: sink.preflight }),
    verdicts: judge(body, plan.thresholds),
    errors: { ...records.errors },
    warnings: [...plan.warnings, ...sink.warnings, ...httpSpoilers(facts, judgement.generatorLimited)],
  }
}

function plannedOf({ plan, loaded, sink }: HttpFacts): HttpResult['plan'] {
  const { kafka } = plan
  const { series: _, ...warmup } = loaded.warmup
  return {
    load: loadOf(plan.instances),
    durationMs: plan.durationMs,
    warmup: { asked: askedWarmup(plan), ...warmup },
    pacing: plan.pacing,
    instances: plan.instances.map(instanceOf),
    configs: plan.configs.map(({ file, dialect, title, ignored, unknown, unread }) => ({
      file,
      dialect,
      title,
      ignored: ignored.map(({ key, why }) => ({ key, why })),
      unknown: unknown.map(({ key, nearest }) => ({ key, ...defined({ nearest }) })),
      unread: [...unread],
    })),
    sink: kafka === undefined ? 'none' : 'kafka',
    ...defined({ topic: kafka?.topic.name }),
    topicCreated: sink.topicCreated,
    partitions: sink.partitions,
    properties: shownProperties(kafka?.properties ?? {}),
    thresholds: plan.thresholdsName,
  }
}

function instanceOf({ setup, load }: InstancePlan): HttpResult['plan']['instances'][number] {
  const { plan, connection, cache } = setup
  const { paging, retry } = plan
  return {
    name: setup.name,
    load,
    ...defined({ pollIntervalMs: setup.pollIntervalMs }),
    targets: shown(setup).plan.targets.map(({ name, url }) => ({ name, url })),
    tasks: plan.tasks,
    lanes: dealLanes(plan).map(({ target, task, copy }) => ({ target: target.name, task, copy })),
    pagination: paging.kind,
    ...defined({ pageSize: paging.limit }),
    maxPages: paging.maxPages,
    threads: plan.threads,
    parse: plan.parse,
    batchRecords: plan.batchRecords,
    ...(plan.rateLimit === undefined ? {} : { rateLimit: { ...plan.rateLimit } }),
    retries: { max: retry.max, backoffMs: retry.backoffMs, policy: retry.policy },
    connection: {
      keepAlive: connection.keepAlive,
      maxConnections: connection.maxConnections,
      maxPerRoute: connection.maxPerRoute,
      ...defined({ http2Streams: connection.http2?.maxStreams }),
      connectTimeoutMs: connection.connectTimeoutMs,
      socketTimeoutMs: connection.socketTimeoutMs,
      requestTimeoutMs: connection.requestTimeoutMs,
      compression: [...connection.compression],
    },
    ...(cache === undefined ? {} : { cache: cache.tiers.map((tier) => ({ ...tier })) }),
    transform: {
      enabled: setup.transform.enabled,
      mappings: setup.transform.mappings.length,
      validation: setup.transform.validation,
      enrichment: setup.transform.enrichment,
    },
    converter: setup.converters.value,
    ...defined({ keyPath: setup.converters.keyPath, topic: setup.topic }),
  }
}

function originsOf(instances: readonly InstancePlan[]): string[] {
  const urls = instances.flatMap(({ setup }) => askedUrls(setup))
  return [...new Set(urls.map((url) => new URL(url).origin))]
}
