/** How fast records go in: tune's drivers beside the tools that people use, and beside the bare clients. */
import { interleave } from '../lib/interleave.mjs'
import { bareLoop, producerPerfTest, rdkafkaPerformance, tuneBench } from '../lib/peers.mjs'
import { ratesTable } from '../lib/tables.mjs'

const unpaced = (driver, bytes, ...more) => unpacedBy(1, driver, bytes, ...more)

const unpacedBy =
  (workers, driver, bytes, ...more) =>
  async ({ bootstrap }) => {
    const result = await tuneBench('producer', [
      ...['--bootstrap-server', bootstrap, '--create-topic', '--driver', driver],
      ...['--workers', String(workers)],
      ...['--record-size', String(bytes), '--throughput', '-1', '--duration', '8s', '--warmup', '4s'],
      ...['--producer-props', 'acks=1', ...more],
    ])
    return result.metrics.recordsPerSec
  }
/** @param more properties beside acks=1 */
const perfTest =
  (bytes, records, warmup, ...more) =>
  ({ bootstrap, jars, topics }) =>
    topics.fresh(
      async (topic) =>
        (
          await producerPerfTest(jars, {
            bootstrap,
            topic,
            records,
            warmup,
            bytes,
            props: ['acks=1', ...more],
          })
        ).recordsPerSec,
    )
/** What wire sends by default; Java's default is an eighth of it. */
const WIRE_BATCH = ['batch.size=131072', 'buffer.memory=134217728']

const rdkafkaPerf =
  (bytes, records) =>
  ({ bootstrap, rdkafka, topics }) =>
    topics.fresh((topic) => rdkafkaPerformance(rdkafka, { bootstrap, topic, records, bytes }))
const bare =
  (driver, bytes) =>
  ({ bootstrap, topics }) =>
    topics.fresh(
      async (topic) =>
        (await bareLoop(`${driver}-producer`, { bootstrap, topic, bytes, seconds: 8 })).recordsPerSec,
    )

const throughput = (name, bytes, contenders, goals) => ({
  name,
  title: `Producing, ${bytes.toLocaleString('en')} B, unpaced, 12 partitions, acks=1`,
  async run(stand) {
    const bound = Object.fromEntries(Object.entries(contenders).map(([who, run]) => [who, () => run(stand)]))
    const say = (rate) => `${Math.round(rate).toLocaleString('en')} records/s`
    return { rates: await interleave(bound, { ...stand, say }), goals }
  },
  render: ratesTable,
})

export const cases = [
  throughput(
    'wire-100',
    100,
    {
      'tune wire': unpaced('wire', 100),
      'kafka-producer-perf-test': perfTest(100, 5_000_000, 2_000_000),
      'kafka-producer-perf-test, batch.size=131072': perfTest(100, 5_000_000, 2_000_000, ...WIRE_BATCH),
      rdkafka_performance: rdkafkaPerf(100, 12_000_000),
    },
    { 'kafka-producer-perf-test': 2.5, rdkafka_performance: 1.2 },
  ),
  throughput(
    'wire-1024',
    1024,
    {
      'tune wire': unpaced('wire', 1024),
      'kafka-producer-perf-test': perfTest(1024, 1_200_000, 500_000),
      'kafka-producer-perf-test, batch.size=131072': perfTest(1024, 1_200_000, 500_000, ...WIRE_BATCH),
      rdkafka_performance: rdkafkaPerf(1024, 1_500_000),
    },
    { 'kafka-producer-perf-test': 1.2, rdkafka_performance: 0.95 },
  ),
  throughput(
    'confluent-1024',
    1024,
    {
      'tune confluent': unpaced('confluent', 1024),
      'kafka-producer-perf-test': perfTest(1024, 1_200_000, 500_000),
      'bare confluent loop': bare('confluent', 1024),
    },
    { 'kafka-producer-perf-test': 0.9, 'bare confluent loop': 0.95 },
  ),
  throughput(
    'workers-1024',
    1024,
    {
      'tune confluent, two workers': unpacedBy(2, 'confluent', 1024),
      'tune confluent': unpaced('confluent', 1024),
      'kafka-producer-perf-test': perfTest(1024, 1_200_000, 500_000),
    },
    { 'kafka-producer-perf-test': 1 },
  ),
  throughput(
    'kafkajs-1024',
    1024,
    { 'tune kafkajs': unpaced('kafkajs', 1024), 'bare kafkajs loop': bare('kafkajs', 1024) },
    { 'bare kafkajs loop': 0.95 },
  ),
]
