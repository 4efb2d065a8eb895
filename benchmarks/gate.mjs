/**
 * The gate on real runs. Runs of one and the same thing, paired as they came, go through the gate ten thousand times with
 * the sides of each pair by a coin: false alarms on this machine's noise. Then it is asked to find real changes: 1 ms more on
 * the way (a TCP proxy on both sides), linger.ms 30 instead of 5, and a rate that is 20 % lower.
 *
 *   npm run bench:gate                                    64 runs, 5 tries of each change, about an hour; writes
 *                                                         docs/statistics.md
 *   npm run bench:gate -- --runs 8 --tries 1 --seconds 2  a quick look: prints, writes nothing
 *   npm run bench:gate -- --only linger                   changes whose name begins so; all else stays as it is kept
 *   npm run bench:gate -- --render                        the page again from the answer that is kept
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { cpus, release, tmpdir, totalmem, type } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { primaryOf } from '../dist/baseline/changes.js'
import { DEFAULT_RULES } from '../dist/baseline/gate.js'
import { tally } from '../dist/baseline/rehearsal.js'
import { robustSd } from '../dist/baseline/statistics/detectable.js'
import { worsening } from '../dist/baseline/worsening.js'
import { startBroker } from '../dist/broker/index.js'
import { METRICS } from '../dist/core/metrics.js'
import { isTrusted } from '../dist/core/trust.js'
import { randomOf } from '../dist/records/random.js'
import { startDelayProxy } from './lib/delay-proxy.mjs'
import { must } from './lib/process.mjs'
import { table } from './lib/tables.mjs'

const ENOUGH = { runs: 64, tries: 5, seconds: 5 }
const GATES = 10_000
const RATE = 500
const RESULT = 'gate.json'
const BEGIN = '<!-- real: made by npm run bench:gate -->\n'
const END = '<!-- end of real -->'

const root = new URL('..', import.meta.url).pathname
const { values: flags } = parseArgs({
  options: {
    runs: { type: 'string', default: String(ENOUGH.runs) },
    tries: { type: 'string', default: String(ENOUGH.tries) },
    seconds: { type: 'string', default: String(ENOUGH.seconds) },
    only: { type: 'string', default: '' },
    render: { type: 'boolean', default: false },
  },
})
const size = { runs: Number(flags.runs), tries: Number(flags.tries), seconds: Number(flags.seconds) }
const log = (text) => process.stderr.write(`${text}\n`)
const kept = join(root, 'benchmarks', 'results', RESULT)

if (flags.render) writePage(JSON.parse(readFileSync(kept, 'utf8')))
else {
  const answer = await measure()
  process.stdout.write(render(answer))
  if (Object.keys(ENOUGH).every((name) => size[name] >= ENOUGH[name])) {
    mkdirSync(join(root, 'benchmarks', 'results'), { recursive: true })
    writeFileSync(kept, `${JSON.stringify(answer, null, 2)}\n`)
    writePage(answer)
  }
}

async function measure() {
  let broker
  const targetOf = (name) => () => Number(broker.listeners[name][0].split(':')[1])
  const straight = await startDelayProxy(targetOf('STRAIGHT'), 0)
  const slow = await startDelayProxy(targetOf('SLOW'), 1)
  const folder = mkdtempSync(join(tmpdir(), 'tune-bench-gate-'))
  try {
    broker = await startBroker({
      engine: 'kafka',
      brokers: 1,
      measured: true,
      partitions: 12,
      log,
      listeners: [
        { name: 'STRAIGHT', advertisedPort: straight.port },
        { name: 'SLOW', advertisedPort: slow.port },
      ],
    })
    const here = `--bootstrap-server 127.0.0.1:${straight.port}`
    const before = flags.only === '' ? undefined : JSON.parse(readFileSync(kept, 'utf8'))
    const same = before?.unchanged ?? (await unchanged(here.split(' '), folder))
    const measured = []
    for (const [n, [name, a, b, load]] of changesAt(here, slow.port).entries()) {
      const again = name.startsWith(flags.only)
      measured.push(again ? await changed(name, a, b, folder, load) : before.changes[n])
    }
    return {
      at: new Date().toISOString().slice(0, 10),
      tune: JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).version,
      kafka: broker.version,
      node: process.version,
      machine: `${cpus().length} × ${cpus()[0].model}, ${(totalmem() / 2 ** 30).toFixed(0)} GiB, ${type()} ${release()}`,
      ...size,
      unchanged: same,
      changes: measured,
    }
  } finally {
    await broker?.stop()
    await Promise.all([straight.close(), slow.close()])
    rmSync(folder, { recursive: true, force: true })
  }
}

/** A name, both sides' flags, and where it is not the usual load, that. */
function changesAt(here, slowPort) {
  return [
    ['1 ms added on the way', here, `--bootstrap-server 127.0.0.1:${slowPort}`],
    ['linger.ms 5 to 30', `${here} --producer-props linger.ms=5`, `${here} --producer-props linger.ms=30`],
    [
      'a quarter more wait, so 20 % less',
      `${here} --producer-props linger.ms=100`,
      `${here} --producer-props linger.ms=125`,
      ['--throughput', '-1', '--max-in-flight', '200'],
    ],
  ]
}

function bench() {
  return [
    ...['bench', 'producer', '--throughput', String(RATE), '--record-size', '1024'],
    ...['--duration', `${size.seconds}s`, '--warmup', '1s'],
  ]
}

function tune(args, cwd, allow) {
  return must(process.execPath, [join(root, 'bin/tune.js'), ...args], { cwd, allow, timeoutMs: 3_600_000 })
}

async function unchanged(place, cwd) {
  const runs = []
  let replaced = 0
  while (runs.length < size.runs) {
    const { stdout } = await tune([...bench(), ...place, '--report', 'json'], cwd, [0, 3])
    const run = JSON.parse(stdout)
    if (isTrusted(run)) runs.push(run)
    else {
      replaced++
      log(`made again: ${run.health.reasons.join('; ')}`)
    }
    if (replaced > size.runs)
      throw new Error('more than half of the runs are not to be trusted: the machine is busy')
    log(`unchanged: run ${runs.length} of ${size.runs}`)
  }
  const pairs = Array.from({ length: Math.floor(runs.length / 2) }, (_, at) => [
    runs[2 * at],
    runs[2 * at + 1],
  ])
  const metrics = primaryOf(runs[0])
  const worsenings = pairs.map(([one, other]) => metrics.map((metric) => worsening(metric, one, other)))
  const random = randomOf(1, 0)
  const machine = () => () => {
    const drawn = worsenings[random.below(worsenings.length)]
    const sign = random.float() < 0.5 ? 1 : -1
    return drawn.map((value) => sign * value)
  }
  const { ended, pairs: took } = tally(GATES, machine, DEFAULT_RULES)
  return {
    replaced,
    noise: Object.fromEntries(
      metrics.map((metric, at) => [metric, Math.expm1(robustSd(worsenings.map((row) => row[at])))]),
    ),
    gates: GATES,
    ended,
    pairs: took / GATES,
  }
}

/** @param load instead of the usual one */
async function changed(name, a, b, cwd, load = []) {
  const tries = []
  for (let seed = 1; seed <= size.tries; seed++) {
    const { stdout } = await tune(
      [
        ...['baseline', 'diff', '--paired', '--seed', String(seed), '--report', 'json'],
        ...['--a', a, '--b', b, '--', ...bench(), ...load],
      ],
      cwd,
      [0, 1, 3],
    )
    const { verdict, changes, pairing } = JSON.parse(stdout)
    const worst = changes.find((change) => change.verdict === 'regression')
    tries.push({
      verdict,
      pairs: pairing.pairs,
      metric: worst?.metric,
      ratio: worst?.ratio,
      interval: worst?.interval,
    })
    log(`${name}: try ${seed} of ${size.tries}: ${verdict} after ${pairing.pairs} pairs`)
  }
  return { name, tries }
}

function render(answer) {
  const { unchanged: same, changes, runs, seconds, at, tune: version, kafka, node, machine } = answer
  const percent = (share, digits = 1) => `${(100 * share).toFixed(digits)} %`
  const changeText = (ratio) => `${ratio < 1 ? '' : '+'}${percent(ratio - 1)}`
  const { gates, ended, noise } = same
  const noises = Object.entries(noise)
    .map(([metric, share]) => `${METRICS[metric].title} ${percent(share)}`)
    .join(', ')
  const rows = changes.flatMap(({ name, tries }) =>
    tries.map(({ verdict, pairs, metric, ratio, interval }, n) => [
      n === 0 ? name : '',
      verdict,
      String(pairs),
      metric === undefined
        ? ''
        : `${METRICS[metric].title} ${changeText(ratio)} (${interval.map(changeText).join(' to ')})`,
    ]),
  )
  return `## On real runs

${runs} runs of one and the same thing (${seconds} s each, ${same.replaced} made again), in pairs as they came, through the gate ${gates.toLocaleString('en-US')} times
with the sides of each pair by a coin: ${ended.regression} false alarms (${percent(ended.regression / gates, 2)}), ${percent(ended.inconclusive / gates)} inconclusive, ${same.pairs.toFixed(1)} pairs on
average. Noise of a pair: ${noises}. And real changes, from the start each time:

${table(['change', 'verdict', 'pairs', 'what the first line says'], rows)}

<sub>\`npm run bench:gate\`, ${at}, tune ${version}, Apache Kafka ${kafka}, Node ${node}, ${machine}</sub>
`
}

function writePage(answer) {
  const page = join(root, 'docs', 'statistics.md')
  const [before, rest] = readFileSync(page, 'utf8').split(BEGIN)
  writeFileSync(page, `${before}${BEGIN}\n${render(answer)}\n${END}${rest.split(END)[1]}`)
}
