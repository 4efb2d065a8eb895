/** A fixed OAUTHBEARER token as librdkafka wants it: with its lifetime and principal. */

const HOUR_MS = 3_600_000

interface Token {
  tokenValue: string
  /** Epoch milliseconds. */
  lifetime: number
  principal: string
}

/** The callback of `oauthbearer_token_refresh_cb`. */
export function tokenRefresh(token: string) {
  return (_config: string, done: (error: Error | null, token: Token | null) => void) =>
    done(null, describe(token))
}

/** Lifetime and principal are in the token itself where it is a JWT (RFC 7519). */
function describe(tokenValue: string): Token {
  const claims = claimsOf(tokenValue)
  const { exp, sub } = claims
  return {
    tokenValue,
    lifetime: typeof exp === 'number' ? exp * 1000 : Date.now() + HOUR_MS,
    principal: typeof sub === 'string' ? sub : '',
  }
}

function claimsOf(token: string): { exp?: unknown; sub?: unknown } {
  try {
    const claims: unknown = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())
    return typeof claims === 'object' && claims !== null ? claims : {}
  } catch {
    return {}
  }
}
