/** The guide's `http.client.*`. */
import { type ConnectionSettings, DEFAULT_CONNECTION } from '../settings.ts'
import type { Values } from './values.ts'

const DEFAULT_STREAMS = 100
const COMPRESSIONS = ['gzip', 'deflate', 'br']

/** @param asked value of an Accept-Encoding header */
export function readConnection(values: Values, asked: string | undefined): ConnectionSettings {
  const base = DEFAULT_CONNECTION
  const { number } = values
  const isPooled = values.boolean('http.client.connection.pool.enabled') ?? true
  const isKept = values.boolean('http.client.connection.keep.alive.enabled') ?? true
  const maxConnections = number('http.client.max.connections') ?? base.maxConnections
  const maxRequests = number('http.client.connection.keep.alive.max.requests')
  const streams = values.boolean('http.client.http2.enabled')
    ? (number('http.client.http2.max.concurrent.streams') ?? DEFAULT_STREAMS)
    : undefined
  return {
    ...base,
    keepAlive: isPooled && isKept,
    maxConnections,
    maxPerRoute: number('http.client.max.connections.per.route') ?? base.maxPerRoute,
    idleMs: idleMs(values),
    ...(maxRequests === undefined ? {} : { maxRequests }),
    connectTimeoutMs: number('http.client.connection.timeout.ms') ?? base.connectTimeoutMs,
    socketTimeoutMs: number('http.client.socket.timeout.ms') ?? base.socketTimeoutMs,
    requestTimeoutMs: number('http.client.request.timeout.ms') ?? base.requestTimeoutMs,
    ...(streams === undefined ? {} : { http2: { maxStreams: streams } }),
    compression: readCompression(values, asked),
    dnsTtlMs: number('http.client.dns.cache.ttl.seconds') ?? base.dnsTtlMs,
    maxResponseBytes: number('http.client.max.response.size.bytes') ?? base.maxResponseBytes,
    bufferBytes: number('http.client.buffer.size.bytes') ?? base.bufferBytes,
  }
}

/** How long a connection may be idle: the shorter of what keeps it alive and what cleans it up. */
function idleMs(values: Values): number {
  const keptMs = values.number('http.client.connection.keep.alive.duration.ms')
  const isCleaned = values.boolean('http.client.connection.cleanup.enabled') ?? true
  const idle = isCleaned ? values.number('http.client.connection.max.idle.time.ms') : undefined
  if (keptMs === undefined) return idle ?? DEFAULT_CONNECTION.idleMs
  return Math.min(keptMs, idle ?? Number.POSITIVE_INFINITY)
}

/** Switched on, or asked for by a header written by hand. */
function readCompression(values: Values, asked: string | undefined): readonly string[] {
  const isOn = values.boolean('http.client.compression.enabled')
  if (isOn) return values.list('http.client.compression.types') ?? ['gzip', 'deflate']
  const named = (asked ?? '').split(',').map((part) => (part.split(';')[0] ?? '').trim().toLowerCase())
  return COMPRESSIONS.filter((one) => named.includes(one))
}
