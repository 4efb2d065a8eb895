/** What of a run passes or fails: each verdict, and whether the numbers are to be trusted at all. */
import type { Result, Verdict } from '../../core/result.ts'
import { isTrusted } from '../../core/trust.ts'
import { formatDurationMs } from '../../units.ts'
import { joined } from '../format.ts'
import { metricTitle, metricValueText } from '../metric-text.ts'
import type { Case } from '../model.ts'

export function runCases(result: Result): Case[] {
  return [trustCase(result), ...failureCase(result), ...result.verdicts.map(verdictCase)]
}

function trustCase(result: Result): Case {
  const id = 'to be trusted'
  const reasons = result.kind === 'connector' ? [] : result.health.reasons
  if (!result.complete) {
    const why = result.endedEarly ?? 'it was interrupted'
    return { id, level: 'invalid', text: `ended after ${formatDurationMs(result.durationMs, 1)}: ${why}` }
  }
  return isTrusted(result)
    ? { id, level: 'ok', text: 'the numbers are to be trusted' }
    : { id, level: 'invalid', text: reasons.join('; ') || 'the numbers are not to be trusted' }
}

/** A connector that failed while it was watched. */
function failureCase(result: Result): Case[] {
  if (result.kind !== 'connector' || result.failure === undefined) return []
  const { what, reason } = result.failure
  return [{ id: 'connector', level: 'critical', text: `${what} failed: ${reason}` }]
}

function verdictCase({ metric, level, value, target, critical, reason }: Verdict): Case {
  const facts = joined(
    [
      `${metricTitle(metric)} ${level}`,
      value === null ? undefined : metricValueText(metric, value),
      `target ${target}`,
      `critical ${critical}`,
      reason,
    ],
    ', ',
  )
  return { id: metric, level, text: facts }
}
