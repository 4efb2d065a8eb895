/**
 * First contact, before any client is made: a socket, perhaps TLS, and three small requests. Clients retry for long
 * and then say "all brokers down"; here the first wrong thing is named.
 */
import { connect as connectTcp, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { messageOf, TuneError } from '../errors.ts'
import type { Connection } from './driver.ts'
import {
  metadataRequest,
  parseApiVersions,
  parseSaslHandshake,
  request,
  saslHandshake,
} from './probe-frames.ts'
import { parseServers, type Server, serverName } from './servers.ts'
import { tlsOptions } from './tls.ts'

/** Kafka's protocol errors (ErrorMapping) of SaslHandshake. */
const ILLEGAL_SASL_STATE = 34
const UNSUPPORTED_SASL_MECHANISM = 33

/**
 * Comes back when one of the bootstrap servers answers as a Kafka broker that takes this kind of login.
 * @throws TuneError UNREACHABLE or UNAUTHORIZED for the first server, when none does
 */
export async function probe(connection: Connection): Promise<void> {
  const servers = parseServers(connection.bootstrapServers)
  const tries = await Promise.allSettled(servers.map((server) => probeServer(connection, server)))
  if (tries.some(({ status }) => status === 'fulfilled')) return
  const failures = tries.flatMap((attempt) => (attempt.status === 'rejected' ? [attempt.reason] : []))
  // A server that answers wrongly tells more than one that does not answer
  throw failures.find((error) => error instanceof TuneError && error.code === 'UNAUTHORIZED') ?? failures[0]
}

async function probeServer(connection: Connection, server: Server): Promise<void> {
  const at = serverName(server)
  const talk = await open(connection, server)
  try {
    const versions = parseApiVersions(await talk.ask(request(18, 0, Buffer.alloc(0))))
    if (versions === undefined) throw notKafka(at)
    const { sasl } = connection.security
    if (sasl === undefined) {
      const metadata = metadataRequest(versions)
      if (metadata !== undefined) {
        await talk.ask(metadata, () => {
          return new TuneError(
            'UNAUTHORIZED',
            `${at} closes the connection of a client that does not log in`,
            {
              hint: 'the listener probably wants SASL: set security.protocol and sasl.jaas.config in --command-config',
            },
          )
        })
      }
      return
    }
    const answer = parseSaslHandshake(await talk.ask(saslHandshake(sasl.mechanism)))
    if (answer.error === UNSUPPORTED_SASL_MECHANISM) {
      throw new TuneError('UNAUTHORIZED', `${at} has no login by ${sasl.mechanism}`, {
        hint: `set sasl.mechanism to one it has: ${answer.mechanisms.join(', ')}`,
      })
    }
    if (answer.error === ILLEGAL_SASL_STATE) {
      throw new TuneError('UNAUTHORIZED', `${at} takes no login: its listener has no SASL`, {
        hint: `set security.protocol=${connection.security.protocol.replace('SASL_', '')}`,
      })
    }
  } finally {
    talk.end()
  }
}

interface Talk {
  /** Sends a frame, gives the answer's body. */
  ask(frame: Buffer, ifClosed?: () => TuneError): Promise<Buffer>
  end(): void
}

/** Connects; every way this can go wrong becomes an error for people. */
async function open(connection: Connection, server: Server): Promise<Talk> {
  const at = serverName(server)
  const tls = tlsOptions(connection.security, server.host)
  const deadlineMs = performance.now() + connection.connectTimeoutMs
  const seconds = `${connection.connectTimeoutMs / 1000} s`
  let socket: Socket
  let received = Buffer.alloc(0)
  let failure: TuneError | undefined
  let closed = false
  let connected = false
  let changed = () => {}

  socket = tls === undefined ? connectTcp(server) : connectTls({ ...server, ...tls })
  socket.once(tls === undefined ? 'connect' : 'secureConnect', () => {
    connected = true
    changed()
  })
  socket.on('data', (data) => {
    received = Buffer.concat([received, data])
    changed()
  })
  socket.on('error', (error) => {
    failure ??= socketError(error, at, tls !== undefined)
    closed = true
    changed()
  })
  socket.on('close', () => {
    closed = true
    changed()
  })

  /** Waits for `ready`, a failure, the other side's end or the deadline. */
  const until = async (ready: () => boolean, late: () => TuneError, ifClosed: () => TuneError) => {
    while (!ready()) {
      if (failure !== undefined && !(received.length > 0)) throw failure
      if (closed) throw ifClosed()
      const leftMs = deadlineMs - performance.now()
      if (leftMs <= 0) throw late()
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, leftMs)
        changed = () => {
          clearTimeout(timer)
          resolve()
        }
      })
    }
  }

  const talk: Talk = {
    async ask(frame, ifClosed) {
      received = Buffer.alloc(0)
      socket.write(frame)
      const whole = () => received.length >= 4 && received.length >= 4 + received.readInt32BE(0)
      await until(
        () => foreign(received, at) !== undefined || whole(),
        () =>
          new TuneError('UNREACHABLE', `${at} takes connections but gives no answer in ${seconds}`, {
            hint: 'is the broker paused or overloaded, or is the port another service’s?',
          }),
        ifClosed ?? (() => closedWithoutAnswer(at, tls !== undefined)),
      )
      const wrong = foreign(received, at)
      if (wrong !== undefined) throw wrong
      return received.subarray(4)
    },
    end: () => socket.destroy(),
  }
  try {
    await until(
      () => connected,
      () =>
        new TuneError('UNREACHABLE', `no answer from ${at} in ${seconds}`, {
          hint: 'check the address, and that no firewall is between; --connect-timeout waits longer',
        }),
      () => (tls === undefined ? closedWithoutAnswer(at, false) : noTls(at)),
    )
  } catch (error) {
    socket.destroy()
    throw error
  }
  return talk
}

/** First bytes that are no Kafka answer to what was asked. */
function foreign(bytes: Buffer, at: string): TuneError | undefined {
  if (bytes.length >= 4 && bytes.toString('latin1', 0, 4) === 'HTTP') {
    return new TuneError('UNREACHABLE', `${at} speaks HTTP, not Kafka`, {
      hint: 'name a broker’s own port (often 9092), not that of a web service in front of it',
    })
  }
  // A TLS alert record (RFC 8446, 5.1)
  if (bytes.length >= 2 && bytes[0] === 0x15 && bytes[1] === 0x03) {
    return new TuneError('UNREACHABLE', `${at} speaks TLS, but security.protocol says plaintext`, {
      hint: 'set security.protocol=SSL (or SASL_SSL) in --command-config',
    })
  }
  // An answer of a gigabyte to a question of twenty bytes
  if (bytes.length >= 4 && (bytes.readInt32BE(0) < 0 || bytes.readInt32BE(0) > 1 << 24)) return notKafka(at)
  return undefined
}

function notKafka(at: string): TuneError {
  return new TuneError('UNREACHABLE', `${at} answers, but not as a Kafka broker`, {
    hint: 'check the port of --bootstrap-server',
  })
}

function noTls(at: string, cause?: unknown): TuneError {
  return new TuneError('UNREACHABLE', `${at} does not speak TLS`, {
    hint: 'set security.protocol=PLAINTEXT (or SASL_PLAINTEXT), or name the TLS port',
    cause,
  })
}

function closedWithoutAnswer(at: string, tls: boolean): TuneError {
  return new TuneError('UNREACHABLE', `${at} closed the connection without an answer`, {
    hint: tls
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

function socketError(error: Error, at: string, tls: boolean): TuneError {
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
      `the certificate of ${at} is for another host name`,
      'use the name in the certificate, or set ssl.endpoint.identification.algorithm= (empty) to skip the check',
    )
  }
  if (code.startsWith('CERT_')) {
    return made(
      'UNREACHABLE',
      `the certificate of ${at} is not valid (${code})`,
      'renew it, or check the clock',
    )
  }
  if (/ALERT_(CERTIFICATE_REQUIRED|BAD_CERTIFICATE|HANDSHAKE_FAILURE|UNKNOWN_CA)/.test(code)) {
    return made(
      'UNAUTHORIZED',
      `${at} refuses this client’s certificate, or the lack of one (${code})`,
      'set ssl.keystore.type=PEM and ssl.keystore.location to a certificate and key that the broker trusts',
    )
  }
  if (tls && (code === 'ERR_SSL_WRONG_VERSION_NUMBER' || code === 'EPROTO' || code === 'ECONNRESET')) {
    return noTls(at, error)
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
