/**
 * A small real broker with every kind of login and with ACLs, on the loopback. Nobody is let in for nothing: the broker
 * itself logs in as a super user, so that even clients without a name (PLAINTEXT, TLS) have only the rights they were
 * given.
 */
import { pbkdf2Sync, randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { alterUserScramCredentialsV0, Connection } from '@platformatic/kafka'
import kafkajs, { type AclEntry } from 'kafkajs'
import { startBroker, type ThrowAwayBroker } from '../../src/broker/index.ts'
import {
  type Authority,
  type Certificate,
  encryptKey,
  makeAuthority,
  makeCertificate,
} from '../certificates.ts'
import { AUDIENCE, ISSUER, startTokenServer, type TokenServer } from './token-server.ts'

/** Listener name -> its protocol. SASLTLS and SASL take every mechanism, PLAINONLY one, SHORT too, for a while. */
const LISTENERS = {
  TLS: 'SSL',
  MTLS: 'SSL',
  EXPIRED: 'SSL',
  ELSEWHERE: 'SSL',
  SASL: 'SASL_PLAINTEXT',
  PLAINONLY: 'SASL_PLAINTEXT',
  SHORT: 'SASL_PLAINTEXT',
  SASLTLS: 'SASL_SSL',
} as const

export type Listener = 'PLAINTEXT' | keyof typeof LISTENERS

/**
 * May Describe, Read and Write TOPIC and all that begin so, and read in groups of `tune`'s, whatever it logs in by;
 * `reader` may only Describe, `stranger` nothing.
 */
export const USERS = ['bench', 'reader', 'stranger'] as const

export const TOPIC = 'secured'
const PARTITIONS = 3

/** On the listener SHORT a client has to log in again after this time (KIP-368); kafkajs does 10 s before. */
export const SESSION_MS = 12_000

/** Each unlike anything else, so that a test can look for it everywhere. */
export const SECRETS = {
  password: 'pw-8f3a1c97-bench',
  scramPassword: 'scram-5b0e77d2-bench',
  keyPassword: 'keypw-c41d90ae-bench',
  clientSecret: 'client-secret-2e6690fb-bench',
  otherClientSecret: 'client-secret-94d07a11-other',
} as const

const ADMIN_PASSWORD = 'admin-3d1f5c02'

export interface SecureBroker {
  at(listener: Listener): string
  readonly dir: string
  readonly authority: Authority
  /** Nobody trusts it. */
  readonly stranger: Authority
  readonly client: Certificate
  /** The same, its key locked by SECRETS.keyPassword. */
  readonly lockedClient: Certificate
  /** Signed by the authority that nobody trusts. */
  readonly unknownClient: Certificate
  readonly tokens: TokenServer
  stop(): Promise<void>
}

/** @param topics beside TOPIC; their names begin with it */
export async function startSecureBroker(topics: readonly string[] = []): Promise<SecureBroker> {
  const dir = mkdtempSync(join(tmpdir(), 'tune-secure-'))
  const authority = makeAuthority(dir, 'authority')
  const stranger = makeAuthority(dir, 'stranger')
  const server = makeCertificate(dir, authority, 'server')
  const expired = makeCertificate(dir, authority, 'expired', { days: -1 })
  const elsewhere = makeCertificate(dir, authority, 'elsewhere', { names: 'DNS:kafka.example.com' })
  const client = makeCertificate(dir, authority, 'bench')
  const tokens = await startTokenServer({
    'bench-client': { secret: SECRETS.clientSecret, subject: 'bench', audience: AUDIENCE },
    'other-client': { secret: SECRETS.otherClientSecret, subject: 'bench', audience: 'another-service' },
  })
  const pem = (name: string, certificate: Certificate) => ({
    [`${name}ssl.keystore.location`]: certificate.store,
  })
  let broker: ThrowAwayBroker | undefined
  const stop = async () => {
    await broker?.stop()
    tokens.stop()
    rmSync(dir, { recursive: true, force: true })
  }
  try {
    broker = await startBroker({
      engine: 'kafka',
      brokers: 1,
      heapMb: 256,
      partitions: PARTITIONS,
      listeners: Object.keys(LISTENERS).map((name) => ({ name })),
      // Kafka fetches keys only from addresses that its JVM allows (since 3.9.1)
      jvmFlags: [`-Dorg.apache.kafka.sasl.oauthbearer.allowed.urls=${tokens.jwksUrl}`],
      config: {
        'listener.security.protocol.map': Object.entries({
          PLAINTEXT: 'PLAINTEXT',
          CONTROLLER: 'SASL_PLAINTEXT',
          ...LISTENERS,
        })
          .map(([name, protocol]) => `${name}:${protocol}`)
          .join(','),
        'ssl.keystore.type': 'PEM',
        'ssl.truststore.type': 'PEM',
        'ssl.truststore.location': authority.ca,
        ...pem('', server),
        ...pem('listener.name.expired.', expired),
        ...pem('listener.name.elsewhere.', elsewhere),
        'listener.name.mtls.ssl.client.auth': 'required',
        ...login('controller', ['PLAIN']),
        ...login('plainonly', ['PLAIN']),
        ...login('short', ['PLAIN']),
        'listener.name.short.plain.connections.max.reauth.ms': String(SESSION_MS),
        ...login('sasl', MECHANISMS),
        ...login('sasltls', MECHANISMS),
        'inter.broker.listener.name': 'SASL',
        'sasl.mechanism.inter.broker.protocol': 'PLAIN',
        'sasl.mechanism.controller.protocol': 'PLAIN',
        'sasl.oauthbearer.jwks.endpoint.url': tokens.jwksUrl,
        'sasl.oauthbearer.expected.audience': AUDIENCE,
        'sasl.oauthbearer.expected.issuer': ISSUER,
        'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
        'super.users': 'User:admin',
      },
    })
    const { bootstrapServers, listeners } = broker
    const at = (listener: Listener) =>
      listener === 'PLAINTEXT' ? bootstrapServers : (listeners[listener]?.[0] ?? '')
    await makeUsers(at('SASL'))
    await makeTopicsAndAcls(at('SASL'), [TOPIC, ...topics])
    return {
      at,
      dir,
      authority,
      stranger,
      client,
      lockedClient: encryptKey(client, SECRETS.keyPassword),
      unknownClient: makeCertificate(dir, stranger, 'unknown'),
      tokens,
      stop,
    }
  } catch (error) {
    await stop()
    throw error
  }
}

const MECHANISMS = ['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512', 'OAUTHBEARER']
const MODULES: Readonly<Record<string, string>> = {
  PLAIN: `plain.PlainLoginModule required username="admin" password="${ADMIN_PASSWORD}" user_admin="${ADMIN_PASSWORD}" ${USERS.map((user) => `user_${user}="${SECRETS.password}"`).join(' ')};`,
  'SCRAM-SHA-256': 'scram.ScramLoginModule required;',
  'SCRAM-SHA-512': 'scram.ScramLoginModule required;',
  OAUTHBEARER: 'oauthbearer.OAuthBearerLoginModule required unsecuredLoginStringClaim_sub="unused";',
}

/** What a listener needs to know users by these mechanisms. */
function login(listener: string, mechanisms: readonly string[]): Record<string, string> {
  const prefix = `listener.name.${listener}.`
  const config: Record<string, string> = { [`${prefix}sasl.enabled.mechanisms`]: mechanisms.join(',') }
  for (const mechanism of mechanisms) {
    config[`${prefix}${mechanism.toLowerCase()}.sasl.jaas.config`] =
      `org.apache.kafka.common.security.${MODULES[mechanism]}`
  }
  if (mechanisms.includes('OAUTHBEARER')) {
    config[`${prefix}oauthbearer.sasl.server.callback.handler.class`] =
      'org.apache.kafka.common.security.oauthbearer.OAuthBearerValidatorCallbackHandler'
  }
  return config
}

const ITERATIONS = 4096

/** SCRAM users, by the admin API: kafkajs has none for it. */
async function makeUsers(bootstrap: string): Promise<void> {
  const connection = new Connection('test', {
    sasl: { mechanism: 'PLAIN', username: 'admin', password: ADMIN_PASSWORD },
  })
  const [host = '', port] = bootstrap.split(':')
  await connection.connect(host, Number(port))
  const hashes = [
    { mechanism: 1, hash: 'sha256', bytes: 32 },
    { mechanism: 2, hash: 'sha512', bytes: 64 },
  ]
  // A request may name a user once
  for (const { mechanism, hash, bytes } of hashes) {
    const upsertions = USERS.map((name) => {
      const salt = randomBytes(16)
      const saltedPassword = pbkdf2Sync(SECRETS.scramPassword, salt, ITERATIONS, bytes, hash)
      return { name, mechanism, iterations: ITERATIONS, salt, saltedPassword }
    })
    await alterUserScramCredentialsV0.api.async(connection, [], upsertions)
  }
  await connection.close()
}

async function makeTopicsAndAcls(bootstrap: string, topics: readonly string[]): Promise<void> {
  const admin = new kafkajs.Kafka({
    brokers: [bootstrap],
    logLevel: kafkajs.logLevel.NOTHING,
    sasl: { mechanism: 'plain', username: 'admin', password: ADMIN_PASSWORD },
  }).admin()
  const { AclOperationTypes, AclPermissionTypes, AclResourceTypes, ResourcePatternTypes } = kafkajs
  const inGroups = (principal: string): AclEntry => ({
    principal,
    operation: AclOperationTypes.READ,
    host: '*',
    permissionType: AclPermissionTypes.ALLOW,
    resourceType: AclResourceTypes.GROUP,
    resourceName: 'tune-',
    resourcePatternType: ResourcePatternTypes.PREFIXED,
  })
  const allow = (principal: string, ...operations: number[]): AclEntry[] =>
    operations.map((operation) => ({
      principal,
      operation,
      host: '*',
      permissionType: AclPermissionTypes.ALLOW,
      resourceType: AclResourceTypes.TOPIC,
      resourceName: TOPIC,
      resourcePatternType: ResourcePatternTypes.PREFIXED,
    }))
  await admin.connect()
  await admin.createTopics({
    topics: topics.map((topic) => ({ topic, numPartitions: PARTITIONS })),
    waitForLeaders: true,
  })
  await admin.createAcls({
    acl: [
      ...['User:bench', 'User:CN=bench', 'User:ANONYMOUS'].flatMap((principal) => [
        ...allow(principal, AclOperationTypes.DESCRIBE, AclOperationTypes.READ, AclOperationTypes.WRITE),
        inGroups(principal),
      ]),
      ...allow('User:reader', AclOperationTypes.DESCRIBE),
      inGroups('User:reader'),
    ],
  })
  await admin.disconnect()
}
