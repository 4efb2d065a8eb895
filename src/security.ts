/** Kafka's security properties as a Security: login, certificates, keys. */
import { readFileSync } from 'node:fs'
import type { Properties, Security } from './drivers/driver.ts'
import { messageOf, TuneError } from './errors.ts'
import { parseJaas } from './jaas.ts'

type Sasl = NonNullable<Security['sasl']>
type Tls = NonNullable<Security['tls']>
type OriginOf = (key: string) => string

const PROTOCOLS = ['PLAINTEXT', 'SSL', 'SASL_PLAINTEXT', 'SASL_SSL'] as const
const MECHANISMS = ['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512', 'OAUTHBEARER'] as const

/** @throws TuneError CONFIG; no value of a secret is in its message */
export function securityOf(properties: Properties, originOf: OriginOf): Security {
  const text = properties['security.protocol'] ?? 'PLAINTEXT'
  const protocol = PROTOCOLS.find((known) => known === text.trim().toUpperCase())
  if (protocol === undefined) {
    throw new TuneError(
      'CONFIG',
      `security.protocol=${text} in ${originOf('security.protocol')} is not known`,
      {
        hint: `take one of ${PROTOCOLS.join(', ')}`,
      },
    )
  }
  const sasl = protocol.startsWith('SASL') ? saslOf(properties, originOf) : undefined
  const tls = protocol.endsWith('SSL') ? tlsOf(properties, originOf) : undefined
  return { protocol, ...(sasl && { sasl }), ...(tls && { tls }) }
}

function saslOf(properties: Properties, originOf: OriginOf): Sasl {
  const text = (properties['sasl.mechanism'] ?? properties['sasl.mechanisms'] ?? 'GSSAPI').trim()
  const mechanism = MECHANISMS.find((known) => known === text)
  const origin = originOf('sasl.mechanism')
  if (mechanism === undefined) {
    const given = properties['sasl.mechanism'] ?? properties['sasl.mechanisms']
    throw new TuneError(
      'CONFIG',
      given === undefined
        ? `sasl.mechanism is missing in ${origin}, and its default (GSSAPI) is not supported`
        : `sasl.mechanism=${text} in ${origin} is not supported`,
      { hint: `take one of ${MECHANISMS.join(', ')}` },
    )
  }
  const jaasText = properties['sasl.jaas.config']
  if (jaasText === undefined) {
    const username = properties['sasl.username']
    const password = properties['sasl.password']
    if (username !== undefined && password !== undefined) return { mechanism, username, password }
    if (mechanism === 'OAUTHBEARER') return oauthOf({}, properties, originOf)
    throw new TuneError('CONFIG', `sasl.mechanism=${mechanism} needs sasl.jaas.config (${origin})`, {
      hint: `add sasl.jaas.config=org.apache.kafka.common.security.${
        mechanism === 'PLAIN' ? 'plain.PlainLoginModule' : 'scram.ScramLoginModule'
      } required username="…" password="…";`,
    })
  }
  const jaasOrigin = originOf('sasl.jaas.config')
  const { module, options } = parseJaas(jaasText, jaasOrigin)
  const wanted =
    mechanism === 'PLAIN'
      ? 'PlainLoginModule'
      : mechanism === 'OAUTHBEARER'
        ? 'OAuthBearerLoginModule'
        : 'ScramLoginModule'
  if (module !== wanted) {
    throw new TuneError(
      'CONFIG',
      `sasl.jaas.config in ${jaasOrigin} has ${module}, but ${mechanism} needs ${wanted}`,
      {
        hint: 'make sasl.mechanism and the login module agree',
      },
    )
  }
  if (mechanism === 'OAUTHBEARER') return oauthOf(options, properties, originOf)
  const { username, password } = options
  if (username === undefined || password === undefined) {
    throw new TuneError('CONFIG', `sasl.jaas.config in ${jaasOrigin} lacks username or password`, {
      hint: `${module} required username="…" password="…";`,
    })
  }
  return { mechanism, username, password }
}

/** Client credentials, in the login module's options or (since Kafka 4.1) as properties; or an unsecured token for tests. */
function oauthOf(
  options: Readonly<Record<string, string>>,
  properties: Properties,
  originOf: OriginOf,
): Sasl {
  const mechanism = 'OAUTHBEARER'
  const subject = options.unsecuredLoginStringClaim_sub
  if (subject !== undefined) return { mechanism, token: unsecuredToken(subject) }
  const clientId = options.clientId ?? properties['sasl.oauthbearer.client.credentials.client.id']
  const clientSecret = options.clientSecret ?? properties['sasl.oauthbearer.client.credentials.client.secret']
  const tokenEndpoint = properties['sasl.oauthbearer.token.endpoint.url']
  const scope = options.scope ?? properties['sasl.oauthbearer.scope']
  const missing = [
    ...(tokenEndpoint === undefined ? ['sasl.oauthbearer.token.endpoint.url'] : []),
    ...(clientId === undefined ? ['clientId in sasl.jaas.config'] : []),
    ...(clientSecret === undefined ? ['clientSecret in sasl.jaas.config'] : []),
  ]
  if (tokenEndpoint === undefined || clientId === undefined || clientSecret === undefined) {
    throw new TuneError(
      'CONFIG',
      `OAUTHBEARER lacks ${missing.join(' and ')} (${originOf('sasl.mechanism')})`,
      {
        hint: 'tokens are fetched by client credentials',
      },
    )
  }
  return {
    mechanism,
    oauth: { tokenEndpoint, clientId, clientSecret, ...(scope !== undefined && { scope }) },
  }
}

/** What Kafka's OAuthBearerUnsecuredLoginCallbackHandler makes: a JWT that nobody signed. */
function unsecuredToken(subject: string): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const nowSec = Math.floor(Date.now() / 1000)
  return `${part({ alg: 'none' })}.${part({ sub: subject, iat: nowSec, exp: nowSec + 3600 })}.`
}

function tlsOf(properties: Properties, originOf: OriginOf): Tls {
  const ca = trusted(properties, originOf)
  const own = ownCertificate(properties, originOf)
  const keyPassword = properties['ssl.key.password']
  const identification = properties['ssl.endpoint.identification.algorithm']
  return {
    ...(ca !== undefined && { ca }),
    ...own,
    ...(keyPassword !== undefined && { keyPassword }),
    verifyHostname:
      identification === undefined || !['', 'none'].includes(identification.trim().toLowerCase()),
  }
}

function trusted(properties: Properties, originOf: OriginOf): string | undefined {
  const inline = properties['ssl.truststore.certificates']
  if (inline !== undefined) return pem(inline)
  const location = properties['ssl.truststore.location']
  if (location !== undefined) return pemFile('ssl.truststore', location, properties, originOf)
  const bare = properties['ssl.ca.location']
  return bare === undefined ? undefined : readPem('ssl.ca.location', bare)
}

function ownCertificate(properties: Properties, originOf: OriginOf): Pick<Tls, 'cert' | 'key'> {
  const key = properties['ssl.keystore.key']
  const chain = properties['ssl.keystore.certificate.chain']
  if (key !== undefined && chain !== undefined) return { cert: pem(chain), key: pem(key) }
  if (key !== undefined || chain !== undefined) {
    const missing = key === undefined ? 'ssl.keystore.key' : 'ssl.keystore.certificate.chain'
    throw new TuneError('CONFIG', `${missing} is missing beside its counterpart (${originOf(missing)})`)
  }
  const location = properties['ssl.keystore.location']
  if (location !== undefined) {
    // A PEM keystore is one file with the private key and the certificate chain (KIP-651)
    const both = pemFile('ssl.keystore', location, properties, originOf)
    return { cert: both, key: both }
  }
  const cert = properties['ssl.certificate.location']
  const keyFile = properties['ssl.key.location']
  if (cert === undefined || keyFile === undefined) return {}
  return { cert: readPem('ssl.certificate.location', cert), key: readPem('ssl.key.location', keyFile) }
}

/** Java's stores are binary; Node and librdkafka take PEM. */
function pemFile(
  store: 'ssl.truststore' | 'ssl.keystore',
  location: string,
  properties: Properties,
  originOf: OriginOf,
): string {
  // Java's default is JKS; a file that is PEM anyway is taken
  const type = (properties[`${store}.type`] ?? (/\.(pem|crt|cer)$/i.test(location) ? 'PEM' : 'JKS'))
    .trim()
    .toUpperCase()
  if (type === 'PEM') return readPem(`${store}.location`, location)
  throw new TuneError(
    'CONFIG',
    `${store}.type=${type} (${originOf(`${store}.type`)}) cannot be read here: PEM can`,
    {
      hint: `convert it: ${conversion(store, location, type)}, then set ${store}.type=PEM`,
    },
  )
}

function conversion(store: 'ssl.truststore' | 'ssl.keystore', location: string, type: string): string {
  const pemName = `${location.replace(/\.\w+$/, '')}.pem`
  if (store === 'ssl.truststore') return `keytool -list -rfc -keystore ${location} > ${pemName}`
  const openssl = (from: string) => `openssl pkcs12 -in ${from} -nodes -out ${pemName}`
  if (type === 'PKCS12') return openssl(location)
  return `keytool -importkeystore -srckeystore ${location} -destkeystore store.p12 -deststoretype PKCS12 && ${openssl('store.p12')}`
}

function readPem(key: string, location: string): string {
  let text: string
  try {
    text = readFileSync(location, 'utf8')
  } catch (cause) {
    throw new TuneError('CONFIG', `${key}: cannot read ${location}: ${messageOf(cause)}`, { cause })
  }
  if (text.includes('-----BEGIN ')) return text
  throw new TuneError('CONFIG', `${key}: ${location} is no PEM file`, {
    hint: 'a PEM file has lines like -----BEGIN CERTIFICATE-----',
  })
}

/** PEM in one line of a .properties file: spaces for line ends (DefaultSslEngineFactory takes both). */
function pem(text: string): string {
  return text.replace(
    /(-----BEGIN [A-Z0-9 ]+-----)([\s\S]*?)(-----END [A-Z0-9 ]+-----)/g,
    (_, begin, body, end) => {
      return `${begin}\n${String(body).trim().split(/\s+/).join('\n')}\n${end}\n`
    },
  )
}
