/** A quarter of an hour of each bench at 20,000/s: does anything grow, get later, or get lost? */
import { setTimeout as wait } from 'node:timers/promises'
import { decodeHistogram } from '../../dist/core/histogram.js'
import { tuneBench } from '../lib/peers.mjs'
import { table } from '../lib/tables.mjs'

const RATE = 20_000
const MINUTES = 15
const RECORDS = RATE * MINUTES * 60
const LIMITS = { timeoutMs: (MINUTES + 5) * 60_000 }
/** So that the broker's disk holds the last minutes only. */
const SHORT = { 'retention.bytes': '134217728', 'segment.bytes': '33554432' }
const JOIN_MS = 10_000

const sending = (bootstrap, topic) => [
  ...['--bootstrap-server', bootstrap, '--topic', topic, '--driver', 'confluent'],
  ...['--throughput', String(RATE), '--num-records', String(RECORDS), '--record-size', '200'],
  ...['--producer-props', 'acks=1', 'linger.ms=5'],
]

/** Mean lateness of a part of the seconds: what latency has beside blocked and service. */
function latenessMs(series) {
  const parts = series.filter(({ latency, service }) => latency !== undefined && service !== undefined)
  const records = parts.reduce((sum, { latency }) => sum + latency.count, 0)
  const sumMs = parts.reduce((sum, { latency, service }) => {
    const { meanMs } = decodeHistogram(latency.hdr)
    return sum + (meanMs - service.meanMs) * latency.count
  }, 0)
  return sumMs / records
}

function drift({ series, kind }) {
  if (kind === 'consumer') return {}
  const third = Math.floor(series.length / 3)
  return { firstMs: latenessMs(series.slice(0, third)), lastMs: latenessMs(series.slice(-third)) }
}

function kept({ health, ...result }, lost) {
  const { rssStartBytes, rssBytes, rssMaxBytes } = health.tool
  return { kind: result.kind, rssStartBytes, rssBytes, rssMaxBytes, lost, ...drift(result) }
}

export const cases = [
  {
    name: 'soak',
    title: `${MINUTES} minutes at ${RATE.toLocaleString('en')}/s: \`confluent\`, 200 B, acks=1, 12 partitions`,
    async run({ bootstrap, topics, log }) {
      const runs = await topics.fresh(
        async (topic) => {
          const reading = tuneBench(
            'consumer',
            [
              ...['--bootstrap-server', bootstrap, '--topic', topic, '--driver', 'confluent'],
              ...['--from', 'latest', '--num-records', String(RECORDS), '--timeout', '60s'],
            ],
            LIMITS,
          )
          await wait(JOIN_MS)
          const sent = await tuneBench('producer', sending(bootstrap, topic), LIMITS)
          const received = await reading
          const { acked } = sent.accounting
          return [
            kept(sent, sent.accounting.sent - acked),
            kept(received, acked - received.consumption.received + received.consumption.repeated),
          ]
        },
        { configs: SHORT },
      )
      log(`  ${JSON.stringify(runs)}`)
      const e2e = await topics.fresh(
        async (topic) => {
          const result = await tuneBench('e2e', sending(bootstrap, topic), LIMITS)
          return kept(result, result.accounting.sent - result.reception.received)
        },
        { configs: SHORT },
      )
      log(`  ${JSON.stringify(e2e)}`)
      return { runs: [...runs, e2e] }
    },
    render: ({ runs }) =>
      `${table(
        ['bench', 'RSS at the start, end and most, MB', 'lateness, first and last third, mean ms', 'lost'],
        runs.map(({ kind, rssStartBytes, rssBytes, rssMaxBytes, firstMs, lastMs, lost }) => [
          kind,
          [rssStartBytes, rssBytes, rssMaxBytes].map((bytes) => (bytes / 1e6).toFixed(0)).join(' → '),
          firstMs === undefined ? '' : `${firstMs.toFixed(2)} → ${lastMs.toFixed(2)}`,
          String(lost),
        ]),
      )}

The consumer reads what the producer sends; the end-to-end bench runs alone.`,
  },
]
