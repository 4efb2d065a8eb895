/**
 * tune beside its peers on one real broker, interleaved, as ratios run by run. Each case leaves its answers in
 * benchmarks/results/; docs/benchmarks.md is made from all that are there.
 *
 *   npm run bench:peers                     everything
 *   npm run bench:peers -- --only wire      cases whose name begins so; the others keep theirs
 *   npm run bench:peers -- --pairs 2        fewer pairs, for a quick look: prints, writes nothing
 *   npm run bench:peers -- --render         makes the page again from the answers
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { cpus, loadavg, release, totalmem, type } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { startBroker } from '../dist/broker/index.js'
import { kafkaJars } from '../dist/broker/jars.js'
import { cases as consumer } from './cases/consumer.mjs'
import { cases as e2e } from './cases/e2e.mjs'
import { cases as http } from './cases/http.mjs'
import { cases as memory } from './cases/memory.mjs'
import { cases as paced } from './cases/paced.mjs'
import { cases as producer } from './cases/producer.mjs'
import { cases as soak } from './cases/soak.mjs'
import { rdkafkaBinary } from './lib/peers.mjs'
import { createTopics } from './lib/topics.mjs'

const CASES = [...producer, ...paced, ...consumer, ...e2e, ...http, ...memory, ...soak]
const ENOUGH_PAIRS = 5

const root = new URL('..', import.meta.url).pathname
const resultsFolder = join(root, 'benchmarks', 'results')
const { values: flags } = parseArgs({
  options: {
    only: { type: 'string', default: '' },
    pairs: { type: 'string', default: '5' },
    render: { type: 'boolean', default: false },
  },
})
const pairs = Number(flags.pairs)
const log = (text) => process.stderr.write(`${text}\n`)

if (!flags.render) await runCases(CASES.filter(({ name }) => name.startsWith(flags.only)))
if (flags.render || pairs >= ENOUGH_PAIRS) writeFileSync(join(root, 'docs', 'benchmarks.md'), page())

async function runCases(chosen) {
  const broker = await startBroker({ engine: 'kafka', brokers: 1, measured: true, partitions: 12, log })
  const bootstrap = broker.bootstrapServers
  const topics = await createTopics(bootstrap)
  const stand = {
    bootstrap,
    topics,
    pairs,
    log,
    jars: (await kafkaJars(log)).classPath.join(':'),
    rdkafka: rdkafkaBinary(log),
  }
  try {
    for (const one of chosen) {
      log(one.name)
      const answer = {
        at: new Date().toISOString().slice(0, 10),
        tune: JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).version,
        kafka: broker.version,
        node: process.version,
        machine: `${cpus().length} × ${cpus()[0].model}, ${(totalmem() / 2 ** 30).toFixed(0)} GiB, ${type()} ${release()}`,
        loadBefore: loadavg()[0],
        pairs,
        ...(await one.run(stand)),
      }
      if (pairs >= ENOUGH_PAIRS) {
        mkdirSync(resultsFolder, { recursive: true })
        writeFileSync(join(resultsFolder, `${one.name}.json`), `${JSON.stringify(answer, null, 2)}\n`)
      } else process.stdout.write(`${section(one, answer)}\n`)
    }
  } finally {
    await topics.close()
    await broker.stop()
  }
}

function section(one, answer) {
  const { at, tune, kafka, node, machine, loadBefore } = answer
  // Of the minute before: whether the machine was the suite's own
  const load = loadBefore === undefined ? '' : `, load average ${loadBefore.toFixed(1)} before`
  return `## ${one.title}\n\n${one.render(answer)}\n\n<sub>\`--only ${one.name}\`, ${at}, tune ${tune}, Apache Kafka ${kafka}, Node ${node}, ${machine}${load}</sub>\n`
}

function page() {
  const kept = new Set(readdirSync(resultsFolder))
  const sections = CASES.filter(({ name }) => kept.has(`${name}.json`)).map((one) =>
    section(one, JSON.parse(readFileSync(join(resultsFolder, `${one.name}.json`), 'utf8'))),
  )
  return `# Benchmarks

Written by \`npm run bench:peers\`: tune and its peers on one Apache Kafka (1 GiB heap, full JIT) on the same machine,
interleaved (A B B A …). Every cell is the median and, in brackets, the whole spread. Ratios are taken run by run, so they
hold when the machine's speed drifts; absolute figures are this machine's. Every answer is in \`benchmarks/results/\`.

kafka-producer-perf-test is the broker's own version, its warm-up left out (\`--warmup-records\`); rdkafka_performance is
built from the librdkafka in node-rdkafka, and its figure includes its start. wire sends batches of 128 KiB where Java's
default is 16 KiB, so kafka-producer-perf-test runs beside it with both where a table has two of its rows. A bare
loop is the same client without pacer and recorder (\`benchmarks/bare/\`). wrk is measured where it is installed.

${sections.join('\n')}`
}
