// kafkajs on its own: four sends in flight, each as large as tune's. No pacer, no recorder.
import kafkajs from 'kafkajs'
import { tellRate } from '../lib/rate.mjs'

const { bootstrap, topic, bytes, seconds } = JSON.parse(process.argv[2])
const GROUP = Math.min(10_000, Math.floor((16_384 * 12) / bytes))
const SENDS = 4
const WARMUP_MS = 4000

const values = Array.from({ length: 8192 }, (_, i) =>
  Buffer.from(Uint8Array.from({ length: bytes }, (_, j) => 65 + ((i * 31 + j * 7 + ((i * j) % 11)) % 26))),
)
const kafka = new kafkajs.Kafka({ brokers: bootstrap.split(','), logLevel: kafkajs.logLevel.NOTHING })
const producer = kafka.producer({
  allowAutoTopicCreation: false,
  createPartitioner: kafkajs.Partitioners.DefaultPartitioner,
})
await producer.connect()
let sent = 0
let acknowledged = 0
const loop = async () => {
  for (;;) {
    const messages = Array.from({ length: GROUP }, () => ({ value: values[sent++ % values.length] }))
    await producer.send({ topic, messages, acks: 1 })
    acknowledged += GROUP
  }
}
for (let i = 0; i < SENDS; i++) loop()
await tellRate('recordsPerSec', () => acknowledged, { warmupMs: WARMUP_MS, seconds })
