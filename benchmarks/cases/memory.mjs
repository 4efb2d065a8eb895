/** What a run takes in memory, and whether that grows. */
import { tuneBench } from '../lib/peers.mjs'
import { table } from '../lib/tables.mjs'

const MB = 1e6

const atDefaults = {
  name: 'memory',
  title: 'Memory at defaults (5,000/s, 1,024 B, 10 s)',
  async run({ bootstrap, log }) {
    const runs = []
    for (const driver of ['confluent', 'kafkajs', 'wire']) {
      const { health } = await tuneBench('producer', [
        ...['--bootstrap-server', bootstrap, '--create-topic', '--driver', driver],
      ])
      runs.push({ driver, rssMb: health.tool.rssMaxBytes / MB, goalMb: driver === 'confluent' ? 350 : 200 })
      log(`  ${JSON.stringify(runs.at(-1))}`)
    }
    return { runs }
  },
  render: ({ runs }) =>
    table(
      ['driver', 'highest RSS, MB', 'goal'],
      runs.map(({ driver, rssMb, goalMb }) => [driver, rssMb.toFixed(0), `< ${goalMb}`]),
    ),
}

const tenMinutes = {
  name: 'long',
  title: 'Ten minutes at 5,000/s on `confluent`',
  async run({ bootstrap }) {
    const { health } = await tuneBench(
      'producer',
      [
        ...['--bootstrap-server', bootstrap, '--create-topic', '--driver', 'confluent'],
        ...['--throughput', '5000', '--duration', '10m'],
        ...['--topic-config', 'retention.bytes=67108864', 'segment.bytes=33554432'],
      ],
      { timeoutMs: 720_000 },
    )
    const { rssStartBytes, rssBytes } = health.tool
    return { grownMb: (rssBytes - rssStartBytes) / MB }
  },
  render: ({ grownMb }) =>
    `RSS from the end of the warm-up to the end of the run: ${grownMb >= 0 ? '+' : ''}${grownMb.toFixed(1)} MB (goal: < 20 MB).`,
}

export const cases = [atDefaults, tenMinutes]
