/** Fresh topics for peers that make none themselves; each is removed again, so that the disk does not fill. */
import { connectAdmin } from '../../dist/drivers/admin.js'

export async function createTopics(bootstrap) {
  const admin = await connectAdmin({
    bootstrapServers: bootstrap,
    clientId: 'tune-peers',
    security: { protocol: 'PLAINTEXT' },
    connectTimeoutMs: 5000,
  })
  let made = 0
  return {
    async fresh(use, { partitions = 12 } = {}) {
      made += 1
      const topic = `peers-${process.pid}-${made}`
      await admin.create(topic, { partitions, replicationFactor: 1, configs: {} })
      try {
        return await use(topic)
      } finally {
        await admin.remove(topic)
      }
    },
    close: () => admin.close(),
  }
}
