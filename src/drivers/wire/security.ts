/** TLS and SASL as the library's connection options. */
import { isIP } from 'node:net'
import { TuneError } from '../../errors.ts'
import type { Security } from '../driver.ts'
import type { ConnectionOptions } from './library.ts'

type Sasl = NonNullable<Security['sasl']>

/** The options that say how to get in, for a broker at `host`. */
export function securityOptions(
  security: Security,
  host: string,
): Pick<ConnectionOptions, 'tls' | 'tlsServerName' | 'sasl'> {
  const { protocol, sasl } = security
  const withTls = protocol === 'SSL' || protocol === 'SASL_SSL'
  const withSasl = protocol === 'SASL_PLAINTEXT' || protocol === 'SASL_SSL'
  return {
    // An address is no server name in TLS, and Node warns about one
    ...(withTls && { tls: tlsOptions(security), tlsServerName: isIP(host) === 0 }),
    ...(withSasl && sasl !== undefined && { sasl: saslOptions(sasl) }),
  }
}

function tlsOptions({ tls }: Security): NonNullable<ConnectionOptions['tls']> {
  if (tls === undefined) return {}
  return {
    ...(tls.ca !== undefined && { ca: tls.ca }),
    ...(tls.cert !== undefined && { cert: tls.cert }),
    ...(tls.key !== undefined && { key: tls.key }),
    ...(tls.keyPassword !== undefined && { passphrase: tls.keyPassword }),
    ...(!tls.verifyHostname && { checkServerIdentity: () => undefined }),
  }
}

function saslOptions(sasl: Sasl): NonNullable<ConnectionOptions['sasl']> {
  const { mechanism, username, password, token, oauth } = sasl
  return {
    mechanism,
    ...(username !== undefined && { username }),
    ...(password !== undefined && { password }),
    ...(token !== undefined && { token }),
    ...(oauth !== undefined && { token: () => tokenByClientCredentials(oauth) }),
  }
}

/** A token by the client credentials grant (RFC 6749, 4.4). */
async function tokenByClientCredentials(oauth: NonNullable<Sasl['oauth']>): Promise<string> {
  const login = `${encodeURIComponent(oauth.clientId)}:${encodeURIComponent(oauth.clientSecret)}`
  const response = await fetch(oauth.tokenEndpoint, {
    method: 'POST',
    headers: {
      authorization: `Basic ${Buffer.from(login).toString('base64')}`,
      'content-type': 'application/x-www-form-urlencoded',
    },
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      ...(oauth.scope !== undefined && { scope: oauth.scope }),
    }),
  })
  const answer: unknown = response.ok ? await response.json() : undefined
  const token: unknown =
    typeof answer === 'object' && answer !== null ? Reflect.get(answer, 'access_token') : undefined
  if (typeof token === 'string') return token
  throw new TuneError('UNAUTHORIZED', `no token from ${oauth.tokenEndpoint} (status ${response.status})`)
}
