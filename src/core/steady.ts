/**
 * Where a warm-up ends: MSER-5 (White 1997). Values are averaged in groups of five; the cut is where leaving out what
 * came before makes the mean of the rest most certain. A cut in the second half means there is no steady state yet.
 */
import { sum } from './sum.ts'

const GROUP = 5
/** Fewer groups than this say nothing. */
const FEWEST_GROUPS = 6

/**
 * @param values one per 200 ms, oldest first
 * @returns how many leading values to leave out, or undefined where no steady state is seen
 */
export function mser5(values: readonly number[]): number | undefined {
  const groups: number[] = []
  for (let i = 0; i + GROUP <= values.length; i += GROUP) {
    let sum = 0
    for (let j = i; j < i + GROUP; j++) sum += values[j] ?? 0
    groups.push(sum / GROUP)
  }
  const n = groups.length
  if (n < FEWEST_GROUPS) return undefined
  const farthest = Math.floor(n / 2)
  let best = Number.POSITIVE_INFINITY
  let cut = 0
  for (let leaveOut = 0; leaveOut <= farthest; leaveOut++) {
    const rest = groups.slice(leaveOut)
    const mean = sum(rest) / rest.length
    const squares = rest.reduce((sum, value) => sum + (value - mean) ** 2, 0)
    const error = squares / rest.length ** 2
    if (error < best) {
      best = error
      cut = leaveOut
    }
  }
  return cut >= farthest ? undefined : cut * GROUP
}
