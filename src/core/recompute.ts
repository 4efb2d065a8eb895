/**
 * Computes the figures of a result again from its own series and histograms, and names those that do not follow.
 * What was read off the machine and is nowhere a second time (memory, event loop, the client's own sums) can only be
 * looked at for order. Pure.
 */
import { checkCdc } from './recompute/cdc.ts'
import { checkConsumer } from './recompute/consumption.ts'
import {
  checkAccounting,
  checkErrors,
  checkMetrics,
  checkQuotients,
  checkReception,
} from './recompute/counts.ts'
import { checkHealth, checkHost, checkVerdicts } from './recompute/judgements.ts'
import { checkLatencies } from './recompute/latencies.ts'
import type { Problem } from './recompute/problem.ts'
import { checkSeries } from './recompute/series.ts'
import { checkWorkers } from './recompute/workers.ts'
import type { Result, SendingResult } from './result.ts'

export type { Problem } from './recompute/problem.ts'

/** Every figure that does not follow from the rest of the result; empty when all do. */
export function checkResult(result: Result): Problem[] {
  return [
    ...(result.kind === 'consumer' ? checkConsumer(result) : checkProducer(result)),
    ...checkQuotients(result),
    ...checkHost(result),
    ...checkVerdicts(result),
  ]
}

function checkProducer(result: SendingResult): Problem[] {
  return [
    ...checkLatencies(result),
    ...checkSeries(result),
    ...checkMetrics(result),
    ...checkAccounting(result),
    ...checkErrors(result),
    ...checkReception(result),
    ...checkCdc(result),
    ...checkHealth(result),
    ...checkWorkers(result),
  ]
}
