/** What a comparison could have seen, had it been there: so that "no change" can be told from "could not tell". */
import { spread } from '../../core/spread.ts'
import { normalQuantile, studentQuantile } from './quantiles.ts'

/** Chance of seeing an effect of the size that is given. */
const POWER = 0.9
/** The signed-rank test needs so many times the pairs of a t test on normal differences (its efficiency is 3 / pi). */
const SIGNED_RANK_PAIRS = 1.05
/** Makes the median absolute deviation of normal values their standard deviation. */
const MAD_TO_SD = 1.4826

/** Scatter of differences that a few wild ones do not move. */
export function robustSd(differences: readonly number[]): number {
  const middle = spread(differences).median
  return MAD_TO_SD * spread(differences.map((difference) => Math.abs(difference - middle))).median
}

/**
 * The smallest shift, in the unit of the differences, that so many pairs show nine times out of ten.
 * @param alpha one-sided level of the test
 */
export function detectableShift(differences: readonly number[], alpha: number): number | undefined {
  const n = differences.length
  if (n < 2) return undefined
  const reach = studentQuantile(1 - alpha, n - 1) + studentQuantile(POWER, n - 1)
  return (reach * robustSd(differences)) / Math.sqrt(n)
}

/** Pairs that show a shift nine times out of ten, where pairs scatter like this. */
export function pairsToSee(shift: number, sd: number, alpha: number): number {
  const reach = normalQuantile(1 - alpha) + normalQuantile(POWER)
  return Math.ceil(SIGNED_RANK_PAIRS * ((reach * sd) / shift) ** 2)
}
