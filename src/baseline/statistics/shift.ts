/** How far one side lies from the other: Hodges and Lehmann's estimate, and the interval that the signed ranks give it. */
import { outsideInterval } from './signed-rank.ts'

export interface Shift {
  /** The median of the means of all pairs of differences, each with itself too. Of the unit of the differences. */
  readonly estimate: number
  /**
   * @param alpha two-sided: 0.05 for an interval that holds the truth in 95 of 100 cases
   * @returns undefined where there are too few differences for the level
   */
  interval(alpha: number): readonly [low: number, high: number] | undefined
}

export function shiftOf(differences: readonly number[]): Shift {
  const averages = walshAverages(differences)
  const count = averages.length
  return {
    estimate: ((averages[(count - 1) >> 1] ?? 0) + (averages[count >> 1] ?? 0)) / 2,
    interval(alpha) {
      const outside = outsideInterval(differences.length, alpha)
      const low = averages[outside - 1]
      const high = averages[count - outside]
      return low === undefined || high === undefined ? undefined : [low, high]
    },
  }
}

function walshAverages(differences: readonly number[]): Float64Array {
  const n = differences.length
  const averages = new Float64Array((n * (n + 1)) / 2)
  let at = 0
  for (let one = 0; one < n; one++) {
    for (let other = one; other < n; other++) {
      averages[at++] = ((differences[one] ?? 0) + (differences[other] ?? 0)) / 2
    }
  }
  return averages.sort()
}
