/** HTTP clients that `tune bench http` is measured beside, and the connector that it stands for. All answer in requests/s or records/s. */
import { createRequire, register } from 'node:module'
import { bareLoop } from './peers.mjs'
import { must, run } from './process.mjs'

const AUTOCANNON = createRequire(import.meta.url).resolve('autocannon/autocannon.js')
const WARMUP_SECONDS = 2

export const undiciDispatch = async (options) => (await bareLoop('undici-dispatch', options)).requestsPerSec

export const undiciPool = async (options) => (await bareLoop('undici-pool', options)).requestsPerSec

export async function autocannon({ url, connections, seconds }) {
  const { stdout } = await must(process.execPath, [
    ...[AUTOCANNON, '--json', '--no-progress', '-c', String(connections), '-d', String(seconds)],
    ...['--warmup', '[', '-c', String(connections), '-d', String(WARMUP_SECONDS), ']', url],
  ])
  // The warm-up has a line of its own, before
  const { requests, errors, non2xx } = JSON.parse(stdout.trim().split('\n').at(-1))
  if (!(requests?.average > 0) || errors > 0 || non2xx > 0)
    throw new Error(`autocannon said: ${stdout.slice(-1000)}`)
  return requests.average
}

/** Debian's package of the same name. */
export async function hasWrk() {
  return run('wrk', ['-v']).then(
    () => true,
    () => false,
  )
}

export async function wrk({ url, connections, seconds }) {
  const { stdout } = await must('wrk', ['-t1', `-c${connections}`, `-d${seconds}s`, url])
  const rate = /Requests\/sec:\s+([\d.]+)/.exec(stdout)
  if (rate === null || /Non-2xx|Socket errors/.test(stdout)) throw new Error(`wrk said: ${stdout}`)
  return Number(rate[1])
}

/**
 * A real Kafka Connect worker with the HTTP source of the tests, one task an API.
 * @returns records/s by the topic's end offsets, and how to stop it
 */
export async function startHttpConnector({ bootstrap, topics }) {
  // The stack of the tests is TypeScript, which Node 20 does not read
  register('../../test/e2e/ts-hooks.mjs', import.meta.url)
  const { startConnect } = await import('../../test/e2e/stack/connect.ts')
  const { httpSourceConfig } = await import('../../test/e2e/stack/configs.ts')
  const worker = await startConnect({
    bootstrapServers: bootstrap,
    plugins: ['http-fixture'],
    measured: true,
    heapMb: 1024,
  })
  const perSec = async ({ urls, topic, more, warmupSeconds, seconds }) => {
    const name = `http-${topic}`
    const { connector, tasks } = await worker.create(name, httpSourceConfig({ urls, topic, more }))
    try {
      const failed = [connector, ...tasks].find(({ state }) => state !== 'RUNNING')
      if (failed !== undefined) throw new Error(`the connector is ${failed.state}: ${failed.trace}`)
      await sleep(warmupSeconds)
      const [before, fromMs] = [await topics.written(topic), performance.now()]
      await sleep(seconds)
      const records = (await topics.written(topic)) - before
      return (records * 1000) / (performance.now() - fromMs)
    } finally {
      await worker.remove(name)
    }
  }
  return { perSec, stop: () => worker.stop() }
}

const sleep = (seconds) => new Promise((resolve) => setTimeout(resolve, seconds * 1000))
