import { batchFigures } from '../batch-figures.ts'
import { askedPerSec, createPacer, dueBefore } from '../pacer.ts'
import { isReceiving } from '../receiving.ts'
import type { ClientResult, Interval, SendingResult, TimedResult } from '../result.ts'
import { badRecords, doneRecords, expectSame, expectWithin, type Problem, sum } from './problem.ts'

/** `metrics`: rates from the series over measured time, counts from the accounting. */
export function checkMetrics(result: SendingResult): Problem[] {
  const { metrics, accounting, series, durationMs } = result
  const { sent, acked, failed, unknown, perPartition } = accounting
  const aborted = result.transactions?.recordsAborted
  const inTime = series.filter(({ phase }) => phase === 'measure')
  const perSec = (pick: (interval: Interval) => number) => (sum(inTime, pick) * 1000) / durationMs
  const expected: Readonly<Record<string, readonly [number | undefined, from: string]>> = {
    recordsPerSec: [perSec(({ records }) => records), 'series.*.records / durationMs'],
    bytesPerSec: [perSec(({ bytes }) => bytes), 'series.*.bytes / durationMs'],
    sentPerSec: [perSec((interval) => interval.sent), 'series.*.sent / durationMs'],
    targetRecordsPerSec: [askedPerSec(result.plan.load, durationMs), 'plan.load'],
    recordsSent: [sent, 'accounting.sent'],
    recordsAcked: [acked, 'accounting.acked'],
    recordsFailed: [failed, 'accounting.failed'],
    recordsUnknown: [unknown, 'accounting.unknown'],
    recordsUnsent: [unsent(result), 'plan.load, accounting.sent'],
    recordsDelivered: [
      accounting.found === undefined ? undefined : Math.max(0, accounting.found - (aborted ?? 0)),
      'accounting.found - transactions.recordsAborted',
    ],
    recordsLost: [accounting.lost, 'accounting.lost'],
    recordsDuplicated: [accounting.duplicated, 'accounting.duplicated'],
    errorRatio: [
      sent === 0 ? undefined : (failed + unknown + (aborted ?? 0)) / sent,
      '(failed + unknown + transactions.recordsAborted) / sent',
    ],
    partitionSkew: [skew(perPartition), 'accounting.perPartition'],
    transactionsCommitted: [result.transactions?.committed, 'transactions.committed'],
    transactionsAborted: [result.transactions?.aborted, 'transactions.aborted'],
    recordsAborted: [aborted, 'transactions.recordsAborted'],
  }
  return [
    ...Object.entries(expected).flatMap(([name, [computed, from]]) =>
      expectSame(`metrics.${name}`, metrics[name], computed, from),
    ),
    ...expectWithin('transactions.recordsAborted', aborted ?? 0, [0, acked], 'accounting.acked'),
  ]
}

/** What was due in measured time and was never taken; nothing is due after an interruption. */
function unsent({ plan, durationMs, accounting, complete }: SendingResult): number {
  if (plan.load.shape === 'unpaced' || !complete) return 0
  const pacer = createPacer(plan.load)
  const due = Math.min(
    plan.numRecords ?? Number.POSITIVE_INFINITY,
    plan.durationMs === undefined ? Number.POSITIVE_INFINITY : dueBefore(pacer, plan.durationMs),
    dueBefore(pacer, durationMs),
  )
  return Math.max(0, due - accounting.sent)
}

export function skew(perPartition: readonly number[] | undefined): number | undefined {
  if (perPartition === undefined || perPartition.length === 0) return undefined
  const total = sum(perPartition, (records) => records)
  return total === 0 ? undefined : (Math.max(...perPartition) * perPartition.length) / total
}

/** Every record is in one place. */
export function checkAccounting({ accounting }: TimedResult): Problem[] {
  const { sent, acked, failed, unknown, found, lost, duplicated, perPartition } = accounting
  const problems = [
    ...expectSame('accounting.sent', sent, acked + failed + unknown, 'acked + failed + unknown'),
  ]
  if (perPartition !== undefined) {
    const inTopic = sum(perPartition, (records) => records)
    problems.push(...expectSame('accounting.found', found, inTopic, 'accounting.perPartition'))
  }
  if (found === undefined) return problems
  if (lost !== undefined || found < acked) {
    problems.push(...expectSame('accounting.lost', lost, Math.max(0, acked - found), 'acked - found'))
  }
  if (duplicated !== undefined) {
    const computed = Math.max(0, found - acked - unknown)
    problems.push(...expectSame('accounting.duplicated', duplicated, computed, 'found - acked - unknown'))
  }
  return problems
}

/** Errors by code, by second and in sum are the same records. */
export function checkErrors(result: TimedResult): Problem[] {
  const bad = badRecords(result)
  const from = 'accounting.failed + unknown'
  return [
    ...expectSame(
      'errors',
      sum(Object.values(result.errors), (count) => count),
      bad,
      from,
    ),
    ...expectSame(
      'series.*.errors',
      sum(result.series, (interval) => interval.errors),
      bad,
      from,
    ),
  ]
}

/** What was received, of an end-to-end run. */
export function checkReception(result: SendingResult): Problem[] {
  if (!isReceiving(result)) return []
  const { reception, metrics, accounting, acknowledged, receive } = result
  const expected = {
    recordsReceived: reception.received,
    recordsMissing: reception.missing,
    recordsRepeated: reception.repeated,
    recordsOutOfOrder: reception.outOfOrder,
    lagRecords: reception.lagRecords,
  }
  return [
    ...Object.entries(expected).flatMap(([name, value]) =>
      expectSame(`metrics.${name}`, metrics[name], value, 'reception'),
    ),
    ...expectSame('acknowledged.count', acknowledged?.count ?? 0, accounting.acked, 'accounting.acked'),
    ...expectWithin(
      'reception.missing',
      reception.missing,
      [Math.max(0, accounting.acked - reception.received - (reception.aborted ?? 0)), accounting.acked],
      'accounting.acked - reception.received - reception.aborted',
    ),
    ...expectWithin('receive.count', receive?.count ?? 0, [0, reception.received], 'reception.received'),
  ]
}

/** CPU a record and the figures of a batch, from their sums; results of before have no sums. */
export function checkQuotients(result: ClientResult): Problem[] {
  const { metrics, health } = result
  const { cpuUs } = health.tool
  const { sums } = health.client
  const records = result.kind === 'consumer' ? result.consumption.received : doneRecords(result)
  const cpuUsPerRecord = cpuUs === undefined || records === 0 ? undefined : cpuUs / records
  const figures: Readonly<Record<string, number | undefined>> = sums === undefined ? {} : batchFigures(sums)
  return [
    ...(cpuUs === undefined
      ? []
      : expectSame('metrics.cpuUsPerRecord', metrics.cpuUsPerRecord, cpuUsPerRecord, 'health.tool.cpuUs')),
    ...['batchRecords', 'batchBytes', 'compressionRatio'].flatMap((name) =>
      sums === undefined
        ? []
        : expectSame(`metrics.${name}`, metrics[name], figures[name], 'health.client.sums'),
    ),
  ]
}
