// The confluent client on its own: records kept in flight, delivery reports counted. No pacer, no recorder.
import { loadClient } from '../../scripts/native.mjs'
import { tellRate } from '../lib/rate.mjs'

const { bootstrap, topic, bytes, seconds, inFlightBytes = 32 * 1024 * 1024 } = JSON.parse(process.argv[2])
const IN_FLIGHT = Math.min(40_000, Math.floor(inFlightBytes / bytes))
const WARMUP_MS = 4000
const BURST = 256

const values = Array.from({ length: 8192 }, (_, i) =>
  Buffer.from(Uint8Array.from({ length: bytes }, (_, j) => 65 + ((i * 31 + j * 7 + ((i * j) % 11)) % 26))),
)
const { Producer } = loadClient()
const producer = new Producer({
  'bootstrap.servers': bootstrap,
  acks: 1,
  partitioner: 'murmur2_random',
  dr_cb: true,
  'statistics.interval.ms': 1000,
})
await new Promise((resolve, reject) =>
  producer.connect({ topic, timeout: 5000 }, (error) => (error ? reject(error) : resolve())),
)
producer.setPollInBackground(true)

let inFlight = 0
let sent = 0
let acknowledged = 0
let waiting = false
const pump = () => {
  let burst = BURST
  while (inFlight < IN_FLIGHT && burst-- > 0) {
    producer.produce(topic, -1, values[sent % values.length], null, 0)
    sent++
    inFlight++
  }
  if (inFlight < IN_FLIGHT) setImmediate(pump)
  else waiting = true
}
producer.on('delivery-report', (error) => {
  if (error) throw error
  inFlight--
  acknowledged++
  if (waiting) {
    waiting = false
    setImmediate(pump)
  }
})
pump()
await tellRate('recordsPerSec', () => acknowledged, { warmupMs: WARMUP_MS, seconds })
