/** Bodies as they were before their Content-Encoding. */
import { brotliDecompressSync, gunzipSync, inflateRawSync, inflateSync } from 'node:zlib'
import { RequestError } from './request-error.ts'

type Inflate = (body: Buffer, options: { maxOutputLength: number }) => Buffer

const DECODERS: Readonly<Record<string, Inflate>> = {
  gzip: gunzipSync,
  'x-gzip': gunzipSync,
  // With zlib's header by RFC 9110 8.4.1.2, without it by some servers
  deflate: (body, options) =>
    ((body[0] ?? 0) & 0x0f) === 8 ? inflateSync(body, options) : inflateRawSync(body, options),
  br: brotliDecompressSync,
  identity: (body) => body,
}

/** Which encodings can be undone, and so asked for. */
export const CODINGS: readonly string[] = ['gzip', 'deflate', 'br']

/**
 * @param encoding as in Content-Encoding: the last was applied last
 * @throws RequestError BAD_COMPRESSION, RESPONSE_TOO_LARGE
 */
export function decodeBody(body: Buffer, encoding: string | undefined, maxBytes: number): Buffer {
  if (encoding === undefined || body.length === 0) return body
  let plain = body
  for (const name of encoding.toLowerCase().split(',').reverse()) {
    const decoder = DECODERS[name.trim()]
    if (decoder === undefined) {
      throw new RequestError(
        'BAD_COMPRESSION',
        `the body has Content-Encoding ${encoding}, which was not asked for`,
      )
    }
    try {
      plain = decoder(plain, { maxOutputLength: maxBytes })
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : undefined
      if (code === 'ERR_BUFFER_TOO_LARGE') {
        throw new RequestError(
          'RESPONSE_TOO_LARGE',
          `the body is more than ${maxBytes} B without its ${name.trim()}`,
        )
      }
      throw new RequestError('BAD_COMPRESSION', `the body is not ${name.trim()}`)
    }
  }
  return plain
}
