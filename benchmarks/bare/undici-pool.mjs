// undici's Pool on its own: each connection asks again when its answer's body is there. No pacer, no recorder.
import { Pool } from 'undici'

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
await new Promise((resolve) => setTimeout(resolve, WARMUP_MS))
const before = answered
const startMs = performance.now()
await new Promise((resolve) => setTimeout(resolve, seconds * 1000))
const requestsPerSec = ((answered - before) * 1000) / (performance.now() - startMs)
process.stdout.write(`${JSON.stringify({ requestsPerSec })}\n`)
process.exit()
