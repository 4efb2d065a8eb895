/**
 * tune beside its peers on one real broker, interleaved (A B B A …), as ratios run by run. Writes docs/benchmarks.md.
 *
 *   npm run bench:peers                     everything, about 45 minutes
 *   npm run bench:peers -- --only wire      cases whose name contains a word
 *   npm run bench:peers -- --pairs 3        fewer pairs, for a quick look (writes nothing)
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { cpus, release, totalmem, type } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { startBroker } from '../dist/broker/index.js'
import { kafkaJars } from '../dist/broker/jars.js'
import {
  bareLoop,
  buildRdkafkaPerformance,
  producerPerfTest,
  rdkafkaPerformance,
  tuneProducer,
} from './lib/peers.mjs'
import { median, spread } from './lib/statistics.mjs'
import { createTopics } from './lib/topics.mjs'

const root = new URL('..', import.meta.url).pathname
const { values: flags } = parseArgs({
  options: {
    only: { type: 'string', default: '' },
    pairs: { type: 'string', default: '6' },
    quick: { type: 'boolean', default: false },
  },
})
const PAIRS = Number(flags.pairs)
const log = (text) => process.stderr.write(`${text}\n`)

const broker = await startBroker({ engine: 'kafka', brokers: 1, measured: true, partitions: 12, log })
const bootstrap = broker.bootstrapServers
const jars = (await kafkaJars(log)).classPath.join(':')
const topics = await createTopics(bootstrap)
const rdkafka = await buildRdkafkaPerformance(log)

const tuneArgs = (driver, bytes, ...more) => [
  ...['--bootstrap-server', bootstrap, '--create-topic', '--driver', driver, '--record-size', String(bytes)],
  ...more,
]
const unpaced = (driver, bytes) => async () => {
  const result = await tuneProducer(
    tuneArgs(
      driver,
      bytes,
      '--throughput',
      '-1',
      '--duration',
      '8s',
      '--warmup',
      '4s',
      '--producer-props',
      'acks=1',
    ),
  )
  return result.metrics.recordsPerSec
}
const perfTest = (bytes, records, warmup) => () =>
  topics.fresh(
    async (topic) =>
      (await producerPerfTest(jars, { bootstrap, topic, records, warmup, bytes, props: ['acks=1'] }))
        .recordsPerSec,
  )
const rdkafkaPerf = (bytes, records) => () =>
  topics.fresh(
    async (topic) => (await rdkafkaPerformance(rdkafka, { bootstrap, topic, records, bytes })).recordsPerSec,
  )
const bare =
  (driver, bytes, seconds = 8) =>
  () =>
    topics.fresh(
      async (topic) => (await bareLoop(driver, { bootstrap, topic, bytes, seconds })).recordsPerSec,
    )

/** A case runs its contenders in turn, forwards and backwards; the first is tune. */
const THROUGHPUT = [
  {
    name: 'wire-100',
    title: '100 B, unpaced, 12 partitions, acks=1',
    contenders: {
      'tune wire': unpaced('wire', 100),
      'kafka-producer-perf-test': perfTest(100, 5_000_000, 2_000_000),
      rdkafka_performance: rdkafkaPerf(100, 12_000_000),
    },
    goals: { 'kafka-producer-perf-test': 2.5, rdkafka_performance: 1.2 },
  },
  {
    name: 'wire-1024',
    title: '1,024 B, unpaced, 12 partitions, acks=1',
    contenders: {
      'tune wire': unpaced('wire', 1024),
      'kafka-producer-perf-test': perfTest(1024, 1_200_000, 500_000),
      rdkafka_performance: rdkafkaPerf(1024, 1_500_000),
    },
    goals: { 'kafka-producer-perf-test': 1.2, rdkafka_performance: 0.95 },
  },
  {
    name: 'confluent-1024',
    title: '1,024 B, unpaced, 12 partitions, acks=1',
    contenders: {
      'tune confluent': unpaced('confluent', 1024),
      'kafka-producer-perf-test': perfTest(1024, 1_200_000, 500_000),
      'bare confluent loop': bare('confluent', 1024),
    },
    goals: { 'kafka-producer-perf-test': 0.9, 'bare confluent loop': 0.95 },
  },
  {
    name: 'kafkajs-1024',
    title: '1,024 B, unpaced, 12 partitions, acks=1',
    contenders: { 'tune kafkajs': unpaced('kafkajs', 1024), 'bare kafkajs loop': bare('kafkajs', 1024) },
    goals: { 'bare kafkajs loop': 0.95 },
  },
]

async function interleave({ contenders }) {
  const names = Object.keys(contenders)
  const rates = Object.fromEntries(names.map((name) => [name, []]))
  for (let pair = 0; pair < PAIRS; pair++) {
    for (const name of pair % 2 === 0 ? names : names.toReversed()) {
      const rate = await contenders[name]()
      rates[name].push(rate)
      log(`  ${name}: ${Math.round(rate).toLocaleString('en')} records/s`)
    }
  }
  return rates
}

const PACED = [5000, 20_000].flatMap((rate) =>
  ['timer', 'precise'].map((pacing) => ({ name: `paced-${rate}-${pacing}`, rate, pacing })),
)

async function paced({ rate, pacing }) {
  const rows = []
  for (let pair = 0; pair < PAIRS; pair++) {
    const measureTune = async () => {
      const { metrics, lateness, service } = await tuneProducer(
        tuneArgs(
          'confluent',
          1024,
          '--throughput',
          String(rate),
          '--pacing',
          pacing,
          '--producer-props',
          'acks=1',
          'linger.ms=5',
        ),
      )
      return {
        achieved: metrics.sentPerSec / rate,
        lateP50: lateness.p50Ms,
        lateP99: lateness.p99Ms,
        serviceMean: service.meanMs,
      }
    }
    const measurePeer = () =>
      topics.fresh((topic) =>
        producerPerfTest(jars, {
          bootstrap,
          topic,
          records: rate * 10,
          warmup: rate * 5,
          bytes: 1024,
          throughput: rate,
          props: ['acks=1', 'linger.ms=5'],
        }),
      )
    let tune
    let peer
    if (pair % 2 === 0) {
      tune = await measureTune()
      peer = await measurePeer()
    } else {
      peer = await measurePeer()
      tune = await measureTune()
    }
    rows.push({ ...tune, peerMean: peer.meanMs })
    log(`  ${JSON.stringify(rows.at(-1))}`)
  }
  return rows
}

async function memory() {
  const rows = []
  for (const driver of ['confluent', 'kafkajs', 'wire']) {
    const result = await tuneProducer(tuneArgs(driver, 1024))
    rows.push({
      what: `${driver}, defaults (5,000/s, 10 s)`,
      rssMb: result.health.tool.rssMaxBytes / 1e6,
      goalMb: driver === 'confluent' ? 350 : 200,
    })
    log(`  ${JSON.stringify(rows.at(-1))}`)
  }
  return rows
}

async function longRun() {
  const result = await tuneProducer(
    tuneArgs(
      'confluent',
      1024,
      '--throughput',
      '5000',
      '--duration',
      '10m',
      '--topic-config',
      'retention.bytes=67108864',
      'segment.bytes=33554432',
    ),
  )
  const { rssStartBytes, rssBytes } = result.health.tool
  return {
    grownMb: (rssBytes - rssStartBytes) / 1e6,
    lateP99: result.lateness.p99Ms,
    limited: result.health.generatorLimited,
  }
}

const chosen = (one) => one.name.includes(flags.only)
const sections = []
try {
  for (const one of THROUGHPUT.filter(chosen)) {
    log(one.name)
    sections.push(throughputSection(one, await interleave(one)))
  }
  const pacedRows = []
  for (const one of PACED.filter(chosen)) {
    log(one.name)
    pacedRows.push([one, await paced(one)])
  }
  if (pacedRows.length > 0) sections.push(pacedSection(pacedRows))
  if (chosen({ name: 'memory' })) sections.push(memorySection(await memory()))
  if (!flags.quick && chosen({ name: 'long' })) {
    log('long: ten minutes')
    sections.push(longSection(await longRun()))
  }
} finally {
  await topics.close()
  await broker.stop()
}

function throughputSection({ name, title, contenders, goals }, rates) {
  const [first] = Object.keys(contenders)
  const rows = Object.keys(contenders).map((peer) => {
    const ratios = rates[first].map((rate, i) => rate / rates[peer][i])
    const goal = goals[peer]
    return `| ${peer} | ${spread(
      rates[peer].map((rate) => rate / 1000),
      0,
    )} | ${peer === first ? '' : spread(ratios)} | ${goal === undefined ? '' : `>= ${goal}`} | ${goal === undefined ? '' : median(ratios) >= goal ? 'yes' : 'no'} |`
  })
  return `## ${name}: ${title}\n\n| tool | thousand records/s | ${first} against it | goal | reached |\n| --- | --- | --- | --- | --- |\n${rows.join('\n')}\n`
}

function pacedSection(cases) {
  const rows = cases.map(([{ rate, pacing }, runs]) => {
    const of = (pick) => runs.map(pick)
    return `| ${rate.toLocaleString('en')}/s | ${pacing} | ${spread(
      of((one) => one.achieved * 100),
      2,
    )} | ${spread(
      of((one) => one.lateP50),
      3,
    )} | ${spread(of((one) => one.lateP99))} | ${spread(of((one) => one.serviceMean - one.peerMean))} |`
  })
  return `## Paced, \`confluent\`, 1,024 B, acks=1, linger.ms=5\n\nGoals: achieved within 0.5 %; lateness p50 <= 0.6 ms and p99 <= 5 ms with \`timer\`, <= 0.1 ms and <= 2 ms with \`precise\`; mean service time within 1 ms of kafka-producer-perf-test's.\n\n| rate | pacing | achieved % | lateness p50 ms | lateness p99 ms | service mean - perf-test's mean, ms |\n| --- | --- | --- | --- | --- | --- |\n${rows.join('\n')}\n`
}

function memorySection(rows) {
  return `## Memory\n\n| run | highest RSS, MB | goal |\n| --- | --- | --- |\n${rows.map(({ what, rssMb, goalMb }) => `| ${what} | ${rssMb.toFixed(0)} | < ${goalMb} |`).join('\n')}\n`
}

function longSection({ grownMb, lateP99 }) {
  return `## Ten minutes at 5,000/s on \`confluent\`\n\nRSS from the end of the warm-up to the end of the run: ${grownMb >= 0 ? '+' : ''}${grownMb.toFixed(1)} MB (goal: < 20 MB). Lateness p99 ${lateP99.toFixed(2)} ms.\n`
}

const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
const head = `# Benchmarks\n\nWritten by \`npm run bench:peers\`: tune ${version} and its peers on one Apache Kafka ${broker.version} (1 GiB heap, full JIT) on the same machine, interleaved, ${PAIRS} runs each; every cell is the median and, in brackets, the whole spread. Ratios are taken run by run, so they hold when the machine's speed drifts; absolute figures are this machine's.\n\nMachine: ${cpus().length} × ${cpus()[0].model}, ${(totalmem() / 2 ** 30).toFixed(0)} GiB, ${type()} ${release()}, Node ${process.version}, ${new Date().toISOString().slice(0, 10)}. kafka-producer-perf-test is the broker's own version, its warm-up left out (\`--warmup-records\`); rdkafka_performance is built from the librdkafka in node-rdkafka.\n\n`
const document = head + sections.join('\n')
if (PAIRS >= 5 && flags.only === '') {
  mkdirSync(join(root, 'docs'), { recursive: true })
  writeFileSync(join(root, 'docs', 'benchmarks.md'), document)
} else process.stdout.write(document)
