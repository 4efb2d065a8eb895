/** OAUTHBEARER tokens for clients that do not fetch one themselves. */
import { TuneError } from '../errors.ts'
import type { Security } from './driver.ts'

type ClientCredentials = NonNullable<NonNullable<Security['sasl']>['oauth']>

/** A token by the client credentials grant (RFC 6749, 4.4). @throws TuneError UNAUTHORIZED */
export async function fetchToken(oauth: ClientCredentials): Promise<string> {
  const login = `${encodeURIComponent(oauth.clientId)}:${encodeURIComponent(oauth.clientSecret)}`
  const response = await fetch(oauth.tokenEndpoint, {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from(login).toString('base64')}` },
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      ...(oauth.scope !== undefined && { scope: oauth.scope }),
    }),
  }).catch((cause: unknown) => {
    throw new TuneError('UNAUTHORIZED', `no answer from the token endpoint ${oauth.tokenEndpoint}`, { cause })
  })
  const answer: unknown = response.ok ? await response.json() : undefined
  if (typeof answer === 'object' && answer !== null && 'access_token' in answer) {
    if (typeof answer.access_token === 'string') return answer.access_token
  }
  throw new TuneError('UNAUTHORIZED', `no token from ${oauth.tokenEndpoint} (status ${response.status})`, {
    hint: 'check clientId and clientSecret in sasl.jaas.config',
  })
}
