/**
 * How connections are made and kept. Units are in the names; what each of them does is in `client.ts`.
 * Nothing here says after which idle time a connection is validated (`…validate.after.inactivity.ms`): undici looks at
 * each before each use, as if that were 0.
 */
export interface ConnectionSettings {
  /** False: a new connection for each request. */
  readonly keepAlive: boolean
  /** In use at a time, over all endpoints, and to one of them. */
  readonly maxConnections: number
  readonly maxPerRoute: number
  /** Idle connections are closed after this. */
  readonly idleMs: number
  /** A connection is closed after so many requests. */
  readonly maxRequests?: number
  readonly connectTimeoutMs: number
  /** Between two arrivals of data. */
  readonly socketTimeoutMs: number
  /** From the request to the last byte of its answer. */
  readonly requestTimeoutMs: number
  /** Offered by ALPN; streams of a connection at a time. */
  readonly http2?: { readonly maxStreams: number }
  /** What is asked for with Accept-Encoding; empty: nothing. */
  readonly compression: readonly string[]
  readonly dnsTtlMs: number
  /** Of a body, as it comes and decompressed. */
  readonly maxResponseBytes: number
  /** What a socket reads at once. */
  readonly bufferBytes: number
  /** PEM of authorities to trust beside the system's. */
  readonly ca?: string
}

/** Where nothing else is said: the guide's "balanced" values, as far as it has them. */
export const DEFAULT_CONNECTION: ConnectionSettings = {
  keepAlive: true,
  maxConnections: 20,
  maxPerRoute: 20,
  idleMs: 300_000,
  connectTimeoutMs: 10_000,
  socketTimeoutMs: 30_000,
  requestTimeoutMs: 60_000,
  compression: [],
  dnsTtlMs: 300_000,
  maxResponseBytes: 10 * 1024 * 1024,
  bufferBytes: 65_536,
}
