/**
 * `wire`: finds a broker's limit. Batches are encoded (and compressed) before the run and sent again with a new
 * timestamp and CRC, and what is read is counted where it lies, so this process costs a fraction of what a client that
 * encodes and decodes each record does.
 */
import { createRequire } from 'node:module'
import type { Driver } from '../driver.ts'
import { effectiveConfig } from './config.ts'
import { effectiveConsumerConfig } from './consumer-config.ts'

/** The driver. Its library is loaded when a producer or consumer is made. */
export const wireDriver: Driver = {
  name: 'wire',
  label: "wire (broker capacity; an application's client will be slower)",
  version: () => `@platformatic/kafka ${libraryVersion()}`,
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

function libraryVersion(): string {
  const require = createRequire(import.meta.url)
  // The package exports its entry only, so its manifest is found from there
  const entry = require.resolve('@platformatic/kafka')
  const manifest: unknown = require(entry.replace(/dist[\\/]index\.js$/, 'package.json'))
  const version: unknown =
    typeof manifest === 'object' && manifest !== null ? Reflect.get(manifest, 'version') : undefined
  return typeof version === 'string' ? version : 'unknown'
}
