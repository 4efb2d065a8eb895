import { describe, expect, it } from 'vitest'
import { JAVA_NAME_OF, LIBRDKAFKA_NAMES } from '../../src/drivers/librdkafka-names.ts'
import {
  checkProperties,
  differingDefaults,
  nearest,
  toKafkajs,
  toLibrdkafka,
} from '../../src/drivers/properties.ts'
import { PROPERTY_TABLE } from '../../src/drivers/property-table.ts'
import { TuneError } from '../../src/errors.ts'
import { loadProfile } from '../../src/profiles/profile.ts'

/** A value of each type that is surely good. */
function sample(key: string): string {
  const type = PROPERTY_TABLE[key]?.type
  if (type?.kind === 'integer') return String(Math.max(type.min, Math.min(type.max, 1000)))
  if (type?.kind === 'float') return '0.5'
  if (type?.kind === 'boolean') return 'true'
  if (type?.kind === 'choice') return type.of[0] ?? ''
  return 'x'
}

describe('the table of properties', () => {
  it('gives every property of Java a place or reports it, on both clients', () => {
    for (const [key, row] of Object.entries(PROPERTY_TABLE)) {
      if (row.connection || row.role === 'consumer') continue
      const properties = { [key]: sample(key) }
      const rd = toLibrdkafka(properties, 'producer')
      expect([...Object.keys(rd.settings), ...rd.unsupported], key).toHaveLength(1)
      const js = toKafkajs(properties, 'producer')
      const placed = Object.values(js.settings).flatMap((options) => Object.keys(options))
      expect([...placed, ...js.unsupported], key).toHaveLength(1)
    }
  })

  it('does so for a consumer’s too', () => {
    for (const [key, row] of Object.entries(PROPERTY_TABLE)) {
      if (row.connection || row.role === 'producer') continue
      const properties = { [key]: sample(key) }
      const rd = toLibrdkafka(properties, 'consumer')
      expect([...Object.keys(rd.settings), ...rd.unsupported], key).toHaveLength(1)
      const js = toKafkajs(properties, 'consumer')
      const placed = Object.values(js.settings).flatMap((options) => Object.keys(options))
      expect([...placed, ...js.unsupported], key).toHaveLength(1)
    }
  })

  it('has no name twice, once as Java’s and once as librdkafka’s', () => {
    expect(Object.keys(LIBRDKAFKA_NAMES).filter((name) => PROPERTY_TABLE[name] !== undefined)).toEqual([])
  })

  it('has no second name of what Java has a name for', () => {
    const places = Object.entries(PROPERTY_TABLE).flatMap(([java, { librdkafka }]) =>
      librdkafka === undefined || librdkafka.name === java ? [] : [[librdkafka.name, java] as const],
    )
    expect(places.length).toBeGreaterThan(3)
    for (const [name, java] of places) expect(JAVA_NAME_OF[name]).toBe(java)
    const aliases = Object.keys(JAVA_NAME_OF)
    expect(aliases.filter((name) => LIBRDKAFKA_NAMES[name] !== undefined)).toEqual([])
    expect(Object.values(JAVA_NAME_OF).filter((java) => PROPERTY_TABLE[java] === undefined)).toEqual([])
  })

  it('reports a consumer’s property to a producer as unsupported', () => {
    expect(toLibrdkafka({ 'fetch.min.bytes': '1' }, 'producer').unsupported).toEqual(['fetch.min.bytes'])
  })
})

describe('translation to librdkafka', () => {
  it.each([
    [{ acks: 'all' }, { acks: -1 }],
    [{ acks: '1' }, { acks: 1 }],
    [{ 'buffer.memory': '33554432' }, { 'queue.buffering.max.kbytes': 32_768 }],
    [{ 'buffer.memory': '0' }, { 'queue.buffering.max.kbytes': 1 }],
    [{ 'max.request.size': '2000000' }, { 'message.max.bytes': 2_000_000 }],
    [{ 'batch.size': '0' }, { 'batch.size': 1 }],
    [{ retries: '2147483647' }, { retries: 2_147_483_647 }],
    [
      { 'max.in.flight.requests.per.connection': '2147483647' },
      { 'max.in.flight.requests.per.connection': 1_000_000 },
    ],
    [{ 'send.buffer.bytes': '-1' }, { 'socket.send.buffer.bytes': 0 }],
    [{ 'enable.idempotence': 'TRUE' }, { 'enable.idempotence': true }],
    [
      { 'compression.type': 'zstd', 'compression.zstd.level': '6' },
      { 'compression.type': 'zstd', 'compression.level': 6 },
    ],
    [{ 'queue.buffering.max.messages': '5' }, { 'queue.buffering.max.messages': 5 }],
  ])('%o becomes %o', (properties, settings) => {
    expect(toLibrdkafka(properties as Record<string, string>, 'producer')).toEqual({
      settings,
      unsupported: [],
    })
  })

  it('reports what it cannot take', () => {
    expect(
      toLibrdkafka({ 'max.block.ms': '1', 'compression.gzip.level': '1' }, 'producer').unsupported,
    ).toEqual(['max.block.ms', 'compression.gzip.level'])
  })

  it.each([
    [{ 'fetch.max.wait.ms': '7' }, { 'fetch.wait.max.ms': 7 }],
    [{ 'auto.offset.reset': 'none' }, { 'auto.offset.reset': 'error' }],
    [{ 'group.protocol': 'CONSUMER' }, { 'group.protocol': 'consumer' }],
    [
      { 'partition.assignment.strategy': 'org.apache.kafka.clients.consumer.CooperativeStickyAssignor' },
      { 'partition.assignment.strategy': 'cooperative-sticky' },
    ],
    [
      { 'partition.assignment.strategy': 'RoundRobinAssignor, range' },
      { 'partition.assignment.strategy': 'roundrobin,range' },
    ],
    [
      // Java's default, which works as range until every member has left it
      {
        'partition.assignment.strategy':
          'org.apache.kafka.clients.consumer.RangeAssignor,org.apache.kafka.clients.consumer.CooperativeStickyAssignor',
      },
      { 'partition.assignment.strategy': 'range' },
    ],
  ])('%o becomes %o for a consumer', (properties, settings) => {
    expect(toLibrdkafka(properties as Record<string, string>, 'consumer')).toEqual({
      settings,
      unsupported: [],
    })
  })

  it.each([
    { 'partition.assignment.strategy': 'org.apache.kafka.clients.consumer.StickyAssignor' },
    { 'auto.offset.reset': 'by_duration:PT1H' },
  ])('reports %o of a consumer', (properties) => {
    expect(toLibrdkafka(properties as Record<string, string>, 'consumer')).toEqual({
      settings: {},
      unsupported: Object.keys(properties),
    })
  })
})

describe('translation to kafkajs', () => {
  it('puts each setting in its option object and reports the rest', () => {
    const { settings, unsupported } = toKafkajs(
      { acks: 'all', retries: '3', 'request.timeout.ms': '9', 'linger.ms': '5', 'batch.size': '1' },
      'producer',
    )
    expect(settings).toMatchObject({
      send: { acks: -1 },
      retry: { retries: 3 },
      client: { requestTimeout: 9 },
    })
    expect(unsupported).toEqual(['linger.ms', 'batch.size'])
  })
})

describe('translation to kafkajs, of a consumer', () => {
  it('turns values into its own, and reports those it has not', () => {
    const { settings, unsupported } = toKafkajs(
      {
        'isolation.level': 'read_uncommitted',
        'auto.offset.reset': 'earliest',
        'partition.assignment.strategy': 'org.apache.kafka.clients.consumer.RoundRobinAssignor',
        'group.protocol': 'consumer',
        'max.poll.records': '10',
      },
      'consumer',
    )
    expect(settings.consumer).toEqual({ readUncommitted: true, partitionAssigners: 'roundrobin' })
    expect(settings.subscribe).toEqual({ fromBeginning: true })
    expect(unsupported).toEqual(['group.protocol', 'max.poll.records'])
    expect(toKafkajs({ 'partition.assignment.strategy': 'range' }, 'consumer').unsupported).toHaveLength(1)
  })
})

describe('a property that cannot be', () => {
  const refused = (properties: Record<string, string>, driver: 'confluent' | 'kafkajs' = 'confluent') => {
    try {
      checkProperties(properties, driver, 'here.properties')
      return undefined
    } catch (error) {
      if (error instanceof TuneError) return error
      throw error
    }
  }

  it.each([
    ['linger.msec', 'linger.ms'],
    ['batchsize', 'batch.size'],
    ['LINGER_MS', 'linger.ms'],
    ['queue.buffering.max.message', 'queue.buffering.max.messages'],
  ])('%s is answered with %s', (wrong, right) => {
    expect(nearest(wrong, 'confluent')).toBe(right)
    expect(refused({ [wrong]: '1' })).toMatchObject({ code: 'CONFIG', hint: expect.stringContaining(right) })
  })

  it('offers nothing for a word that is like none', () => {
    expect(nearest('completely.different.thing', 'confluent')).toBeUndefined()
  })

  it('is then answered with a command that shows names, and that works', () => {
    const [, profile = ''] =
      /tune profile show (\S+) --for java/.exec(
        String(refused({ 'completely.different.thing': '1' })?.hint),
      ) ?? []
    expect(loadProfile(profile, 'producer').name).toBe(profile)
  })

  it('takes librdkafka’s own names on its driver only', () => {
    expect(refused({ 'queue.buffering.max.messages': '1' })).toBeUndefined()
    expect(refused({ 'queue.buffering.max.messages': '1' }, 'kafkajs')).toMatchObject({ code: 'CONFIG' })
  })

  it.each(Object.entries(JAVA_NAME_OF))('%s is answered with its Java name %s', (alias, java) => {
    for (const driver of ['confluent', 'kafkajs'] as const) {
      expect(refused({ [alias]: '0' }, driver)).toMatchObject({ code: 'CONFIG', hint: `use ${java}` })
    }
  })

  it.each([
    { acks: '2' },
    { 'linger.ms': 'soon' },
    { 'linger.ms': '1.5' },
    { 'linger.ms': '-1' },
    { 'batch.size': '99999999999' },
    { 'enable.idempotence': 'yes' },
    { 'compression.type': 'brotli' },
    { 'batch.size': '' },
  ])('%o is refused, naming key and origin', (properties) => {
    const [key] = Object.keys(properties)
    expect(refused(properties as Record<string, string>)).toMatchObject({
      code: 'CONFIG',
      message: expect.stringMatching(new RegExp(`^${key}=.*here\\.properties`)),
    })
  })

  it('knows a comment behind a value when it sees one', () => {
    expect(refused({ 'batch.size': '32768 # 32 KB' })).toMatchObject({
      hint: expect.stringContaining('comment'),
    })
  })
})

describe('differing defaults', () => {
  it('are those that nobody set', () => {
    const named = (properties: Record<string, string>) =>
      differingDefaults('librdkafka', 'producer', properties).map((text) => text.split(' ')[0])
    expect(named({})).toContain('batch.size')
    expect(named({ 'batch.size': '1' })).not.toContain('batch.size')
    expect(named({})).not.toContain('linger.ms')
    expect(named({})).not.toContain('acks')
  })

  it('of consumers are those that read otherwise than Java', () => {
    const librdkafka = differingDefaults('librdkafka', 'consumer', {})
    expect(librdkafka).toContain('isolation.level read_committed (read_uncommitted)')
    expect(librdkafka.filter((text) => /^(auto.offset.reset|group.protocol|partition)/.test(text))).toEqual(
      [],
    )
    const kafkajs = differingDefaults('kafkajs', 'consumer', {})
    expect(kafkajs).toContain('partition.assignment.strategy roundrobin (range)')
    expect(
      differingDefaults('kafkajs', 'consumer', { 'isolation.level': 'read_committed' }),
    ).not.toContainEqual(expect.stringMatching(/^isolation/))
  })
})
