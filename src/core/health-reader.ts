/** What held a reading run back. Pure: facts in, a judgement with reasons out. */
import { type Judgement, ms, percent } from './health.ts'
import type { ClientResult, LatencySummary, Limit } from './result.ts'

export interface ReaderFacts {
  /** Why it could not go on, where it could not. */
  readonly gone?: string
  readonly tool: { readonly eventLoopUtilization: number }
  readonly hostCpuRatio: number | undefined
  readonly client: ClientResult['health']['client']
  /** The application's work and its waiting for commits, of all consumers. */
  readonly processing: LatencySummary | undefined
  readonly commit: LatencySummary | undefined
  /** Measured time, once for each consumer. */
  readonly consumersMs: number
}

/** How long a run is said to have taken of which nobody could see that it took time. */
export const NO_TIME_MS = 0.001

const THREAD_FULL = 0.9
const HOST_FULL = 0.95
const APPLICATION_FULL = 0.8

export function judgeReader(facts: ReaderFacts): Judgement {
  const answer = (limitedBy: Limit, reason: string): Judgement => ({
    limitedBy,
    generatorLimited: false,
    reasons: [reason],
  })
  const { client, tool, hostCpuRatio = 0, processing, commit, consumersMs } = facts
  // Whatever else was wrong, this ended it
  if (facts.gone !== undefined) return answer('broker', `the run ended early: ${facts.gone}`)
  const [applicationMs, commitMs] = [processing?.sumMs ?? 0, commit?.sumMs ?? 0]
  // Work on what came before measured time, and on the last records after it, is in there too: nobody worked for longer
  // than there was time
  const wholeMs = Math.max(consumersMs, applicationMs + commitMs)
  const applicationRatio = applicationMs / wholeMs
  const commitRatio = commitMs / wholeMs
  if ((client.throttleMs ?? 0) > 1) {
    return answer(
      'quota',
      `the broker throttled this client by ${ms(client.throttleMs)} on average: a quota is in force`,
    )
  }
  if (applicationRatio + commitRatio >= APPLICATION_FULL) {
    return answer(
      'application',
      commitRatio > applicationRatio
        ? `the consumers waited for their commits for ${percent(commitRatio)} of the time: commit less often (--batch-size)`
        : `the application worked for ${percent(applicationRatio)} of the consumers' time: more consumers, or a faster application`,
    )
  }
  if (tool.eventLoopUtilization >= THREAD_FULL) {
    return answer(
      'cpu',
      `the main thread was busy ${percent(tool.eventLoopUtilization)} of the time: the figure is this client's limit`,
    )
  }
  if (hostCpuRatio >= HOST_FULL)
    return answer('cpu', `this machine's CPUs were ${percent(hostCpuRatio)} busy`)
  return answer(
    'broker',
    client.rttMs === undefined
      ? 'the broker, or the way to it, set the pace'
      : `the broker answered in ${ms(client.rttMs)} on average`,
  )
}
