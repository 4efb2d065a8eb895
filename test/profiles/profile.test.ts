import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { TuneError } from '../../src/errors.ts'
import { javaProperties } from '../../src/profiles/java.ts'
import { loadProfile, profileNames } from '../../src/profiles/profile.ts'

const folder = mkdtempSync(join(tmpdir(), 'tune-profile-'))
afterAll(() => rmSync(folder, { recursive: true }))

function write(name: string, text: string): string {
  writeFileSync(join(folder, name), text)
  return `./${name}`
}

function errorOf(file: string): TuneError {
  try {
    loadProfile(file, 'producer', folder)
  } catch (error) {
    if (error instanceof TuneError) return error
    throw error
  }
  throw new Error('nothing was thrown')
}

const head = 'name: mine\nabout: test\nkind: producer\n'

describe('the profiles that ship with tune', () => {
  test('are ten', () => {
    expect(profileNames()).toEqual([
      'producer-balanced',
      'producer-durable',
      'producer-high-throughput',
      'producer-low-latency',
      'consumer-high-throughput',
      'consumer-low-latency',
      'http-high-performance',
      'http-high-throughput',
      'http-low-latency',
      'http-memory-conscious',
    ])
  })

  test('are called as their file, and have a source', () => {
    for (const name of profileNames()) {
      const profile = loadProfile(name, undefined)
      expect(profile.name).toBe(name)
      expect(name.startsWith(`${profile.kind}-`)).toBe(true)
      expect(profile.source).not.toBe(`${name}.yaml`)
      expect(profile.notes.length).toBeGreaterThan(0)
    }
  })

  test('hold exactly the guide’s values', () => {
    expect(loadProfile('high-throughput', 'producer').properties).toEqual({
      'batch.size': '32768',
      'linger.ms': '10',
      'compression.type': 'snappy',
      'buffer.memory': '67108864',
      acks: '1',
      retries: '3',
      'max.in.flight.requests.per.connection': '5',
      'request.timeout.ms': '30000',
    })
    expect(loadProfile('low-latency', 'producer').properties).toEqual({
      'batch.size': '16384',
      'linger.ms': '0',
      'compression.type': 'none',
      acks: '1',
      retries: '0',
      'max.in.flight.requests.per.connection': '1',
    })
    expect(loadProfile('high-throughput', 'consumer').properties).toEqual({
      'fetch.min.bytes': '1048576',
      'fetch.max.wait.ms': '500',
      'max.partition.fetch.bytes': '10485760',
      'session.timeout.ms': '30000',
      'heartbeat.interval.ms': '3000',
      'max.poll.records': '1000',
      'enable.auto.commit': 'false',
    })
    expect(loadProfile('low-latency', 'consumer').properties).toEqual({
      'fetch.min.bytes': '1',
      'fetch.max.wait.ms': '0',
      'max.partition.fetch.bytes': '1048576',
      'max.poll.records': '100',
      'session.timeout.ms': '10000',
      'heartbeat.interval.ms': '1000',
    })
    expect(loadProfile('high-throughput', 'http').properties).toEqual({
      'tasks.max': '8',
      'http.source.poll.interval.ms': '10000',
      'transformation.batch.size': '500',
      'pagination.limit.value': '200',
      'pagination.max.pages': '50',
      'http.client.connection.pool.enabled': 'true',
      'http.client.max.connections': '30',
      'http.client.max.connections.per.route': '15',
      'transformation.enabled': 'false',
      'cache.enabled': 'false',
    })
    expect(loadProfile('high-performance', 'http').properties).toEqual({
      'tasks.max': '8',
      'http.source.poll.interval.ms': '15000',
      'http.client.connection.pool.enabled': 'true',
      'http.client.max.connections': '40',
      'http.client.max.connections.per.route': '20',
      'http.client.connection.timeout.ms': '10000',
      'http.client.socket.timeout.ms': '30000',
      'cache.enabled': 'true',
      'cache.response.max.size': '3000',
      'cache.response.ttl.seconds': '600',
      'cache.schema.max.size': '200',
      'cache.schema.ttl.seconds': '7200',
      'rate.limit.enabled': 'true',
      'rate.limit.requests.per.second': '20',
      'rate.limit.algorithm': 'TOKEN_BUCKET',
      'rate.limit.burst.capacity': '50',
      'transformation.batch.size': '500',
      'producer.batch.size': '65536',
      'producer.linger.ms': '5',
      'jmx.enabled': 'true',
      'health.check.enabled': 'true',
    })
  })

  test.each([
    ['producer-high-throughput', ['acks', 'retries', 'max.in.flight.requests.per.connection']],
    ['producer-low-latency', ['acks', 'retries', 'max.in.flight.requests.per.connection', 'linger.ms']],
    ['consumer-high-throughput', ['fetch.min.bytes', 'max.partition.fetch.bytes', 'enable.auto.commit']],
    ['consumer-low-latency', ['fetch.max.wait.ms', 'session.timeout.ms']],
  ])('%s says what the guide does not', (name, keys) => {
    expect(loadProfile(name, undefined).notes.map(({ key }) => key)).toEqual(expect.arrayContaining(keys))
  })

  test('durable and balanced are idempotent, and keep delivery.timeout.ms above linger and request', () => {
    for (const name of ['durable', 'balanced']) {
      const { properties } = loadProfile(name, 'producer')
      expect(properties).toMatchObject({ acks: 'all', 'enable.idempotence': 'true' })
      const [delivery, linger, request] = ['delivery.timeout.ms', 'linger.ms', 'request.timeout.ms'].map(
        (key) => Number(properties[key]),
      )
      expect(delivery).toBeGreaterThanOrEqual((linger ?? 0) + (request ?? 0))
    }
  })
})

describe('looking a profile up', () => {
  test('a short name means the kind that is to be set', () => {
    expect(loadProfile('low-latency', 'producer').name).toBe('producer-low-latency')
    expect(loadProfile('low-latency', 'consumer').name).toBe('consumer-low-latency')
    expect(loadProfile('durable', undefined).name).toBe('producer-durable')
    expect(loadProfile('memory-conscious', undefined).name).toBe('http-memory-conscious')
  })

  test.each([
    ['low-latency', undefined, /several/, /producer-low-latency or consumer-low-latency/],
    ['consumer-low-latency', 'producer', /is a consumer profile/, /high-throughput/],
    ['low-latncy', 'producer', /no producer profile 'low-latncy'/, /did you mean low-latency\?/],
    ['producer-durabel', 'producer', /no profile 'producer-durabel'/, /producer-durable/],
    ['qqqqqq', undefined, /no profile/, /one of .*consumer-low-latency/],
  ] as const)('%s for a %s is refused', (name, kind, message, hint) => {
    expect(() => loadProfile(name, kind)).toThrow(
      expect.objectContaining({
        code: 'USAGE',
        message: expect.stringMatching(message),
        hint: expect.stringMatching(hint),
      }),
    )
  })

  test('the kind may stand behind the name, as the guide on connectors has it', () => {
    for (const name of ['high-throughput', 'low-latency', 'high-performance', 'memory-conscious']) {
      expect(loadProfile(`${name}-http`, 'http').name).toBe(`http-${name}`)
    }
    expect(() => loadProfile('low-latency-http', 'producer')).toThrow(/is a http profile/)
  })

  test('a path is relative to the folder given', () => {
    const file = write('mine.yaml', `${head}properties:\n  linger.ms: 7\n`)
    expect(loadProfile(file, 'producer', folder)).toEqual({
      name: 'mine',
      about: 'test',
      kind: 'producer',
      source: './mine.yaml',
      properties: { 'linger.ms': '7' },
      notes: [],
      extends: [],
    })
    expect(errorOf('./missing.yaml')).toMatchObject({ code: 'CONFIG' })
    expect(errorOf('./missing.yaml').message).toContain('there is no such file')
  })
})

describe('extends', () => {
  test('what is set later wins, and takes the old note away', () => {
    write(
      'base.yaml',
      `${head.replace('mine', 'base')}properties: { linger.ms: 1, acks: 1, retries: 5 }
notes: [{ key: linger.ms, text: old }, { key: acks, text: careful }]\n`,
    )
    const file = write('child.yaml', `${head}extends: ./base.yaml\nproperties: { linger.ms: 2 }\n`)
    expect(loadProfile(file, 'producer', folder)).toMatchObject({
      properties: { 'linger.ms': '2', acks: '1', retries: '5' },
      notes: [{ key: 'acks', text: 'careful' }],
      extends: ['base'],
    })
  })

  test('may name one that ships with tune', () => {
    const file = write('fast.yaml', `${head}extends: balanced\nproperties: { linger.ms: 0 }\n`)
    const profile = loadProfile(file, 'producer', folder)
    expect(profile.extends).toEqual(['producer-balanced', 'producer-durable'])
    expect(profile.properties).toMatchObject({ 'linger.ms': '0', acks: 'all', 'batch.size': '32768' })
  })

  test('a circle is an error that shows it', () => {
    write('a.yaml', `${head}extends: ./b.yaml\n`)
    write('b.yaml', `${head}extends: ./c.yaml\n`)
    write('c.yaml', `${head}extends: ./b.yaml\n`)
    expect(errorOf('./a.yaml').message).toBe(
      './b.yaml:4: profiles extend each other in a circle: b.yaml > c.yaml > b.yaml'.replace('./b', './c'),
    )
    write('self.yaml', `${head}extends: ./self.yaml\n`)
    expect(errorOf('./self.yaml').message).toContain('self.yaml > self.yaml')
  })

  test('a name that is not there, or of the other kind, is an error with the line', () => {
    expect(errorOf(write('x.yaml', `${head}extends: durabel\n`))).toMatchObject({
      code: 'CONFIG',
      message: expect.stringMatching(/^\.\/x\.yaml:4: extends: .*durabel/),
      hint: expect.stringContaining('durable'),
    })
    expect(errorOf(write('y.yaml', `${head}extends: consumer-low-latency\n`)).message).toContain('y.yaml:4')
  })
})

describe('a file that is wrong', () => {
  test.each([
    [
      'properties:\n  linger.ms: 5\n  lingr.ms: 5\n',
      ':6: unknown property lingr.ms|unknown property lingr.ms .*:6',
      'linger.ms',
    ],
    ['propertees:\n  linger.ms: 5\n', ':4: unknown key propertees', 'did you mean properties\\?'],
    ['notes:\n  - key: acks\n    txt: x\n', ':6: unknown key txt', 'text'],
    ['properties:\n  linger.ms: soon\n', 'linger.ms=soon is not a whole number.*:5', ''],
    ['properties:\n  fetch.min.bytes: 5\n', ':5: fetch.min.bytes is a setting of a consumer', 'consumer'],
    ['properties:\n  bootstrap.servers: x:1\n', ':5: bootstrap.servers does not belong', 'command-config'],
    ['properties:\n  sasl.jaas.config: secret\n', ':5: sasl.jaas.config does not belong', 'command-config'],
    ['properties:\n  tasks.max: 8\n', ':5', ''],
    ['properties:\n  linger.ms: [1]\n', ':5: properties.linger.ms', ''],
    ['properties: 5\n', ':4: properties', ''],
    ['kind: producer\n', ':4: .*unique', ''],
    ['properties:\n  a: "b\n', ':[56]: ', ''],
    ['notes:\n  - key: linger.ms\n    text: x\n', ':5: a note on linger.ms, which is not set', ''],
  ])('%j is an error with its line', (text, message, hint) => {
    const error = errorOf(write('wrong.yaml', head + text))
    expect(error.code).toBe('CONFIG')
    expect(error.message).toMatch(new RegExp(message))
    expect(error.message).toContain('./wrong.yaml')
    expect(error.message).not.toContain('\n')
    expect(error.hint).toMatch(new RegExp(hint))
  })

  test('an empty file, a list, and one of another kind are refused', () => {
    expect(errorOf(write('empty.yaml', '')).code).toBe('CONFIG')
    expect(errorOf(write('list.yaml', '- 1\n')).code).toBe('CONFIG')
    expect(errorOf(write('kind.yaml', head.replace('producer', 'consumer'))).code).toBe('USAGE')
    expect(errorOf(write('kind.yaml', head.replace('producer', 'broker'))).message).toContain(':3: kind')
  })
})

describe('as a .properties file', () => {
  test('has every value as it is, and comments on lines of their own', () => {
    for (const name of profileNames()) {
      const profile = loadProfile(name, undefined)
      const lines = javaProperties(profile)
        .split('\n')
        .filter((line) => line !== '' && !line.startsWith('#'))
      const pairs = lines.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)])
      expect(Object.fromEntries(pairs)).toEqual(profile.properties)
    }
  })

  test('escapes what java.util.Properties would read otherwise', () => {
    const profile = loadProfile('durable', 'producer')
    const text = javaProperties({ ...profile, notes: [], properties: { 'a b': ' x\\y\tz' } })
    expect(text.split('\n').at(-2)).toBe('a\\ b=\\ x\\\\y\\tz')
  })
})
