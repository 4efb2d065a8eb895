import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readConnection } from '../src/connection.ts'
import { TuneError } from '../src/errors.ts'
import { parseJaas } from '../src/jaas.ts'
import { encryptKey, inOneLine, makeAuthority, makeCertificate } from './certificates.ts'
import { lacks } from './e2e/requirements.ts'

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tune-connection-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

function file(text: string, name = 'client.properties'): string {
  const path = join(folder, name)
  writeFileSync(path, text)
  return path
}

const read = (text: string, more: Partial<Parameters<typeof readConnection>[0]> = {}) =>
  readConnection({ file: file(text), connectTimeoutMs: 5000, env: {}, ...more })

function refusal(run: () => unknown): TuneError {
  try {
    run()
  } catch (error) {
    if (error instanceof TuneError) return error
    throw error
  }
  throw new Error('nothing was refused')
}

const CLOUD = `
bootstrap.servers=pkc-1.example:9092
security.protocol=SASL_SSL
sasl.mechanism=PLAIN
sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required \\
  username='KEY' \\
  password='\${env:SECRET}';
linger.ms=20
`

describe('a client.properties of the Java tools', () => {
  it('gives a connection, and leaves what is about load', () => {
    const { connection, properties, fileKeys } = read(CLOUD, { env: { SECRET: 'pass;word="x"' } })
    expect(connection).toMatchObject({
      bootstrapServers: 'pkc-1.example:9092',
      clientId: 'tune',
      security: {
        protocol: 'SASL_SSL',
        sasl: { mechanism: 'PLAIN', username: 'KEY', password: 'pass;word="x"' },
        tls: { verifyHostname: true },
      },
    })
    expect(properties).toEqual({ 'linger.ms': '20' })
    expect(fileKeys).toEqual(['linger.ms'])
  })

  it('yields to flags', () => {
    const { connection, properties } = read(CLOUD, {
      bootstrapServers: 'other:9092',
      properties: { 'linger.ms': '1', 'client.id': 'me' },
      env: { SECRET: 's' },
    })
    expect(connection).toMatchObject({ bootstrapServers: 'other:9092', clientId: 'me' })
    expect(properties).toEqual({ 'linger.ms': '1' })
  })

  it('leaves out what is for the schema registry, and says which; config providers are read elsewhere', () => {
    const { properties, foreignKeys } = read(
      `${CLOUD}
schema.registry.url=https://psrc-1.example
basic.auth.credentials.source=USER_INFO
basic.auth.user.info=KEY:SECRET
config.providers=env
config.providers.env.class=org.apache.kafka.common.config.provider.EnvVarConfigProvider
`,
      { env: { SECRET: 's' } },
    )
    expect(properties).toEqual({ 'linger.ms': '20' })
    expect(foreignKeys).toEqual([
      'schema.registry.url',
      'basic.auth.credentials.source',
      'basic.auth.user.info',
    ])
  })

  it('takes such keys of a flag for a mistake', () => {
    const given = { 'schema.registry.url': 'x' }
    expect(read('acks=all', { properties: given })).toMatchObject({ properties: given, foreignKeys: [] })
  })

  it('names no connection where there is no bootstrap server', () => {
    expect(read('acks=all').connection).toBeUndefined()
  })

  it.each(['SCRAM-SHA-256', 'SCRAM-SHA-512'])('logs in by %s', (mechanism) => {
    const { connection } = read(
      `security.protocol=SASL_PLAINTEXT\nsasl.mechanism=${mechanism}\nsasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required username="u" password="p\\\\"q";`,
      { bootstrapServers: 'a:1' },
    )
    expect(connection?.security).toEqual({
      protocol: 'SASL_PLAINTEXT',
      sasl: { mechanism, username: 'u', password: 'p"q' },
    })
  })

  it('logs in by OAUTHBEARER with client credentials', () => {
    const { connection } = read(
      `security.protocol=SASL_SSL
sasl.mechanism=OAUTHBEARER
sasl.oauthbearer.token.endpoint.url=https://idp.example/token
sasl.jaas.config=org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule required clientId="id" clientSecret="s" scope="kafka";`,
      { bootstrapServers: 'a:1' },
    )
    expect(connection?.security.sasl?.oauth).toEqual({
      tokenEndpoint: 'https://idp.example/token',
      clientId: 'id',
      clientSecret: 's',
      scope: 'kafka',
    })
  })

  it.skipIf(lacks('openssl'))('reads PEM stores from files and from the value itself', () => {
    const authority = makeAuthority(folder, 'ca')
    const own = encryptKey(makeCertificate(folder, authority, 'own'), 'k')
    const { connection } = read(
      `security.protocol=SSL
ssl.truststore.type=PEM
ssl.truststore.location=${authority.ca}
ssl.keystore.type=PEM
ssl.keystore.certificate.chain=${inOneLine(own.cert)}
ssl.keystore.key=${inOneLine(own.key)}
ssl.key.password=k
ssl.endpoint.identification.algorithm=`,
      { bootstrapServers: 'a:1' },
    )
    expect(connection?.security.tls).toEqual({
      ca: readFileSync(authority.ca, 'utf8'),
      cert: readFileSync(own.cert, 'utf8'),
      key: readFileSync(own.key, 'utf8'),
      keyPassword: 'k',
      verifyHostname: false,
    })
    const fromFile = read(
      `security.protocol=SSL\nssl.keystore.type=PEM\nssl.keystore.location=${own.store}\nssl.key.password=k`,
      { bootstrapServers: 'a:1' },
    )
    expect(fromFile.connection?.security.tls).toMatchObject({
      cert: readFileSync(own.cert, 'utf8'),
      key: readFileSync(own.key, 'utf8'),
    })
  })

  it.skipIf(lacks('openssl'))('opens a key before anything connects, and says which setting is wrong', () => {
    const authority = makeAuthority(folder, 'ca2')
    const own = makeCertificate(folder, authority, 'mine')
    const locked = encryptKey(own, 'right')
    const other = makeCertificate(folder, authority, 'other')
    const store = (location: string, ...more: string[]) =>
      refusal(() =>
        read(
          [
            'security.protocol=SSL',
            'ssl.keystore.type=PEM',
            `ssl.keystore.location=${location}`,
            ...more,
          ].join('\n'),
          { bootstrapServers: 'a:1' },
        ),
      )
    const mixed = file(readFileSync(other.key, 'utf8') + readFileSync(own.cert, 'utf8'), 'mixed.pem')
    const broken = file(
      `${readFileSync(own.cert, 'utf8')}-----BEGIN PRIVATE KEY-----\nTOPSECRET\n-----END PRIVATE KEY-----\n`,
      'broken.pem',
    )
    const garbage = file('-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n', 'garbage.pem')
    expect(store(locked.store)).toMatchObject({
      message: expect.stringContaining('ssl.key.password is missing'),
    })
    const wrong = store(locked.store, 'ssl.key.password=TOPSECRET')
    expect(wrong.message).toContain('ssl.key.password does not open')
    expect(store(mixed).message).toContain('does not belong')
    expect(store(own.cert).message).toContain('no private key')
    expect(store(broken).message).toContain('cannot be read')
    expect(store(garbage).message).toContain('certificate 1 of 1 cannot be read')
    expect(store(own.key).message).toContain('no certificate')
    for (const error of [wrong, store(broken)]) {
      expect(error).toMatchObject({ code: 'CONFIG', hint: expect.any(String) })
      expect(`${error.message} ${error.hint} ${String(error.cause)}`).not.toContain('TOPSECRET')
    }
  })

  it('takes the lines that Java needs for its providers and logins, and sends them nowhere', () => {
    const { connection, properties } = read(
      `config.providers=env
config.providers.env.class=org.apache.kafka.common.config.provider.EnvVarConfigProvider
security.protocol=SASL_PLAINTEXT
sasl.mechanism=OAUTHBEARER
sasl.login.callback.handler.class=org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginCallbackHandler
sasl.oauthbearer.token.endpoint.url=https://idp.example/token
sasl.oauthbearer.client.credentials.client.id=id
sasl.oauthbearer.client.credentials.client.secret=\${env:SECRET}`,
      { bootstrapServers: 'a:1', env: { SECRET: 's' } },
    )
    expect(properties).toEqual({})
    expect(connection?.security.sasl?.oauth).toMatchObject({ clientId: 'id', clientSecret: 's' })
  })

  it('fills references on the command line, where a secret itself is refused', () => {
    const jaas = (password: string) =>
      `org.apache.kafka.common.security.plain.PlainLoginModule required username="u" password="${password}";`
    const typed = (password: string) => ({
      bootstrapServers: 'a:1',
      env: { SECRET: 's' },
      properties: {
        'security.protocol': 'SASL_PLAINTEXT',
        'sasl.mechanism': 'PLAIN',
        'sasl.jaas.config': jaas(password),
      },
    })
    expect(read('', typed(`\${env:SECRET}`)).connection?.security.sasl?.password).toBe('s')
    expect(refusal(() => read('', typed('TOPSECRET'))).code).toBe('USAGE')
  })

  it.each([
    ['ssl.truststore.location=trust.jks', 'keytool'],
    ['ssl.truststore.type=PKCS12\nssl.truststore.location=trust.p12', 'keytool'],
    ['ssl.keystore.type=PKCS12\nssl.keystore.location=key.p12', 'openssl'],
  ])('gives the conversion command for %s', (lines, command) => {
    const error = refusal(() => read(`security.protocol=SSL\n${lines}`, { bootstrapServers: 'a:1' }))
    expect(error.code).toBe('CONFIG')
    expect(error.hint).toContain(command)
  })

  it.each([
    ['security.protocol=TLS', 'security.protocol'],
    ['security.protocol=SASL_SSL', 'sasl.mechanism'],
    ['security.protocol=SASL_SSL\nsasl.mechanism=GSSAPI', 'sasl.mechanism'],
    ['security.protocol=SASL_SSL\nsasl.mechanism=PLAIN', 'sasl.jaas.config'],
    [
      'security.protocol=SSL\nssl.truststore.type=PEM\nssl.truststore.location=/nowhere/ca.pem',
      'ssl.truststore.location',
    ],
    ['batch.size=32768  # 32 KB', 'batch.size'],
    ['{ "acks": 1 }', 'line 1'],
  ])('refuses %s, naming the key', (text, key) => {
    const error = refusal(() => read(text, { bootstrapServers: 'a:1' }))
    expect(error.code).toBe('CONFIG')
    expect(error.message).toContain(key)
  })

  it('says that a comment behind a value is part of it', () => {
    expect(refusal(() => read('linger.ms=10 # ms')).hint).toContain('# ms')
  })

  it('keeps secrets out of every message', () => {
    const jaas = 'org.apache.kafka.common.security.plain.PlainLoginModule'
    const broken = [
      `${jaas} required username="u" password="TOPSECRET"`,
      `${jaas} username="u" password="TOPSECRET";`,
      `${jaas} required username="u" password="TOPSECRET;`,
      `${jaas} required user="u" password="TOPSECRET";`,
      `x.ScramLoginModule required username="u" password="TOPSECRET";`,
    ]
    for (const value of broken) {
      const error = refusal(() =>
        read(`security.protocol=SASL_SSL\nsasl.mechanism=PLAIN\nsasl.jaas.config=${value}`, {
          bootstrapServers: 'a:1',
        }),
      )
      expect(`${error.message} ${error.hint}`).not.toContain('TOPSECRET')
    }
  })

  it('says which file cannot be read', () => {
    const error = refusal(() => readConnection({ file: '/nowhere/c.properties', connectTimeoutMs: 1 }))
    expect(error).toMatchObject({ code: 'CONFIG', message: expect.stringContaining('/nowhere/c.properties') })
  })
})

describe('sasl.jaas.config', () => {
  it('has a module and options', () => {
    expect(parseJaas('a.b.PlainLoginModule required username=u password="p = ;";', 'f')).toEqual({
      module: 'PlainLoginModule',
      options: { username: 'u', password: 'p = ;' },
    })
  })
})
