// The least that undici takes: a client each connection and a handler that does nothing but ask again. No promise, no body.
import { Client } from 'undici'
import { tellRate } from '../lib/rate.mjs'

const { url, connections, seconds } = JSON.parse(process.argv[2])
const WARMUP_MS = 2000

const { origin, pathname } = new URL(url)
let answered = 0
for (let n = 0; n < connections; n++) {
  const client = new Client(origin, { pipelining: 1, headersTimeout: 0, bodyTimeout: 0 })
  const ask = () => client.dispatch({ path: pathname, method: 'GET' }, handler)
  const handler = {
    onConnect() {},
    onHeaders: () => true,
    onData: () => true,
    onComplete() {
      answered += 1
      queueMicrotask(ask)
    },
    onError(error) {
      throw error
    },
  }
  ask()
}
await tellRate('requestsPerSec', () => answered, { warmupMs: WARMUP_MS, seconds })
