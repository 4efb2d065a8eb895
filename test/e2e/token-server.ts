/**
 * A token endpoint and its key set on the loopback, so that OAUTHBEARER works end to end as with a real identity
 * provider: client credentials in, a signed JWT out, the broker fetches the key that it is checked with.
 */
import { createSign, generateKeyPairSync } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface TokenClient {
  readonly secret: string
  /** The user that the broker sees. */
  readonly subject: string
  /** Of its tokens; the broker expects AUDIENCE. */
  readonly audience: string
}

export interface TokenServer {
  readonly tokenUrl: string
  readonly jwksUrl: string
  /** Every token that was given out. */
  readonly tokens: readonly string[]
  stop(): void
}

export const AUDIENCE = 'kafka'
export const ISSUER = 'https://idp.test.invalid'

const KEY_ID = 'test-key'
const LIFETIME_S = 3600

/** @param clients by client id */
export async function startTokenServer(clients: Readonly<Record<string, TokenClient>>): Promise<TokenServer> {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const keys = { keys: [{ ...publicKey.export({ format: 'jwk' }), kid: KEY_ID, alg: 'RS256', use: 'sig' }] }
  const tokens: string[] = []

  const tokenFor = ({ subject, audience }: TokenClient): string => {
    const nowS = Math.floor(Date.now() / 1000)
    const claims = {
      iss: ISSUER,
      aud: audience,
      sub: subject,
      scope: 'bench',
      iat: nowS,
      exp: nowS + LIFETIME_S,
    }
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
    const signed = `${part({ alg: 'RS256', typ: 'JWT', kid: KEY_ID })}.${part(claims)}`
    const signature = createSign('RSA-SHA256').update(signed).sign(privateKey).toString('base64url')
    const token = `${signed}.${signature}`
    tokens.push(token)
    return token
  }

  const server = createServer(async (request, response) => {
    response.setHeader('content-type', 'application/json')
    if (request.url === '/jwks') return response.end(JSON.stringify(keys))
    const client = await clientOf(request, clients)
    if (client === undefined) {
      response.statusCode = 401
      return response.end('{"error":"invalid_client","error_description":"who is that"}')
    }
    const token = tokenFor(client)
    return response.end(JSON.stringify({ access_token: token, token_type: 'Bearer', expires_in: LIFETIME_S }))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    tokenUrl: `${base}/token`,
    jwksUrl: `${base}/jwks`,
    tokens,
    stop() {
      server.closeAllConnections()
      server.close()
    },
  }
}

/** Client id and secret in the header or in the form (RFC 6749, 2.3.1): clients differ. */
async function clientOf(
  request: IncomingMessage,
  clients: Readonly<Record<string, TokenClient>>,
): Promise<TokenClient | undefined> {
  let text = ''
  for await (const chunk of request) text += String(chunk)
  const form = new URLSearchParams(text)
  if (form.get('grant_type') !== 'client_credentials') return undefined
  const basic = Buffer.from((request.headers.authorization ?? '').replace(/^Basic /, ''), 'base64').toString()
  const [id = '', secret = ''] = basic === '' ? [] : basic.split(':').map(decodeURIComponent)
  const client = clients[id || (form.get('client_id') ?? '')]
  return client?.secret === (secret || form.get('client_secret')) ? client : undefined
}
