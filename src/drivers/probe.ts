/**
 * First contact, before any client is made: a socket, perhaps TLS, and three small requests. Clients retry for long
 * and then say "all brokers down"; here the first wrong thing is named.
 */
import { connect as connectTcp, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { TuneError } from '../errors.ts'
import type { Connection } from './driver.ts'
import { closedWithoutAnswer, foreign, noTls, notKafka, socketError, type Where } from './probe-errors.ts'
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
  const where: Where = { at, protocol: connection.security.protocol }
  const tls = tlsOptions(connection.security, server.host)
  const deadlineMs = performance.now() + connection.connectTimeoutMs
  const seconds = `${connection.connectTimeoutMs / 1000} s`
  let socket: Socket
  let received = Buffer.alloc(0)
  let failure: TuneError | undefined
  let closed = false
  let connected = false
  let changed = () => {}

  try {
    socket = tls === undefined ? connectTcp(server) : connectTls({ ...server, ...tls })
  } catch (error) {
    // What OpenSSL makes of key and certificates, before it connects
    throw socketError(error instanceof Error ? error : new Error(String(error)), where)
  }
  socket.once(tls === undefined ? 'connect' : 'secureConnect', () => {
    connected = true
    changed()
  })
  socket.on('data', (data) => {
    received = Buffer.concat([received, data])
    changed()
  })
  socket.on('error', (error) => {
    // A connection that is reset later was closed by the other side, for a reason that the question knows
    if (!connected || !isReset(error)) failure ??= socketError(error, where)
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
        () => foreign(received, where) !== undefined || whole(),
        () =>
          new TuneError('UNREACHABLE', `${at} takes connections but gives no answer in ${seconds}`, {
            hint: 'is the broker paused or overloaded, or is the port another service’s?',
          }),
        ifClosed ?? (() => closedWithoutAnswer(where)),
      )
      const wrong = foreign(received, where)
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
      () => (tls === undefined ? closedWithoutAnswer(where) : noTls(where)),
    )
  } catch (error) {
    socket.destroy()
    throw error
  }
  return talk
}

/** In TLS 1.3 our side is connected before the other has seen our certificate, so a refusal may come as this. */
function isReset(error: Error): boolean {
  return 'code' in error && (error.code === 'ECONNRESET' || error.code === 'EPIPE')
}
