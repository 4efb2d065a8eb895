/** What a first contact saw, as errors for people: each names the likely cause, and the setting that mends it. */
import { messageOf, TuneError } from '../errors.ts'
import type { Security } from './driver.ts'

export interface Where {
  /** host:port */
  readonly at: string
  readonly protocol: Security['protocol']
}

const usesTls = ({ protocol }: Where) => protocol.endsWith('SSL')

/** First bytes that are no Kafka answer to what was asked. */
export function foreign(bytes: Buffer, where: Where): TuneError | undefined {
  const { at, protocol } = where
  if (bytes.length >= 4 && bytes.toString('latin1', 0, 4) === 'HTTP') {
    return new TuneError('UNREACHABLE', `${at} speaks HTTP, not Kafka`, {
      hint: 'name a broker’s own port (often 9092), not that of a web service in front of it',
    })
  }
  // A TLS alert record (RFC 8446, 5.1)
  if (bytes.length >= 2 && bytes[0] === 0x15 && bytes[1] === 0x03) {
    const wanted = protocol === 'PLAINTEXT' ? 'SSL (or SASL_SSL)' : protocol.replace('PLAINTEXT', 'SSL')
    return new TuneError('UNREACHABLE', `${at} speaks TLS, but security.protocol=${protocol} is without`, {
      hint: `set security.protocol=${wanted} in --command-config, or name the port without TLS`,
    })
  }
  // An answer of a gigabyte to a question of twenty bytes
  if (bytes.length >= 4 && (bytes.readInt32BE(0) < 0 || bytes.readInt32BE(0) > 1 << 24)) return notKafka(at)
  return undefined
}

export function notKafka(at: string): TuneError {
  return new TuneError('UNREACHABLE', `${at} answers, but not as a Kafka broker`, {
    hint: 'check the port of --bootstrap-server',
  })
}

export function noTls({ at, protocol }: Where, cause?: unknown): TuneError {
  return new TuneError('UNREACHABLE', `${at} does not speak TLS`, {
    hint: `set security.protocol=${protocol.replace('SSL', 'PLAINTEXT')}, or name the TLS port`,
    cause,
  })
}

export function closedWithoutAnswer(where: Where): TuneError {
  return new TuneError('UNREACHABLE', `${where.at} closed the connection without an answer`, {
    hint: usesTls(where)
      ? 'does it ask for a client certificate? set ssl.keystore.type=PEM and ssl.keystore.location'
      : 'does it speak TLS? then set security.protocol=SSL (or SASL_SSL) in --command-config',
  })
}

const UNTRUSTED = new Set([
  'SELF_SIGNED_CERT_IN_CHAIN',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_GET_ISSUER_CERT',
  'CERT_SIGNATURE_FAILURE',
])

/** Alerts about what this client showed, or did not show (RFC 8446, 6.2). */
const CLIENT_CERTIFICATE_ALERT =
  /ALERT_((NO_|BAD_|UNSUPPORTED_)CERTIFICATE|CERTIFICATE_\w+|HANDSHAKE_FAILURE|UNKNOWN_CA|ACCESS_DENIED)/

export function socketError(error: Error, where: Where): TuneError {
  const { at } = where
  const tls = usesTls(where)
  const code = 'code' in error ? String(error.code) : ''
  const made = (kind: 'UNREACHABLE' | 'UNAUTHORIZED' | 'CONFIG', message: string, hint: string) =>
    new TuneError(kind, message, { hint, cause: error })
  if (code === 'ECONNREFUSED') {
    return made(
      'UNREACHABLE',
      `nothing listens on ${at} (connection refused)`,
      'check --bootstrap-server, or start a broker with: tune broker start',
    )
  }
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') {
    return made('UNREACHABLE', `the host name of ${at} cannot be resolved`, 'check the spelling and the DNS')
  }
  if (UNTRUSTED.has(code)) {
    return made(
      'UNREACHABLE',
      `the certificate of ${at} is not trusted (${code})`,
      'name the authority that signed it: ssl.truststore.type=PEM and ssl.truststore.location=ca.pem',
    )
  }
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    return made(
      'UNREACHABLE',
      `the certificate of ${at} is for another host name${namesIn(error)}`,
      'use the name in the certificate, or set ssl.endpoint.identification.algorithm= (empty) to skip the check',
    )
  }
  if (code === 'CERT_HAS_EXPIRED' || code === 'CERT_NOT_YET_VALID') {
    return made(
      'UNREACHABLE',
      `the certificate of ${at} ${code === 'CERT_HAS_EXPIRED' ? 'has expired' : 'is not valid yet'} (${code})`,
      'the broker needs a new one; or is the clock of this machine wrong?',
    )
  }
  if (code.startsWith('CERT_')) {
    return made(
      'UNREACHABLE',
      `the certificate of ${at} is not valid (${code})`,
      'look at it, and at its issuer’s',
    )
  }
  if (CLIENT_CERTIFICATE_ALERT.test(code)) {
    return made(
      'UNAUTHORIZED',
      `${at} refuses this client’s certificate, or the lack of one (${code})`,
      'set ssl.keystore.type=PEM and ssl.keystore.location to a certificate and key that the broker trusts',
    )
  }
  if (tls && (code === 'ERR_SSL_WRONG_VERSION_NUMBER' || code === 'EPROTO' || code === 'ECONNRESET')) {
    return noTls(where, error)
  }
  if (tls && code.startsWith('ERR_OSSL')) {
    return made(
      'CONFIG',
      `the certificate or key for ${at} cannot be read (${code})`,
      'check the PEM and its password',
    )
  }
  return made('UNREACHABLE', `no connection to ${at}: ${messageOf(error)}`, 'check --bootstrap-server')
}

/** `: localhost, 127.0.0.1`, as the certificate has them. */
function namesIn(error: Error): string {
  const cert: unknown = Reflect.get(error, 'cert')
  const names: unknown =
    typeof cert === 'object' && cert !== null ? Reflect.get(cert, 'subjectaltname') : undefined
  if (typeof names !== 'string' || names === '') return ''
  return `: ${names.replaceAll(/(DNS|IP Address):/g, '')}`
}
