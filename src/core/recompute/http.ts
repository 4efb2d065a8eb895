/** The figures of a run that polls an API, from its series and its own counts. */
import { doneRatioOf, hitRatioOf, judgePoller, laneIntervalMs } from '../health-poller.ts'
import { askedPerSec } from '../pacer.ts'
import type { HttpInterval, HttpResult } from '../result.ts'
import { skew } from './counts.ts'
import { checkBuckets, checkMerged } from './histograms.ts'
import { checkBearing } from './judgements.ts'
import { checkSummary } from './latencies.ts'
import { expectSame, expectWithin, type Problem, sum } from './problem.ts'

export function checkHttp(result: HttpResult): Problem[] {
  return [
    ...checkMetrics(result),
    ...checkRequests(result),
    ...checkPolls(result),
    ...checkApi(result),
    ...checkPages(result),
    ...result.connectors.flatMap(checkConnector),
    ...checkRejected(result),
    ...checkHealth(result),
  ]
}

function checkMetrics(result: HttpResult): Problem[] {
  const { metrics, accounting, series, durationMs, requests, pages, pool, plan } = result
  const inTime = series.filter(({ phase }) => phase === 'measure')
  const perSec = (pick: (interval: HttpInterval) => number) => (sum(inTime, pick) * 1000) / durationMs
  const expected: Readonly<Record<string, readonly [number | undefined, from: string]>> = {
    recordsPerSec: [perSec(({ records }) => records), 'series.*.records / durationMs'],
    bytesPerSec: [perSec(({ bytes }) => bytes), 'series.*.bytes / durationMs'],
    pollsPerSec: [perSec(({ polls }) => polls), 'series.*.polls / durationMs'],
    pagesPerSec: [perSec((interval) => interval.pages), 'series.*.pages / durationMs'],
    targetPollsPerSec: [askedPerSec(plan.load, durationMs), 'plan.load'],
    recordsSent: [accounting.sent, 'accounting.sent'],
    recordsAcked: [accounting.acked, 'accounting.acked'],
    recordsFailed: [accounting.failed, 'accounting.failed'],
    recordsUnknown: [accounting.unknown, 'accounting.unknown'],
    recordsDelivered: [accounting.found, 'accounting.found'],
    recordsLost: [accounting.lost, 'accounting.lost'],
    recordsDuplicated: [accounting.duplicated, 'accounting.duplicated'],
    recordsRead: [pages.records, 'pages.records'],
    recordsTwice: [pages.recordsTwice, 'pages.recordsTwice'],
    errorRatio: [
      requests.sent === 0 ? undefined : requests.failed / requests.sent,
      'requests.failed / requests.sent',
    ],
    requestRetries: [requests.retries, 'requests.retries'],
    rateLimited: [requests.rateLimited, 'requests.rateLimited'],
    poolRatio: [pool.busyMs / (pool.size * pool.ofMs), 'pool.busyMs / (size * ofMs)'],
    cacheHitRatio: [hitRatioOf(result.connectors), 'connectors.*.cache'],
    partitionSkew: [skew(accounting.perPartition), 'accounting.perPartition'],
  }
  return Object.entries(expected).flatMap(([name, [computed, from]]) =>
    expectSame(`metrics.${name}`, metrics[name], computed, from),
  )
}

/** Every attempt is in one place. */
function checkRequests({ requests, series }: HttpResult): Problem[] {
  const { sent, good, failed, open } = requests
  return [
    ...expectSame('requests.sent', sent, good + failed + open, 'good + failed + open'),
    ...expectSame(
      'requests.good',
      good,
      sum(series, ({ pages }) => pages),
      'series.*.pages',
    ),
    ...expectSame(
      'requests.failed',
      failed,
      sum(series, ({ requestsFailed }) => requestsFailed),
      'series.*.requestsFailed',
    ),
    ...expectSame(
      'requests.errors',
      sum(Object.values(requests.errors), (count) => count),
      failed,
      'requests.failed',
    ),
    ...expectWithin(
      'requests.statuses',
      sum(Object.values(requests.statuses), (count) => count),
      [good, good + failed],
      'good and failed',
    ),
    ...expectWithin('requests.rateLimited', requests.rateLimited, [0, failed], 'requests.failed'),
    ...expectWithin('requests.retries', requests.retries, [0, failed], 'requests.failed'),
  ]
}

function checkPolls({ polls, poll, series }: HttpResult): Problem[] {
  const { sent, done, failed, unknown } = polls
  return [
    ...expectSame('polls.sent', sent, done + failed + unknown, 'done + failed + unknown'),
    ...expectSame(
      'polls.done',
      done,
      sum(series, (interval) => interval.polls),
      'series.*.polls',
    ),
    ...expectSame(
      'polls.errors',
      sum(Object.values(polls.errors), (count) => count),
      failed + unknown,
      'polls.failed + unknown',
    ),
    ...expectWithin(
      'polls.ends',
      sum(Object.values(polls.ends), (count) => count),
      [0, sent],
      'polls.sent',
    ),
    ...expectSame('poll.count', poll?.count ?? 0, done, 'polls.done'),
    ...(poll === undefined ? [] : checkSummary('poll', poll)),
    ...(polls.lateness === undefined ? [] : checkSummary('polls.lateness', polls.lateness)),
    ...expectSame('polls.lateness.count', polls.lateness?.count ?? 0, done, 'polls.done'),
  ]
}

function checkApi({ api, series, requests }: HttpResult): Problem[] {
  return [
    ...(api === undefined ? [] : checkSummary('api', api)),
    ...expectSame('api.count', api?.count ?? 0, requests.good, 'requests.good'),
    ...checkMerged('api', api, series),
    ...series.flatMap(({ api: part, pages }, n) => [
      ...expectSame(`series.${n}.api.count`, part?.count ?? 0, pages, `series.${n}.pages`),
      ...(part === undefined ? [] : checkBuckets(`series.${n}.api`, part)),
    ]),
  ]
}

/** What was read was handed over, or is left. */
function checkPages({ pages, accounting, requests }: HttpResult): Problem[] {
  return [
    ...expectSame(
      'pages.records',
      pages.records,
      accounting.sent + pages.recordsRejected + pages.recordsLeft,
      'accounting.sent + pages.recordsRejected + pages.recordsLeft',
    ),
    ...expectWithin('pages.count', pages.count, [0, requests.good + pages.cached], 'requests.good + cached'),
    ...expectWithin('pages.cached', pages.cached, [0, pages.count], 'pages.count'),
    ...expectWithin('pages.notModified', pages.notModified, [0, pages.count], 'pages.count'),
    ...expectWithin('pages.recordsCached', pages.recordsCached, [0, pages.records], 'pages.records'),
    ...expectWithin('pages.empty', pages.empty, [0, pages.count], 'pages.count'),
    ...expectWithin('pages.recordsTwice', pages.recordsTwice, [0, pages.records], 'pages.records'),
  ]
}

function checkConnector({ name, cache, age, schemas }: HttpResult['connectors'][number]): Problem[] {
  const at = `connectors.${name}`
  const ratioOf = (figures: { hits: number; lookups: number }) =>
    figures.lookups === 0 ? undefined : figures.hits / figures.lookups
  return [
    ...(cache === undefined
      ? []
      : [
          ...expectSame(`${at}.cache.lookups`, cache.lookups, cache.hits + cache.misses, 'hits + misses'),
          ...expectSame(`${at}.cache.hitRatio`, cache.hitRatio, ratioOf(cache), 'hits / lookups'),
          ...expectSame(`${at}.age.count`, age?.count ?? 0, cache.hits, 'cache.hits'),
          ...expectSame(
            `${at}.cache.hits`,
            cache.hits,
            sum(cache.tiers, ({ hits }) => hits),
            'cache.tiers.*.hits',
          ),
        ]),
    ...(age === undefined ? [] : checkSummary(`${at}.age`, age)),
    ...(schemas === undefined
      ? []
      : expectSame(`${at}.schemas.hitRatio`, schemas.hitRatio, ratioOf(schemas), 'hits / lookups')),
  ]
}

function checkRejected({ pages, connectors }: HttpResult): Problem[] {
  const rejected = sum(connectors, (one) => sum(Object.values(one.rejected), (count) => count))
  return expectSame('pages.recordsRejected', pages.recordsRejected, rejected, 'connectors.*.rejected')
}

/** What held the run back, judged again by the same rule from what is stored. */
function checkHealth(result: HttpResult): Problem[] {
  const { health, plan, polls, poll, metrics, durationMs, host, times, endedEarly } = result
  const judged = judgePoller({
    pacing: health.pacing,
    lateness: polls.lateness,
    poll,
    intervalMs: laneIntervalMs(plan),
    achievedRatio: health.achievedRatio,
    doneRatio: doneRatioOf(metrics),
    errorRatio: metrics.errorRatio ?? 0,
    durationMs,
    blockedMs: health.blockedMs ?? 0,
    times,
    tool: health.tool,
    hostCpuRatio: host?.cpuRatio,
    ...(endedEarly === undefined ? {} : { gone: endedEarly }),
  })
  const from = 'polls, poll, times, health.achievedRatio, blockedMs, tool, host.cpuRatio'
  return [
    ...checkBearing(result),
    ...expectSame('health.limitedBy', health.limitedBy, judged.limitedBy, from),
    ...expectSame('health.generatorLimited', health.generatorLimited, judged.generatorLimited, from),
  ]
}
