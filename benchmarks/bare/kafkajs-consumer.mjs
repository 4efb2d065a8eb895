// kafkajs on its own: eachBatch, records counted. No recorder.
import kafkajs from 'kafkajs'

const { bootstrap, topic, records, group } = JSON.parse(process.argv[2])
const kafka = new kafkajs.Kafka({ brokers: bootstrap.split(','), logLevel: kafkajs.logLevel.NOTHING })
const consumer = kafka.consumer({ groupId: group ?? `bare-${process.pid}-${Date.now()}` })
await consumer.connect()
await consumer.subscribe({ topics: [topic], fromBeginning: true })
let received = 0
let startMs
await consumer.run({
  eachBatch: async ({ batch }) => {
    // From the first record on, as the tools of Kafka count
    startMs ??= performance.now()
    received += batch.messages.length
    if (received < records) return
    const recordsPerSec = ((received - 1) * 1000) / (performance.now() - startMs)
    process.stdout.write(`${JSON.stringify({ recordsPerSec, records: received })}\n`)
    process.exit()
  },
})
