/**
 * Where to, and how to get in, from `--bootstrap-server` and the `client.properties` that people have for the Java
 * tools. What is about load stays as properties; what is secret stays in the Connection.
 */
import { readFileSync } from 'node:fs'
import { type Env, fillReferences, isProviderKey } from './config-providers.ts'
import type { Connection, Properties, Security } from './drivers/driver.ts'
import { messageOf, TuneError } from './errors.ts'
import { parseProperties } from './properties-file.ts'
import { refuseTypedSecrets } from './secrets.ts'
import { securityOf } from './security.ts'

export interface ConnectionInput {
  /** `--bootstrap-server`; wins over the file's. */
  readonly bootstrapServers?: string | undefined
  /** `--command-config` or `--producer.config`. */
  readonly file?: string | undefined
  /** Properties of flags; they win over the file's. */
  readonly properties?: Properties
  readonly connectTimeoutMs: number
  readonly log?: ((line: string) => void) | undefined
  readonly env?: Env
}

export interface ConnectionRead {
  /** undefined where no bootstrap server is named anywhere. */
  readonly connection: Connection | undefined
  /** All that was given and is not about connecting. */
  readonly properties: Properties
  /** Which of them are from the file, for messages. */
  readonly fileKeys: readonly string[]
  /** Keys of the file that are another program's, left out of `properties`. */
  readonly foreignKeys: readonly string[]
}

const CLIENT_ID = 'tune'

/** Names that Confluent's examples for librdkafka clients use for the same. */
const LIBRDKAFKA_CONNECTION = [
  'metadata.broker.list',
  'sasl.mechanisms',
  'sasl.username',
  'sasl.password',
  'ssl.ca.location',
  'ssl.certificate.location',
  'ssl.key.location',
] as const

const CONNECTION_KEYS: ReadonlySet<string> = new Set([
  'bootstrap.servers',
  'client.id',
  'security.protocol',
  'sasl.mechanism',
  'sasl.jaas.config',
  'sasl.oauthbearer.token.endpoint.url',
  'sasl.oauthbearer.scope',
  'sasl.oauthbearer.client.credentials.client.id',
  'sasl.oauthbearer.client.credentials.client.secret',
  'ssl.truststore.type',
  'ssl.truststore.location',
  'ssl.truststore.certificates',
  'ssl.truststore.password',
  'ssl.keystore.type',
  'ssl.keystore.location',
  'ssl.keystore.key',
  'ssl.keystore.certificate.chain',
  'ssl.keystore.password',
  'ssl.key.password',
  'ssl.endpoint.identification.algorithm',
  ...LIBRDKAFKA_CONNECTION,
])

/**
 * What a file for the Java tools may hold besides a client's properties: Confluent Cloud's download has the schema
 * registry's. Java only warns of such keys.
 */
const FOREIGN = /^(schema\.registry\.|basic\.auth\.)/

/**
 * Java's own handlers of OAUTHBEARER logins: what they do, security.ts does. Files of Kafka before 4.1 have to name them.
 * Another class stays a property, and is reported as unsupported.
 */
const JAVA_LOGIN_HANDLER = /\.OAuthBearer(Unsecured)?LoginCallbackHandler$/

function isAboutConnecting(key: string, value: string): boolean {
  if (key === 'sasl.login.callback.handler.class') return JAVA_LOGIN_HANDLER.test(value.trim())
  return CONNECTION_KEYS.has(key) || isProviderKey(key)
}

/** @throws TuneError CONFIG, USAGE, naming the key and the file or flag it came from; never a secret */
export function readConnection(input: ConnectionInput): ConnectionRead {
  const env = input.env ?? process.env
  const fromFile = input.file === undefined ? {} : readPropertiesFile(input.file, env)
  const typed = input.properties ?? {}
  refuseTypedSecrets(typed)
  const flags = Object.fromEntries(
    Object.entries(typed).map(([key, value]) => [key, fillReferences(value, key, '--producer-props', env)]),
  )
  const all = { ...fromFile, ...flags }
  const originOf = (key: string) =>
    flags[key] === undefined ? (input.file ?? '--producer-props') : '--producer-props'
  const security = securityOf(all, originOf)
  const bootstrapServers = input.bootstrapServers ?? all['bootstrap.servers'] ?? all['metadata.broker.list']
  const foreignKeys = Object.keys(fromFile).filter((key) => FOREIGN.test(key) && flags[key] === undefined)
  const rest = Object.entries(all).filter(
    ([key, value]) => !isAboutConnecting(key, value) && !foreignKeys.includes(key),
  )
  return {
    connection:
      bootstrapServers === undefined
        ? undefined
        : connectionTo(bootstrapServers, security, all['client.id'], input),
    properties: Object.fromEntries(rest),
    fileKeys: rest.map(([key]) => key).filter((key) => flags[key] === undefined),
    foreignKeys,
  }
}

function connectionTo(
  bootstrapServers: string,
  security: Security,
  clientId: string | undefined,
  { connectTimeoutMs, log }: ConnectionInput,
): Connection {
  return {
    bootstrapServers,
    clientId: clientId ?? CLIENT_ID,
    security,
    connectTimeoutMs,
    ...(log && { log }),
  }
}

/** A connection without any login, as to a throw-away broker. */
export function plaintextConnection(
  bootstrapServers: string,
  options: Pick<ConnectionInput, 'connectTimeoutMs' | 'log'>,
): Connection {
  return connectionTo(bootstrapServers, { protocol: 'PLAINTEXT' }, undefined, options)
}

/** The keys and values of a file, environment variables filled in. @throws TuneError CONFIG */
export function readPropertiesFile(file: string, env: Env = process.env): Record<string, string> {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (cause) {
    throw new TuneError('CONFIG', `cannot read ${file}: ${messageOf(cause)}`, {
      hint: 'check the path, and that this user may read it',
      cause,
    })
  }
  const properties: Record<string, string> = {}
  for (const { key, value, line } of parseProperties(text, file)) {
    if (!/^[\w.-]+$/.test(key)) {
      throw new TuneError('CONFIG', `line ${line} of ${file} has no key`, {
        hint: 'lines read key=value; comments start with # on a line of their own',
      })
    }
    const comment = inlineComment(key, value)
    if (comment !== undefined) {
      throw new TuneError('CONFIG', `the value of ${key} in ${file}, line ${line}, ends in a comment`, {
        hint: `in a .properties file ${comment} is part of the value: put it on a line of its own`,
      })
    }
    properties[key] = fillReferences(value.trimEnd(), key, file, env)
  }
  return properties
}

/** `32768  # 32 KB`: nobody means that, and Java would take it. Passwords may well contain it. */
function inlineComment(key: string, value: string): string | undefined {
  if (/password|jaas|secret|\.key$|certificate/.test(key)) return undefined
  return /\s(#.*|\/\/.*)$/.exec(value)?.[1]
}
