// The confluent client on its own: consume(n) as fast as it comes, records counted. No grouping, no recorder.
import { loadClient } from '../../scripts/native.mjs'

const { bootstrap, topic, records, group, poll = 500, properties = {} } = JSON.parse(process.argv[2])
const { KafkaConsumer } = loadClient()
const consumer = new KafkaConsumer({
  'bootstrap.servers': bootstrap,
  'group.id': group ?? `bare-${process.pid}-${Date.now()}`,
  'auto.offset.reset': 'earliest',
  'statistics.interval.ms': 1000,
  ...properties,
})
await new Promise((resolve, reject) =>
  consumer.connect({ topic, timeout: 5000 }, (error) => (error ? reject(error) : resolve())),
)
consumer.subscribe([topic])
consumer.setDefaultConsumeTimeout(100)

let received = 0
let startMs
const finish = () => {
  const recordsPerSec = ((received - 1) * 1000) / (performance.now() - startMs)
  process.stdout.write(`${JSON.stringify({ recordsPerSec, records: received })}\n`)
  process.exit()
}
const loop = () =>
  consumer.consume(startMs === undefined ? 1 : poll, (error, messages) => {
    if (error) throw error
    if (messages.length > 0) startMs ??= performance.now()
    received += messages.length
    if (received >= records) finish()
    else loop()
  })
loop()
