/** How fast records come out: tune's drivers beside the tools that people use, and beside the bare clients. */
import { interleave } from '../lib/interleave.mjs'
import { bareLoop, consumerPerfTest, rdkafkaConsumer, tuneBench } from '../lib/peers.mjs'
import { ratesTable } from '../lib/tables.mjs'

const PARTITIONS = 12

const tune =
  (driver) =>
  async ({ bootstrap, topic }) => {
    const result = await tuneBench('consumer', [
      ...['--bootstrap-server', bootstrap, '--topic', topic, '--driver', driver, '--commit', 'none'],
    ])
    return result.metrics.recordsPerSec
  }
const perfTest = ({ bootstrap, topic, records, jars }) =>
  consumerPerfTest(jars, { bootstrap, topic, records })
const rdkafkaPerf = ({ bootstrap, topic, records, rdkafka }) =>
  rdkafkaConsumer(rdkafka, { bootstrap, topic, records, partitions: PARTITIONS })
const bare =
  (driver) =>
  async ({ bootstrap, topic, records }) =>
    (await bareLoop(`${driver}-consumer`, { bootstrap, topic, records })).recordsPerSec

/** Every contender reads the same topic, all of it; it was written just before, so reads come from the page cache. */
const reading = ({ name, bytes, codec = 'none', records, contenders, goals }) => ({
  name,
  title: `Consuming, ${bytes.toLocaleString('en')} B, ${codec === 'none' ? 'uncompressed' : `${codec} (values that compress 3x)`}, ${PARTITIONS} partitions`,
  run: (stand) =>
    stand.topics.filled({ records, bytes, codec, partitions: PARTITIONS }, async (topic) => {
      const bound = Object.fromEntries(
        Object.entries(contenders).map(([who, run]) => [who, () => run({ ...stand, topic, records })]),
      )
      const say = (rate) => `${Math.round(rate).toLocaleString('en')} records/s`
      return { rates: await interleave(bound, { ...stand, say }), goals }
    }),
  render: ratesTable,
})

const PEERS = {
  'tune wire': tune('wire'),
  'kafka-consumer-perf-test': perfTest,
  'rdkafka_performance -C': rdkafkaPerf,
}

export const cases = [
  ...['none', 'lz4'].flatMap((codec) => [
    reading({
      name: `read-wire-100-${codec}`,
      bytes: 100,
      codec,
      records: 15_000_000,
      contenders: PEERS,
      goals: { 'kafka-consumer-perf-test': 1.5, 'rdkafka_performance -C': 0.9 },
    }),
    reading({
      name: `read-wire-1024-${codec}`,
      bytes: 1024,
      codec,
      records: 2_000_000,
      contenders: PEERS,
      goals: { 'kafka-consumer-perf-test': 1.1, 'rdkafka_performance -C': 0.9 },
    }),
  ]),
  ...['confluent', 'kafkajs'].map((driver) =>
    reading({
      name: `read-${driver}-1024`,
      bytes: 1024,
      records: 1_000_000,
      contenders: {
        [`tune ${driver}`]: tune(driver),
        [`bare ${driver} loop`]: bare(driver),
        'kafka-consumer-perf-test': perfTest,
      },
      goals: { [`bare ${driver} loop`]: 0.95 },
    }),
  ),
]
