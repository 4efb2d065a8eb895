/** Whether a run's answer is to be trusted. Pure. */
import type { ClientResult, ProducerResult, Result } from './result.ts'

/** Acknowledged records are gone, or are there twice, where neither may happen and both can be counted. */
export function isPromiseBroken({ accounting }: Pick<ProducerResult, 'accounting'>): boolean {
  return accounting.exact && (accounting.lost ?? 0) + (accounting.duplicated ?? 0) > 0
}

/** Why figures that were measured say something else than they seem to; undefined where they are to be trusted. */
export function whyNotTrusted(result: Result): string | undefined {
  // What it watched was loaded by others. Nothing written is a fact, and says nothing of how fast it is
  if (result.kind === 'connector')
    return result.metrics.recordsWritten === 0 ? 'nothing was written' : undefined
  const { generatorLimited, reasons } = result.health
  if (generatorLimited) return ['tune itself was the limit', ...reasons].join('; ')
  return whyBroken(result)
}

/** What is wrong with what was measured, and not with the measuring; undefined where nothing is. */
export function whyBroken(result: ClientResult): string | undefined {
  if (result.kind === 'consumer') return result.consumption.received > 0 ? undefined : 'no record came'
  if (result.accounting.acked === 0) return 'no record was acknowledged'
  return isPromiseBroken(result) ? 'acknowledged records are gone, or are there twice' : undefined
}

export function isTrusted(result: Result): boolean {
  return whyNotTrusted(result) === undefined
}
