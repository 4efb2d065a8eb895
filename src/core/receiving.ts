import type { ReceivingResult, Result } from './result.ts'

/** Whether what is sent is received as well: then a record is done when it is received. */
export function isReceiving<T extends Pick<Result, 'kind'>>(
  result: T,
): result is T & Pick<ReceivingResult, 'kind'> & ReceivingResult {
  return result.kind === 'e2e' || result.kind === 'cdc'
}
