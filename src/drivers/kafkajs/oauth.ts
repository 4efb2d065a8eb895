/** OAUTHBEARER for kafkajs. Its own takes a refusal for a yes, and the next request then waits for an answer in vain. */
import type { AuthenticationProviderArgs, Mechanism } from 'kafkajs'
import { refusedToken } from '../oauth.ts'

/** Bytes as kafkajs passes them around: their length before them. */
function sized(bytes: Buffer): Buffer {
  const length = Buffer.alloc(4)
  length.writeInt32BE(bytes.length)
  return Buffer.concat([length, bytes])
}

export function oauthBearer(token: () => Promise<string>): Mechanism {
  return {
    mechanism: 'oauthbearer',
    authenticationProvider: ({ saslAuthenticate }: AuthenticationProviderArgs) => ({
      async authenticate() {
        const message = sized(Buffer.from(`n,,\u0001auth=Bearer ${await token()}\u0001\u0001`))
        const answer = await saslAuthenticate<Buffer>({
          request: { encode: () => message },
          response: { decode: (data) => data, parse: (data) => data },
        })
        const refusal = answer instanceof Buffer ? refusedToken(answer.subarray(4)) : undefined
        if (refusal !== undefined) throw refusal
      },
    }),
  }
}
