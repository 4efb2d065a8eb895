/** Memory of the processes of a pipeline: what they hold, the JVM around it, and how it is started. */
import { broker } from './memory-broker.ts'
import { consumer, producer } from './memory-clients.ts'
import { connect } from './memory-connect.ts'
import { librdkafkaConsumer, librdkafkaProducer } from './memory-librdkafka.ts'
import { choosing } from './variants.ts'

export const memory = choosing({
  name: 'memory',
  about:
    'memory of a Connect worker, a broker or a client: buffers, heap, the process around it, JVM options',
  source: 'Apache Kafka configuration (https://kafka.apache.org/documentation/#configuration)',
  example: 'tune size memory --for connect --tasks 4 --record-size 1KiB --jdk 17',
  by: { key: 'for', about: 'process whose memory it is' },
  variants: {
    connect,
    broker,
    producer,
    consumer,
    'librdkafka-producer': librdkafkaProducer,
    'librdkafka-consumer': librdkafkaConsumer,
  },
})
