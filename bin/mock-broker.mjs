#!/usr/bin/env node
// librdkafka's mock cluster, alive as long as this process. It listens on loopback, on ports it chooses itself; they
// are read from the client's own metadata and said as {"brokers":[{"id":1,"port":…}]} on standard output.
// Source: librdkafka CONFIGURATION.md, test.mock.num.brokers.
const count = Number(process.argv[2] ?? '1')

const fail = (error) => {
  process.stdout.write(`ERROR ${error instanceof Error ? error.message : JSON.stringify(error)}\n`)
  process.exit(1)
}

const { loadClient } = await import('../scripts/native.mjs')
let RdKafka
try {
  RdKafka = loadClient()
} catch (error) {
  fail(error)
}
const client = new RdKafka.Producer({ 'test.mock.num.brokers': count, 'client.id': 'tune-mock' })
client.on('event.error', (error) => process.stdout.write(`WARN ${error.message}\n`))
client.connect({ timeout: 10_000 }, (error, metadata) => {
  if (error) return fail(error)
  process.stdout.write(
    `${JSON.stringify({ brokers: metadata.brokers.map(({ id, port }) => ({ id, port })) })}\n`,
  )
})
setInterval(() => {}, 1 << 30)
