/** How exactly a rate is kept, and whether service times agree with kafka-producer-perf-test's. */
import { interleave } from '../lib/interleave.mjs'
import { producerPerfTest, tuneBench } from '../lib/peers.mjs'
import { spread } from '../lib/statistics.mjs'
import { table } from '../lib/tables.mjs'

/** Java's defaults; librdkafka's batches are larger by far and would wait for the linger where Java's are full. */
const PROPS = ['acks=1', 'linger.ms=5', 'batch.size=16384']
const GOALS = {
  timer: 'lateness p50 <= 0.6 ms, p99 <= 5 ms',
  precise: 'lateness p50 <= 0.1 ms, p99 <= 2 ms',
}

const ours =
  (rate, pacing) =>
  async ({ bootstrap }) => {
    const { metrics, lateness, service } = await tuneBench('producer', [
      ...['--bootstrap-server', bootstrap, '--create-topic', '--driver', 'confluent'],
      ...['--throughput', String(rate), '--pacing', pacing, '--producer-props', ...PROPS],
    ])
    return {
      achieved: metrics.sentPerSec / rate,
      lateP50: lateness.p50Ms,
      lateP99: lateness.p99Ms,
      serviceMean: service.meanMs,
    }
  }

const peer =
  (rate) =>
  ({ bootstrap, jars, topics }) =>
    topics.fresh((topic) =>
      producerPerfTest(jars, {
        ...{ bootstrap, topic, bytes: 1024, throughput: rate, props: PROPS },
        ...{ records: rate * 10, warmup: rate * 5 },
      }),
    )

function render({ rate, pacing, rounds }) {
  const { tune, 'kafka-producer-perf-test': perf } = rounds
  const of = (pick) => tune.map(pick)
  return `${table(
    ['', 'tune', 'goal'],
    [
      [
        `achieved of ${rate.toLocaleString('en')}/s, %`,
        spread(
          of((one) => one.achieved * 100),
          2,
        ),
        'within 0.5',
      ],
      [
        'lateness p50, ms',
        spread(
          of((one) => one.lateP50),
          3,
        ),
        GOALS[pacing].split(', ')[0].replace('lateness p50 ', ''),
      ],
      [
        'lateness p99, ms',
        spread(of((one) => one.lateP99)),
        GOALS[pacing].split(', ')[1].replace('p99 ', ''),
      ],
      ['service mean, ms', spread(of((one) => one.serviceMean)), ''],
      [
        'service mean less the mean of kafka-producer-perf-test, ms',
        spread(tune.map((one, round) => one.serviceMean - perf[round].meanMs)),
        'within 1',
      ],
    ],
  )}`
}

export const cases = [5000, 20_000].flatMap((rate) =>
  ['timer', 'precise'].map((pacing) => ({
    name: `paced-${rate}-${pacing}`,
    title: `Paced at ${rate.toLocaleString('en')}/s, \`--pacing ${pacing}\`: \`confluent\`, 1,024 B, acks=1, linger.ms=5, batch.size=16384`,
    async run(stand) {
      const contenders = {
        tune: () => ours(rate, pacing)(stand),
        'kafka-producer-perf-test': () => peer(rate)(stand),
      }
      return { rate, pacing, rounds: await interleave(contenders, { ...stand, say: JSON.stringify }) }
    },
    render,
  })),
)
