/**
 * Wilcoxon's signed-rank test, exact. Differences of pairs of runs, of any unit; positive = the candidate has more.
 * Runs are what is compared, never requests or seconds: those of one run hang together, and a test of them
 * cries wolf (Kalibera and Jones, "Rigorous benchmarking in reasonable time", ISMM 2013).
 */

export interface SignedRank {
  /** The chance, if neither side had more, of ranks on the positive side that sum up to this much or more. */
  readonly pMore: number
  /** … to this little or less. */
  readonly pLess: number
}

/**
 * Given the sizes of the differences each sign is a coin, so ties and zeros are exact too; zeros take part in the
 * ranking and then on neither side (Pratt 1959).
 */
export function signedRank(differences: readonly number[]): SignedRank {
  const ranks = doubledRanks(differences)
  let observed = 0
  const taking: number[] = []
  for (const [at, difference] of differences.entries()) {
    const rank = ranks[at] ?? 0
    if (difference === 0) continue
    taking.push(rank)
    if (difference > 0) observed += rank
  }
  const chances = chancesOfSums(taking)
  return { pMore: chanceOf(chances, observed, chances.length), pLess: chanceOf(chances, 0, observed + 1) }
}

/**
 * How many of the sorted Walsh averages of n pairs lie outside a two-sided interval, at each end: one more than the largest
 * rank sum whose chance of not being exceeded is alpha / 2 at most; 0 where n is too small for any.
 */
export function outsideInterval(n: number, alpha: number): number {
  const chances = chancesOfSums(Array.from({ length: n }, (_, at) => 2 * (at + 1)))
  let below = 0
  for (let sum = 0; 2 * sum < chances.length; sum++) {
    below += chances[2 * sum] ?? 0
    if (below > alpha / 2) return sum
  }
  return n
}

function chanceOf(chances: Float64Array, from: number, to: number): number {
  let chance = 0
  for (let sum = from; sum < to; sum++) chance += chances[sum] ?? 0
  return Math.min(1, chance)
}

/** Twice the ranks of the sizes, so that the mean rank of a tie is whole. */
function doubledRanks(differences: readonly number[]): number[] {
  const order = differences
    .map((difference, at) => ({ size: Math.abs(difference), at }))
    .toSorted((a, b) => a.size - b.size)
  const ranks = new Array<number>(differences.length).fill(0)
  for (let from = 0; from < order.length; ) {
    let to = from
    while (to + 1 < order.length && order[to + 1]?.size === order[from]?.size) to++
    for (const { at } of order.slice(from, to + 1)) ranks[at] = from + to + 2
    from = to + 1
  }
  return ranks
}

/** Of ranks without ties, which is nearly always: they depend on their number only. */
const known = new Map<string, Float64Array>()

/** By sum: the chance that a random half of the ranks has it. */
function chancesOfSums(ranks: readonly number[]): Float64Array {
  const sorted = ranks.toSorted((a, b) => a - b)
  const key = sorted.every((rank, at) => rank === 2 * (at + 1)) ? String(sorted.length) : undefined
  const found = key === undefined ? undefined : known.get(key)
  if (found !== undefined) return found
  const chances = new Float64Array(sorted.reduce((sum, rank) => sum + rank, 0) + 1)
  chances[0] = 1
  let reached = 0
  for (const rank of sorted) {
    reached += rank
    for (let sum = reached; sum >= 0; sum--) {
      const without = chances[sum] ?? 0
      const withIt = sum >= rank ? (chances[sum - rank] ?? 0) : 0
      chances[sum] = (without + withIt) / 2
    }
  }
  if (key !== undefined) known.set(key, chances)
  return chances
}
