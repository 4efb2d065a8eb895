/**
 * Was the tool itself the limit, and if not, what was? Pure: facts in, a judgement with reasons out.
 */
import type { ClientResult, LatencySummary, Limit, Result } from './result.ts'

export interface HealthFacts {
  readonly pacing: 'timer' | 'precise' | 'unpaced'
  readonly lateness: LatencySummary | undefined
  readonly latency: LatencySummary | undefined
  readonly service: LatencySummary | undefined
  readonly achievedRatio: number | undefined
  /** Share of the asked rate that was acknowledged within the measured time; undefined when unpaced. */
  readonly ackedRatio: number | undefined
  /** Share of what was sent that failed or is unknown. */
  readonly errorRatio: number
  /** The longest time in which nothing was answered though something was open, in whole intervals. */
  readonly silentMs: number
  /** Why the cluster went away in mid-run. */
  readonly gone?: string
  readonly durationMs: number
  readonly blockedMs: number
  readonly unsent: number
  readonly tool: {
    /** Of the main thread. The CPU of the process has the threads of the client in it, which nobody waits for. */
    eventLoopUtilization: number
    eventLoopP99Ms: number
    eventLoopMaxMs: number
    gcMs: number
  }
  readonly hostCpuRatio: number | undefined
  readonly client: ClientResult['health']['client']
}

export interface Judgement {
  readonly limitedBy: Limit
  readonly generatorLimited: boolean
  readonly reasons: readonly string[]
}

/** A generator that is later than this (p99) spoils the answer … */
export const LATE_MS = 5
/** … unless the latency is so much larger that it does not matter. */
export const LATE_SHARE = 0.1
const ACHIEVED = 0.99
/** The main thread is full from here on: JavaScript runs on one. */
export const THREAD_FULL = 0.9
export const HOST_FULL = 0.95
/** A client that was full for this share of the time could not be offered more. */
const BLOCKED_SHARE = 0.01
/** Of the asked rate: what is given up beyond this was not reached, however much was sent. */
export const ERRORS_SHARE = 0.01
/** Beside the latency itself, what may be open at the end of a run that keeps up: a pause of the machine, a batch. */
const OPEN_MS = 500

/** Of a result's own metrics; undefined when unpaced. */
export function ackedRatioOf({
  targetRecordsPerSec,
  recordsPerSec = 0,
}: Result['metrics']): number | undefined {
  return targetRecordsPerSec === undefined
    ? undefined
    : recordsPerSec / Math.max(targetRecordsPerSec, Number.MIN_VALUE)
}

export function judgeHealth(facts: HealthFacts): Judgement {
  const blocked = isBlocked(facts)
  const own = ownFault({ ...facts, what: 'records', toleratedMs: LATE_SHARE * (facts.latency?.p99Ms ?? 0) })
  // Whatever else was wrong, this ended it
  if (facts.gone !== undefined) {
    return {
      limitedBy: 'broker',
      generatorLimited: own !== undefined,
      reasons: [`the run ended early: ${facts.gone}`],
    }
  }
  if (own !== undefined) return own
  if ((facts.client.throttleMs ?? 0) > 1) {
    return {
      limitedBy: 'quota',
      generatorLimited: false,
      reasons: [
        `the broker throttled this client by ${ms(facts.client.throttleMs)} on average: a quota is in force`,
      ],
    }
  }
  if (facts.pacing !== 'unpaced' && !blocked && !isBehind(facts) && facts.errorRatio <= ERRORS_SHARE)
    return { limitedBy: 'none', generatorLimited: false, reasons: [] }
  return saturated(facts, blocked)
}

/** One late generator spoils its share of the answer, however well the others did. */
export function judgeTogether(whole: Judgement, workers: readonly Judgement[]): Judgement {
  const late = workers.findIndex(({ generatorLimited }) => generatorLimited)
  const worker = workers[late]
  if (whole.generatorLimited || worker === undefined) return whole
  return {
    limitedBy: worker.limitedBy,
    generatorLimited: true,
    reasons: worker.reasons.map((reason) => `worker ${late + 1} of ${workers.length}: ${reason}`),
  }
}

/**
 * A client with a large queue takes every record in time and is never full, while a slow broker, or a narrow way to it,
 * lets the queue grow: what was acknowledged tells. At any rate that holds, what is due in the latency is still open.
 */
export function isBehind({
  ackedRatio,
  durationMs,
  latency,
}: Pick<HealthFacts, 'ackedRatio' | 'durationMs' | 'latency'>): boolean {
  if (ackedRatio === undefined || ackedRatio >= ACHIEVED) return false
  return (1 - ackedRatio) * durationMs > OPEN_MS + (latency?.minMs ?? 0)
}

/** The client could not be offered more. */
function isBlocked({ blockedMs, durationMs }: Pick<HealthFacts, 'blockedMs' | 'durationMs'>): boolean {
  return blockedMs > BLOCKED_SHARE * durationMs
}

export interface OwnFacts
  extends Pick<
    HealthFacts,
    'pacing' | 'lateness' | 'achievedRatio' | 'blockedMs' | 'durationMs' | 'tool' | 'hostCpuRatio'
  > {
  /** What the generator offers. */
  readonly what: 'records' | 'polls'
  /** Lateness (p99) that does not matter beside what is measured. */
  readonly toleratedMs: number
}

/** The judgement that the generator itself was late; undefined where it was not. */
export function ownFault(facts: OwnFacts): Judgement | undefined {
  if (facts.pacing === 'unpaced') return undefined
  const late = (facts.lateness?.p99Ms ?? 0) > Math.max(LATE_MS, facts.toleratedMs)
  const slow = facts.achievedRatio !== undefined && facts.achievedRatio < ACHIEVED && !isBlocked(facts)
  return late || slow ? generatorLimited(facts, late) : undefined
}

function generatorLimited(facts: OwnFacts, late: boolean): Judgement {
  const { tool } = facts
  const reasons: string[] = []
  if (late) reasons.push(`${facts.what} were offered late: lateness p99 ${ms(facts.lateness?.p99Ms)}`)
  if (facts.achievedRatio !== undefined && facts.achievedRatio < ACHIEVED) {
    reasons.push(`only ${(facts.achievedRatio * 100).toFixed(1)} % of the asked rate was sent in time`)
  }
  if (tool.eventLoopUtilization >= THREAD_FULL) {
    reasons.push(
      `the main thread was busy ${percent(tool.eventLoopUtilization)} of the time: ask for a lower rate${facts.what === 'records' ? ', or use --driver wire' : ''}`,
    )
    return { limitedBy: 'cpu', generatorLimited: true, reasons }
  }
  if ((facts.hostCpuRatio ?? 0) >= HOST_FULL) {
    reasons.push(
      `this machine's CPUs were ${percent(facts.hostCpuRatio ?? 0)} busy: move the broker or other work elsewhere`,
    )
    return { limitedBy: 'cpu', generatorLimited: true, reasons }
  }
  reasons.push(
    `the event loop was held up for ${ms(tool.eventLoopMaxMs)} at most (p99 ${ms(tool.eventLoopP99Ms)}, garbage collection ${ms(tool.gcMs)} in sum): close what else runs here, or try --pacing precise`,
  )
  return { limitedBy: 'event-loop', generatorLimited: true, reasons }
}

/** Unpaced, the client full, or answers behind: something below the generator sets the pace. */
function saturated(facts: HealthFacts, blocked: boolean): Judgement {
  const { tool, client } = facts
  const reasons: string[] = []
  if (blocked) {
    reasons.push(
      `the client was full for ${percent(facts.blockedMs / facts.durationMs)} of the time${facts.unsent > 0 ? `, ${facts.unsent} due records were never taken` : ''}`,
    )
  }
  if (facts.pacing !== 'unpaced' && isBehind(facts)) {
    reasons.push(
      `only ${((facts.ackedRatio ?? 0) * 100).toFixed(1)} % of the asked rate was acknowledged in time`,
    )
  }
  const answer = (limitedBy: Limit, reason: string): Judgement => ({
    limitedBy,
    generatorLimited: false,
    reasons: [...reasons, reason],
  })
  // Who spins before due times is busy all the time
  if (facts.pacing !== 'precise' && tool.eventLoopUtilization >= THREAD_FULL) {
    return answer(
      'cpu',
      `the main thread was busy ${percent(tool.eventLoopUtilization)} of the time: the figure is this client's limit`,
    )
  }
  const rttMs = client.rttMs ?? 0
  const outbufMs = client.outbufMs ?? 0
  const queueMs = client.queueMs ?? 0
  if (outbufMs > rttMs && outbufMs > 1) {
    return answer(
      'network',
      `requests waited ${ms(outbufMs)} to leave this machine, answers took ${ms(rttMs)}`,
    )
  }
  // A busy machine slows answers down; it does not refuse, and it does not fall silent
  if (facts.errorRatio > ERRORS_SHARE) {
    return answer('broker', `${percent(facts.errorRatio)} of the records were refused or never answered`)
  }
  if (facts.silentMs > 0) {
    return answer('broker', `nothing was answered for ${ms(facts.silentMs)}`)
  }
  if ((facts.hostCpuRatio ?? 0) >= HOST_FULL) {
    return answer('cpu', `this machine's CPUs were ${percent(facts.hostCpuRatio ?? 0)} busy`)
  }
  if (blocked && queueMs > 4 * rttMs && queueMs > 1 && rttMs < 1) {
    return answer(
      'client-queue',
      `records waited ${ms(queueMs)} in the client, the broker answered in ${ms(rttMs)}`,
    )
  }
  return answer(
    'broker',
    rttMs > 0
      ? `the broker answered in ${ms(rttMs)} on average`
      : 'the broker, or the way to it, set the pace',
  )
}

export function ms(value: number | undefined): string {
  return value === undefined ? '–' : `${value.toFixed(value < 10 ? 1 : 0)} ms`
}

export function percent(ratio: number): string {
  return `${Math.round(ratio * 100)} %`
}
