/** TLS and SASL as the library's connection options. */
import { isIP } from 'node:net'
import type { Connection, Security } from '../driver.ts'
import { fetchToken, refusedToken } from '../oauth.ts'
import { tlsOptions } from '../tls.ts'
import type { ConnectionOptions } from './library.ts'

type Sasl = NonNullable<Security['sasl']>

/** The options that say how to get in, for a broker at `host`. */
export function securityOptions(
  { security, connectTimeoutMs }: Pick<Connection, 'security' | 'connectTimeoutMs'>,
  host: string,
): Pick<ConnectionOptions, 'tls' | 'tlsServerName' | 'sasl'> {
  const { protocol, sasl } = security
  const tls = tlsOptions(security)
  const withSasl = protocol === 'SASL_PLAINTEXT' || protocol === 'SASL_SSL'
  return {
    // An address is no server name in TLS, and Node warns about one
    ...(tls !== undefined && { tls, tlsServerName: isIP(host) === 0 }),
    ...(withSasl && sasl !== undefined && { sasl: saslOptions(sasl, connectTimeoutMs) }),
  }
}

function saslOptions(sasl: Sasl, timeoutMs: number): NonNullable<ConnectionOptions['sasl']> {
  const { mechanism, username, password, token, oauth } = sasl
  return {
    mechanism,
    ...(username !== undefined && { username }),
    ...(password !== undefined && { password }),
    ...(token !== undefined && { token }),
    ...(oauth !== undefined && { token: () => fetchToken(oauth, timeoutMs) }),
    // Its own validator calls back twice when a token is refused
    ...(mechanism === 'OAUTHBEARER' && {
      authBytesValidator: (answer: Buffer, done: (error: Error | null, answer?: Buffer) => void) =>
        done(refusedToken(answer) ?? null, answer),
    }),
  }
}
