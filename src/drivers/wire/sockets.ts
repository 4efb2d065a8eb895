/** Connections that are opened, encrypted and logged in, for a link to speak over. */
import { createConnection, type Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import type { Connection } from '../driver.ts'
import type { Server } from '../servers.ts'
import { LibraryConnection } from './library.ts'
import { connectionOptions } from './metadata.ts'

export interface OpenedSocket {
  /** undefined until it is opened. */
  readonly socket: Duplex | undefined
  /** Requests may be sent; not while it logs in again. */
  isReady(): boolean
  /** Ends it now, whatever is under way. */
  drop(): void
}

export interface SocketEvents {
  /** Once more after each renewed log-in, when requests may go on. */
  onReady(): void
  /** Told once or more, never before `onReady` can be. */
  onLost(reason: string): void
}

/** As the library opens it, with all it knows of TLS and SASL. */
export function openByLibrary(where: Connection, server: Server, events: SocketEvents): OpenedSocket {
  const connection = new LibraryConnection(where.clientId, connectionOptions(where, server))
  connection.on('error', (error) => events.onLost(error.message))
  connection.on('close', () => events.onLost('connection closed'))
  connection.on('connect', events.onReady)
  connection.connect(server.host, server.port, (error) => {
    if (error) events.onLost(error.message)
  })
  return {
    get socket() {
      return connection.socket
    },
    isReady: () => connection.isConnected(),
    drop() {
      // close() alone waits until a broker that may hang has read everything
      connection.close(() => {})
      connection.socket?.destroy()
    },
  }
}

/** What one read takes at most: several of what a broker writes at once. */
const READ_BYTES = 512 * 1024

/**
 * Without TLS and SASL there is nothing that the library would do, and Node can read such a socket into one buffer,
 * always the same. Otherwise each 64 KiB are a new buffer: at a gigabyte a second the collector took as much time as
 * all else. What comes in 'data' is good until the listener returns.
 */
export function openPlain(where: Connection, server: Server, events: SocketEvents): OpenedSocket {
  const buffer = Buffer.allocUnsafeSlow(READ_BYTES)
  let ready = false
  const socket: Socket = createConnection({
    host: server.host,
    port: server.port,
    noDelay: true,
    onread: {
      buffer,
      callback: (bytes) => socket.emit('data', buffer.subarray(0, bytes)),
    },
  })
  const timer = setTimeout(() => socket.destroy(new Error('connection timed out')), where.connectTimeoutMs)
  socket.once('connect', () => {
    clearTimeout(timer)
    ready = true
    events.onReady()
  })
  socket.on('error', (error) => events.onLost(error.message))
  socket.on('close', () => {
    clearTimeout(timer)
    ready = false
    events.onLost('connection closed')
  })
  return { socket, isReady: () => ready, drop: () => void socket.destroy() }
}
