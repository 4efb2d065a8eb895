/** What a stub API is like. Everything random follows from the seed. */

export const STUB_PAGINATIONS = ['cursor', 'offset', 'page', 'link', 'none'] as const
export type StubPagination = (typeof STUB_PAGINATIONS)[number]

/** Ways in which an API may misbehave, each with a share of the requests. */
export const STUB_FAULTS = [
  /** 500 with a small body. */
  'error',
  /** The connection is reset in the middle of the body. */
  'reset',
  /** Headers never come. */
  'hang',
  /** JSON that breaks off, with a right Content-Length. */
  'truncate',
  /** An HTML page with status 200. */
  'html',
  /** 302 to where it came from. */
  'redirect',
  /** Bytes that are not UTF-8, inside a string. */
  'not-utf8',
  /** The cursor that led here, again. */
  'repeat',
] as const
export type StubFault = (typeof STUB_FAULTS)[number]

export type StubLatency =
  | { readonly kind: 'constant'; readonly ms: number }
  /** The logarithm is normal: `medianMs`, and sigma of the logarithm. */
  | { readonly kind: 'lognormal'; readonly medianMs: number; readonly sigma: number }

export interface StubOptions {
  readonly records: number
  /** Bytes of a record's JSON, at least what its own fields take. */
  readonly recordBytes: number
  /** Records of a page where the request names no number. */
  readonly pageSize: number
  readonly pagination: StubPagination
  /** New ones a second, from the start on; `POST /control/growth` changes it. 0 where absent. */
  readonly growPerSec?: number
  /** The last page leads on to the first, for ever. */
  readonly endless: boolean
  readonly latency: StubLatency
  /** Nothing is answered from so long after the first request, for so long. */
  readonly stall?: { readonly afterMs: number; readonly forMs: number }
  /** Over all requests; what is beyond it gets 429 and Retry-After. */
  readonly rateLimit?: { readonly perSec: number; readonly burst: number }
  readonly faults: readonly { readonly kind: StubFault; readonly share: number }[]
  /** By Accept-Encoding: gzip, deflate or br. */
  readonly compress: boolean
  /** ETag, and 304 for an If-None-Match that fits. */
  readonly etag: boolean
  readonly seed: number
}

export const DEFAULT_STUB: StubOptions = {
  records: 10_000,
  recordBytes: 128,
  pageSize: 100,
  pagination: 'cursor',
  endless: false,
  latency: { kind: 'constant', ms: 0 },
  faults: [],
  compress: false,
  etag: false,
  seed: 1,
}
