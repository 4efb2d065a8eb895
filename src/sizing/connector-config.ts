/** Connector configurations to paste: the keys that a sizing decides, in the words of each connector. */
import type { HttpGiven } from './connector-http.ts'
import { HTTP_KINDS, type HttpKind } from './connector-kinds.ts'
import { f } from './formula.ts'
import type { Quantity } from './quantity.ts'
import type { Worksheet } from './worksheet.ts'

const WORKER =
  'Connect makes producers with one request in flight and the default batch; a connector changes that by producer.override.*, a bare producer.* in its configuration does nothing (Kafka Connect, connector.client.config.override.policy)'

/**
 * The producer batch that takes so many bytes at once.
 * @param about what the bytes are
 */
export function producerBatch(sheet: Worksheet, about: string, bytes: Quantity): Quantity {
  return sheet.step(
    'producerBatch',
    'B',
    `producer.override.batch.size: ${about}, within 16 KiB and 1 MiB`,
    f`max(16384, min(1048576, pow2(ceil(log2(${bytes})))))`,
    WORKER,
  )
}

/** `{ "key": "value", … }`, a line a key: Connect takes every value as text. */
export function connectorJson(entries: Readonly<Record<string, string | number>>): string[] {
  const texts = Object.fromEntries(Object.entries(entries).map(([key, value]) => [key, String(value)]))
  return JSON.stringify(texts, undefined, 2).split('\n')
}

interface Decided {
  readonly interval: Quantity
  readonly pages: Quantity
  readonly responseTime: Quantity
  readonly callers: Quantity
}

export function httpConfig(
  sheet: Worksheet,
  kind: HttpKind,
  given: HttpGiven,
  { interval, pages, responseTime, callers }: Decided,
): void {
  const page = sheet.step('page', 'B', 'of a page, as records', f`${given.pageRecords} × ${given.recordSize}`)
  const batch = producerBatch(sheet, 'takes a page', page)
  const intervalMs = Math.ceil(interval.value)
  if (kind === HTTP_KINDS.guide) {
    sheet.warn(
      'documentation-only',
      'no released connector reads the keys of this guide: a configuration in its words is refused (http.api.base.url is missing) or ignored; this sizes what its text promises',
    )
    sheet.command(
      'in the words of the guide',
      'properties',
      `tasks.max=${callers.value}`,
      `http.source.poll.interval.ms=${intervalMs}`,
      `pagination.limit.value=${given.pageRecords.value}`,
      `pagination.max.pages=${pages.value}`,
      ...(given.rateLimit === undefined
        ? []
        : ['rate.limit.enabled=true', `rate.limit.requests.per.second=${given.rateLimit.value}`]),
      `producer.override.batch.size=${batch.value}`,
    )
    return
  }
  sheet.command(
    'what to add to the connector',
    'json',
    ...connectorJson({
      'connector.class': kind.connectorClass,
      'tasks.max': kind.split === 'none' ? 1 : callers.value,
      [kind.intervalKey]: intervalMs,
      ...timeouts(kind, responseTime),
      'producer.override.batch.size': batch.value,
    }),
  )
}

/** castorm gives up after 2 s by default, V2 after 30 s; V1 has no key for it. */
function timeouts(kind: HttpKind, responseTime: Quantity): Record<string, number> {
  const patience = (defaultMs: number) => Math.max(defaultMs, Math.ceil(3 * responseTime.value))
  if (kind === HTTP_KINDS.castorm) return { 'http.client.read.timeout.millis': patience(2000) }
  if (kind === HTTP_KINDS['confluent-v2']) return { 'api1.http.request.timeout.ms': patience(30_000) }
  return {}
}
