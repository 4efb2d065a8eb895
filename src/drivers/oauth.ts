/** OAUTHBEARER tokens for clients that do not fetch one themselves, and what a broker's answer to one means. */
import { TuneError } from '../errors.ts'
import type { Security } from './driver.ts'

type ClientCredentials = NonNullable<NonNullable<Security['sasl']>['oauth']>

/**
 * A token by the client credentials grant (RFC 6749, 4.4).
 * @throws TuneError UNAUTHORIZED, UNREACHABLE; nothing of secret or token is in the message
 */
export async function fetchToken(oauth: ClientCredentials, timeoutMs: number): Promise<string> {
  const { tokenEndpoint } = oauth
  const login = `${encodeURIComponent(oauth.clientId)}:${encodeURIComponent(oauth.clientSecret)}`
  let response: Response
  let body: unknown
  try {
    response = await fetch(tokenEndpoint, {
      method: 'POST',
      headers: { authorization: `Basic ${Buffer.from(login).toString('base64')}` },
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        ...(oauth.scope !== undefined && { scope: oauth.scope }),
      }),
      signal: AbortSignal.timeout(timeoutMs),
    })
    body = await response.json().catch(() => undefined)
  } catch (cause) {
    const late = cause instanceof Error && cause.name === 'TimeoutError' ? ` in ${timeoutMs / 1000} s` : ''
    throw new TuneError('UNREACHABLE', `no answer from the token endpoint ${tokenEndpoint}${late}`, {
      hint: 'check sasl.oauthbearer.token.endpoint.url, and that this machine reaches it',
      cause,
    })
  }
  const token = field(body, 'access_token')
  if (response.ok && token !== undefined) return token
  // A word of a closed list (RFC 6749, 5.2); the description beside it is anybody's text and may hold anything
  const said = /^[a-z_]{1,40}$/.exec(field(body, 'error') ?? '')?.[0]
  const answer = said === undefined ? `status ${response.status}` : `status ${response.status}, ${said}`
  throw new TuneError('UNAUTHORIZED', `the token endpoint ${tokenEndpoint} gives no token (${answer})`, {
    hint:
      said === 'invalid_scope'
        ? 'check scope in sasl.jaas.config, or sasl.oauthbearer.scope'
        : 'check clientId and clientSecret in sasl.jaas.config',
  })
}

function field(body: unknown, name: string): string | undefined {
  const value: unknown = typeof body === 'object' && body !== null ? Reflect.get(body, name) : undefined
  return typeof value === 'string' ? value : undefined
}

/**
 * A broker that refuses a token says so without an error: it answers with a status and waits for one more message
 * (RFC 7628, 3.2.3). undefined where the token was taken.
 */
export function refusedToken(answer: Buffer): TuneError | undefined {
  if (answer.length === 0) return undefined
  const status = /"status"\s*:\s*"([\w-]{1,40})"/.exec(answer.toString('latin1'))?.[1]
  return new TuneError(
    'UNAUTHORIZED',
    `the broker refuses the OAUTHBEARER token (${status ?? 'no reason given'})`,
    {
      hint: 'are its issuer, audience and scope those that the broker expects, and do the clocks agree?',
    },
  )
}
