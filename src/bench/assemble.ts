/** Makes the result document of a producer bench from what was measured. Pure: every figure here can be tested. */
import { ackedRatioOf, judgeHealth, judgeTogether } from '../core/health.ts'
import { askedPerSec } from '../core/pacer.ts'
import type { PhaseOutcome } from '../core/phase.ts'
import type { Measured } from '../core/recorder.ts'
import type { ClientResult, Load, ProducerResult, Result, Warning } from '../core/result.ts'
import { longestSilence, type Silence } from '../core/silence.ts'
import { sum } from '../core/sum.ts'
import { judge } from '../core/verdict.ts'
import type { EffectiveConfig } from '../drivers/driver.ts'
import type { RecordsAbout } from '../records/source.ts'
import { partitionSkew } from './accounting.ts'
import type { ClientSeen } from './client-watch.ts'
import { defined } from './defined.ts'
import type { Loaded } from './load.ts'
import type { ProducerBenchPlan } from './plan.ts'
import { shownConfig, shownProperties } from './shown.ts'
import type { TransactionsSeen } from './transactions.ts'
import type { WarmupOutcome } from './warmup.ts'
import { workerPart } from './worker-part.ts'

export interface BenchFacts {
  readonly plan: Omit<ProducerBenchPlan, 'connection' | 'records'>
  /** With the number in flight filled in. */
  readonly load: Load
  readonly startedAt: string
  readonly outcome: PhaseOutcome
  readonly measured: Measured
  readonly warmup: WarmupOutcome
  readonly topicCreated: boolean
  readonly partitions: number
  readonly records: RecordsAbout
  readonly properties: Readonly<Record<string, string>>
  readonly driverLabel: string
  readonly environment: ClientResult['environment']
  readonly effective: EffectiveConfig
  readonly tool: ClientResult['health']['tool']
  readonly cpuUs: number
  readonly host: Result['host']
  readonly hostSeries: readonly NonNullable<ProducerResult['series'][number]['host']>[]
  readonly client: ClientSeen
  readonly accounting: ProducerResult['accounting']
  readonly preflight: ProducerResult['preflight']
  readonly warnings: readonly Warning[]
  readonly interrupted: boolean
  /** Where the records went in transactions. */
  readonly transactions?: TransactionsSeen
  /** Where workers shared the load: what each of them brought. */
  readonly parts?: readonly Loaded[]
  /** Why it could not go on, where it could not. */
  readonly endedEarly?: string
}

export function assemble(facts: BenchFacts): ProducerResult {
  const { plan, outcome, measured, load } = facts
  const durationMs = Math.max(0.001, outcome.endMs - outcome.startMs)
  const inTime = measured.series.filter(({ phase }) => phase === 'measure')
  const total = (pick: (interval: ProducerResult['series'][number]) => number) =>
    inTime.reduce((sum, interval) => sum + pick(interval), 0)
  const perSec = (count: number) => (count * 1000) / durationMs
  const { sent, acked, failed, unknown } = facts.accounting
  const aborted = facts.transactions?.recordsAborted
  const { health: clientHealth, ...clientMetrics } = facts.client
  const metrics = defined({
    recordsPerSec: perSec(total(({ records }) => records)),
    bytesPerSec: perSec(total(({ bytes }) => bytes)),
    targetRecordsPerSec: askedPerSec(load, durationMs),
    sentPerSec: perSec(total(({ sent }) => sent)),
    recordsSent: sent,
    recordsAcked: acked,
    recordsFailed: failed,
    recordsUnknown: unknown,
    recordsUnsent: outcome.unsent,
    recordsDelivered:
      facts.accounting.found === undefined ? undefined : Math.max(0, facts.accounting.found - (aborted ?? 0)),
    recordsLost: facts.accounting.lost,
    recordsDuplicated: facts.accounting.duplicated,
    errorRatio: sent === 0 ? undefined : (failed + unknown + (aborted ?? 0)) / sent,
    cpuUsPerRecord: measured.acked === 0 ? undefined : facts.cpuUs / measured.acked,
    partitionSkew: partitionSkew(facts.accounting.perPartition),
    transactionsCommitted: facts.transactions?.committed,
    transactionsAborted: facts.transactions?.aborted,
    recordsAborted: aborted,
    ...clientMetrics,
  }) as Record<string, number>

  const silence = longestSilence(measured.series)
  const pacing = load.shape === 'unpaced' ? 'unpaced' : plan.pacing
  const workers = facts.parts?.map((part, _, { length }) => workerPart(part, plan, length))
  const whole = judgeHealth({
    pacing,
    lateness: measured.lateness,
    latency: measured.latency,
    service: measured.service,
    achievedRatio: outcome.achievedRatio,
    ackedRatio: ackedRatioOf(metrics),
    errorRatio: metrics.errorRatio ?? 0,
    silentMs: silence?.durationMs ?? 0,
    durationMs,
    blockedMs: outcome.blockedMs,
    unsent: outcome.unsent,
    tool: facts.tool,
    hostCpuRatio: facts.host?.cpuRatio,
    client: clientHealth,
    ...(facts.endedEarly === undefined ? {} : { gone: facts.endedEarly }),
  })
  const judgement = judgeTogether(
    whole,
    (workers ?? []).map(({ health }) => health),
  )
  const { series: warmupSeries, ...warmup } = facts.warmup
  const body = {
    ...defined({ warmupSeries }),
    plan: {
      load,
      ...defined({ durationMs: plan.load.durationMs, numRecords: plan.load.numRecords }),
      warmup: { asked: askedWarmup(plan), ...warmup },
      pacing: plan.pacing,
      topic: plan.topic.name,
      topicCreated: facts.topicCreated,
      partitions: facts.partitions,
      records: facts.records,
      properties: shownProperties(facts.properties),
      thresholds: plan.thresholdsName,
    },
    environment: facts.environment,
    metrics,
    ...defined({
      latency: measured.latency,
      lateness: measured.lateness,
      blocked: measured.blocked,
      service: measured.service,
      commit: facts.transactions?.commit,
      host: facts.host,
    }),
  } satisfies Partial<ProducerResult>

  return {
    schema: 'tune.result/1',
    kind: 'producer',
    startedAt: facts.startedAt,
    durationMs,
    complete: !facts.interrupted,
    ...defined({ endedEarly: facts.endedEarly }),
    ...defined({ tag: plan.tag }),
    ...body,
    profile: plan.profile,
    driver: plan.driver,
    driverLabel: facts.driverLabel,
    effectiveConfig: shownConfig(facts.effective),
    series: measured.series.map((interval, second) => ({
      ...interval,
      ...defined({ host: facts.hostSeries[second] }),
    })),
    ...defined({ workers }),
    health: {
      ...judgement,
      reasons: [...judgement.reasons],
      pacing,
      ...defined({ achievedRatio: outcome.achievedRatio }),
      blockedMs: outcome.blockedMs,
      tool: facts.tool,
      client: clientHealth,
    },
    accounting: facts.accounting,
    ...defined({ transactions: transactionsOf(facts) }),
    preflight: facts.preflight,
    verdicts: judge(body, plan.thresholds),
    errors: { ...measured.errors },
    warnings: [...facts.warnings, ...spoilers(facts, judgement.generatorLimited, silence)],
  }
}

function transactionsOf({ plan, transactions }: BenchFacts): ProducerResult['transactions'] {
  if (plan.transactions === undefined || transactions === undefined) return undefined
  const { committed, aborted, recordsAborted, errors, controlRecords } = transactions
  return {
    durationMs: plan.transactions.durationMs,
    committed,
    aborted,
    recordsAborted,
    errors,
    controlRecords: sum(controlRecords),
  }
}

/** As a result says it. */
export function askedWarmup({ warmup }: Pick<ProducerBenchPlan, 'warmup'>): 'auto' | number {
  return warmup.kind === 'auto' ? 'auto' : warmup.kind === 'time' ? warmup.ms : 0
}

/** A percentile rests on the samples above it; below a hundred it moves with each of them. */
const SAMPLES_ABOVE = 100

/** What spoils numbers of this run, said next to them. */
function spoilers(facts: BenchFacts, generatorLimited: boolean, silence: Silence | undefined): Warning[] {
  const { measured, outcome, effective, warmup, load, accounting } = facts
  const warnings: Warning[] = []
  const warn = (id: string, text: string) => warnings.push({ id, text })
  if (facts.endedEarly !== undefined)
    warn('ended-early', `${facts.endedEarly}: these are the numbers until then`)
  else if (facts.interrupted) warn('interrupted', 'the run was interrupted: these are the numbers until then')
  if (generatorLimited) {
    warn('generator-limited', 'tune itself was late: the latencies tell of this machine, not of the broker')
  }
  if (accounting.acked === 0) warn('nothing-acknowledged', 'no record was acknowledged')
  const bad = accounting.failed + accounting.unknown
  if (bad > 0) {
    const codes = Object.entries(measured.errors).map(([code, count]) => `${code} ${count}`)
    warn('errors', `${bad} records were not acknowledged (${codes.join(', ')}); they are in no histogram`)
  }
  if (outcome.unsent > 0) {
    warn(
      'unsent',
      `${outcome.unsent} records were due and never taken by the client: true latency is worse than shown`,
    )
  }
  if (silence !== undefined) {
    const at = (silence.atMs / 1000).toFixed(0)
    warn(
      'silence',
      `nothing was answered for ${(silence.durationMs / 1000).toFixed(1)} s from second ${at} on`,
    )
  }
  const samples = measured.latency?.count ?? 0
  if (samples > 0 && samples < SAMPLES_ABOVE * 100) {
    warn(
      'few-samples',
      `p99 rests on ${Math.floor(samples / 100)} records above it, p99.9 on ${Math.floor(samples / 1000)}: run longer to trust them`,
    )
  }
  if ((measured.latency?.clamped ?? 0) > 0) {
    warn('clamped', `${measured.latency?.clamped} latencies were outside 0 to 1 h and count at the edge`)
  }
  if (load.shape === 'unpaced') {
    warn(
      'queueing',
      'unpaced: latency is the length of the queue; ask for a rate with --throughput to measure latency',
    )
  }
  if (warmup.steadyAtMs === null) {
    warn(
      'no-steady-state',
      `no steady state within ${Math.round(warmup.tookMs / 1000)} s of warm-up: numbers may still drift`,
    )
  }
  if (effective.unsupported.length > 0) {
    warn('unsupported', `unsupported by ${facts.plan.driver}: ${effective.unsupported.join(', ')}`)
  }
  const { aborted = 0, recordsAborted = 0, errors: commitErrors = {} } = facts.transactions ?? {}
  if (aborted > 0 || recordsAborted > 0) {
    const codes = Object.entries(commitErrors).map(([code, count]) => `${code} ${count}`)
    const why = codes.length === 0 ? '' : ` (${codes.join(', ')})`
    warn(
      'aborted',
      `${aborted} transactions were taken back${why}: ${recordsAborted} records were acknowledged and not committed; records/s has them, delivered has not`,
    )
  }
  if ((accounting.lost ?? 0) > 0) warn('lost', `${accounting.lost} acknowledged records are not in the topic`)
  if ((accounting.duplicated ?? 0) > 0)
    warn('duplicated', `${accounting.duplicated} records are in the topic twice`)
  if (facts.plan.pacing === 'precise' && load.shape !== 'unpaced') {
    warn('spinning', 'pacing precise keeps a core busy: leave it for the broker with --pacing timer')
  }
  return warnings
}
