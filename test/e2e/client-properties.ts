/** client.properties as people have them for the Java tools, for each way into the secure broker. */
import type { SecureBroker, USERS } from './secure-broker.ts'

export type User = (typeof USERS)[number]
export type Lines = Readonly<Record<string, string>>

/** The text of such a file. */
export const fileText = (lines: Lines): string =>
  Object.entries(lines)
    .map(([key, value]) => `${key}=${value}\n`)
    .join('')

/** By name, written apart so that no template string is meant: `${env:NAME}`. */
export const fromEnv = (name: string): string => `$${`{env:${name}}`}`

/** Trusts the authority of the broker. */
export const trusting = (ca: string): Lines => ({
  'ssl.truststore.type': 'PEM',
  'ssl.truststore.location': ca,
})

/** Shows a certificate. */
export const showing = (store: string, keyPassword?: string): Lines => ({
  'ssl.keystore.type': 'PEM',
  'ssl.keystore.location': store,
  ...(keyPassword !== undefined && { 'ssl.key.password': keyPassword }),
})

/** Logs in by user name and password. */
export function loggingIn(
  mechanism: 'PLAIN' | 'SCRAM-SHA-256' | 'SCRAM-SHA-512',
  user: string,
  password: string,
): Lines {
  const module = mechanism === 'PLAIN' ? 'plain.PlainLoginModule' : 'scram.ScramLoginModule'
  return {
    'sasl.mechanism': mechanism,
    'sasl.jaas.config': `org.apache.kafka.common.security.${module} required username="${user}" password="${password}";`,
  }
}

/** Logs in by a token. */
export function byToken(broker: SecureBroker, clientId: string, clientSecret: string): Lines {
  return {
    'sasl.mechanism': 'OAUTHBEARER',
    'sasl.login.callback.handler.class':
      'org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginCallbackHandler',
    'sasl.oauthbearer.token.endpoint.url': broker.tokens.tokenUrl,
    'sasl.jaas.config': `org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule required clientId="${clientId}" clientSecret="${clientSecret}" scope="bench";`,
  }
}
