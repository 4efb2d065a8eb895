/** Makes the result document of a consumer bench from what was measured. Pure. */
import { judgeReader, NO_TIME_MS } from '../../core/health-reader.ts'
import type { ConsumerResult, LatencySummary, Warning } from '../../core/result.ts'
import { sum } from '../../core/sum.ts'
import { judge } from '../../core/verdict.ts'
import type { EffectiveConfig, TopicState } from '../../drivers/driver.ts'
import type { RecordSource } from '../../records/source.ts'
import { formatCount, formatDurationMs } from '../../units.ts'
import { partitionSkew } from '../accounting.ts'
import { defined } from '../defined.ts'
import { lagBehind } from '../lag.ts'
import type { Seen } from '../monitors.ts'
import { shownConfig, shownProperties } from '../shown.ts'
import { describeDelay } from './delay.ts'
import { type ConsumerBenchPlan, describeFrom } from './plan.ts'
import type { Preloaded } from './preload.ts'
import type { Session } from './session.ts'

export interface ConsumerFacts {
  readonly plan: Omit<ConsumerBenchPlan, 'connection'>
  readonly startedAt: string
  readonly seen: Seen
  readonly workers?: ConsumerResult['workers']
  /** Consumers that received nothing although there were partitions for them. */
  readonly idleConsumers: number
  readonly session: ReturnType<Session['finish']>
  readonly positions: readonly (number | undefined)[]
  /** Where the partitions end now; undefined where that could not be read. */
  readonly until: readonly number[] | undefined
  /** Why not. */
  readonly notCounted?: string
  /** Why it could not go on, where it could not. */
  readonly endedEarly?: string
  readonly nowEpochMs: number
  readonly commit: LatencySummary | undefined
  readonly commitsFailed: number
  readonly catchUp?: ConsumerResult['catchUp']
  readonly processing: LatencySummary | undefined
  readonly effective: EffectiveConfig
  readonly preloaded: Preloaded | undefined
  readonly source: RecordSource | undefined
  readonly topicCreated: boolean
  readonly partitions: number
  /** Where it is several. */
  readonly topics?: TopicState['topics']
  readonly driverLabel: string
  readonly environment: ConsumerResult['environment']
  readonly preflight: ConsumerResult['preflight']
  readonly warnings: readonly Warning[]
}

/** Java's default, and librdkafka's. */
const MAX_POLL_INTERVAL_MS = 300_000

export function assembleConsumer(facts: ConsumerFacts): ConsumerResult {
  const { plan, session, seen, effective } = facts
  const { durationMs, measured, all } = session
  const { health: clientHealth, ...clientMetrics } = seen.client
  const lagRecords = facts.until === undefined ? undefined : lagBehind(facts.until, facts.positions)
  const lagMs = ageOf(facts, lagRecords)
  const received = all.records
  const metrics = defined({
    recordsPerSec: isTimed(session) ? (measured.records * 1000) / durationMs : undefined,
    bytesPerSec: isTimed(session) ? (measured.bytes * 1000) / durationMs : undefined,
    recordsReceived: received,
    recordsRepeated: session.repeated,
    joinMs: session.joinMs,
    firstRecordMs: session.firstRecordMs,
    rebalances: session.rebalances,
    lagRecords,
    lagMs,
    caughtUpMs: facts.catchUp?.caughtUpMs,
    drainedPerSec: facts.catchUp?.drainedPerSec,
    pollBudgetRatio:
      session.poll === undefined ? undefined : session.longestPollMs / pollIntervalMs(plan.properties),
    partitionSkew: partitionSkew(session.perPartition),
    cpuUsPerRecord: received === 0 ? undefined : seen.cpuUs / received,
    ...clientMetrics,
  }) as Record<string, number>
  const judgement = judgeReader({
    ...defined({ gone: facts.endedEarly }),
    tool: seen.tool,
    hostCpuRatio: seen.host?.cpuRatio,
    client: clientHealth,
    processing: facts.processing,
    commit: facts.commit,
    consumersMs: durationMs * plan.read.consumers,
  })
  const body = {
    plan: planOf(facts),
    environment: facts.environment,
    metrics,
    ...defined({ poll: session.poll, processing: facts.processing, commit: facts.commit, host: seen.host }),
  } satisfies Partial<ConsumerResult>
  return {
    schema: 'tune.result/1',
    kind: 'consumer',
    startedAt: facts.startedAt,
    durationMs,
    complete: session.endedBy !== 'interrupt' && session.endedBy !== 'failure',
    ...defined({ endedEarly: facts.endedEarly, tag: plan.tag }),
    ...body,
    profile: plan.profile,
    driver: plan.driver,
    driverLabel: facts.driverLabel,
    effectiveConfig: shownConfig(effective),
    series: withHost(session.series, seen.hostSeries),
    health: {
      ...judgement,
      reasons: [...judgement.reasons],
      pacing: 'unpaced',
      tool: seen.tool,
      client: clientHealth,
    },
    consumption: {
      measuredFrom: session.measuredFrom,
      endedBy: session.endedBy,
      ...defined({
        joinMs: session.joinMs,
        firstRecordMs: session.firstRecordMs,
        allDeliveredMs: session.allDeliveredMs,
        lagRecords,
        lagMs,
      }),
      received,
      receivedBefore: received - measured.records,
      bytes: all.bytes,
      perPartition: session.perPartition,
      ...defined({ topics: topicsOf(facts) }),
      repeated: session.repeated,
      skipped: session.skipped,
      rebalances: session.rebalances,
      pollsMissed: session.pollsMissed,
      commits: facts.commit?.count ?? 0,
      commitsFailed: facts.commitsFailed,
      ...readsOf(facts),
    },
    ...defined({ workers: facts.workers, catchUp: facts.catchUp }),
    preflight: facts.preflight,
    verdicts: judge(body, plan.thresholds),
    errors: { ...session.errors },
    warnings: [...facts.warnings, ...spoilers(facts)],
  }
}

/** Records that all came at once took no time: there is no rate of them. */
const isTimed = ({ all, durationMs }: ConsumerFacts['session']) => all.records > 0 && durationMs > NO_TIME_MS

/** Each topic's part of the partitions. */
function topicsOf({
  topics,
  session,
  until,
  positions,
}: ConsumerFacts): ConsumerResult['consumption']['topics'] {
  let base = 0
  return topics?.map(({ topic, partitions }) => {
    const own = <T>(of: readonly T[]) => of.slice(base, base + partitions)
    const figures = {
      topic,
      partitions,
      received: sum(own(session.perPartition)),
      ...(until === undefined ? {} : { lagRecords: lagBehind(own(until), own(positions)) }),
    }
    base += partitions
    return figures
  })
}

function planOf(facts: ConsumerFacts): ConsumerResult['plan'] {
  const { plan, preloaded, source } = facts
  const { read, application } = plan
  return {
    ...defined({ durationMs: read.durationMs, numRecords: read.numRecords }),
    idleMs: read.idleMs,
    topic: plan.topic.name,
    topicCreated: facts.topicCreated,
    partitions: facts.partitions,
    consumers: read.consumers,
    subscription: read.groupId === undefined ? 'assigned' : 'group',
    ...defined({ groupId: read.groupId }),
    from: describeFrom(read.from),
    ...(preloaded === undefined || source === undefined
      ? {}
      : { preload: { ...preloaded, records: source.about } }),
    application: {
      process: application.process === undefined ? 'none' : describeDelay(application.process),
      per: application.per,
      ...defined({ batchSize: application.batchSize, batchTimeoutMs: application.batchTimeoutMs }),
      commit: application.commit,
    },
    properties: shownProperties(plan.properties),
    thresholds: plan.thresholdsName,
  }
}

/** How old the newest record is that was read, where others wait behind it; the broker's and our clock may differ. */
function ageOf({ session, nowEpochMs }: ConsumerFacts, lagRecords: number | undefined): number | undefined {
  if (lagRecords === undefined) return undefined
  if (lagRecords === 0) return 0
  return session.newestMs === undefined ? undefined : Math.max(0, nowEpochMs - session.newestMs)
}

function pollIntervalMs(properties: ConsumerBenchPlan['properties']): number {
  return Number(properties['max.poll.interval.ms'] ?? MAX_POLL_INTERVAL_MS)
}

/** A sample, taken at the end of its second, goes to the interval in which most of that second lies. */
function withHost(
  series: ConsumerResult['series'] | readonly ConsumerResult['series'][number][],
  samples: Seen['hostSeries'],
): ConsumerResult['series'] {
  const merged = series.map((interval) => ({ ...interval }))
  samples.forEach((host, second) => {
    const middleMs = second * 1000 + 500
    const interval = merged.find(({ atMs, durationMs }) => atMs <= middleMs && middleMs < atMs + durationMs)
    if (interval !== undefined) interval.host ??= host
  })
  return merged
}

/** A tenth of what was read came off the disk: not from memory any more. */
const COLD_SHARE = 0.1

function readsOf({
  environment,
  seen,
  session,
}: ConsumerFacts): Pick<ConsumerResult['consumption'], 'reads' | 'note'> {
  const perSec = seen.host?.diskReadBytesPerSec
  if (!environment.broker.onThisMachine || perSec === undefined) {
    return { reads: 'unknown', note: 'the broker’s disk is not seen from here' }
  }
  const share = session.all.bytes === 0 ? 0 : (perSec * session.durationMs) / 1000 / session.all.bytes
  return share > COLD_SHARE
    ? {
        reads: 'disk',
        note: `this machine's disks were read while it went on: ${Math.round(share * 100)} % of the bytes received`,
      }
    : {
        reads: 'page cache',
        note: "this machine's disks were hardly read: hot reads, a catch-up from disk will be slower",
      }
}

function times(count: number): string {
  return count === 1 ? 'once' : `${count} times`
}

/** What spoils numbers of this run, said next to them. */
function spoilers({
  session,
  plan,
  effective,
  commitsFailed,
  catchUp,
  notCounted,
  endedEarly,
  idleConsumers,
}: ConsumerFacts): Warning[] {
  const warnings: Warning[] = []
  const warn = (id: string, text: string) => warnings.push({ id, text })
  const { endedBy, all } = session
  if (endedEarly !== undefined) warn('ended-early', `${endedEarly}: these are the numbers until then`)
  if (endedBy === 'interrupt')
    warn('interrupted', 'the run was interrupted: these are the numbers until then')
  if (session.joinMs === undefined && endedBy === 'idle') {
    warn(
      'not-joined',
      'not all partitions were assigned to the consumers: others in the group, or a broker without a coordinator',
    )
  }
  if (catchUp !== undefined && catchUp.caughtUpMs === undefined) {
    const perSec = Math.round(catchUp.drainedPerSec ?? 0)
    warn(
      'not-caught-up',
      perSec > 0
        ? `the lag shrank by ${formatCount(perSec)} records/s and was not gone in time: more consumers, or a longer --duration`
        : `the lag did not shrink (${formatCount(perSec)} records/s): the consumers are slower than the load`,
    )
  }
  const { failed = 0, unknown = 0 } = catchUp?.writing ?? {}
  if (failed + unknown > 0)
    warn('load-errors', `${failed + unknown} records of the load were not acknowledged`)
  if (all.records > 0 && !isTimed(session))
    warn('all-at-once', 'all records came at once: there is no time to have a rate over; read more of them')
  if (all.records === 0)
    warn(
      'nothing-received',
      endedBy === 'end-of-topic'
        ? 'the topic has no record at or after where reading began: nothing was measured'
        : 'no record came: nothing was measured',
    )
  else if (endedBy === 'idle' && plan.read.numRecords !== undefined) {
    warn(
      'short-read',
      `only ${formatCount(all.records)} of ${formatCount(plan.read.numRecords)} records came before the time-out of ${formatDurationMs(plan.read.idleMs)} without one`,
    )
  }
  if (session.measuredFrom === 'first-record' && all.records > 0) {
    warn(
      'from-first-record',
      'not all partitions had delivered before half of the records were read: measured from the first record',
    )
  }
  if (session.measuredFrom === 'not-all-delivered') {
    warn('silent-partitions', 'some partitions delivered nothing in the first 5 s: measured without them')
  }
  if (all.records > 0 && idleConsumers > 0) {
    warn(
      'idle-consumers',
      `${idleConsumers} of ${plan.read.consumers} consumers received nothing: the rate is that of the others; more records to read, so that all have joined by then, or --no-group`,
    )
  }
  if (session.rebalances > 0) {
    warn(
      'rebalanced',
      `partitions changed hands while it was measured (${times(session.rebalances)}): the series shows when`,
    )
  }
  if (session.pollsMissed > 0) {
    warn(
      'polls-missed',
      `the group threw a consumer out (${times(session.pollsMissed)}): it polled later than max.poll.interval.ms, or brokers heard nothing of it for session.timeout.ms`,
    )
  }
  if (session.repeated > 0) {
    warn(
      'repeated',
      `${formatCount(session.repeated)} records were read twice: from the last commit, after a rebalance or restart`,
    )
  }
  if (notCounted !== undefined) warn('not-counted', `what is left is not known: ${notCounted}`)
  if (commitsFailed > 0) warn('commits-failed', `commits were refused (${times(commitsFailed)})`)
  if (effective.unsupported.length > 0) {
    warn('unsupported', `unsupported by ${plan.driver}: ${effective.unsupported.join(', ')}`)
  }
  return warnings
}
