/** Whether a run's answer is to be trusted. Pure. */
import type { ProducerResult, Result } from './result.ts'

/** Acknowledged records are gone, or are there twice, where neither may happen and both can be counted. */
export function isPromiseBroken({ accounting }: Pick<ProducerResult, 'accounting'>): boolean {
  return accounting.exact && (accounting.lost ?? 0) + (accounting.duplicated ?? 0) > 0
}

/** False when figures were measured, and say something else than they seem to. */
export function isTrusted(result: Result): boolean {
  if (result.health.generatorLimited) return false
  if (result.kind === 'consumer') return result.consumption.received > 0
  return result.accounting.acked > 0 && !isPromiseBroken(result)
}
