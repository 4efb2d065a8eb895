/** `--dry-run` of a bench that polls an API: the plan and the client's effective configuration, for people or as JSON. */
import type { InstancePlan } from '../bench/http/plan.ts'
import { loadOf } from '../bench/http/plan.ts'
import type { EffectiveConfig } from '../drivers/driver.ts'
import type { Reading } from '../http/config/read.ts'
import { shown } from '../http/config/shown.ts'
import { dealLanes, type Lane } from '../http/plan.ts'
import { describePolls } from '../report/http-head.ts'
import { formatCount, formatDurationMs, formatRate } from '../units.ts'
import { commonLines, printDryRun, propertiesLine } from './dry-run.ts'
import type { HttpFlags } from './http-flags.ts'
import { type HttpRequest, hostsOf } from './http-request.ts'
import type { Io } from './io.ts'
import { isThisMachine } from './local.ts'

export function printHttpPlan(
  request: HttpRequest,
  instances: readonly InstancePlan[],
  effective: EffectiveConfig,
  flags: HttpFlags,
  io: Io,
): void {
  const { topic, warmup, sink } = request
  const isElsewhere = !hostsOf(request).every(isThisMachine)
  const plan = {
    ...Object.assign({}, ...request.readings.map(readingLines)),
    ...Object.assign({}, ...instances.map((one) => instanceLines(request, one, instances.length))),
    load: describePolls(loadOf(instances)),
    length: formatDurationMs(request.durationMs),
    'warm-up':
      warmup.kind === 'auto'
        ? `until steady, at most ${formatDurationMs(warmup.longestMs)}`
        : warmup.kind === 'records'
          ? `${warmup.records} polls`
          : formatDurationMs(warmup.ms),
    pacing: request.pacing,
    'drain time-out': formatDurationMs(request.drainMs),
    ...(sink === 'none'
      ? { sink: 'none: records are counted and let go' }
      : {
          driver: request.driver.label,
          cluster:
            request.connection?.bootstrapServers ??
            `a throw-away broker (${request.brokers} × ${request.engine === 'mock' ? 'mock' : 'kafka'})`,
          topic: `${topic.name ?? 'one of its own, removed afterwards'}${topic.create && topic.name !== undefined ? ', made when missing' : ''}`,
          'topic shape': `${topic.partitions} partitions, replication ${topic.replicationFactor}`,
          properties: propertiesLine(request.properties),
        }),
    profile: request.profile ?? 'none',
    ...commonLines(request, flags, isElsewhere ? ['the API'] : []),
  }
  const who = sink === 'none' ? 'no client' : request.driver.name
  printDryRun(who, plan, effective, flags, io, request.warnings)
}

/** What it was taken for, and what of it does nothing, each with the reason. */
function readingLines({ shown: file, title, ignored, unread }: Reading): Record<string, string> {
  return Object.fromEntries([
    [`${file}: read as`, title],
    ...(unread.length === 0 ? [] : [[`${file}: no connector reads`, unread.join(', ')]]),
    ...ignored.map(({ key, why }) => [`${file}: ${key}`, `no effect: ${why}`]),
  ])
}

function instanceLines(
  { stub }: HttpRequest,
  { setup }: InstancePlan,
  instances: number,
): Record<string, string> {
  const { plan, connection, balancing, cache, converters } = setup
  const { paging, rateLimit, retry } = plan
  const lanes = dealLanes(plan)
  const own = shown(setup).plan
  const named = (name: string) => (instances === 1 ? name : `${setup.name}: ${name}`)
  return {
    [named('API')]:
      stub === undefined
        ? own.targets.map(({ url }) => url).join(', ')
        : `a stub API of its own (tune stub api${stub.map((word) => ` ${word}`).join('')})`,
    ...(balancing === undefined ? {} : { [named('endpoints')]: balancing.endpoints.join(', ') }),
    [named('request')]: [
      plan.method,
      ...Object.entries(own.headers).map(([name, value]) => `${name}: ${value}`),
    ].join(', '),
    [named('tasks')]:
      `${plan.tasks}, ${lanes.length} of which poll${lanes.some(({ copy }) => copy > 0) ? ', all of them the same' : ''}`,
    ...(plan.targets.length > 1 ? { [named('split')]: splitOf(lanes) } : {}),
    [named('pages')]:
      `${paging.kind}${paging.limit === undefined ? '' : `, ${paging.limit} records each`}, at most ${paging.maxPages} a poll`,
    [named('connections')]: `${connection.maxConnections}, ${connection.maxPerRoute} to one address`,
    [named('time-outs')]:
      `connect ${formatDurationMs(connection.connectTimeoutMs)}, silence ${formatDurationMs(connection.socketTimeoutMs)}, request ${formatDurationMs(connection.requestTimeoutMs)}`,
    [named('rate limit')]:
      rateLimit === undefined
        ? 'none'
        : `${formatRate(rateLimit.perSec)}, ${formatCount(rateLimit.burst)} at once`,
    [named('retries')]: `${retry.max}, ${retry.policy} from ${formatDurationMs(retry.backoffMs)} on`,
    [named('cache')]:
      cache?.tiers
        .map(
          ({ name, maxEntries, ttlMs, policy }) =>
            `${name} of ${formatCount(maxEntries)} for ${formatDurationMs(ttlMs)} (${policy})`,
        )
        .join(', ') || 'none',
    [named('parsed')]: plan.parse ? 'yes' : 'no: a body is a record',
    [named('values')]:
      `${converters.value}${converters.keyPath === undefined ? ', no keys' : `, keys from ${converters.keyPath}`}, ${formatCount(plan.batchRecords)} at a time`,
  }
}

/** `task 0: orders, customers; task 1: items` */
function splitOf(lanes: readonly Lane[]): string {
  const byTask = new Map<number, string[]>()
  for (const { task, target } of lanes) byTask.set(task, [...(byTask.get(task) ?? []), target.name])
  return [...byTask].map(([task, names]) => `task ${task}: ${names.join(', ')}`).join('; ')
}
