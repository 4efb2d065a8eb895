/**
 * Computes the figures of a result again from its own series and histograms, and names those that do not follow.
 * What was read off the machine and is nowhere a second time (memory, event loop, the client's own sums) can only be
 * looked at for order. Pure.
 */
import { checkCdc } from './recompute/cdc.ts'
import { checkConnector } from './recompute/connector.ts'
import { checkConsumer } from './recompute/consumption.ts'
import {
  checkAccounting,
  checkErrors,
  checkMetrics,
  checkQuotients,
  checkReception,
} from './recompute/counts.ts'
import { checkHttp } from './recompute/http.ts'
import { checkHealth, checkHost, checkVerdicts } from './recompute/judgements.ts'
import { checkCommits, checkLatencies } from './recompute/latencies.ts'
import type { Problem } from './recompute/problem.ts'
import { checkSeries } from './recompute/series.ts'
import { checkWorkers } from './recompute/workers.ts'
import type { ClientResult, Result, SendingResult, TimedResult } from './result.ts'

export type { Problem } from './recompute/problem.ts'

/** Every figure that does not follow from the rest of the result; empty when all do. */
export function checkResult(result: Result): Problem[] {
  if (result.kind === 'connector') return [...checkConnector(result), ...checkVerdicts(result)]
  return [...checkKind(result), ...checkQuotients(result), ...checkHost(result), ...checkVerdicts(result)]
}

function checkKind(result: ClientResult): Problem[] {
  if (result.kind === 'consumer') return checkConsumer(result)
  return [...checkTimed(result), ...(result.kind === 'http' ? checkHttp(result) : checkSending(result))]
}

/** What runs have in common whose records have due times. */
function checkTimed(result: TimedResult): Problem[] {
  return [
    ...checkLatencies(result),
    ...checkSeries(result),
    ...checkAccounting(result),
    ...checkErrors(result),
  ]
}

function checkSending(result: SendingResult): Problem[] {
  return [
    ...checkCommits(result),
    ...checkMetrics(result),
    ...checkReception(result),
    ...checkCdc(result),
    ...checkHealth(result),
    ...checkWorkers(result),
  ]
}
