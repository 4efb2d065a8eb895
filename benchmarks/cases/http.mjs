/** The poll loop of an HTTP source: beside bare HTTP clients, beside a real connector, and on an API whose answers are known. */
import {
  autocannon,
  hasWrk,
  startHttpConnector,
  undiciDispatch,
  undiciPool,
  wrk,
} from '../lib/http-peers.mjs'
import { interleave } from '../lib/interleave.mjs'
import { tuneBench } from '../lib/peers.mjs'
import { median, spread } from '../lib/statistics.mjs'
import { startPlainServer, startStubApi } from '../lib/stub-api.mjs'
import { ratesTable, table } from '../lib/tables.mjs'

const CONNECTIONS = 20
const SECONDS = 8
const WARMUP_SECONDS = 4
const LENGTH = ['--duration', `${SECONDS}s`, '--warmup', `${WARMUP_SECONDS}s`]
const POLLS = ['--polls', '-1', '--max-pages', '1000000']

const sayPerSec = (unit) => (rate) => `${Math.round(rate).toLocaleString('en')} ${unit}`

/** Nothing but requests: one each connection at a time. */
const requests = {
  name: 'http-requests',
  title: `Requests of one process over ${CONNECTIONS} connections to node’s own HTTP server, bodies read and not parsed`,
  async run(stand) {
    const server = await startPlainServer()
    const load = { url: server.url, connections: CONNECTIONS, seconds: SECONDS }
    const ours = async () => {
      const { metrics, requests } = await tuneBench('http', [
        ...['--url', server.url, '--sink', 'none', '--no-parse', ...POLLS, ...LENGTH],
        ...['--tasks', String(CONNECTIONS), '--connections', String(CONNECTIONS)],
        ...['--connections-per-route', String(CONNECTIONS)],
      ])
      if (requests.failed > 0) throw new Error(`requests failed: ${JSON.stringify(requests.errors)}`)
      return metrics.pagesPerSec
    }
    try {
      const contenders = {
        'tune bench http --sink none --no-parse': ours,
        'bare undici Pool loop': () => undiciPool(load),
        'undici’s dispatch alone': () => undiciDispatch(load),
        autocannon: () => autocannon(load),
        ...((await hasWrk()) ? { wrk: () => wrk(load) } : {}),
      }
      const rates = await interleave(contenders, { ...stand, say: sayPerSec('requests/s') })
      return { rates, goals: { 'bare undici Pool loop': 0.9, autocannon: 1 } }
    } finally {
      await server.stop()
    }
  },
  render: ({ rates, goals }) => ratesTable({ rates, goals, unit: 'requests/s' }),
}

const TASKS = 4
const PAGE_RECORDS = 100
const GOAL_RECORDS_PER_SEC = 100_000
/** Of every producer, so that they differ in what comes before it. */
const PRODUCER = { acks: '1', 'linger.ms': '5', 'batch.size': '131072', 'buffer.memory': '134217728' }

const intoKafka =
  (driver, url) =>
  async ({ bootstrap }) => {
    const { metrics, accounting } = await tuneBench('http', [
      ...['--bootstrap-server', bootstrap, '--create-topic', '--driver', driver, ...POLLS, ...LENGTH],
      ...['--url', url, '--pagination', 'cursor', '--page-size', String(PAGE_RECORDS)],
      ...['--tasks', String(TASKS), '--connections', String(TASKS)],
      ...['--producer-props', ...Object.entries(PRODUCER).map(([key, value]) => `${key}=${value}`)],
    ])
    if (accounting.failed + accounting.unknown > 0)
      throw new Error(`records failed: ${JSON.stringify(accounting)}`)
    return metrics.recordsPerSec
  }

const records = {
  name: 'http-records',
  title: `API to topic: ${PAGE_RECORDS} records of 128 B a page, ${TASKS} tasks, polled, parsed and produced, 12 partitions, acks=1`,
  async run(stand) {
    const api = await startStubApi('--endless', '--page-size', String(PAGE_RECORDS))
    const connector = await startHttpConnector(stand)
    // A task has a URL of its own, or its offsets would be the others' too
    const urls = Array.from({ length: TASKS }, (_, task) => `${api.url}?task=${task}`)
    const override = Object.entries(PRODUCER).map(([key, value]) => [`producer.override.${key}`, value])
    const connect = () =>
      stand.topics.fresh((topic) =>
        connector.perSec({
          urls,
          topic,
          more: {
            ...Object.fromEntries(override),
            'page.size': String(PAGE_RECORDS),
            'pages.per.poll': '10',
          },
          warmupSeconds: WARMUP_SECONDS,
          seconds: SECONDS,
        }),
      )
    try {
      const contenders = {
        'tune bench http, wire': () => intoKafka('wire', api.url)(stand),
        'tune bench http, confluent': () => intoKafka('confluent', api.url)(stand),
        'Kafka Connect, the tests’ HTTP source': connect,
      }
      return { rates: await interleave(contenders, { ...stand, say: sayPerSec('records/s') }) }
    } finally {
      await connector.stop()
      await api.stop()
    }
  },
  render({ rates }) {
    const [ours = []] = Object.values(rates)
    const reached = median(ours) >= GOAL_RECORDS_PER_SEC ? 'reached' : 'not reached'
    return `${ratesTable({ rates, goals: {} })}

Goal of the first row: ${GOAL_RECORDS_PER_SEC.toLocaleString('en')} records/s, ${reached}. API, client and broker share the machine's cores. The connector
has the same producer settings (\`producer.override.*\`) and hands over 10 pages at a time.`
  },
}

const ANSWER_MS = 20
const POLLS_PER_SEC = 200
const STALL_MS = 1000
/** From the first request of its own run on, which has no warm-up. */
const STALL_AFTER = '3s'

const answer = {
  name: 'http-answer',
  title: `An API that takes ${ANSWER_MS} ms, at ${POLLS_PER_SEC} polls/s`,
  async run(stand) {
    const polled = async (stub, length) => {
      const api = await startStubApi('--records', '1', '--latency', `${ANSWER_MS}ms`, ...stub)
      try {
        return await tuneBench('http', [
          ...[
            '--url',
            api.url,
            '--sink',
            'none',
            '--polls',
            String(POLLS_PER_SEC),
            '--tasks',
            '20',
            ...length,
          ],
        ])
      } finally {
        await api.stop()
      }
    }
    const ours = async () => {
      const { api } = await polled([], LENGTH)
      const stalled = await polled(
        ['--stall', `${STALL_AFTER}:${STALL_MS}ms`],
        ['--duration', `${SECONDS}s`, '--warmup', '0'],
      )
      return { p50Ms: api.p50Ms, p99Ms: api.p99Ms, stalledMs: stalled.latency.maxMs }
    }
    return { rounds: await interleave({ 'tune bench http': ours }, { ...stand, say: JSON.stringify }) }
  },
  render({ rounds }) {
    const answers = Object.values(rounds).flat()
    const row = (what, values, goal, holds) => [
      what,
      spread(values),
      goal,
      holds(median(values)) ? 'yes' : 'no',
    ]
    return table(
      ['time', 'ms', 'goal', 'reached'],
      [
        row(
          'of the API, p50',
          answers.map(({ p50Ms }) => p50Ms),
          '20 to 21',
          (ms) => ms >= 20 && ms <= 21,
        ),
        row(
          'of the API, p99',
          answers.map(({ p99Ms }) => p99Ms),
          '< 25',
          (ms) => ms < 25,
        ),
        row(
          `from due, longest, where nothing is answered for ${STALL_MS} ms`,
          answers.map(({ stalledMs }) => stalledMs),
          `>= ${STALL_MS - 50}`,
          (ms) => ms >= STALL_MS - 50,
        ),
      ],
    )
  },
}

export const cases = [requests, records, answer]
