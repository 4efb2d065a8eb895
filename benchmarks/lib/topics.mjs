/** Fresh topics for peers that make none themselves; each is removed again, so that the disk does not fill. */
import { connectAdmin } from '../../dist/drivers/admin.js'
import { tuneBench } from './peers.mjs'

export async function createTopics(bootstrap) {
  const admin = await connectAdmin({
    bootstrapServers: bootstrap,
    clientId: 'tune-peers',
    security: { protocol: 'PLAINTEXT' },
    connectTimeoutMs: 5000,
  })
  let made = 0
  return {
    async fresh(use, { partitions = 12, configs = {} } = {}) {
      made += 1
      const topic = `peers-${process.pid}-${made}`
      await admin.create(topic, { partitions, replicationFactor: 1, configs })
      try {
        return await use(topic)
      } finally {
        await admin.remove(topic)
      }
    },
    /** A topic with records in it, which stay until `use` is through. */
    async filled({ records, bytes, codec, partitions }, use) {
      made += 1
      const topic = `peers-${process.pid}-${made}`
      const configs = { 'retention.bytes': '-1', 'retention.ms': '-1' }
      await admin.create(topic, { partitions, replicationFactor: 1, configs })
      try {
        await tuneBench('producer', [
          ...['--bootstrap-server', bootstrap, '--topic', topic, '--driver', 'wire', '--throughput', '-1'],
          ...['--num-records', String(records), '--record-size', String(bytes)],
          // Random letters, the default, would be stored as they are by lz4
          ...(codec === 'none' ? [] : ['--compressibility', '3x']),
          ...['--producer-props', 'acks=1', `compression.type=${codec}`],
        ])
        return await use(topic)
      } finally {
        await admin.remove(topic)
      }
    },
    /** Records of a topic so far, by its end offsets. */
    async written(topic, partitions = 12) {
      return (await admin.endOffsets(topic, partitions)).reduce((total, offset) => total + offset, 0)
    },
    close: () => admin.close(),
  }
}
