/** TLS options for Node's own sockets, as kafkajs and the probe take them. */
import { isIP } from 'node:net'
import type { ConnectionOptions } from 'node:tls'
import type { Security } from './driver.ts'

/** undefined where the connection is plaintext. */
export function tlsOptions(security: Security, host?: string): ConnectionOptions | undefined {
  const { protocol, tls } = security
  if (protocol !== 'SSL' && protocol !== 'SASL_SSL') return undefined
  return {
    // An address is no server name in TLS (RFC 6066)
    ...(host !== undefined && isIP(host) === 0 && { servername: host }),
    ...(tls?.ca !== undefined && { ca: tls.ca }),
    ...(tls?.cert !== undefined && { cert: tls.cert }),
    ...(tls?.key !== undefined && { key: tls.key }),
    ...(tls?.keyPassword !== undefined && { passphrase: tls.keyPassword }),
    ...(tls?.verifyHostname === false && { checkServerIdentity: () => undefined }),
  }
}
