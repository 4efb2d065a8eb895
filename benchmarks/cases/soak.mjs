/** A quarter of an hour of each bench at 20,000/s: does anything grow, get later, or get lost? */
import { readFileSync } from 'node:fs'
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
const SAMPLE_MS = 10_000

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

/** Resident memory of a process, every so often, for as long as it lives. */
function watchMemory() {
  const samples = []
  return {
    samples,
    onStart(pid) {
      const timer = setInterval(() => {
        try {
          const kib = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
          samples.push(Number(kib) * 1024)
        } catch {
          clearInterval(timer)
        }
      }, SAMPLE_MS)
    },
  }
}

/** Runs a bench and says what it took at a third, at two thirds and at the end of its time. */
async function soak(kind, args, lostOf) {
  const memory = watchMemory()
  const result = await tuneBench(kind, args, { ...LIMITS, onStart: memory.onStart })
  const at = (share) => memory.samples[Math.floor((memory.samples.length - 1) * share)] / 1e6
  return {
    result,
    kept: { kind, rssMb: [at(1 / 3), at(2 / 3), at(1)], lost: lostOf(result), ...drift(result) },
  }
}

export const cases = [
  {
    name: 'soak',
    title: `${MINUTES} minutes at ${RATE.toLocaleString('en')}/s: \`confluent\`, 200 B, acks=1, 12 partitions`,
    async run({ bootstrap, topics, log }) {
      const runs = await topics.fresh(
        async (topic) => {
          const reading = soak(
            'consumer',
            [
              ...['--bootstrap-server', bootstrap, '--topic', topic, '--driver', 'confluent'],
              ...['--from', 'latest', '--num-records', String(RECORDS), '--timeout', '60s'],
            ],
            ({ consumption: { received, repeated } }) => RECORDS - received + repeated,
          )
          await wait(JOIN_MS)
          const sent = await soak(
            'producer',
            sending(bootstrap, topic),
            ({ accounting }) => RECORDS - accounting.acked,
          )
          return [sent.kept, (await reading).kept]
        },
        { configs: SHORT },
      )
      log(`  ${JSON.stringify(runs)}`)
      const e2e = await topics.fresh(
        (topic) => soak('e2e', sending(bootstrap, topic), ({ reception }) => RECORDS - reception.received),
        { configs: SHORT },
      )
      log(`  ${JSON.stringify(e2e.kept)}`)
      return { runs: [...runs, e2e.kept] }
    },
    render: ({ runs }) =>
      `${table(
        [
          'bench',
          'RSS at a third, two thirds and the end, MB',
          'lateness, first and last third, mean ms',
          'lost',
        ],
        runs.map(({ kind, rssMb, firstMs, lastMs, lost }) => [
          kind,
          rssMb.map((mb) => mb.toFixed(0)).join(' → '),
          firstMs === undefined ? '' : `${firstMs.toFixed(2)} → ${lastMs.toFixed(2)}`,
          String(lost),
        ]),
      )}

The consumer reads what the producer sends; the end-to-end bench runs alone.`,
  },
]
