/** `kafkajs`: a client in plain JavaScript. */
import { createRequire } from 'node:module'
import type { Driver } from '../driver.ts'
import { effectiveConfig } from './config.ts'
import { effectiveConsumerConfig } from './consumer-config.ts'

/** The driver. Its library is loaded when a producer or consumer is made. */
export const kafkajsDriver: Driver = {
  name: 'kafkajs',
  label: 'kafkajs',
  version() {
    const manifest: unknown = createRequire(import.meta.url)('kafkajs/package.json')
    return `kafkajs ${typeof manifest === 'object' && manifest !== null && 'version' in manifest ? manifest.version : ''}`
  },
  effective: effectiveConfig,
  async producer(plan, onDone) {
    const { createProducer } = await import('./producer.ts')
    return createProducer(plan, onDone)
  },
  effectiveConsumer: effectiveConsumerConfig,
  async consumer(plan, events) {
    const { createConsumer } = await import('./consumer.ts')
    return createConsumer(plan, events)
  },
}
