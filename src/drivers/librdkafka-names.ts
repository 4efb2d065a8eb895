/**
 * librdkafka's own property names that Java does not have, from CONFIGURATION.md of librdkafka 2.15; taken by the
 * confluent driver as they are. Left out: other names of what Java has a name for (below), names of connection and
 * security (connection.ts reads those), callbacks, and what the driver sets itself (statistics, logging).
 */
import type { PropertyRow } from './property-table.ts'

export const LIBRDKAFKA_NAMES: Readonly<Record<string, Pick<PropertyRow, 'role' | 'type'>>> = {
  'api.version.fallback.ms': { role: 'common', type: { kind: 'integer', min: 0, max: 604800000 } },
  'api.version.request': { role: 'common', type: { kind: 'boolean' } },
  'api.version.request.timeout.ms': { role: 'common', type: { kind: 'integer', min: 1, max: 300000 } },
  'batch.num.messages': { role: 'producer', type: { kind: 'integer', min: 1, max: 1000000 } },
  'broker.address.family': { role: 'common', type: { kind: 'choice', of: ['any', 'v4', 'v6'] } },
  'broker.address.ttl': { role: 'common', type: { kind: 'integer', min: 0, max: 86400000 } },
  'broker.version.fallback': { role: 'common', type: { kind: 'text' } },
  'compression.level': { role: 'producer', type: { kind: 'integer', min: -1, max: 12 } },
  'consume.callback.max.messages': { role: 'consumer', type: { kind: 'integer', min: 0, max: 1000000 } },
  'coordinator.query.interval.ms': { role: 'consumer', type: { kind: 'integer', min: 1, max: 3600000 } },
  'enable.auto.offset.store': { role: 'consumer', type: { kind: 'boolean' } },
  'enable.gapless.guarantee': { role: 'producer', type: { kind: 'boolean' } },
  'enable.partition.eof': { role: 'consumer', type: { kind: 'boolean' } },
  'enable.random.seed': { role: 'common', type: { kind: 'boolean' } },
  'fetch.error.backoff.ms': { role: 'consumer', type: { kind: 'integer', min: 0, max: 300000 } },
  'fetch.queue.backoff.ms': { role: 'consumer', type: { kind: 'integer', min: 0, max: 300000 } },
  'group.protocol.type': { role: 'consumer', type: { kind: 'text' } },
  'log.connection.close': { role: 'common', type: { kind: 'boolean' } },
  'log.thread.name': { role: 'common', type: { kind: 'boolean' } },
  log_level: { role: 'common', type: { kind: 'integer', min: 0, max: 7 } },
  'message.copy.max.bytes': { role: 'common', type: { kind: 'integer', min: 0, max: 1000000000 } },
  'offset.store.method': { role: 'consumer', type: { kind: 'choice', of: ['none', 'file', 'broker'] } },
  'offset.store.path': { role: 'consumer', type: { kind: 'text' } },
  'offset.store.sync.interval.ms': { role: 'consumer', type: { kind: 'integer', min: -1, max: 86400000 } },
  partitioner: { role: 'producer', type: { kind: 'text' } },
  'produce.offset.report': { role: 'producer', type: { kind: 'boolean' } },
  'queue.buffering.backpressure.threshold': {
    role: 'producer',
    type: { kind: 'integer', min: 1, max: 1000000 },
  },
  'queue.buffering.max.messages': { role: 'producer', type: { kind: 'integer', min: 0, max: 2147483647 } },
  'queued.max.messages.kbytes': { role: 'consumer', type: { kind: 'integer', min: 1, max: 2097151 } },
  'queued.min.messages': { role: 'consumer', type: { kind: 'integer', min: 1, max: 10000000 } },
  'queuing.strategy': { role: 'producer', type: { kind: 'choice', of: ['fifo', 'lifo'] } },
  'receive.message.max.bytes': { role: 'common', type: { kind: 'integer', min: 1000, max: 2147483647 } },
  'reconnect.backoff.jitter.ms': { role: 'common', type: { kind: 'integer', min: 0, max: 3600000 } },
  'socket.blocking.max.ms': { role: 'common', type: { kind: 'integer', min: 1, max: 60000 } },
  'socket.keepalive.enable': { role: 'common', type: { kind: 'boolean' } },
  'socket.max.fails': { role: 'common', type: { kind: 'integer', min: 0, max: 1000000 } },
  'socket.nagle.disable': { role: 'common', type: { kind: 'boolean' } },
  'socket.timeout.ms': { role: 'common', type: { kind: 'integer', min: 10, max: 300000 } },
  'sticky.partitioning.linger.ms': { role: 'producer', type: { kind: 'integer', min: 0, max: 900000 } },
  'topic.blacklist': { role: 'common', type: { kind: 'text' } },
  'topic.metadata.propagation.max.ms': { role: 'common', type: { kind: 'integer', min: 0, max: 3600000 } },
  'topic.metadata.refresh.fast.cnt': { role: 'common', type: { kind: 'integer', min: 0, max: 1000 } },
  'topic.metadata.refresh.fast.interval.ms': {
    role: 'common',
    type: { kind: 'integer', min: 1, max: 60000 },
  },
  'topic.metadata.refresh.interval.ms': { role: 'common', type: { kind: 'integer', min: -1, max: 3600000 } },
  'topic.metadata.refresh.sparse': { role: 'common', type: { kind: 'boolean' } },
}

/**
 * librdkafka's other names of what Java has a name for. Taken as they are they would win over the Java name unseen: the
 * plan, the accounting and the effective configuration would tell of another run than the one that went on.
 */
export const JAVA_NAME_OF: Readonly<Record<string, string>> = {
  'auto.commit.enable': 'enable.auto.commit',
  'compression.codec': 'compression.type',
  'fetch.message.max.bytes': 'max.partition.fetch.bytes',
  'fetch.wait.max.ms': 'fetch.max.wait.ms',
  'max.in.flight': 'max.in.flight.requests.per.connection',
  'message.max.bytes': 'max.request.size',
  'message.send.max.retries': 'retries',
  'message.timeout.ms': 'delivery.timeout.ms',
  'queue.buffering.max.kbytes': 'buffer.memory',
  'queue.buffering.max.ms': 'linger.ms',
  'request.required.acks': 'acks',
  'socket.receive.buffer.bytes': 'receive.buffer.bytes',
  'socket.send.buffer.bytes': 'send.buffer.bytes',
}
