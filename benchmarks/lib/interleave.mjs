const SETTLE_MS = 2000

/**
 * Runs contenders in turn, forwards and backwards (A B B A …), so that a machine that gets slower or faster favours
 * nobody; a round before them, which brings the broker's JIT to speed, is not counted.
 * @param {Record<string, () => Promise<T>>} contenders
 * @returns {Promise<Record<string, T[]>>} each contender's answers, by round
 */
export async function interleave(contenders, { pairs, log, say }) {
  const names = Object.keys(contenders)
  const answers = Object.fromEntries(names.map((name) => [name, []]))
  for (let round = -1; round < pairs; round++) {
    for (const name of round % 2 === 0 ? names : names.toReversed()) {
      const answer = await contenders[name]()
      // The broker deletes what was written; nobody shall pay for what the one before wrote
      await new Promise((resolve) => setTimeout(resolve, SETTLE_MS))
      if (round < 0) continue
      answers[name].push(answer)
      log(`  ${name}: ${say(answer)}`)
    }
  }
  return answers
}
