/**
 * How long `tune size` takes to answer, beside node itself doing nothing: `npm run bench:answer`.
 * Interleaved, medians; the difference is ours.
 */
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const BIN = fileURLToPath(new URL('../bin/tune.js', import.meta.url))
const ROUNDS = 21
const LINES = {
  'node -e 0': ['-e', '0'],
  'tune --version': [BIN, '--version'],
  'tune size partitions': [BIN, 'size', 'partitions', '--rate', '100k/s'],
  'tune size partitions --json': [BIN, 'size', 'partitions', '--rate', '100k/s', '--json'],
  'tune size connector': [BIN, 'size', 'connector', '--kind', 'guide', '--rate-limit', '10/s'],
}

const times = new Map(Object.keys(LINES).map((name) => [name, []]))
for (let round = 0; round < ROUNDS; round += 1) {
  for (const [name, args] of Object.entries(LINES)) {
    const from = performance.now()
    const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' })
    if (status !== 0) throw new Error(`${name}: ${stderr}`)
    times.get(name).push(performance.now() - from)
  }
}
for (const [name, all] of times) {
  const sorted = all.toSorted((a, b) => a - b)
  const at = (share) => Math.round(sorted[Math.floor(share * (sorted.length - 1))])
  console.log(`${name.padEnd(30)} median ${at(0.5)} ms, fastest ${at(0)} ms, slowest ${at(1)} ms`)
}
