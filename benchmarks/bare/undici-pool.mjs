// undici's Pool on its own: each connection asks again when its answer's body is there. No pacer, no recorder.
import { Pool } from 'undici'
import { tellRate } from '../lib/rate.mjs'

const { url, connections, seconds } = JSON.parse(process.argv[2])
const WARMUP_MS = 2000

const { origin, pathname } = new URL(url)
const pool = new Pool(origin, { connections, pipelining: 1 })
let answered = 0
const loop = async () => {
  for (;;) {
    const { body } = await pool.request({ path: pathname, method: 'GET' })
    await body.arrayBuffer()
    answered += 1
  }
}
for (let n = 0; n < connections; n++) loop()
await tellRate('requestsPerSec', () => answered, { warmupMs: WARMUP_MS, seconds })
