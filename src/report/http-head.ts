/** What a run that polls was, and its answer in one sentence. */

import type { HttpResult, Load } from '../core/result.ts'
import { isPromiseBroken } from '../core/trust.ts'
import { formatCount, formatDurationMs, formatRate } from '../units.ts'
import { joined, ms, plural } from './format.ts'
import type { Level, Report } from './model.ts'
import { broker, judgedBanner, recordsFate, warmup, worstLevel } from './run-head.ts'

/** The polls that were asked for. */
export function describePolls(load: Load): string {
  return load.shape === 'constant'
    ? `${formatRate(load.ratePerSec).replace('/s', ' polls/s')}`
    : `as fast as answers come${load.shape === 'unpaced' ? `, ${plural(load.maxInFlight, 'poll')} at a time` : ''}`
}

export function httpSubtitle(result: HttpResult): string[] {
  const { plan, environment } = result
  const { api } = environment
  const from = joined(
    [api.origins.join(', '), api.stub && 'stub API', api.onThisMachine && !api.stub && 'this machine'],
    ', ',
  )
  const to =
    plan.sink === 'none'
      ? 'nowhere: records are counted and let go'
      : `${result.driverLabel} → ${broker(environment.broker)}`
  return [
    `${from} → ${to}`,
    ...plan.instances.map((one) => instanceLine(one, plan.instances.length)),
    joined([
      describePolls(plan.load),
      `measured ${formatDurationMs(result.durationMs)}`,
      warmup(plan),
      result.profile === null ? undefined : `profile ${result.profile}`,
      plan.topic !== undefined && `topic ${plan.topic}, ${plural(plan.partitions, 'partition')}`,
    ]),
    joined([
      result.startedAt,
      `tune ${environment.tune}`,
      result.tag === undefined ? undefined : `tag ${result.tag}`,
    ]),
  ]
}

function instanceLine(one: HttpResult['plan']['instances'][number], instances: number): string {
  const { tasks, lanes, targets } = one
  const isSame = lanes.some(({ copy }) => copy > 0)
  return joined([
    instances > 1 && one.name,
    targets.map(({ url }) => url).join(', '),
    `${plural(tasks, 'task')}${isSame ? ', all poll the same' : ''}`,
    lanes.length !== tasks && plural(lanes.length, 'lane'),
    `${one.pagination === 'none' ? 'one page' : `pages by ${one.pagination}`}${one.pageSize === undefined ? '' : ` of ${formatCount(one.pageSize)}`}`,
    one.pollIntervalMs !== undefined && `every ${formatDurationMs(one.pollIntervalMs)}`,
    !one.parse && 'not parsed',
  ])
}

/** The answer in one sentence. */
export function httpBanner(result: HttpResult): Report['banner'] {
  const { metrics, health, api, service, requests } = result
  const isUnpaced = result.plan.load.shape === 'unpaced'
  const facts = joined(
    [
      `${formatRate(metrics.recordsPerSec ?? 0).replace('/s', ' records/s')} acknowledged`,
      `${formatRate(metrics.pagesPerSec ?? 0).replace('/s', ' pages/s')}`,
      api && `API p99 ${ms(api.p99Ms)}`,
      service && `page to acknowledged ${ms(service.meanMs)} on average`,
      requests.failed > 0 && `${plural(requests.failed, 'request')} failed`,
      (isUnpaced || health.limitedBy !== 'none') && `limited by ${health.limitedBy}`,
      ...recordsFate(result),
    ],
    ', ',
  )
  return judgedBanner(result, facts, levelOf(result))
}

/** Verdicts are about speed; what became of the records weighs more. */
function levelOf(result: HttpResult): Level {
  const { acked, failed, unknown, lost = 0, duplicated = 0 } = result.accounting
  if (acked === 0 || isPromiseBroken(result)) return 'critical'
  const worst = worstLevel(result)
  const bad = failed + unknown + lost + duplicated + result.polls.failed + result.polls.unknown
  return bad > 0 && worst === 'ok' ? 'warn' : worst
}
