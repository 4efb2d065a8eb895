import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { fetchToken, refusedToken } from '../../src/drivers/oauth.ts'
import { TuneError } from '../../src/errors.ts'

const servers: Server[] = []
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections()
    server.close()
  }
})

async function endpoint(
  answer: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<string> {
  const server = createServer(answer)
  servers.push(server)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/token`
}

const credentials = { clientId: 'bench', clientSecret: 'TOP SECRET&' }

async function failure(tokenEndpoint: string): Promise<TuneError> {
  const error = await fetchToken({ ...credentials, tokenEndpoint }, 300).catch((cause: unknown) => cause)
  if (!(error instanceof TuneError)) throw new Error(`not refused: ${String(error)}`)
  expect(`${error.message} ${error.hint} ${String(error.cause)}`).not.toContain('TOP SECRET&')
  return error
}

describe('a token endpoint', () => {
  it('gives a token for client credentials', async () => {
    let asked = ''
    const tokenEndpoint = await endpoint((request, response) => {
      asked = String(request.headers.authorization)
      response.end('{"access_token":"t","token_type":"Bearer"}')
    })
    expect(await fetchToken({ ...credentials, tokenEndpoint }, 1000)).toBe('t')
    expect(Buffer.from(asked.replace('Basic ', ''), 'base64').toString()).toBe('bench:TOP%20SECRET%26')
  })

  it('that refuses is quoted by its code, never by its own text', async () => {
    const at = await endpoint((_, response) => {
      response.statusCode = 401
      response.end('{"error":"invalid_client","error_description":"wrong secret: TOP SECRET&"}')
    })
    expect(await failure(at)).toMatchObject({
      code: 'UNAUTHORIZED',
      message: expect.stringContaining('status 401, invalid_client'),
      hint: expect.stringContaining('clientSecret'),
    })
  })

  it('that is no token endpoint is named by its status', async () => {
    const at = await endpoint((_, response) => response.end('<html>welcome</html>'))
    expect(await failure(at)).toMatchObject({
      code: 'UNAUTHORIZED',
      message: expect.stringContaining('status 200'),
    })
  })

  it('that never answers is given up', async () => {
    const at = await endpoint(() => {})
    expect(await failure(at)).toMatchObject({
      code: 'UNREACHABLE',
      message: expect.stringContaining('in 0.3 s'),
    })
  })

  it('that is not there is named', async () => {
    expect(await failure('http://127.0.0.1:1/token')).toMatchObject({
      code: 'UNREACHABLE',
      message: expect.stringContaining('127.0.0.1:1'),
    })
  })
})

describe("a broker's answer to a token", () => {
  it('is empty where it takes it', () => {
    expect(refusedToken(Buffer.alloc(0))).toBeUndefined()
  })

  it('names the reason where it does not', () => {
    expect(refusedToken(Buffer.from('{"status":"invalid_token"}'))).toMatchObject({
      code: 'UNAUTHORIZED',
      message: expect.stringContaining('invalid_token'),
      hint: expect.stringContaining('audience'),
    })
  })
})
