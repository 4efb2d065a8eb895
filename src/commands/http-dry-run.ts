/** `--dry-run` of a bench that polls an API: the plan and the client's effective configuration, for people or as JSON. */
import type { InstancePlan } from '../bench/http/plan.ts'
import { loadOf } from '../bench/http/plan.ts'
import type { EffectiveConfig } from '../drivers/driver.ts'
import { shown } from '../http/config/shown.ts'
import { dealLanes } from '../http/plan.ts'
import { describePolls } from '../report/http-head.ts'
import { formatDurationMs } from '../units.ts'
import { commonLines, printDryRun, propertiesLine } from './dry-run.ts'
import type { HttpFlags } from './http-flags.ts'
import type { HttpRequest } from './http-request.ts'
import type { Io } from './io.ts'

export function printHttpPlan(
  request: HttpRequest,
  instances: readonly InstancePlan[],
  effective: EffectiveConfig,
  flags: HttpFlags,
  io: Io,
): void {
  const { topic, warmup, sink } = request
  const plan = {
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
    ...commonLines(request, flags),
  }
  printDryRun(sink === 'none' ? 'no client' : request.driver.name, plan, effective, flags, io)
}

function instanceLines(
  { stub }: HttpRequest,
  { setup }: InstancePlan,
  instances: number,
): Record<string, string> {
  const { plan, connection } = setup
  const { paging } = plan
  const lanes = dealLanes(plan)
  const named = (name: string) => (instances === 1 ? name : `${setup.name}: ${name}`)
  return {
    [named('API')]:
      stub === undefined
        ? shown(setup)
            .plan.targets.map(({ url }) => url)
            .join(', ')
        : `a stub API of its own (tune stub api${stub.map((word) => ` ${word}`).join('')})`,
    [named('tasks')]:
      `${plan.tasks}, ${lanes.length} of which poll${lanes.some(({ copy }) => copy > 0) ? ', all of them the same' : ''}`,
    [named('pages')]:
      `${paging.kind}${paging.limit === undefined ? '' : `, ${paging.limit} records each`}, at most ${paging.maxPages} a poll`,
    [named('connections')]: `${connection.maxConnections}, ${connection.maxPerRoute} to one address`,
    [named('parsed')]: plan.parse ? 'yes' : 'no: a body is a record',
  }
}
