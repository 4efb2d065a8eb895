/**
 * `wire`: finds a broker's limit. Batches are encoded (and compressed) before the run and sent again with a new
 * timestamp and CRC, so this process costs a fraction of what a client that encodes each record does.
 */
import { createRequire } from 'node:module'
import { TuneError } from '../../errors.ts'
import type { Driver } from '../driver.ts'
import { effectiveConfig } from './config.ts'

/** The driver. Its library is loaded when a producer is made. */
export const wireDriver: Driver = {
  name: 'wire',
  label: "wire (broker capacity; an application's client will be slower)",
  version: () => `@platformatic/kafka ${libraryVersion()}`,
  effective: effectiveConfig,
  async producer(plan, onDone) {
    const { createProducer } = await import('./producer.ts')
    return createProducer(plan, onDone)
  },
  effectiveConsumer: () => {
    throw new TuneError('UNSUPPORTED', 'wire does not read yet')
  },
  consumer: async () => {
    throw new TuneError('UNSUPPORTED', 'wire does not read yet')
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
