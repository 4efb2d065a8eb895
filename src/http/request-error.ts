/** Why a request brought nothing; `code` is what results count under. */
import { codeIn } from '../errors.ts'

export type RequestErrorCode =
  | 'CONNECT_TIMEOUT'
  | 'SOCKET_TIMEOUT'
  | 'REQUEST_TIMEOUT'
  | 'RESPONSE_TOO_LARGE'
  | 'BAD_COMPRESSION'
  | 'REFUSED'
  | 'RESET'
  | 'NAME_NOT_FOUND'
  | 'TLS'
  | 'REDIRECT'
  | 'CONTENT_TYPE'
  | 'BAD_JSON'
  | 'NOT_UTF8'
  | 'NO_RECORDS'
  | 'FAILED'
  | `HTTP_${number}`

/** Nothing whole came back from whoever was asked; another time or another place may do better. */
export const UNANSWERED: readonly RequestErrorCode[] = [
  'CONNECT_TIMEOUT',
  'SOCKET_TIMEOUT',
  'REQUEST_TIMEOUT',
  'REFUSED',
  'RESET',
  'NAME_NOT_FOUND',
]

export class RequestError extends Error {
  readonly code: RequestErrorCode
  /** What a server asked to wait for, with 429 or 503. */
  readonly retryAfterMs: number | undefined

  constructor(code: RequestErrorCode, message: string, retryAfterMs?: number) {
    super(message)
    this.name = 'RequestError'
    this.code = code
    this.retryAfterMs = retryAfterMs
  }
}

/** Codes of Node and undici. Whatever begins with ERR_TLS, or comes from a certificate, is TLS. */
const KNOWN: Readonly<Record<string, RequestErrorCode>> = {
  ECONNREFUSED: 'REFUSED',
  ECONNRESET: 'RESET',
  EPIPE: 'RESET',
  UND_ERR_SOCKET: 'RESET',
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: 'RESET',
  ERR_HTTP2_STREAM_ERROR: 'RESET',
  UND_ERR_INFO: 'RESET',
  HPE_INVALID_CONSTANT: 'FAILED',
  ENOTFOUND: 'NAME_NOT_FOUND',
  EAI_AGAIN: 'NAME_NOT_FOUND',
  ETIMEDOUT: 'CONNECT_TIMEOUT',
}

const OF_CERTIFICATES = /^(ERR_TLS|ERR_SSL|UNABLE_TO|SELF_SIGNED|DEPTH_ZERO|CERT_|EPROTO)/

/** Anything that a client threw, in our words. */
export function toRequestError(error: unknown): RequestError {
  if (error instanceof RequestError) return error
  const code = codeIn(error) ?? ''
  const message = error instanceof Error ? error.message : String(error)
  const known = KNOWN[code] ?? (OF_CERTIFICATES.test(code) ? 'TLS' : undefined)
  return new RequestError(known ?? 'FAILED', code === '' ? message : `${message} (${code})`)
}
