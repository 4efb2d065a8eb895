/** What held a run back that polls an API. Pure: facts in, a judgement with reasons out. */
import {
  ERRORS_SHARE,
  HOST_FULL,
  isBehind,
  type Judgement,
  LATE_SHARE,
  ownFault,
  percent,
  THREAD_FULL,
} from './health.ts'
import type { HttpResult, LatencySummary, Limit } from './result.ts'

export interface PollerFacts {
  readonly pacing: 'timer' | 'precise' | 'unpaced'
  /** Of polls. */
  readonly lateness: LatencySummary | undefined
  /** Of whole polls. */
  readonly poll: LatencySummary | undefined
  /** From one poll of a lane to its next, where they are paced. */
  readonly intervalMs: number | undefined
  readonly achievedRatio: number | undefined
  /** Share of the polls asked for that were done within measured time; undefined when unpaced. */
  readonly doneRatio: number | undefined
  /** Share of the requests that brought nothing. */
  readonly errorRatio: number
  readonly durationMs: number
  readonly blockedMs: number
  readonly times: HttpResult['times']
  readonly tool: HttpResult['health']['tool']
  readonly hostCpuRatio: number | undefined
  /** Why it could not go on. */
  readonly gone?: string
}

/** Of its own interval, a poll may be late without anybody minding. */
const INTERVAL_SHARE = 0.01

export function judgePoller(facts: PollerFacts): Judgement {
  const { tool, hostCpuRatio = 0, pacing } = facts
  const tolerated = [LATE_SHARE * (facts.poll?.p99Ms ?? 0), INTERVAL_SHARE * (facts.intervalMs ?? 0)]
  const own = ownFault({
    pacing,
    lateness: facts.lateness,
    achievedRatio: facts.achievedRatio,
    blockedMs: facts.blockedMs,
    durationMs: facts.durationMs,
    tool,
    hostCpuRatio: facts.hostCpuRatio,
    what: 'polls',
    toleratedMs: Math.max(...tolerated),
  })
  if (facts.gone !== undefined) {
    return {
      limitedBy: 'broker',
      generatorLimited: own !== undefined,
      reasons: [`the run ended early: ${facts.gone}`],
    }
  }
  if (own !== undefined) return own
  const isLate = isBehind({ ackedRatio: facts.doneRatio, durationMs: facts.durationMs, latency: facts.poll })
  const reasons = isLate
    ? [`only ${((facts.doneRatio ?? 0) * 100).toFixed(1)} % of the polls asked for were done in time`]
    : []
  const answer = (limitedBy: Limit, reason: string): Judgement => ({
    limitedBy,
    generatorLimited: false,
    reasons: [...reasons, reason],
  })
  if (facts.errorRatio > ERRORS_SHARE) {
    return answer('api', `${percent(facts.errorRatio)} of the requests brought nothing`)
  }
  if (pacing !== 'unpaced' && !isLate) return { limitedBy: 'none', generatorLimited: false, reasons }
  if (tool.eventLoopUtilization >= THREAD_FULL) {
    return answer(
      'cpu',
      `the main thread was busy ${percent(tool.eventLoopUtilization)} of the time: the figure is this client's limit`,
    )
  }
  const [where, tookMs] = longest(facts.times)
  // Answers of a machine without a rest are slow wherever they come from
  if (where !== 'limiterMs' && hostCpuRatio >= HOST_FULL) {
    return answer('cpu', `this machine's CPUs were ${percent(hostCpuRatio)} busy`)
  }
  const { limit, text } = SPENT[where]
  return answer(limit, `${text}: ${percent(tookMs / Math.max(1, allOf(facts.times)))} of the pages' time`)
}

type Where = keyof HttpResult['times']

const SPENT: Readonly<Record<Where, { limit: Limit; text: string }>> = {
  limiterMs: { limit: 'rate-limit', text: 'pages waited for their turn within the rate limit' },
  poolMs: { limit: 'pool', text: 'pages waited for a connection of the pool' },
  apiMs: { limit: 'api', text: 'pages waited for the API' },
  parseMs: { limit: 'cpu', text: 'pages were parsed' },
  convertMs: { limit: 'cpu', text: 'records were transformed and converted' },
  retryMs: { limit: 'api', text: 'pages waited to be tried again' },
  sinkMs: { limit: 'broker', text: 'pages waited for room in the sink' },
}

function longest(times: HttpResult['times']): readonly [Where, number] {
  const names = Object.keys(SPENT) as Where[]
  const most = names.reduce((best, name) => (times[name] > times[best] ? name : best), 'apiMs' as Where)
  return [most, times[most]]
}

function allOf(times: HttpResult['times']): number {
  return Object.values(times).reduce((sum, value) => sum + value, 0)
}

/** Polls done in measured time against those asked for; undefined when unpaced. */
export function doneRatioOf({
  pollsPerSec = 0,
  targetPollsPerSec,
}: HttpResult['metrics']): number | undefined {
  return targetPollsPerSec === undefined
    ? undefined
    : pollsPerSec / Math.max(targetPollsPerSec, Number.MIN_VALUE)
}

/** The shortest interval of the instances' lanes: what a poll's own lateness is compared with. */
export function laneIntervalMs({ instances }: Pick<HttpResult['plan'], 'instances'>): number | undefined {
  const all = instances.flatMap(({ load, lanes }) =>
    load.shape === 'constant' ? [(lanes.length * 1000) / load.ratePerSec] : [],
  )
  return all.length === 0 ? undefined : Math.min(...all)
}

/** Of all connectors' caches together; undefined where there is none, or none was asked. */
export function hitRatioOf(
  connectors: readonly Pick<HttpResult['connectors'][number], 'cache'>[],
): number | undefined {
  const caches = connectors.flatMap(({ cache }) => cache ?? [])
  const lookups = caches.reduce((sum, cache) => sum + cache.lookups, 0)
  return lookups === 0 ? undefined : caches.reduce((sum, { hits }) => sum + hits, 0) / lookups
}
