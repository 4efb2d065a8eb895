/**
 * Every Java client property once: what its values look like, and where librdkafka and kafkajs take it.
 * Names, types and defaults are those of Apache Kafka 4.1 (ProducerConfig, ConsumerConfig); librdkafka's are from
 * CONFIGURATION.md of 2.15, kafkajs's from its 2.2.4 documentation. A client without a column has no equivalent.
 */

export type PropertyType =
  | { readonly kind: 'integer' | 'float'; readonly min: number; readonly max: number }
  | { readonly kind: 'boolean' | 'text' | 'list' | 'secret' }
  | { readonly kind: 'choice'; readonly of: readonly string[] }

/** How a Java value becomes a client's; properties.ts has each. What a value cannot become is unsupported. */
export type Conversion =
  | 'acks'
  | 'bytes-to-kib'
  | 'at-least-1'
  | 'at-most-1000000'
  | 'at-most-900000'
  | 'os-buffer'
  | 'lower-case'
  | 'offset-reset'
  | 'from-beginning'
  | 'read-uncommitted'
  | 'assignors'
  | 'kafkajs-assignor'
  | 'classic-only'

export interface LibrdkafkaPlace {
  readonly name: string
  readonly convert?: Conversion
  /** Its default, where it has one worth knowing. */
  readonly default?: string | number | boolean
}

/** Which of kafkajs's option objects, and the option's name in it. */
export type KafkajsPlace = {
  readonly in: 'client' | 'retry' | 'producer' | 'send' | 'consumer' | 'run' | 'subscribe'
  readonly name: string
  readonly convert?: Conversion
  /** In Java's words. */
  readonly default?: string | number | boolean
}

export interface PropertyRow {
  readonly type: PropertyType
  readonly role: 'common' | 'producer' | 'consumer'
  /** Java's default, where it bears on speed or safety. */
  readonly java?: string | number | boolean
  readonly librdkafka?: LibrdkafkaPlace
  readonly kafkajs?: KafkajsPlace
  /** Read by connection.ts; not a setting of load. */
  readonly connection?: true
}

const INT_MAX = 2_147_483_647

const integer = (min = 0, max = INT_MAX): PropertyType => ({ kind: 'integer', min, max })
const long = (min = 0): PropertyType => ({ kind: 'integer', min, max: Number.MAX_SAFE_INTEGER })
const float: PropertyType = { kind: 'float', min: 0, max: 1 }
const boolean: PropertyType = { kind: 'boolean' }
const text: PropertyType = { kind: 'text' }
const list: PropertyType = { kind: 'list' }
const secret: PropertyType = { kind: 'secret' }
const choice = (...of: string[]): PropertyType => ({ kind: 'choice', of })

const same = (name: string, value?: string | number | boolean): LibrdkafkaPlace =>
  value === undefined ? { name } : { name, default: value }

const producer = (type: PropertyType, rest: Omit<PropertyRow, 'type' | 'role'> = {}): PropertyRow => ({
  type,
  role: 'producer',
  ...rest,
})
const consumer = (type: PropertyType, rest: Omit<PropertyRow, 'type' | 'role'> = {}): PropertyRow => ({
  type,
  role: 'consumer',
  ...rest,
})
const common = (type: PropertyType, rest: Omit<PropertyRow, 'type' | 'role'> = {}): PropertyRow => ({
  type,
  role: 'common',
  ...rest,
})
const connection = (type: PropertyType): PropertyRow => ({ type, role: 'common', connection: true })

const CODECS = ['none', 'gzip', 'snappy', 'lz4', 'zstd']

const PRODUCER: Record<string, PropertyRow> = {
  acks: producer(choice('all', '-1', '1', '0'), {
    java: 'all',
    librdkafka: { name: 'acks', convert: 'acks', default: -1 },
    kafkajs: { in: 'send', name: 'acks', convert: 'acks', default: -1 },
  }),
  'enable.idempotence': producer(boolean, {
    java: true,
    librdkafka: same('enable.idempotence', false),
    kafkajs: { in: 'producer', name: 'idempotent', default: false },
  }),
  'batch.size': producer(integer(), {
    java: 16_384,
    librdkafka: { name: 'batch.size', convert: 'at-least-1', default: 1_000_000 },
  }),
  'linger.ms': producer(integer(0, 900_000), { java: 5, librdkafka: same('linger.ms', 5) }),
  'buffer.memory': producer(long(), {
    java: 33_554_432,
    librdkafka: { name: 'queue.buffering.max.kbytes', convert: 'bytes-to-kib', default: 1_048_576 },
  }),
  'max.block.ms': producer(long(), { java: 60_000 }),
  'compression.type': producer(choice(...CODECS), {
    java: 'none',
    librdkafka: same('compression.type', 'none'),
    kafkajs: { in: 'send', name: 'compression', default: 'none' },
  }),
  'compression.gzip.level': producer(integer(-1, 9)),
  'compression.lz4.level': producer(integer(1, 17)),
  'compression.zstd.level': producer(integer(-131_072, 22)),
  'max.in.flight.requests.per.connection': producer(integer(1), {
    java: 5,
    librdkafka: {
      name: 'max.in.flight.requests.per.connection',
      convert: 'at-most-1000000',
      default: 1_000_000,
    },
    kafkajs: { in: 'producer', name: 'maxInFlightRequests' },
  }),
  retries: producer(integer(), {
    java: INT_MAX,
    librdkafka: same('retries', INT_MAX),
    kafkajs: { in: 'retry', name: 'retries', default: 5 },
  }),
  'delivery.timeout.ms': producer(integer(), {
    java: 120_000,
    librdkafka: same('delivery.timeout.ms', 300_000),
  }),
  'max.request.size': producer(integer(), {
    java: 1_048_576,
    librdkafka: same('message.max.bytes', 1_000_000),
  }),
  'transactional.id': producer(text, {
    librdkafka: same('transactional.id'),
    kafkajs: { in: 'producer', name: 'transactionalId' },
  }),
  'transaction.timeout.ms': producer(integer(), {
    librdkafka: same('transaction.timeout.ms'),
    kafkajs: { in: 'producer', name: 'transactionTimeout' },
  }),
  'transaction.two.phase.commit.enable': producer(boolean),
  'partitioner.class': producer(text),
  'partitioner.adaptive.partitioning.enable': producer(boolean),
  'partitioner.availability.timeout.ms': producer(long()),
  'partitioner.ignore.keys': producer(boolean),
  'metadata.max.idle.ms': producer(long()),
  'key.serializer': producer(text),
  'value.serializer': producer(text),
}

const CONSUMER: Record<string, PropertyRow> = {
  'group.id': consumer(text, {
    librdkafka: same('group.id'),
    kafkajs: { in: 'consumer', name: 'groupId' },
  }),
  'group.instance.id': consumer(text, { librdkafka: same('group.instance.id') }),
  'group.protocol': consumer(choice('classic', 'consumer', 'CLASSIC', 'CONSUMER'), {
    java: 'classic',
    librdkafka: { name: 'group.protocol', convert: 'lower-case', default: 'classic' },
    kafkajs: { in: 'consumer', name: 'groupProtocol', convert: 'classic-only', default: 'classic' },
  }),
  'group.remote.assignor': consumer(text, { librdkafka: same('group.remote.assignor') }),
  'partition.assignment.strategy': consumer(list, {
    // Java's list has CooperativeStickyAssignor behind it, which a group uses when it has left range
    java: 'range',
    // Its default, range and then roundrobin, comes to the same
    librdkafka: { name: 'partition.assignment.strategy', convert: 'assignors' },
    kafkajs: {
      in: 'consumer',
      name: 'partitionAssigners',
      convert: 'kafkajs-assignor',
      default: 'roundrobin',
    },
  }),
  'session.timeout.ms': consumer(integer(), {
    java: 45_000,
    librdkafka: same('session.timeout.ms', 45_000),
    kafkajs: { in: 'consumer', name: 'sessionTimeout', default: 30_000 },
  }),
  'heartbeat.interval.ms': consumer(integer(), {
    java: 3000,
    librdkafka: same('heartbeat.interval.ms', 3000),
    kafkajs: { in: 'consumer', name: 'heartbeatInterval', default: 3000 },
  }),
  'max.poll.interval.ms': consumer(integer(1), {
    java: 300_000,
    librdkafka: same('max.poll.interval.ms', 300_000),
    kafkajs: { in: 'consumer', name: 'rebalanceTimeout', default: 60_000 },
  }),
  // librdkafka has it for share groups only; the driver confluent asks for so many at a time itself
  'max.poll.records': consumer(integer(1), { java: 500 }),
  'fetch.min.bytes': consumer(integer(), {
    java: 1,
    librdkafka: same('fetch.min.bytes', 1),
    kafkajs: { in: 'consumer', name: 'minBytes', default: 1 },
  }),
  'fetch.max.wait.ms': consumer(integer(), {
    java: 500,
    librdkafka: same('fetch.wait.max.ms', 500),
    kafkajs: { in: 'consumer', name: 'maxWaitTimeInMs', default: 5000 },
  }),
  'fetch.max.bytes': consumer(integer(), {
    java: 52_428_800,
    librdkafka: same('fetch.max.bytes', 52_428_800),
    kafkajs: { in: 'consumer', name: 'maxBytes', default: 10_485_760 },
  }),
  'max.partition.fetch.bytes': consumer(integer(), {
    java: 1_048_576,
    librdkafka: same('max.partition.fetch.bytes', 1_048_576),
    kafkajs: { in: 'consumer', name: 'maxBytesPerPartition', default: 1_048_576 },
  }),
  'enable.auto.commit': consumer(boolean, {
    java: true,
    librdkafka: same('enable.auto.commit', true),
    kafkajs: { in: 'run', name: 'autoCommit', default: true },
  }),
  'auto.commit.interval.ms': consumer(integer(), {
    java: 5000,
    librdkafka: same('auto.commit.interval.ms', 5000),
    kafkajs: { in: 'run', name: 'autoCommitInterval' },
  }),
  'auto.offset.reset': consumer(text, {
    java: 'latest',
    librdkafka: { name: 'auto.offset.reset', convert: 'offset-reset', default: 'latest' },
    kafkajs: { in: 'subscribe', name: 'fromBeginning', convert: 'from-beginning', default: 'latest' },
  }),
  'isolation.level': consumer(choice('read_uncommitted', 'read_committed'), {
    java: 'read_uncommitted',
    librdkafka: same('isolation.level', 'read_committed'),
    kafkajs: {
      in: 'consumer',
      name: 'readUncommitted',
      convert: 'read-uncommitted',
      default: 'read_committed',
    },
  }),
  'check.crcs': consumer(boolean, { java: true, librdkafka: same('check.crcs', false) }),
  'allow.auto.create.topics': consumer(boolean, {
    librdkafka: same('allow.auto.create.topics'),
    kafkajs: { in: 'consumer', name: 'allowAutoTopicCreation' },
  }),
  'client.rack': consumer(text, {
    librdkafka: same('client.rack'),
    kafkajs: { in: 'consumer', name: 'rackId' },
  }),
  'default.api.timeout.ms': consumer(integer()),
  'exclude.internal.topics': consumer(boolean),
  'key.deserializer': consumer(text),
  'value.deserializer': consumer(text),
  'share.acknowledgement.mode': consumer(text),
  'share.acquire.mode': consumer(text),
}

const COMMON: Record<string, PropertyRow> = {
  'bootstrap.servers': connection(list),
  'client.id': connection(text),
  'request.timeout.ms': common(integer(), {
    java: 30_000,
    librdkafka: { name: 'request.timeout.ms', convert: 'at-most-900000', default: 30_000 },
    kafkajs: { in: 'client', name: 'requestTimeout', default: 30_000 },
  }),
  'retry.backoff.ms': common(long(), {
    librdkafka: same('retry.backoff.ms'),
    kafkajs: { in: 'retry', name: 'initialRetryTime' },
  }),
  'retry.backoff.max.ms': common(long(), {
    librdkafka: same('retry.backoff.max.ms'),
    kafkajs: { in: 'retry', name: 'maxRetryTime' },
  }),
  'reconnect.backoff.ms': common(long(), { librdkafka: same('reconnect.backoff.ms') }),
  'reconnect.backoff.max.ms': common(long(), { librdkafka: same('reconnect.backoff.max.ms') }),
  'metadata.max.age.ms': common(long(), {
    librdkafka: same('metadata.max.age.ms'),
    kafkajs: { in: 'producer', name: 'metadataMaxAge' },
  }),
  'metadata.recovery.strategy': common(choice('none', 'rebootstrap'), {
    librdkafka: same('metadata.recovery.strategy'),
  }),
  'metadata.recovery.rebootstrap.trigger.ms': common(long(), {
    librdkafka: same('metadata.recovery.rebootstrap.trigger.ms'),
  }),
  'send.buffer.bytes': common(integer(-1), {
    librdkafka: { name: 'socket.send.buffer.bytes', convert: 'os-buffer' },
  }),
  'receive.buffer.bytes': common(integer(-1), {
    librdkafka: { name: 'socket.receive.buffer.bytes', convert: 'os-buffer' },
  }),
  'connections.max.idle.ms': common(long(-1), { librdkafka: same('connections.max.idle.ms') }),
  'socket.connection.setup.timeout.ms': common(long(), {
    librdkafka: same('socket.connection.setup.timeout.ms'),
    kafkajs: { in: 'client', name: 'connectionTimeout' },
  }),
  'socket.connection.setup.timeout.max.ms': common(long()),
  'client.dns.lookup': common(choice('use_all_dns_ips', 'resolve_canonical_bootstrap_servers_only'), {
    librdkafka: same('client.dns.lookup'),
  }),
  'enable.metrics.push': common(boolean, { librdkafka: same('enable.metrics.push') }),
  'metric.reporters': common(list),
  'metrics.num.samples': common(integer(1)),
  'metrics.recording.level': common(choice('INFO', 'DEBUG', 'TRACE')),
  'metrics.sample.window.ms': common(long()),
  'interceptor.classes': common(list),
  'config.providers': common(list),
  'auto.include.jmx.reporter': common(boolean),
}

const SECURITY: Record<string, PropertyRow> = {
  'security.protocol': connection(text),
  'sasl.mechanism': connection(text),
  'sasl.jaas.config': connection(secret),
  'sasl.oauthbearer.token.endpoint.url': connection(text),
  'sasl.oauthbearer.scope': connection(text),
  'sasl.oauthbearer.client.credentials.client.id': connection(text),
  'sasl.oauthbearer.client.credentials.client.secret': connection(secret),
  'ssl.truststore.type': connection(text),
  'ssl.truststore.location': connection(text),
  'ssl.truststore.certificates': connection(secret),
  'ssl.truststore.password': connection(secret),
  'ssl.keystore.type': connection(text),
  'ssl.keystore.location': connection(text),
  'ssl.keystore.key': connection(secret),
  'ssl.keystore.certificate.chain': connection(secret),
  'ssl.keystore.password': connection(secret),
  'ssl.key.password': connection(secret),
  'ssl.endpoint.identification.algorithm': connection(text),
  'ssl.cipher.suites': common(list, { librdkafka: same('ssl.cipher.suites') }),
  'security.providers': common(text),
  'ssl.enabled.protocols': common(list),
  'ssl.engine.factory.class': common(text),
  'ssl.keymanager.algorithm': common(text),
  'ssl.protocol': common(text),
  'ssl.provider': common(text),
  'ssl.secure.random.implementation': common(text),
  'ssl.trustmanager.algorithm': common(text),
  'sasl.client.callback.handler.class': common(text),
  'sasl.login.callback.handler.class': common(text),
  'sasl.login.class': common(text),
  'sasl.login.connect.timeout.ms': common(integer()),
  'sasl.login.read.timeout.ms': common(integer()),
  'sasl.login.refresh.buffer.seconds': common(integer()),
  'sasl.login.refresh.min.period.seconds': common(integer()),
  'sasl.login.refresh.window.factor': common(float),
  'sasl.login.refresh.window.jitter': common(float),
  'sasl.login.retry.backoff.ms': common(long()),
  'sasl.login.retry.backoff.max.ms': common(long()),
  'sasl.kerberos.kinit.cmd': common(text),
  'sasl.kerberos.min.time.before.relogin': common(long()),
  'sasl.kerberos.service.name': common(text),
  'sasl.kerberos.ticket.renew.jitter': common(float),
  'sasl.kerberos.ticket.renew.window.factor': common(float),
  'sasl.oauthbearer.assertion.algorithm': common(text),
  'sasl.oauthbearer.assertion.claim.aud': common(text),
  'sasl.oauthbearer.assertion.claim.exp.seconds': common(integer()),
  'sasl.oauthbearer.assertion.claim.iss': common(text),
  'sasl.oauthbearer.assertion.claim.jti.include': common(boolean),
  'sasl.oauthbearer.assertion.claim.nbf.seconds': common(integer()),
  'sasl.oauthbearer.assertion.claim.sub': common(text),
  'sasl.oauthbearer.assertion.file': common(text),
  'sasl.oauthbearer.assertion.private.key.file': common(text),
  'sasl.oauthbearer.assertion.private.key.passphrase': common(secret),
  'sasl.oauthbearer.assertion.template.file': common(text),
  'sasl.oauthbearer.clock.skew.seconds': common(integer()),
  'sasl.oauthbearer.expected.audience': common(list),
  'sasl.oauthbearer.expected.issuer': common(text),
  'sasl.oauthbearer.header.urlencode': common(boolean),
  'sasl.oauthbearer.jwks.endpoint.refresh.ms': common(long()),
  'sasl.oauthbearer.jwks.endpoint.retry.backoff.max.ms': common(long()),
  'sasl.oauthbearer.jwks.endpoint.retry.backoff.ms': common(long()),
  'sasl.oauthbearer.jwks.endpoint.url': common(text),
  'sasl.oauthbearer.jwt.retriever.class': common(text),
  'sasl.oauthbearer.jwt.validator.class': common(text),
  'sasl.oauthbearer.scope.claim.name': common(text),
  'sasl.oauthbearer.sub.claim.name': common(text),
}

/** Java name -> row. */
export const PROPERTY_TABLE: Readonly<Record<string, PropertyRow>> = {
  ...PRODUCER,
  ...CONSUMER,
  ...COMMON,
  ...SECURITY,
}
