/** Wrong input ends with exit code 2, a message that names the place, and a hint, before any load. */
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer as createHttpServer } from 'node:http'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createServer as createTlsServer } from 'node:tls'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hasBroker, newTopicName, sharedBroker } from './broker.ts'
import { type Ended, tune } from './built.ts'
import { tuneHere } from './here.ts'

const dir = mkdtempSync(join(tmpdir(), 'tune-bad-'))
const file = (name: string, text: string) => {
  const path = join(dir, name)
  writeFileSync(path, text)
  return path
}

const bench = (...args: string[]) => tune(['bench', 'producer', ...args], { cwd: dir })
/** For what is refused before anything is started or asked. */
const benchHere = (...args: string[]) => tuneHere(['bench', 'producer', ...args], dir)

/** One line that says what and where, one line that says what now, nothing on standard output, and no result kept. */
function refuses(ended: Ended, ...words: (string | RegExp)[]) {
  const text = `${ended.stdout}${ended.stderr}`
  expect(text).toMatch(/^error: /m)
  expect(text).toMatch(/^hint: |did you mean|see tune [a-z ]*--help/im)
  for (const word of words) expect(text).toMatch(word)
  expect(text).not.toMatch(/defect in tune|at .*\.js:\d+/)
  expect(ended.code).toBe(2)
  expect(ended.stdout).toBe('')
  expect(existsSync(join(dir, '.tune', 'results'))).toBe(false)
}

describe('bad words on the command line', () => {
  it.each([
    ['a rate that is no number', ['--throughput', 'fast'], /--throughput/],
    ['a rate of zero', ['--throughput', '0'], /--throughput/],
    ['a negative rate other than -1', ['--throughput', '-5'], /--throughput/],
    ['an absurd rate', ['--throughput', '1e30'], /--throughput/],
    ['no records at all', ['--num-records', '0'], /--num-records/],
    ['a negative number of records', ['--num-records', '-3'], /--num-records/],
    ['a time without a unit', ['--duration', '10'], /--duration/],
    ['a negative record size', ['--record-size', '-1'], /--record-size/],
    ['an absurd record size', ['--record-size', '10TB'], /--record-size/],
    ['a flag with a slip', ['--troughput', '5'], /--throughput/],
    ['an unknown driver', ['--driver', 'librdkafka'], /confluent/],
    ['a property without a value', ['--producer-props', 'linger.ms'], /key=value/],
    ['an unknown profile', ['--profile', 'high-troughput'], /high-throughput/],
    ['two kinds of load', ['--throughput', '5', '--ramp', '1:2:3s'], /--ramp/],
    [
      'a transaction that the broker would abort',
      ['--transaction-duration-ms', '70s'],
      /transaction.timeout.ms/,
    ],
    ['idempotence on wire', ['--driver', 'wire', '--producer-props', 'enable.idempotence=true'], /wire/],
    ['headers on wire', ['--driver', 'wire', '--header', 'a=b'], /wire/],
    ['an unknown keys word', ['--keys', 'zipfian:10'], /--keys/],
    ['an unknown report', ['--report', 'xml'], /table/],
    ['bootstrap without a port', ['--bootstrap-server', 'localhost'], /port/],
    ['partitions of nothing', ['--create-topic', '--partitions', '0'], /--partitions/],
  ] as [string, string[], RegExp][])('%s', async (_, args, word) => {
    refuses(await benchHere('--bootstrap-server', '127.0.0.1:1', '--topic', 't', ...args), word)
  })
})

it('an end of a pipeline without its beginning', async () => {
  const ended = await tune(['bench', 'e2e', '--bootstrap-server', '127.0.0.1:1', '--output-topic', 'b'], {
    cwd: dir,
  })
  refuses(ended, /--output-topic needs/, /--input-topic/)
})

describe.each(['confluent', 'kafkajs', 'wire'])('bad properties on %s', (driver) => {
  it.each([
    ['an unknown name', 'lingers.ms=5', /linger\.ms/],
    ['an unknown name of security', 'ssl.truststore.locations=x', /ssl\.truststore\.location/],
    ['a number that is none', 'linger.ms=soon', /linger\.ms/],
    ['a negative number', 'request.timeout.ms=-1', /request\.timeout\.ms/],
    ['a choice that is none', 'compression.type=brotli', /lz4/],
    ['acks that are none', 'acks=2', /acks/],
  ])('%s', async (_, property, word) => {
    const to = ['--bootstrap-server', '127.0.0.1:1', '--topic', 't', '--driver', driver]
    refuses(await benchHere(...to, '--producer-props', property), word)
  })
})

describe('bad files', () => {
  it.each([
    ['a profile that is no YAML', '--profile', file('a.yaml', 'name: [oops'), /a\.yaml/],
    [
      'a profile with an unknown key',
      '--profile',
      file('b.yaml', 'name: b\nabout: x\nkind: producer\npropertys: {}\n'),
      /properties/,
    ],
    ['a profile that is not there', '--profile', join(dir, 'nope.yaml'), /nope\.yaml/],
    [
      'a config that is no properties file',
      '--command-config',
      file('c.properties', 'linger.ms=5  # five\n'),
      /c\.properties/,
    ],
    [
      'a config with a slip beside what is not ours',
      '--command-config',
      file('cc.properties', 'schema.registry.url=https://x\nbasic.auth.user.info=a:b\nlingers.ms=5\n'),
      /linger\.ms/,
    ],
    ['a config that is not there', '--command-config', join(dir, 'nope.properties'), /nope\.properties/],
    ['thresholds that are no YAML', '--thresholds', file('d.yaml', '- : :\n  -'), /d\.yaml/],
    [
      'thresholds on an unknown metric',
      '--thresholds',
      file(
        'e.yaml',
        'name: e\nthresholds:\n  - metric: latency.p98Ms\n    target: { below: 1 }\n    critical: { below: 2 }\n    source: x\n',
      ),
      /latency\.p9/,
    ],
    ['a payload file that is empty', '--payload-file', file('f.txt', ''), /f\.txt/],
    ['a payload file that is not there', '--payload-file', join(dir, 'nope.txt'), /nope\.txt/],
    ['a template that is no JSON', '--payload-template', file('h.json', '{"a": '), /h\.json/],
    ['a template that is no template', '--payload-template', file('g.json', '{"a": "{{uid}}"}'), /uuid/],
  ] as [string, string, string, RegExp][])('%s', async (_, flag, path, word) => {
    refuses(await benchHere('--bootstrap-server', '127.0.0.1:1', '--topic', 't', flag, path), word)
  })

  it('a result that cannot be written is said before any load', async () => {
    refuses(await benchHere('--save', join(file('plain', 'x'), 'result.json')), /plain/)
    mkdirSync(join(dir, 'folder'), { recursive: true })
    refuses(await benchHere('--save', join(dir, 'folder')), /folder/)
  })
})

/** A key and a certificate that nobody trusts, made where they are needed. */
function certificate(): { key: Buffer; cert: Buffer } {
  const [key, cert] = [join(dir, 'key.pem'), join(dir, 'cert.pem')]
  const to = ['-keyout', key, '-out', cert, '-subj', '/CN=localhost', '-days', '1']
  execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', ...to], { stdio: 'ignore' })
  return { key: readFileSync(key), cert: readFileSync(cert) }
}

describe('an address where no Kafka is', () => {
  const servers: { close(): void }[] = []
  let httpPort = 0
  let silentPort = 0
  let tlsPort = 0

  beforeAll(async () => {
    const http = createHttpServer((_, response) => response.end('hello'))
    const silent = createServer(() => {})
    const tls = createTlsServer(certificate())
    for (const server of [http, silent, tls]) {
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
      servers.push(server)
    }
    httpPort = (http.address() as AddressInfo).port
    silentPort = (silent.address() as AddressInfo).port
    tlsPort = (tls.address() as AddressInfo).port
  })
  afterAll(() => {
    for (const server of servers) server.close()
  })

  it.each(['confluent', 'kafkajs', 'wire'])('nothing listens: %s', async (driver) => {
    refuses(
      await bench('--bootstrap-server', '127.0.0.1:1', '--topic', 't', '--driver', driver),
      /127\.0\.0\.1:1\b/,
    )
  })

  it('a web server', async () => {
    refuses(
      await bench('--bootstrap-server', `127.0.0.1:${httpPort}`, '--topic', 't'),
      String(httpPort),
      /HTTP/,
    )
  })

  it.each(['confluent', 'kafkajs', 'wire'])('a TLS port, asked in plaintext: %s', async (driver) => {
    refuses(
      await bench('--bootstrap-server', `127.0.0.1:${tlsPort}`, '--topic', 't', '--driver', driver),
      String(tlsPort),
      /TLS/,
      /security\.protocol=SSL/,
    )
  })

  it('a server that never answers, within the connect time-out', async () => {
    const startMs = Date.now()
    refuses(
      await bench('--bootstrap-server', `127.0.0.1:${silentPort}`, '--topic', 't', '--connect-timeout', '2s'),
      String(silentPort),
    )
    expect(Date.now() - startMs).toBeLessThan(10_000)
  })

  it('another machine, without a yes', async () => {
    refuses(await bench('--bootstrap-server', 'kafka.example.com:9092', '--topic', 't'), /--yes/)
  })
})

describe.skipIf(!hasBroker)('a broker that refuses', () => {
  const on = (...args: string[]) => bench('--bootstrap-server', sharedBroker().bootstrapServers, ...args)

  it('a topic that is not there', async () => {
    refuses(await on('--topic', 'no-such-topic'), /no-such-topic/, /--create-topic/)
  })

  it('topics to read of which one is not there: that one, and nothing about making it', async () => {
    const there = newTopicName('there')
    await on(
      '--topic',
      there,
      '--create-topic',
      '--num-records',
      '1',
      '--report',
      'json',
      '--driver',
      'kafkajs',
    )
    rmSync(join(dir, '.tune'), { recursive: true })
    const to = ['--bootstrap-server', sharedBroker().bootstrapServers, '--topic', `${there},no-such-topic`]
    const ended = await tune(['bench', 'consumer', '--driver', 'kafkajs', ...to], { cwd: dir })
    refuses(ended, /topic no-such-topic does not exist/, /one of its own is filled and read/)
    expect(ended.stderr).not.toContain('--create-topic')
  })

  it('a record that is larger than the topic takes', async () => {
    const topic = newTopicName('small')
    refuses(
      await on(
        '--topic',
        topic,
        '--create-topic',
        '--topic-config',
        'max.message.bytes=1000',
        '--record-size',
        '5000',
      ),
      /max\.message\.bytes/,
    )
  })

  it.each([
    ['confluent', ['--record-size', '1000000'], /message\.max\.bytes/],
    ['wire', ['--record-size', '1048576'], /max\.request\.size/],
    // It has no limit of its own, so the topic's counts, for the whole record
    ['kafkajs', ['--record-size', '1999900', '--header', `h=${'x'.repeat(200)}`], /max\.message\.bytes/],
  ])('a record that is larger than it may be on %s', async (driver, args, word) => {
    const topic = ['--topic', newTopicName('large'), '--create-topic']
    const config = ['--topic-config', 'max.message.bytes=2000000']
    refuses(await on(...topic, ...config, '--driver', driver, ...args), word)
  })

  it('more replicas than brokers', async () => {
    refuses(
      await on('--topic', newTopicName('wide'), '--create-topic', '--replication-factor', '3'),
      /replication/i,
    )
  })

  it('a topic config that does not exist', async () => {
    refuses(
      await on('--topic', newTopicName('odd'), '--create-topic', '--topic-config', 'retention.byte=1'),
      /retention\.byte/,
    )
  })

  it('TLS asked of a plaintext port', async () => {
    const config = file('tls.properties', 'security.protocol=SSL\n')
    refuses(await on('--topic', 't', '--command-config', config), /TLS|plaintext/i)
  })
})
