import { once } from 'node:events'
import { createServer as createHttpServer } from 'node:http'
import { createServer, type Server, type Socket } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import type { Connection } from '../../src/drivers/driver.ts'
import { probe } from '../../src/drivers/probe.ts'
import { connectionTo } from './plan.ts'

const open: { server: Server; sockets: Set<Socket> }[] = []

async function listening(server: Server): Promise<string> {
  const sockets = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
  })
  open.push({ server, sockets })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  return `127.0.0.1:${typeof address === 'object' ? address?.port : 0}`
}

afterEach(() => {
  for (const { server, sockets } of open.splice(0)) {
    for (const socket of sockets) socket.destroy()
    server.close()
  }
})

/** Answers each frame with what `answer` makes of its API key. */
function broker(answer: (apiKey: number) => Buffer | undefined): Server {
  return createServer((socket) => {
    socket.on('data', (data) => {
      const body = answer(data.readInt16BE(4))
      if (body === undefined) return socket.destroy()
      const frame = Buffer.alloc(8)
      frame.writeInt32BE(4 + body.length, 0)
      frame.writeInt32BE(1, 4)
      socket.write(Buffer.concat([frame, body]))
    })
  })
}

/** ApiVersions v0 with Metadata 0 to 12. */
const VERSIONS = Buffer.from([0, 0, 0, 0, 0, 1, 0, 3, 0, 0, 0, 12])

async function problem(servers: string, more: Partial<Connection> = {}) {
  try {
    await probe(connectionTo(servers, { connectTimeoutMs: 300, ...more }))
    return undefined
  } catch (error) {
    return error
  }
}

const sasl = (mechanism: 'PLAIN'): Partial<Connection> => ({
  security: { protocol: 'SASL_PLAINTEXT', sasl: { mechanism, username: 'u', password: 'p' } },
})

describe('first contact', () => {
  it('is fine with a broker', async () => {
    const at = await listening(broker((key) => (key === 18 ? VERSIONS : Buffer.alloc(8))))
    expect(await problem(at)).toBeUndefined()
  })

  it('is fine when one of several servers is a broker', async () => {
    const at = await listening(broker((key) => (key === 18 ? VERSIONS : Buffer.alloc(8))))
    expect(await problem(`127.0.0.1:1,${at}`)).toBeUndefined()
  })

  it('says that nothing listens', async () => {
    const error = await problem('127.0.0.1:1')
    expect(error).toMatchObject({ code: 'UNREACHABLE', message: expect.stringContaining('127.0.0.1:1') })
    expect(error).toMatchObject({ message: expect.stringContaining('refused') })
  })

  it('says that a port is silent', async () => {
    const at = await listening(createServer(() => {}))
    expect(await problem(at)).toMatchObject({
      code: 'UNREACHABLE',
      message: expect.stringContaining('0.3 s'),
    })
  })

  it('knows HTTP', async () => {
    const at = await listening(createHttpServer())
    expect(await problem(at)).toMatchObject({ code: 'UNREACHABLE', message: expect.stringContaining('HTTP') })
  })

  it('knows TLS where plaintext was asked for', async () => {
    const alert = createServer((socket) =>
      socket.once('data', () => socket.end(Buffer.from([0x15, 3, 3, 0, 2, 2, 70]))),
    )
    expect(await problem(await listening(alert))).toMatchObject({
      code: 'UNREACHABLE',
      message: expect.stringContaining('TLS'),
      hint: expect.stringContaining('security.protocol=SSL'),
    })
  })

  it('knows plaintext where TLS was asked for', async () => {
    const at = await listening(broker(() => undefined))
    expect(await problem(at, { security: { protocol: 'SSL', tls: { verifyHostname: true } } })).toMatchObject(
      {
        code: 'UNREACHABLE',
        message: `${at} does not speak TLS`,
      },
    )
  })

  it('knows a listener that wants a login', async () => {
    const at = await listening(broker((key) => (key === 18 ? VERSIONS : undefined)))
    expect(await problem(at)).toMatchObject({ code: 'UNAUTHORIZED', hint: expect.stringContaining('SASL') })
  })

  it('names the logins that a listener has', async () => {
    const scram = Buffer.from('\0\x21\0\0\0\x01\0\x0dSCRAM-SHA-256', 'latin1')
    const at = await listening(broker((key) => (key === 18 ? VERSIONS : scram)))
    expect(await problem(at, sasl('PLAIN'))).toMatchObject({
      code: 'UNAUTHORIZED',
      hint: expect.stringContaining('SCRAM-SHA-256'),
    })
  })

  it('refuses a server without a port', async () => {
    expect(await problem('localhost')).toMatchObject({ code: 'CONFIG' })
  })
})
