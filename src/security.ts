/** Kafka's security properties as a Security: login here, certificates and keys in tls-stores.ts. */
import type { Properties, Security } from './drivers/driver.ts'
import { TuneError } from './errors.ts'
import { parseJaas } from './jaas.ts'
import { tlsOf } from './tls-stores.ts'

type Sasl = NonNullable<Security['sasl']>
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
