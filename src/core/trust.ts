/** Whether a run's answer is to be trusted. Pure. */
import type { ProducerResult, Result } from './result.ts'

/** Acknowledged records are gone, or are there twice, where neither may happen and both can be counted. */
export function isPromiseBroken({ accounting }: Pick<ProducerResult, 'accounting'>): boolean {
  return accounting.exact && (accounting.lost ?? 0) + (accounting.duplicated ?? 0) > 0
}

/** False when figures were measured, and say something else than they seem to. */
export function isTrusted(result: Result): boolean {
  // What it watched was loaded by others. Nothing written is a fact, and says nothing of how fast it is
  if (result.kind === 'connector') return result.metrics.recordsWritten !== 0
  if (result.health.generatorLimited) return false
  if (result.kind === 'consumer') return result.consumption.received > 0
  return result.accounting.acked > 0 && !isPromiseBroken(result)
}
