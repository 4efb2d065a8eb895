import type { Result } from '../core/result.ts'
import { formatDurationMs } from '../units.ts'

/** Measured time that is none: it ended in the warm-up, or while consumers joined. */
const NOTHING_MS = 1

/**
 * The sentence about a run that did not come to its end; undefined of one that did.
 * @param sentence what it has all the same
 */
export function cutShort(
  { complete, endedEarly, durationMs }: Pick<Result, 'complete' | 'endedEarly' | 'durationMs'>,
  sentence: string,
): string | undefined {
  if (complete) return undefined
  const how = endedEarly === undefined ? 'interrupted' : 'ended early'
  const when =
    durationMs < NOTHING_MS ? 'before anything was measured' : `after ${formatDurationMs(durationMs, 1)}`
  return `${how} ${when}: ${sentence}`
}
