/** From due to received under load, beside kafka-e2e-latency's one record at a time. */
import { interleave } from '../lib/interleave.mjs'
import { endToEndLatency, tuneBench } from '../lib/peers.mjs'
import { median, spread } from '../lib/statistics.mjs'
import { table } from '../lib/tables.mjs'

const ours = async ({ bootstrap }) => {
  const { latency } = await tuneBench('e2e', [
    ...['--bootstrap-server', bootstrap, '--create-topic', '--partitions', '1', '--driver', 'confluent'],
    ...['--throughput', '1000', '--producer-props', 'acks=1', 'linger.ms=0'],
  ])
  return { meanMs: latency.meanMs, p99Ms: latency.p99Ms }
}

const peer = ({ bootstrap, jars, topics }) =>
  topics.fresh((topic) => endToEndLatency(jars, { bootstrap, topic, records: 10_000, bytes: 1024 }), {
    partitions: 1,
  })

export const cases = [
  {
    name: 'e2e-1000',
    title: 'End to end at 1,000/s: `confluent`, 1,024 B, 1 partition, acks=1, linger.ms=0',
    async run(stand) {
      const contenders = {
        'tune e2e, 1,000/s': () => ours(stand),
        'kafka-e2e-latency, unloaded': () => peer(stand),
      }
      return { rounds: await interleave(contenders, { ...stand, say: JSON.stringify }) }
    },
    render({ rounds }) {
      const [mine, theirs] = Object.values(rounds)
      const pairs = mine.map((one, round) => ({ one, other: theirs[round] }))
      const means = pairs.map(({ one, other }) => one.meanMs - other.meanMs)
      const tails = pairs.map(({ one, other }) => one.p99Ms / other.p99Ms)
      const rows = Object.entries(rounds).map(([who, answers]) => [
        who,
        spread(answers.map(({ meanMs }) => meanMs)),
        spread(answers.map(({ p99Ms }) => p99Ms)),
      ])
      return `${table(['', 'mean, ms', 'p99, ms'], rows)}

Difference of the means ${median(means).toFixed(2)} ms (goal: within 1); ratio of the p99s ${median(tails).toFixed(2)} (goal: below 3; kafka-e2e-latency prints whole ms).`
    },
  },
]
