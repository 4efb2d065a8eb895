/** `confluent`: @confluentinc/kafka-javascript over librdkafka; on the main thread only. */

import { loadNativeClient, nativeVersion } from '../../native.ts'
import type { Driver } from '../driver.ts'
import { effectiveConfig } from './config.ts'
import { effectiveConsumerConfig } from './consumer-config.ts'
import { refuseTooLarge } from './record-limit.ts'

/** The driver. The native client is loaded when a producer or consumer is made, or its version is asked for. */
export const confluentDriver: Driver = {
  name: 'confluent',
  label: 'confluent (@confluentinc/kafka-javascript, librdkafka)',
  version() {
    const named = `@confluentinc/kafka-javascript ${nativeVersion()}`
    try {
      return `${named}, librdkafka ${loadNativeClient().librdkafkaVersion}`
    } catch {
      return named
    }
  },
  effective(plan) {
    const config = effectiveConfig(plan)
    refuseTooLarge(plan.source, config)
    return config
  },
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
