/**
 * A new sitting beside those that are stored. A sitting is one value, however many runs it has: runs of one sitting share
 * the machine's mood. So a gate needs several sittings; before that the most it can say is that something is suspect.
 */
import { spread } from '../core/spread.ts'
import { studentChance, studentQuantile } from './statistics/quantiles.ts'

/** Sittings before a verdict may be a regression. */
export const ENOUGH_SITTINGS = 5

/** One-sided. */
const ALPHA = 0.01

export type StoredVerdict = 'pass' | 'regression' | 'improvement' | 'suspect'

export interface StoredJudgement {
  readonly verdict: StoredVerdict
  /** ln(now / median of the sittings), turned so that more is worse. */
  readonly estimate: number
  /** Where the next sitting of an unchanged system lies, 98 times out of 100; undefined with fewer than two sittings. */
  readonly expected: readonly [low: number, high: number] | undefined
  /** One-sided: the chance that an unchanged system's next sitting lies as far out; undefined with too few sittings. */
  readonly p: number | undefined
  readonly sittings: number
  /** The smallest worsening that would have been called one; undefined with too few sittings. */
  readonly detectable: number | undefined
}

/**
 * @param sittings ln of the metric in each stored sitting (its median run), turned so that more is worse
 * @param now the same of the new one
 * @param smallestChange 0.03: less than 3 % is none of anybody's concern
 */
export function judgeStored(
  sittings: readonly number[],
  now: number,
  smallestChange: number,
): StoredJudgement {
  const count = sittings.length
  const floor = Math.log1p(smallestChange)
  const { median } = spread(sittings)
  const estimate = now - median
  if (count < ENOUGH_SITTINGS) {
    const verdict = Math.abs(estimate) < floor ? 'pass' : estimate > 0 ? 'suspect' : 'improvement'
    return { verdict, estimate, expected: undefined, p: undefined, sittings: count, detectable: undefined }
  }
  const mean = sittings.reduce((sum, value) => sum + value, 0) / count
  const squares = sittings.reduce((sum, value) => sum + (value - mean) ** 2, 0)
  const scatter = Math.sqrt((squares / (count - 1)) * (1 + 1 / count))
  const reach = studentQuantile(1 - ALPHA, count - 1) * scatter
  const isOutside = Math.abs(now - mean) > reach && Math.abs(estimate) >= floor
  return {
    verdict: isOutside ? (now > mean ? 'regression' : 'improvement') : 'pass',
    estimate,
    expected: [mean - reach - median, mean + reach - median],
    p: chanceOfAsMuch(now - mean, scatter, count - 1),
    sittings: count,
    detectable: Math.expm1(Math.max(reach, floor)),
  }
}

function chanceOfAsMuch(distance: number, scatter: number, degrees: number): number {
  if (distance === 0) return 0.5
  return scatter === 0 ? 0 : studentChance(-Math.abs(distance) / scatter, degrees)
}
