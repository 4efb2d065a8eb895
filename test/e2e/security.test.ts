/**
 * Every way into a real broker with ACLs, on every driver, and every way to be refused. With TUNE_TEST_FULL=1
 * (`npm run test:full`) each login over plaintext as well, and each refusal on every driver.
 */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readConnection } from '../../src/connection.ts'
import { loadDriver } from '../../src/drivers/index.ts'
import { nativeClientDir } from '../../src/native.ts'
import { planTo } from '../drivers/plan.ts'
import { hasBroker } from './broker.ts'
import { consumerResultOf, type Ended, e2eResultOf, resultOf, tune } from './built.ts'
import { byToken, fileText, type Lines, loggingIn, showing, trusting } from './client-properties.ts'
import { lacks } from './requirements.ts'
import {
  type Listener,
  SECRETS,
  SESSION_MS,
  type SecureBroker,
  startSecureBroker,
  TOPIC,
} from './secure-broker.ts'

const FULL = process.env.TUNE_TEST_FULL === '1'
const DRIVERS = ['confluent', 'kafkajs', 'wire'].filter(
  (name) => name !== 'confluent' || nativeClientDir() !== undefined,
)
const RECORDS = 200
const CONNECT_MS = 5000
/** librdkafka uses up all of it. */
const CONNECT_ALONE_MS = 2000
/** Beyond the connect time-out: the start of the process, and other tests beside it. */
const GRACE_MS = 10_000

interface Way {
  readonly name: string
  readonly listener: Listener
  readonly lines: (broker: SecureBroker) => Lines
}

const password = (mechanism: 'PLAIN' | 'SCRAM-SHA-256' | 'SCRAM-SHA-512', user = 'bench') =>
  loggingIn(mechanism, user, mechanism === 'PLAIN' ? SECRETS.password : SECRETS.scramPassword)

const WITHOUT_LOGIN: readonly Way[] = [
  { name: 'PLAINTEXT', listener: 'PLAINTEXT', lines: () => ({}) },
  { name: 'TLS', listener: 'TLS', lines: ({ authority }) => tls(authority.ca) },
  {
    name: 'mutual TLS',
    listener: 'MTLS',
    lines: ({ authority, lockedClient }) => ({
      ...tls(authority.ca),
      ...showing(lockedClient.store, SECRETS.keyPassword),
    }),
  },
]
const LOGINS: readonly Pick<Way, 'name' | 'lines'>[] = [
  { name: 'PLAIN', lines: () => password('PLAIN') },
  { name: 'SCRAM-SHA-256', lines: () => password('SCRAM-SHA-256') },
  { name: 'SCRAM-SHA-512', lines: () => password('SCRAM-SHA-512') },
  { name: 'OAUTHBEARER', lines: (broker) => byToken(broker, 'bench-client', SECRETS.clientSecret) },
]

function tls(ca: string): Lines {
  return { 'security.protocol': 'SSL', ...trusting(ca) }
}
const sasl = (lines: Lines): Lines => ({ 'security.protocol': 'SASL_PLAINTEXT', ...lines })
const saslTls = (ca: string, lines: Lines): Lines => ({
  'security.protocol': 'SASL_SSL',
  ...trusting(ca),
  ...lines,
})

const WAYS: readonly Way[] = [
  ...WITHOUT_LOGIN,
  ...LOGINS.map(({ name, lines }): Way => {
    const secured = (broker: SecureBroker) => saslTls(broker.authority.ca, lines(broker))
    return { name: `${name} over TLS`, listener: 'SASLTLS', lines: secured }
  }),
  ...(FULL
    ? LOGINS.map(
        ({ name, lines }): Way => ({ name, listener: 'SASL', lines: (broker) => sasl(lines(broker)) }),
      )
    : []),
]

const RUNS = DRIVERS.flatMap((driver) => WAYS.map((way) => ({ driver, way }))).map((run, i) => ({
  ...run,
  topic: `${TOPIC}-${i}`,
}))

const againTopic = (driver: string) => `${TOPIC}-again-${driver}`

interface Wrong extends Way {
  /** What the message has to name. */
  readonly says: RegExp
  /** What the hint has to name. */
  readonly hint: RegExp
  readonly topic?: string
}

const WRONG: readonly Wrong[] = [
  {
    name: 'a wrong password',
    listener: 'SASLTLS',
    lines: ({ authority }) => saslTls(authority.ca, loggingIn('PLAIN', 'bench', 'not-this')),
    says: /refuses the PLAIN login of bench/,
    hint: /user name and password/,
  },
  {
    name: 'a wrong SCRAM password',
    listener: 'SASL',
    lines: () => sasl(loggingIn('SCRAM-SHA-512', 'bench', 'not-this')),
    says: /refuses the SCRAM-SHA-512 login of bench/,
    hint: /user name and password/,
  },
  {
    name: 'a user that is not known',
    listener: 'SASL',
    lines: () => sasl(loggingIn('SCRAM-SHA-256', 'bensch', SECRETS.scramPassword)),
    says: /refuses the SCRAM-SHA-256 login of bensch/,
    hint: /user name and password.*credentials for SCRAM-SHA-256/,
  },
  {
    name: 'a wrong client secret',
    listener: 'SASL',
    lines: (broker) => sasl(byToken(broker, 'bench-client', 'not-this')),
    says: /token endpoint .* gives no token \(status 401, invalid_client\)/,
    hint: /clientId and clientSecret/,
  },
  {
    name: 'a token for another service',
    listener: 'SASL',
    lines: (broker) => sasl(byToken(broker, 'other-client', SECRETS.otherClientSecret)),
    says: /refuses the OAUTHBEARER (token|login)/,
    hint: /audience/,
  },
  {
    name: 'a token endpoint that is not there',
    listener: 'SASL',
    lines: (broker) =>
      sasl({
        ...byToken(broker, 'bench-client', SECRETS.clientSecret),
        'sasl.oauthbearer.token.endpoint.url': 'http://127.0.0.1:1/token',
      }),
    says: /no answer from the token endpoint http:\/\/127\.0\.0\.1:1/,
    hint: /sasl\.oauthbearer\.token\.endpoint\.url/,
  },
  {
    name: 'a user without ACLs, to whom the topic looks absent',
    listener: 'SASL',
    lines: () => sasl(password('PLAIN', 'stranger')),
    says: /topic secured does not exist \(or User:stranger may not see it\)/,
    hint: /Describe and Write.*--allow-principal User:stranger/,
  },
  {
    name: 'a user who may see the topic but not write to it',
    listener: 'SASL',
    lines: () => sasl(password('SCRAM-SHA-512', 'reader')),
    says: /User:reader may not write to topic secured/,
    hint: /--operation Write --topic secured/,
  },
  {
    name: 'a user who may not make a topic',
    listener: 'SASL',
    topic: 'forbidden',
    lines: () => sasl(password('PLAIN', 'bench')),
    says: /User:bench may not create topic forbidden/,
    hint: /grant Create/,
  },
  {
    name: 'a certificate of an authority that is not trusted',
    listener: 'TLS',
    lines: ({ stranger }) => tls(stranger.ca),
    says: /certificate of 127\.0\.0\.1:\d+ is not trusted/,
    hint: /ssl\.truststore\.location/,
  },
  {
    name: 'a certificate that the system does not trust, and no trust store',
    listener: 'TLS',
    lines: () => ({ 'security.protocol': 'SSL' }),
    says: /certificate of 127\.0\.0\.1:\d+ is not trusted/,
    hint: /ssl\.truststore\.location/,
  },
  {
    name: 'a certificate that has expired',
    listener: 'EXPIRED',
    lines: ({ authority }) => tls(authority.ca),
    says: /certificate of .* has expired/,
    hint: /new one|clock/,
  },
  {
    name: 'a certificate for another host name',
    listener: 'ELSEWHERE',
    lines: ({ authority }) => tls(authority.ca),
    says: /for another host name: kafka\.example\.com/,
    hint: /ssl\.endpoint\.identification\.algorithm/,
  },
  {
    name: 'plaintext to a TLS port',
    listener: 'TLS',
    lines: () => ({ 'security.protocol': 'PLAINTEXT' }),
    says: /speaks TLS, but security\.protocol=PLAINTEXT/,
    hint: /security\.protocol=SSL/,
  },
  {
    name: 'a plaintext login to a TLS port',
    listener: 'SASLTLS',
    lines: () => sasl(password('PLAIN')),
    says: /speaks TLS, but security\.protocol=SASL_PLAINTEXT/,
    hint: /security\.protocol=SASL_SSL/,
  },
  {
    name: 'TLS to a plaintext port',
    listener: 'PLAINTEXT',
    lines: ({ authority }) => tls(authority.ca),
    says: /does not speak TLS/,
    hint: /security\.protocol=PLAINTEXT/,
  },
  {
    name: 'a login over TLS to a plaintext port',
    listener: 'SASL',
    lines: ({ authority }) => saslTls(authority.ca, password('PLAIN')),
    says: /does not speak TLS/,
    hint: /security\.protocol=SASL_PLAINTEXT/,
  },
  {
    name: 'a mechanism that the listener has not',
    listener: 'PLAINONLY',
    lines: () => sasl(password('SCRAM-SHA-256')),
    says: /has no login by SCRAM-SHA-256/,
    hint: /PLAIN/,
  },
  {
    name: 'no login where one is wanted',
    listener: 'SASL',
    lines: () => ({ 'security.protocol': 'PLAINTEXT' }),
    says: /closes the connection of a client that does not log in/,
    hint: /sasl\.jaas\.config/,
  },
  {
    name: 'no login over TLS where one is wanted',
    listener: 'SASLTLS',
    lines: ({ authority }) => tls(authority.ca),
    says: /closes the connection of a client that does not log in/,
    hint: /sasl\.jaas\.config/,
  },
  {
    name: 'a login where none is taken',
    listener: 'PLAINTEXT',
    lines: () => sasl(password('PLAIN')),
    says: /takes no login/,
    hint: /security\.protocol=PLAINTEXT/,
  },
  {
    name: 'no client certificate where one is wanted',
    listener: 'MTLS',
    lines: ({ authority }) => tls(authority.ca),
    says: /closed the connection|certificate, or the lack of one/,
    hint: /ssl\.keystore\.location/,
  },
  {
    name: 'a client certificate of an authority that the broker does not know',
    listener: 'MTLS',
    lines: ({ authority, unknownClient }) => ({ ...tls(authority.ca), ...showing(unknownClient.store) }),
    says: /closed the connection|certificate, or the lack of one/,
    hint: /ssl\.keystore\.location/,
  },
  {
    name: 'a wrong key password',
    listener: 'MTLS',
    lines: ({ authority, lockedClient }) => ({
      ...tls(authority.ca),
      ...showing(lockedClient.store, 'not-this'),
    }),
    says: /ssl\.key\.password does not open the private key/,
    hint: /openssl pkey/,
  },
  {
    name: 'a Java key store',
    listener: 'TLS',
    lines: () => ({ 'security.protocol': 'SSL', 'ssl.truststore.location': '/etc/kafka/trust.jks' }),
    says: /trust\.jks is JKS/,
    hint: /keytool -list -rfc -keystore \/etc\/kafka\/trust\.jks > \/etc\/kafka\/trust\.pem/,
  },
]

/** Each on one driver in turn; all on all of them in the long run. */
const WRONG_ON_DRIVERS = WRONG.flatMap((wrong, i) =>
  DRIVERS.filter((_, d) => FULL || i % DRIVERS.length === d).map((driver) => ({ ...wrong, driver })),
)

describe.skipIf(!hasBroker || lacks('openssl'))('a broker that asks who is there', () => {
  let broker: SecureBroker
  let files = 0

  beforeAll(async () => {
    // A topic each: benches run beside each other, and each counts what is in its topic
    broker = await startSecureBroker([
      ...RUNS.map(({ topic }) => topic),
      ...DRIVERS.map(againTopic),
      `${TOPIC}-e2e`,
    ])
  })
  afterAll(() => broker?.stop())

  // Where nothing is to be read, nobody is refused
  beforeAll(async () => {
    const way: Way = { name: '', listener: 'SASL', lines: () => sasl(password('PLAIN')) }
    // Rights that were just given are not known everywhere at once
    for (let tries = 0; tries < 20; tries++) {
      const { code } = await bench('wire', way, '--topic', TOPIC)
      if (code === 0 || code === 3) return
    }
    throw new Error('nothing could be written')
  })

  const fileOf = ({ listener, lines }: Way): string => {
    const file = join(broker.dir, `client-${files++}.properties`)
    writeFileSync(file, fileText({ 'bootstrap.servers': broker.at(listener), ...lines(broker) }))
    return file
  }
  const bench = (driver: string, way: Way, ...args: string[]): Promise<Ended> =>
    tune([
      ...['bench', 'producer', '--command-config', fileOf(way), '--driver', driver],
      ...['--num-records', String(RECORDS), '--throughput', '400', '--record-size', '100', ...args],
    ])

  const reading = (driver: string, way: Way, ...args: string[]): Promise<Ended> =>
    tune(['bench', 'consumer', '--command-config', fileOf(way), '--driver', driver, ...args])

  describe.concurrent('lets a client in', () => {
    it.each(RUNS)('by $way.name, and has every record ($driver)', async ({ driver, way, topic }) => {
      const ended = await bench(driver, way, '--topic', topic, '--report', 'json')
      const result = resultOf(ended)
      expect(result.accounting).toMatchObject({ sent: RECORDS, acked: RECORDS, found: RECORDS, failed: 0 })
      expect(result.errors).toEqual({})
      // Nothing of a file that Java takes is unknown here
      expect(result.effectiveConfig.unsupported).toEqual([])
      expect(result.effectiveConfig.values['security.protocol']).toBe(
        way.lines(broker)['security.protocol'] ?? 'PLAINTEXT',
      )
      // On a busy machine tune may be late itself, which is no matter of logins
      expect(ended.code).toBe(result.health.generatorLimited ? 3 : 0)
      // The same file lets a reader in
      const read = consumerResultOf(
        await reading(driver, way, '--topic', topic, '--num-records', String(RECORDS), '--report', 'json'),
      )
      expect(read.consumption).toMatchObject({ received: RECORDS, lagRecords: 0, repeated: 0 })
      expect(read.errors).toEqual({})
      expect(read.effectiveConfig.unsupported).toEqual([])
    })
  })

  describe.concurrent('says why it turns a client away', () => {
    it.each(WRONG_ON_DRIVERS)('$name ($driver)', async ({ driver, topic, says, hint, ...way }) => {
      const startMs = performance.now()
      const create = topic === undefined ? [] : ['--create-topic']
      const ended = await bench(
        driver,
        way,
        ...['--topic', topic ?? TOPIC, '--connect-timeout', `${CONNECT_MS}ms`, ...create],
      )
      const tookMs = performance.now() - startMs
      const error = /^error: (.*)$/m.exec(ended.stderr)?.[1] ?? ''
      expect(error, ended.stderr).toMatch(says)
      expect(/^hint: (.*)$/m.exec(ended.stderr)?.[1] ?? '', ended.stderr).toMatch(hint)
      expect(ended.stderr).not.toMatch(/defect in tune/)
      expect(ended.stdout).toBe('')
      expect(ended.code).toBe(2)
      expect(tookMs).toBeLessThan(CONNECT_MS + GRACE_MS)
    })
  })

  describe.each(DRIVERS)('%s, where the first contact went well', (driver) => {
    /** The client alone: the bench finds most of this before it makes one. */
    const problem = async (way: Way) => {
      const file = fileOf(way)
      const { connection } = readConnection({ file, connectTimeoutMs: CONNECT_ALONE_MS })
      if (connection === undefined) throw new Error('no bootstrap.servers')
      const startMs = performance.now()
      const producer = (await loadDriver(driver)).producer(planTo(connection, TOPIC), () => {})
      const error: unknown = await producer.then((made) => made.close()).catch((cause: unknown) => cause)
      expect(performance.now() - startMs).toBeLessThan(CONNECT_ALONE_MS + GRACE_MS)
      return error
    }

    it('says itself that a login is refused', async () => {
      const lines = () => sasl(loggingIn('PLAIN', 'bench', 'not-this'))
      expect(await problem({ name: '', listener: 'SASL', lines })).toMatchObject({
        code: 'UNAUTHORIZED',
        message: expect.stringMatching(/refuse.*login/),
        hint: expect.stringContaining('password'),
      })
    })

    it('says itself that a token is refused', async () => {
      const lines = (at: SecureBroker) => sasl(byToken(at, 'other-client', SECRETS.otherClientSecret))
      expect(await problem({ name: '', listener: 'SASL', lines })).toMatchObject({ code: 'UNAUTHORIZED' })
    })

    it('says itself that a certificate is not trusted', async () => {
      const lines = ({ stranger }: SecureBroker) => tls(stranger.ca)
      expect(await problem({ name: '', listener: 'TLS', lines })).toMatchObject({
        code: 'UNREACHABLE',
        hint: expect.stringContaining('ssl.truststore.location'),
      })
    })
  })

  describe.concurrent('lets a client measure end to end', () => {
    const ways = FULL ? WAYS : WAYS.filter(({ name }) => /^(mutual TLS|OAUTHBEARER over TLS)$/.test(name))
    it.each(DRIVERS.flatMap((driver) => ways.map((way) => ({ driver, way }))))(
      'by $way.name ($driver)',
      async ({ driver, way }) => {
        const ended = await tune([
          ...['bench', 'e2e', '--command-config', fileOf(way), '--driver', driver, '--report', 'json'],
          ...[
            '--topic',
            `${TOPIC}-e2e`,
            '--num-records',
            '100',
            '--throughput',
            '100',
            '--record-size',
            '100',
          ],
        ])
        const result = e2eResultOf(ended)
        expect(result.reception).toMatchObject({ received: 100, missing: 0, repeated: 0 })
        expect(result.errors).toEqual({})
      },
    )
  })

  describe.concurrent('says why it turns a reader away', () => {
    const wrong: readonly (Wrong & { readonly args?: readonly string[] })[] = [
      {
        name: 'a user who may see the topic but not read it',
        listener: 'SASL',
        lines: () => sasl(password('PLAIN', 'reader')),
        says: /User:reader may not read topic secured/,
        hint: /--operation Read --topic secured --group/,
      },
      {
        name: 'a user without ACLs, to whom the topic looks absent',
        listener: 'SASL',
        lines: () => sasl(password('PLAIN', 'stranger')),
        says: /topic secured does not exist \(or User:stranger may not see it\)/,
        hint: /Describe|--topic/,
      },
      {
        name: 'a wrong password',
        listener: 'SASLTLS',
        lines: ({ authority }) => saslTls(authority.ca, loggingIn('PLAIN', 'bench', 'not-this')),
        says: /refuses the PLAIN login of bench/,
        hint: /user name and password/,
      },
      {
        name: 'a certificate of an authority that is not trusted',
        listener: 'TLS',
        lines: ({ stranger }) => tls(stranger.ca),
        says: /certificate of 127\.0\.0\.1:\d+ is not trusted/,
        hint: /ssl\.truststore\.location/,
      },
      {
        name: 'plaintext to a TLS port',
        listener: 'TLS',
        lines: () => ({ 'security.protocol': 'PLAINTEXT' }),
        says: /speaks TLS, but security\.protocol=PLAINTEXT/,
        hint: /security\.protocol=SSL/,
      },
    ]
    const grouped = DRIVERS.filter((driver) => driver !== 'wire').map((driver) => ({
      name: 'a group that the user may not read in',
      listener: 'SASL' as const,
      lines: () => sasl(password('PLAIN')),
      says: /(User:bench|this user) may not read/,
      hint: /grant/,
      args: ['--group', 'forbidden'],
      driver,
    }))
    it.each([...DRIVERS.flatMap((driver) => wrong.map((one) => ({ ...one, driver }))), ...grouped])(
      '$name ($driver)',
      async ({ driver, says, hint, args = [], ...way }) => {
        const startMs = performance.now()
        const ended = await reading(
          driver,
          way,
          ...['--topic', TOPIC, '--connect-timeout', `${CONNECT_MS}ms`, ...args],
        )
        expect(/^error: (.*)$/m.exec(ended.stderr)?.[1] ?? '', `${ended.stderr}${ended.stdout}`).toMatch(says)
        expect(/^hint: (.*)$/m.exec(ended.stderr)?.[1] ?? '', ended.stderr).toMatch(hint)
        expect(ended).toMatchObject({ code: 2, stdout: '' })
        expect(performance.now() - startMs).toBeLessThan(CONNECT_MS + GRACE_MS)
      },
    )
  })

  describe.runIf(FULL).concurrent('lets a client go on', () => {
    it.each(DRIVERS)('that has to log in again (%s)', async (driver) => {
      const way = { name: '', listener: 'SHORT', lines: () => sasl(password('PLAIN')) } as const
      const records = Math.round((2.2 * SESSION_MS * 100) / 1000)
      const long = ['--num-records', String(records), '--throughput', '100', '--report', 'json']
      const result = resultOf(await bench(driver, way, '--topic', againTopic(driver), ...long))
      expect(result.errors).toEqual({})
      expect(result.accounting).toMatchObject({ sent: records, acked: records, found: records })
    })
  })

  it.each(DRIVERS.filter((name) => name !== 'wire'))(
    'an idempotent producer without the right to write is told so (%s)',
    async (driver) => {
      const way = { name: '', listener: 'SASL', lines: () => sasl(password('PLAIN', 'reader')) } as const
      const idempotent = ['--producer-props', 'enable.idempotence=true', 'acks=all']
      const ended = await bench(driver, way, '--topic', TOPIC, ...idempotent)
      expect(ended.stderr).toMatch(/error: User:reader may not write .*AUTHORIZATION_FAILED/)
      expect(ended.stderr).toMatch(/hint: .*Write/)
      expect(ended.code).toBe(2)
    },
  )
})
