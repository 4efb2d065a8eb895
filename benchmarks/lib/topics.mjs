/** Fresh topics for peers that make none themselves; each is removed again, so that the disk does not fill. */
import kafkajs from 'kafkajs'

export async function createTopics(bootstrap) {
  const kafka = new kafkajs.Kafka({ brokers: bootstrap.split(','), logLevel: kafkajs.logLevel.NOTHING })
  const admin = kafka.admin()
  await admin.connect()
  let made = 0
  return {
    async fresh(use) {
      made += 1
      const topic = `peers-${process.pid}-${made}`
      await admin.createTopics({
        waitForLeaders: true,
        topics: [{ topic, numPartitions: 12, replicationFactor: 1 }],
      })
      try {
        return await use(topic)
      } finally {
        await admin.deleteTopics({ topics: [topic] })
        // Deleting gigabytes takes the broker a moment that the next run should not pay for.
        await new Promise((resolve) => setTimeout(resolve, 2000))
      }
    },
    close: () => admin.disconnect(),
  }
}
