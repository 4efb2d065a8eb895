/**
 * Counts for so many seconds after the warm-up, says the rate on standard output, and ends the process.
 * @param name of the rate in the answer
 * @param counted how many there were until now
 */
export async function tellRate(name, counted, { warmupMs, seconds }) {
  await new Promise((resolve) => setTimeout(resolve, warmupMs))
  const before = counted()
  const startMs = performance.now()
  await new Promise((resolve) => setTimeout(resolve, seconds * 1000))
  const rate = ((counted() - before) * 1000) / (performance.now() - startMs)
  process.stdout.write(`${JSON.stringify({ [name]: rate })}\n`)
  process.exit()
}
