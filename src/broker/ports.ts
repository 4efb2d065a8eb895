import { randomInt } from 'node:crypto'
import { createConnection, createServer } from 'node:net'
import { TuneError } from '../errors.ts'

/**
 * Ports below the range from which systems take the local ends of connections (Linux 32768–60999, macOS 49152–65535):
 * a port from that range, free now, can be taken by any outgoing connection before the JVM binds it.
 */
const FIRST_PORT = 20_000
const LAST_PORT = 32_000

/** True when nothing listens on the port of the loopback. */
export function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen({ host: '127.0.0.1', port, exclusive: true }, () => server.close(() => resolve(true)))
  })
}

/** So many different free ports of the loopback. */
export async function freePorts(count: number): Promise<number[]> {
  const ports = new Set<number>()
  for (let tries = 0; ports.size < count; tries += 1) {
    if (tries > 500)
      throw new TuneError('BROKER', `no free port on 127.0.0.1 from ${FIRST_PORT} to ${LAST_PORT}`)
    const port = randomInt(FIRST_PORT, LAST_PORT)
    if (!ports.has(port) && (await isFree(port))) ports.add(port)
  }
  return [...ports]
}

/** Refuses ports that are taken; `first` and the `count - 1` after it are meant. */
export async function claimPorts(first: number, count: number): Promise<number[]> {
  const ports = Array.from({ length: count }, (_, i) => first + i)
  if (first + count - 1 > 65_535) {
    throw new TuneError('USAGE', `no ${count} ports from ${first} on`, { hint: 'ports end at 65535' })
  }
  for (const port of ports) {
    if (!(await isFree(port))) {
      throw new TuneError('BROKER', `port ${port} of 127.0.0.1 is in use`, {
        hint: 'choose another with --port, or leave it out to get a free one; running ones: tune broker status',
      })
    }
  }
  return ports
}

/** A port as a person types it, 1024 to 65535. */
export function parsePort(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN
  if (port >= 1024 && port <= 65_535) return port
  throw new TuneError('USAGE', `not a port: ${text}`, { hint: 'a number from 1024 to 65535' })
}

/** True when something accepts a connection on the port. */
export function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection({ host: '127.0.0.1', port })
    const end = (result: boolean) => {
      socket.destroy()
      resolve(result)
    }
    socket.setTimeout(2_000, () => end(false))
    socket.once('connect', () => end(true))
    socket.once('error', () => end(false))
  })
}
